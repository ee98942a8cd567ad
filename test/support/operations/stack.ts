import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { type Finished, runToEnd } from "../processes";
import { ROOT } from "../pulumi";
import type { Bench } from "./bench";

/** A resource of the program in test/engine/programs/operations. Other resources are given by their names, the stack by `root`. */
export interface ProgramResource {
    kind: string;
    name: string;
    args?: Record<string, unknown>;
    opts?: {
        parent?: string;
        provider?: string;
        providers?: string[];
        deletedWith?: string;
        aliases?: { name?: string; parent?: string }[];
        [option: string]: unknown;
    };
}

/** A token resource in the state. */
export interface KnownToken {
    urn: string;
    /** Name of the resource. */
    name: string;
    /** Whether another token has taken its place, and it is to be deleted. */
    replaced: boolean;
    tokenId: string;
    /** Tokens that it replaced and that keep working, with the ends of their overlaps. */
    retiring: { tokenId: string; until: string }[];
}

interface StateResource {
    urn: string;
    type: string;
    delete?: boolean;
    outputs?: { tokenId?: string; mark?: string; retiring?: { tokenId: string; until: string }[] };
}

export const PROGRAM = path.join(ROOT, "test", "engine", "programs", "operations");
const TOKEN_TYPE = /dynatrace:(ApiToken|PlatformToken|ActiveGateToken)$/;

/** A stack whose resources are given as data. */
export class OperationsStack {
    /** Variables for the CLI and all it starts, in addition to those of the bench; undefined removes a variable. */
    env: Record<string, string | undefined> = {};
    private program: ProgramResource[] = [];

    constructor(
        readonly bench: Bench,
        public stack: string,
        private readonly backend: string,
    ) {}

    /** An `up` that has to succeed. @param program new resources; those of the last `up` if left out. */
    up(program?: ProgramResource[], ...flags: string[]): Promise<Finished> {
        return this.succeed("up", flags, program);
    }

    /** A command that has to fail. @returns all that it printed. */
    async fails(
        verb: "up" | "preview" | "destroy" | "refresh",
        flags: string[] = [],
        program?: ProgramResource[],
    ): Promise<string> {
        const finished = await this.attempt(verb, flags, program);
        if (finished.code === 0) throw new Error(`pulumi ${verb} ${flags.join(" ")} was to fail:\n${textOf(finished)}`);
        return textOf(finished);
    }

    /** Fails unless nothing changes. */
    unchanged(): Promise<Finished> {
        return this.up(undefined, "--expect-no-changes");
    }

    refresh(...flags: string[]): Promise<Finished> {
        return this.succeed("refresh", flags);
    }

    destroy(...flags: string[]): Promise<Finished> {
        return this.succeed("destroy", flags);
    }

    async succeed(
        verb: "up" | "preview" | "destroy" | "refresh",
        flags: string[] = [],
        program?: ProgramResource[],
    ): Promise<Finished> {
        const finished = await this.attempt(verb, flags, program);
        if (finished.code !== 0) throw new Error(`pulumi ${verb} ${flags.join(" ")} failed:\n${textOf(finished)}`);
        return finished;
    }

    /** A command that runs the program or the provider. */
    attempt(
        verb: "up" | "preview" | "destroy" | "refresh",
        flags: string[] = [],
        program?: ProgramResource[],
    ): Promise<Finished> {
        if (program) this.program = program;
        writeFileSync(this.fileOf("program.json"), JSON.stringify(this.program));
        const mode = verb === "preview" ? [] : ["--yes", "--skip-preview"];
        const args = [verb, ...mode, "--stack", this.stack, "--config-file", this.configFile, ...flags];
        return this.run(args, PROGRAM);
    }

    /** A command that touches the state alone. */
    command(...args: string[]): Promise<Finished> {
        return this.answer(undefined, ...args);
    }

    /** As {@link command}, with answers to what it asks. */
    async answer(input: string | undefined, ...args: string[]): Promise<Finished> {
        const finished = await this.run(args, this.bench.project, input);
        if (finished.code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${textOf(finished)}`);
        return finished;
    }

    get configFile(): string {
        return path.join(this.bench.project, `Pulumi.${this.stack}.yaml`);
    }

    environment(): Record<string, string | undefined> {
        return {
            ...this.bench.environment(this.backend),
            OPERATIONS_PROGRAM: this.fileOf("program.json"),
            OPERATIONS_TOKENS: this.bench.tokensFile,
            ...this.env,
        };
    }

    /** The token resources in the state, read from the backend's file, which takes a second less than `pulumi stack export`. */
    tokens(): KnownToken[] {
        return this.resources()
            .filter(({ type }) => TOKEN_TYPE.test(type))
            .map(({ urn, delete: replaced = false, outputs: { tokenId = "", retiring = [] } = {} }) => {
                return { urn, name: nameOf(urn), replaced, tokenId, retiring };
            });
    }

    /** The token of a resource. @param name of the token resource. */
    token(name: string): KnownToken {
        const found = this.tokens().filter((token) => token.name === name && !token.replaced);
        if (found.length !== 1 || !found[0])
            throw new Error(`${found.length} tokens in the state of ${this.stack} are ${name}`);
        return found[0];
    }

    id(name: string): string {
        return this.token(name).tokenId;
    }

    urn(name: string): string {
        const found = this.resources().filter(({ urn, delete: replaced }) => nameOf(urn) === name && !replaced);
        if (found.length !== 1 || !found[0])
            throw new Error(`${found.length} resources in the state of ${this.stack} are ${name}`);
        return found[0].urn;
    }

    resources(): StateResource[] {
        const file = path.join(this.backend, ".pulumi", "stacks", "operations", `${this.stack}.json`);
        if (!existsSync(file)) return [];
        const state = JSON.parse(readFileSync(file, "utf8")) as {
            checkpoint: { latest?: { resources?: StateResource[] } };
        };
        return state.checkpoint.latest?.resources ?? [];
    }

    /** Sends with the tokens of these resources. */
    async use(...names: string[]): Promise<void> {
        for (const name of names) await this.bench.use(this.id(name));
    }

    private run(args: string[], cwd: string, input?: string): Promise<Finished> {
        return runToEnd(this.bench.tools.command, ["--non-interactive", "--color", "never", ...args], {
            cwd,
            env: this.environment(),
            timeoutSeconds: 180,
            input,
        });
    }

    private fileOf(name: string): string {
        return path.join(this.bench.scratch, `${this.stack}-${name}`);
    }
}

export function textOf({ stdout, stderr }: Finished): string {
    return `${stdout}\n${stderr}`;
}

function nameOf(urn: string): string {
    return urn.split("::").at(-1) ?? "";
}
