import { isDeepStrictEqual as isSame } from "node:util";
import * as path from "node:path";

import { type Emulator, startEmulator, type TokenRecord } from "../../emulator";
import { FaultyWire, type Held, type Point } from "./faults";
import { findCommand, killAll } from "./faults-processes";
import type { Finished } from "./processes";
import { findPulumi, PulumiProject, ROOT } from "./pulumi";

/** Who dies. */
export const Victim = {
    /** The CLI with all it started but the provider, which is on its own from then on. */
    Engine: "the engine",
    Provider: "the provider",
    Both: "engine and provider",
    Network: "the network",
} as const;
export type Victim = (typeof Victim)[keyof typeof Victim];

/** The program's configuration; see test/engine/programs/orphans. */
export interface Settings {
    tokens: string[];
    scopes: string[];
    enabled: boolean;
    rotationKey: string;
    overlapDays: number;
}

/** What a user does after something died. */
export const Recovery = { Up: "up", Refresh: "refresh", Destroy: "destroy" } as const;
export type Recovery = (typeof Recovery)[keyof typeof Recovery];

/** In place of the name of an ApiToken. */
export const ANY = "any token";

export interface Fault {
    victim: Victim;
    /** The call that is held when it strikes; `token` is the name of the ApiToken, {@link ANY} for the first; none for calls that name no token. */
    at: { method: Point["method"]; token?: string; moment: Point["moment"] };
    /** What is under way: an `up` with changed settings, or a `destroy`. */
    during: Partial<Settings> | "destroy";
    /** Whether the call stays on its way until it is released. @default false */
    late?: boolean;
}

/** An ApiToken in the exported state. */
interface KnownToken {
    urn: string;
    /** Whether another has taken its place, and it is yet to be deleted. */
    replaced: boolean;
    /** Its own, then those of tokens that it has replaced and that still serve. */
    ids: string[];
}

const PROGRAM = path.join(ROOT, "test", "engine", "programs", "orphans");

/** A stack whose tokens are made over a wire that can fail, with tokens of others beside them. */
export class FaultyStack {
    settings: Settings = { tokens: [], scopes: ["logs.ingest"], enabled: true, rotationKey: "1", overlapDays: 0 };
    private leftovers: number[] = [];

    private constructor(
        readonly emulator: Emulator,
        readonly wire: FaultyWire,
        readonly project: PulumiProject,
        private readonly foreign: TokenRecord[],
    ) {}

    static async create(): Promise<FaultyStack> {
        const emulator = await startEmulator();
        const wire = await FaultyWire.start(emulator.url);
        // The same prefix with another ownership mark: recorded, not recorded, with an end of an overlap that has passed; and no name of ours.
        const names = [
            "a1b2c3d4-0a1b2c3d-0a1b2c3d",
            "unrecorded-a1b2c3d4-0a1b2c3d-0a1b2c3d",
            "until-20200101T000000Z-a1b2c3d4-0a1b2c3d-0a1b2c3d",
            "a1b2c3d4-0a1b2c3d",
            "x",
        ];
        for (const name of names) emulator.createToken({ name: `orphans-dev-main-${name}`, scopes: ["logs.ingest"] });
        const foreign = emulator.tokens().filter(({ id }) => id !== publicTokenId(emulator.bootstrapToken));
        const project = await PulumiProject.create({
            tools: await findPulumi(),
            directory: PROGRAM,
            env: { DYNATRACE_API_URL: wire.apiUrl, DYNATRACE_API_TOKEN: emulator.bootstrapToken },
        });
        return new FaultyStack(emulator, wire, project, foreign);
    }

    async remove(): Promise<void> {
        this.endLeftovers();
        this.project.remove();
        await this.wire.stop();
        await this.emulator.stop();
    }

    /** An `up` with changed settings, which stay. */
    up(change: Partial<Settings> = {}, ...more: string[]): Promise<Finished> {
        return this.project.up(...this.configured(change), ...more);
    }

    /**
     * An `up` or `destroy` that is cut off at a point.
     *
     * @returns the call that was held; with `late` it still is.
     */
    async cutOff({ victim, at, during, late = false }: Fault): Promise<Held> {
        const path = await this.pathOf(at.token);
        const held = this.wire.hold({ method: at.method, path, moment: at.moment });
        const verb = during === "destroy" ? ["destroy"] : ["up", ...this.configured(during)];
        const { stack, configFile } = this.project;
        const flags = ["--yes", "--skip-preview", "--stack", stack, "--config-file", configFile];
        const running = this.project.run([...verb, ...flags]);
        const early = running.then(({ stdout, stderr }) => {
            throw new Error(`pulumi ended before ${at.method} ${path.source} was ${at.moment}:\n${stdout}\n${stderr}`);
        });
        await Promise.race([held.reached, early]);
        early.catch(() => undefined);

        if (victim === Victim.Network) this.wire.cut();
        else this.kill(victim);
        if (!late) held.release("pass");
        const { code } = await running;
        if (code === 0) throw new Error("the command that was to be cut off succeeded");
        this.wire.heal();
        // What a user has to do: the file backend's lock outlives an engine that was killed.
        if (victim === Victim.Engine || victim === Victim.Both) {
            await this.project.succeed(["cancel", "--yes", stack]);
        }
        return held;
    }

    /** What a user does next. */
    async recover(step: Recovery): Promise<void> {
        if (step === Recovery.Up) await this.up();
        else if (step === Recovery.Refresh) await this.project.refresh();
        else await this.project.destroy();
    }

    /** Tokens of this stack in Dynatrace. */
    inDynatrace(): string[] {
        const others = new Set([...this.foreign.map(({ id }) => id), publicTokenId(this.emulator.bootstrapToken)]);
        const ids = this.emulator.tokens().map(({ id }) => id);
        return ids.filter((id) => !others.has(id)).sort();
    }

    /** Tokens that the state knows. */
    async inState(): Promise<string[]> {
        return [...new Set((await this.known()).flatMap(({ ids }) => ids))].sort();
    }

    private async known(): Promise<KnownToken[]> {
        const { deployment } = JSON.parse(await this.project.exportState()) as Exported;
        return (deployment.resources ?? [])
            .filter(({ type }) => type.endsWith("dynatrace:ApiToken"))
            .map(({ urn, delete: replaced = false, outputs: { tokenId, retiring = [] } }) => {
                return { urn, replaced, ids: [tokenId, ...retiring.map((predecessor) => predecessor.tokenId)] };
            });
    }

    private async pathOf(token: string | undefined): Promise<RegExp> {
        if (token === undefined) return /\/v2\/apiTokens$/;
        return token === ANY ? /\/v2\/apiTokens\/dt0c01\.\w+$/ : new RegExp(`/${await this.idOf(token)}$`);
    }

    /** Id of the token that an ApiToken stands for by now. */
    async idOf(name: string): Promise<string> {
        const known = (await this.known()).filter(({ urn, replaced }) => urn.endsWith(`::${name}`) && !replaced);
        const id = known[0]?.ids[0];
        if (id === undefined || known.length > 1) throw new Error(`${known.length} tokens in the state are ${name}`);
        return id;
    }

    /** Names of tokens of others that are not as they were made. */
    touched(): string[] {
        const now = new Map(this.emulator.tokens().map((token) => [token.id, token]));
        return this.foreign.filter((token) => !isSame(now.get(token.id), token)).map(({ name }) => name);
    }

    /** Adds tokens of others. */
    crowd(count: number): void {
        const before = new Set(this.emulator.tokens().map(({ id }) => id));
        for (let index = 0; index < count; index++) this.emulator.createToken({ name: "orphans-dev-crowd" });
        this.foreign.push(...this.emulator.tokens().filter(({ id }) => !before.has(id)));
    }

    /** Ends providers that outlived their engine. */
    endLeftovers(): void {
        killAll(this.leftovers);
        this.leftovers = [];
    }

    private configured(change: Partial<Settings>): string[] {
        this.settings = { ...this.settings, ...change };
        return Object.entries(this.settings).flatMap(([key, value]) => {
            return ["--config", `orphans:${key}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`];
        });
    }

    private kill(victim: Victim): void {
        const { engine, provider } = findCommand(this.project.configFile);
        if (victim !== Victim.Provider) killAll(engine);
        if (victim !== Victim.Engine) killAll(provider);
        else this.leftovers.push(...provider);
    }
}

function publicTokenId(token: string): string {
    return token.split(".").slice(0, 2).join(".");
}

interface Exported {
    deployment: {
        resources?: {
            urn: string;
            type: string;
            delete?: boolean;
            outputs: { tokenId: string; retiring?: { tokenId: string }[] };
        }[];
    };
}
