/* eslint-disable @typescript-eslint/no-require-imports -- an import would be captured into the text */
import type * as pulumi from "@pulumi/pulumi";

import type { Properties } from "./properties";
import type { Kind, ResourceRuntime } from "./runtime";

/**
 * The provider as Pulumi writes it into the state: text of these methods, evaluated years later in another process. It must
 * capture nothing but the name of its kind, so it uses no import and loads the installed runtime in each method; a fix in the
 * runtime then reaches tokens made before it. Its text is frozen by a test: a change would touch every stack.
 *
 * Comments stand out here, as those inside would become part of the text.
 *
 * `load` looks for the runtime from the program's folder upwards: as a package of its own or this package itself, in pnpm's
 * hidden folder, then beside every direct dependency, which may be what brought this package in.
 */
export class InstalledProvider implements pulumi.dynamic.ResourceProvider {
    constructor(readonly kind: Kind) {}

    async configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
        return this.load().configure(request);
    }

    async check(olds: Properties, news: Properties): Promise<pulumi.dynamic.CheckResult> {
        return this.load().check(olds, news);
    }

    async diff(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.DiffResult> {
        return this.load().diff(id, olds, news);
    }

    async create(inputs: Properties): Promise<pulumi.dynamic.CreateResult> {
        return this.load().create(inputs);
    }

    async read(id: string, props: Properties): Promise<pulumi.dynamic.ReadResult> {
        return this.load().read(id, props);
    }

    async update(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.UpdateResult> {
        return this.load().update(id, olds, news);
    }

    async delete(id: string, props: Properties): Promise<void> {
        return this.load().delete(id, props);
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
