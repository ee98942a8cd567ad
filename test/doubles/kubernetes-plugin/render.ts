// Test double of the official Pulumi Kubernetes plugin (see README.md): `renderYamlToDirectory`.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { apiVersionOf, kindOf, nameOf, namespaceOf } from "./objects";
import type { Bag } from "./wire";

const CRDS = "0-crd";
const MANIFESTS = "1-manifest";

export function pathFor(object: Bag, directory: string): string {
    const folder = kindOf(object) === "CustomResourceDefinition" ? CRDS : MANIFESTS;
    const version = apiVersionOf(object).replace(/[/:]/g, "_");
    return join(
        directory,
        folder,
        `${version}-${kindOf(object).toLowerCase()}-${namespaceOf(object) || "default"}-${nameOf(object)}.yaml`,
    );
}

export function render(object: Bag, directory: string): void {
    for (const folder of [CRDS, MANIFESTS]) mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
    const path = pathFor(object, directory);
    writeFileSync(path, toYaml(object), { mode: 0o600 });
    chmodSync(path, 0o600);
}

export function remove(object: Bag, directory: string): void {
    rmSync(pathFor(object, directory), { force: true });
}

/** Keys sorted; quoted so that readers of YAML 1.1 (`on`, `yes`, `012`), kubectl among them, see strings. */
function toYaml(object: Bag): string {
    return stringify(object, {
        sortMapEntries: true,
        version: "1.1",
        lineWidth: 0,
        indentSeq: false,
        aliasDuplicateObjects: false,
    });
}
