import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import * as ts from "typescript";

import { COLLECTOR_IMAGES } from "../../components/shared/versions";
import { ROOT } from "../support/pulumi";
import { pagesOf } from "./docs-support";

const HOME = "components/shared/versions.ts";
/** Tables of the versions since which a Collector can do something: a version there is no default, even if it is the same one. */
const SINCE = ["components/collector/distributions.ts", "components/collector/features/resource-detection.ts"];
const VERSIONS = Object.values(COLLECTOR_IMAGES).map(({ version }) => version);

const sources = ["components", "providers", "policy", "emulator", "bin"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => `${folder}/${file}`),
);

/** Texts of a source file that name one of the versions. Comments are none, and an example in a message says that it is one. */
function versionsIn(file: string): string[] {
    const tree = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), "utf8"), ts.ScriptTarget.ES2022, true);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
        const inTable = SINCE.includes(file) && ts.isPropertyAssignment(node.parent);
        if ((ts.isStringLiteralLike(node) || isTemplatePart(node)) && !inTable) {
            const text = node.text.replaceAll(/e\.g\. [\d.]+/g, "");
            if (VERSIONS.some((version) => text.includes(version))) found.push(`${file}: ${node.text}`);
        }
        ts.forEachChild(node, visit);
    };
    ts.forEachChild(tree, visit);
    return found;
}

function isTemplatePart(node: ts.Node): node is ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail {
    return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

test("the version of a default image is written in one place", () => {
    expect(versionsIn(HOME).length).toBe(VERSIONS.length);
    expect(sources.filter((file) => file !== HOME).flatMap(versionsIn)).toEqual([]);
});

test("the documents name the default images, and no other version of them", () => {
    const text = pagesOf()
        .map((page) => readFileSync(path.join(ROOT, page), "utf8"))
        .join("\n");
    for (const { repository, version } of Object.values(COLLECTOR_IMAGES)) {
        const tags = [...text.matchAll(new RegExp(`${repository.replaceAll(".", "\\.")}:([\\w.-]*\\w)`, "g"))];
        expect([...new Set(tags.map(([, tag]) => tag))]).toEqual([version]);
    }
});

test("a docstring that gives the repository of a default image gives the right one", () => {
    const repositories = Object.values(COLLECTOR_IMAGES).map(({ repository }): string => repository);
    const named = sources.flatMap((file) =>
        [
            ...readFileSync(path.join(ROOT, file), "utf8").matchAll(/@default `([\w./-]+\/[\w./-]*collector[\w.-]*)/g),
        ].map(([, repository]) => repository),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((repository) => !repositories.includes(repository ?? ""))).toEqual([]);
});
