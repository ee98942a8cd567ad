/* eslint-disable @typescript-eslint/no-require-imports -- an import would be captured into the text */
import type * as pulumi from "@pulumi/pulumi";

import type { Kind, ResourceRuntime } from "./runtime";

/**
 * The provider as Pulumi writes it into the state: text of these methods, evaluated years later in another process. It must
 * capture nothing but the name of its kind, so it uses no import and loads the installed runtime in each method; a fix in the
 * runtime then reaches tokens made before it. Its text is frozen by a test: a change would touch every stack.
 *
 * The host calls `configure` before anything else, in the same turn in which it first evaluates the text; the other steps are made
 * there, as each method costs a third of a kilobyte in the state, four times for a token. They are there even if no runtime is
 * found: a missing `delete` would count as done.
 *
 * Comments stand out here, as those inside would become part of the text.
 *
 * `load` looks for the runtime from the program's folder upwards: as a package of its own or this package itself, in pnpm's
 * hidden folder, then beside every direct dependency, which may be what brought this package in.
 */
export class InstalledProvider implements pulumi.dynamic.ResourceProvider {
    declare check: ResourceRuntime["check"];
    declare diff: ResourceRuntime["diff"];
    declare create: ResourceRuntime["create"];
    declare read: ResourceRuntime["read"];
    declare update: ResourceRuntime["update"];
    declare delete: ResourceRuntime["delete"];

    constructor(readonly kind: Kind) {}

    configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
        for (const step of ["check", "diff", "create", "read", "update", "delete"] as const) {
            this[step] = (...given: never[]) => (this.load()[step] as (...args: never[]) => Promise<never>)(...given);
        }
        return this.load().configure(request);
    }

    load(): ResourceRuntime {
        const { createRequire } = require("module");
        const { dirname, join } = require("path");
        const { existsSync, realpathSync } = require("fs");
        const id = "pulumi-dynatrace-otlp/providers/runtime-v1";
        const bases: string[] = [];
        for (let at = process.cwd(); !bases.includes(at); at = dirname(at)) {
            bases.push(at, join(at, "node_modules/.pnpm/node_modules"));
        }
        for (const at of [...bases]) {
            let pack;
            try {
                pack = require(join(at, "package.json"));
            } catch {
                continue;
            }
            for (const name in { ...pack.dependencies, ...pack.devDependencies }) {
                bases.push(join(at, "node_modules", name));
            }
        }
        for (const base of bases.filter(existsSync)) {
            const load = createRequire(join(realpathSync(base), "noop.js"));
            try {
                load.resolve(id);
            } catch (error) {
                const { code, message } = error as NodeJS.ErrnoException;
                if (code === "MODULE_NOT_FOUND" && message.includes(id)) continue;
                throw error;
            }
            return load(id).runtimeFor(this.kind);
        }
        throw new Error(`no ${id} from ${process.cwd()}: run npm install there; destroy and refresh need it too`);
    }
}
