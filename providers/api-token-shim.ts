import type * as pulumi from "@pulumi/pulumi";

import type { ApiTokenRuntime } from "./api-token-runtime";
import type { Properties } from "./api-token-state";

/**
 * The provider as Pulumi writes it into the state: text of these methods, evaluated years later in another process. It must
 * capture nothing, so it has no fields, uses no import, and loads the installed runtime in each method; a fix in the runtime
 * then reaches tokens made before it. Its text is frozen by a test: a change would touch every stack.
 *
 * Comments stand out here, as those inside would become part of the text.
 *
 * `load` looks for the runtime from the program's folder upwards: as a package of its own or this package itself, in pnpm's
 * hidden folder, then beside every direct dependency, which may be what brought this package in.
 */
export class ApiTokenProvider implements pulumi.dynamic.ResourceProvider {
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

    load(): ApiTokenRuntime {
        const { createRequire } = require("module");
        const path = require("path");
        const fs = require("fs");
        const id = "pulumi-dynatrace-otlp/providers/runtime-v1";
        const from = (folder: string): ApiTokenRuntime | undefined => {
            const require = createRequire(path.join(folder, "noop.js"));
            let file;
            try {
                file = require.resolve(id);
            } catch (error) {
                const { code, message } = error as NodeJS.ErrnoException;
                if (code === "MODULE_NOT_FOUND" && message.includes(id)) return undefined;
                throw error;
            }
            return require(file);
        };
        const folders = [process.cwd()];
        while (path.dirname(folders[0]) !== folders[0]) folders.unshift(path.dirname(folders[0]));
        folders.reverse();
        for (const folder of folders) {
            const found = from(folder) || from(path.join(folder, "node_modules/.pnpm/node_modules"));
            if (found) return found;
        }
        for (const folder of folders) {
            let manifest;
            try {
                manifest = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
            } catch {
                continue;
            }
            for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
                const dependency = path.join(folder, "node_modules", name);
                const found = fs.existsSync(dependency) && from(fs.realpathSync(dependency));
                if (found) return found;
            }
        }
        throw new Error(
            `cannot find ${id} from ${process.cwd()}: the package pulumi-dynatrace-otlp must be installed there, for destroy and refresh too. ` +
                "Run npm install (or pnpm, yarn) in the program's folder and try again; where the source is gone, restore it and use --run-program",
        );
    }
}
