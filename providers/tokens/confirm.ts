import * as pulumi from "@pulumi/pulumi";

import { EXPLICIT_PROVIDER } from "../dynatrace/settings";
import { settingsOf } from "../dynatrace-provider";
import type { Properties } from "../properties";
import { Run } from "../run";

/*
 * A token is created with `-unrecorded` in its name. Its outputs reach the program only after the engine has recorded it, so the program
 * gives the token its final name: the proof that a state held the token once, and that it must not be deleted on suspicion.
 *
 * If that fails, nothing is lost: a refresh sees the name, and the next `up` changes it.
 */

/** Milliseconds since 1970 at which this process started. */
const STARTED = Date.now() - process.uptime() * 1000;
const confirmed = new Set<string>();

/** A token as its resource shows it. */
interface TokenOutputs {
    readonly tokenId: pulumi.Output<string>;
    readonly actualName: pulumi.Output<string>;
    readonly createdAt: pulumi.Output<string>;
}

/** Gives the token its final name once it is recorded: only in an `up`, and only a token that this `up` created. */
export function confirmRecorded(token: TokenOutputs, explicit: pulumi.ProviderResource | undefined): void {
    if (pulumi.runtime.isDryRun() || isMocked()) return;
    const settings = explicit === undefined ? pulumi.output(undefined) : settingsOf(explicit);
    // Its settings cannot be read here, and the bootstrap token of the default provider must not go to its environment.
    if (settings === undefined) return;
    const applied = pulumi.output<unknown>(Reflect.get(token, "applied"));
    const outputs = pulumi.all([token.tokenId, token.actualName, token.createdAt, applied]);
    pulumi.all([outputs, settings]).apply(([[id, name, createdAt, record], own]) => {
        if (!(Date.parse(createdAt) >= STARTED) || confirmed.has(id) || !isRecord(record)) return;
        confirmed.add(id);
        void rename(id, name, record, own).catch(() => undefined);
    });
}

type Settings = Record<string, string | undefined>;

async function rename(
    tokenId: string,
    name: string,
    { apiUrl, scopes, enabled }: Properties,
    settings: Settings | undefined,
): Promise<void> {
    /* eslint-disable-next-line @typescript-eslint/no-require-imports -- axios and zod take long to load, and most runs need neither */
    const { clientFor } = require("../run-client") as typeof import("../run-client");
    const client = clientFor(String(apiUrl), runWith(settings, String(apiUrl)));
    const list = Array.isArray(scopes) ? scopes.map(String) : [];
    await client.updateToken(tokenId, { name, scopes: list, enabled: enabled !== false });
}

const runs = new Map<string, Run>();

/** One for each provider and address in the process, so that refusals are waited out by all calls together. */
function runWith(settings: Settings | undefined, apiUrl: string): Run {
    const name = `${settings?.[EXPLICIT_PROVIDER] ?? ""}\n${apiUrl}`;
    const run = runs.get(name) ?? new Run({ say: () => undefined });
    runs.set(name, run);
    run.sources.config = settings === undefined ? { get: stackConfig } : { get: (key) => settings[key] };
    return run;
}

/** The stack's configuration by `namespace:key`. */
function stackConfig(name: string): string | undefined {
    const [namespace, key = ""] = name.split(":");
    return new pulumi.Config(namespace).get(key);
}

/** Under Pulumi's mocks no token exists. */
function isMocked(): boolean {
    const monitor: object | undefined = pulumi.runtime.getMonitor();
    return monitor === undefined || monitor.constructor.name === "MockMonitor";
}

function isRecord(value: unknown): value is Properties {
    return typeof value === "object" && value !== null;
}
