import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { pack, run } from "./support";

/** A link of a Markdown file, and where it leads. */
interface Link {
    from: string;
    target: string;
}

/** Relative links; code is left out. */
function linksIn(from: string, markdown: string): Link[] {
    const prose = markdown.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
    return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) =>
        /^[a-z][a-z0-9+.-]*:/i.test(target) ? [] : [{ from, target }],
    );
}

/** The anchors of the headings, as GitHub and npm make them. */
function anchorsOf(markdown: string): Set<string> {
    const seen = new Map<string, number>();
    const anchors = new Set<string>();
    for (const [, heading = ""] of markdown.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
        const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
        const slug = text.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
        const times = seen.get(slug) ?? 0;
        seen.set(slug, times + 1);
        anchors.add(times === 0 ? slug : `${slug}-${times}`);
    }
    return anchors;
}

/** Links that lead nowhere. `texts` are the Markdown files of the package, `files` all files. */
function deadLinks(texts: Map<string, string>, files: string[]): string[] {
    const isFolder = (name: string): boolean => files.some((file) => file.startsWith(`${name}/`));
    return [...texts]
        .flatMap(([from, text]) => linksIn(from, text))
        .flatMap(({ from, target }) => {
            const [file = "", anchor] = target.split("#");
            const to = file === "" ? from : path.posix.join(path.posix.dirname(from), file).replace(/\/$/, "");
            if (!files.includes(to) && !isFolder(to)) return [`${from}: ${target}: no such file`];
            const text = texts.get(to);
            if (anchor === undefined || text === undefined || anchorsOf(text).has(anchor)) return [];
            return [`${from}: ${target}: no such heading`];
        });
}

describe("the links of the packed pages", () => {
    let folder: string;
    let files: string[];
    const texts = new Map<string, string>();

    beforeAll(async () => {
        folder = mkdtempSync(path.join(tmpdir(), "links-"));
        const packed = await pack(folder);
        await run("tar", ["-xzf", packed.tarball, "-C", folder], folder);
        files = packed.files;
        for (const file of files.filter((name) => name.endsWith(".md"))) {
            texts.set(file, readFileSync(path.join(folder, "package", file), "utf8"));
        }
    }, 120_000);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("lead to files and headings of the package", () => {
        expect([...texts.keys()]).toEqual(
            expect.arrayContaining(["README.md", "CHANGELOG.md", "docs/collector/README.md"]),
        );
        expect([...texts].flatMap(([from, text]) => linksIn(from, text)).length).toBeGreaterThan(30);
        expect(deadLinks(texts, files)).toEqual([]);
    });

    test("a dead link would be found", () => {
        const made = new Map([
            ["docs/a.md", "[x](b.md) [x](#y) [x](../README.md#z) [x](#s-t) `[x](c.md)`\n\n## S (t)\n"],
        ]);
        made.set("README.md", "# Other\n");
        expect(deadLinks(made, [...made.keys()])).toEqual([
            "docs/a.md: b.md: no such file",
            "docs/a.md: #y: no such heading",
            "docs/a.md: ../README.md#z: no such heading",
        ]);
    });
});
