import * as fc from "fast-check";

import type { CollectorSettingsArgs } from "../../components/collector/args";
import { knownAtPreview, podInputs } from "../../components/collector/pod-inputs";
import { planCollector } from "../../components/collector/plan";
import { planSidecar } from "../../components/collector/sidecar";
import { Check, InputError } from "../../components/shared/check";
import { ARGUMENTS, SHARES, SIDECAR_ARGUMENTS } from "./matrix-arguments";
import { selfSigned } from "./certificates";

/** Arguments, or some of them, as plain data. */
export type Args = Record<string, unknown>;

/** A way to run a Collector: a value of each dimension, what else was asked for, and the arguments that say so. */
export interface Combination {
    /** Also its namespace. */
    name: string;
    values: Record<Dimension, string>;
    /** Names of the values of other arguments, e.g. `exposure: gateway`. */
    asked: string[];
    args: Args;
}

/** What the component takes, and what it refuses, with the reason. */
export interface Matrix {
    taken: Combination[];
    refused: { combination: Combination; reason: string }[];
    /** Combinations of a sidecar with what it has no argument for. */
    notOffered: number;
}

const ENVIRONMENT = "abc12345";
const CA = selfSigned("Matrix CA", -1, 3650);
const SECRET = { secret: { name: "ingest-token" } };

/** Every combination of these is tried. */
export const DIMENSIONS = {
    mode: {
        deployment: { mode: "deployment" },
        statefulSet: { mode: "statefulSet" },
        daemonSet: { mode: "daemonSet" },
        twoTier: { mode: "twoTier" },
        sidecar: {},
    },
    route: {
        saas: { endpoint: { environment: ENVIRONMENT } },
        managed: { endpoint: { environment: ENVIRONMENT, route: "managed", host: "managed.example.com" } },
        "existing ActiveGate": {
            endpoint: {
                environment: ENVIRONMENT,
                route: "activegate",
                host: "activegate.example.com",
                port: 9443,
                ca: { pem: CA },
            },
        },
        "ActiveGate in the cluster": {
            endpoint: { environment: ENVIRONMENT, route: "container-activegate", host: "dk-activegate.dynatrace" },
        },
        OneAgent: { endpoint: { route: "oneagent" } },
    },
    image: {
        "dynatrace 0.54.0": { image: { distribution: "dynatrace", version: "0.54.0" } },
        "dynatrace 0.48.0": { image: { distribution: "dynatrace", version: "0.48.0" } },
        "dynatrace 0.33.0": { image: { distribution: "dynatrace", version: "0.33.0" } },
        "contrib 0.158.0": { image: { distribution: "contrib", version: "0.158.0" } },
        "contrib 0.149.0": { image: { distribution: "contrib", version: "0.149.0" } },
    },
    access: {
        "token from a variable": { token: SECRET },
        "platform token": { token: { ...SECRET, scheme: "Bearer", revision: "2" } },
        "token from a file": { token: SECRET, tokenFrom: "file" },
        "senders show a token": { token: SECRET, receiver: { bearer: { secret: { name: "senders" } } } },
        "senders show a certificate": {
            token: SECRET,
            receiver: {
                tls: { secretName: "gateway-tls", clientCa: { secret: { name: "senders-ca" } }, minVersion: "1.3" },
            },
        },
        "senders show a password": { token: SECRET, receiver: { basic: { secret: { name: "senders" } } } },
    },
    queue: {
        "in memory": {},
        "on a volume": { persistentQueue: { sizeGiB: 2, storageClassName: "fast" } },
        "on the node": { persistentQueue: { hostPath: "/var/lib/dynatrace-otlp" } },
    },
} satisfies Record<string, Record<string, Args>>;
export type Dimension = keyof typeof DIMENSIONS;

/** Laid together, the same each time: what else is asked for comes from a fixed seed. */
export function matrix(seed: number): Matrix {
    const found: Matrix = { taken: [], refused: [], notOffered: 0 };
    const rest = fc.sample(fc.noBias(others()), { seed, numRuns: cross().length });
    for (const [index, values] of cross().entries()) {
        const name = `matrix-${String(index).padStart(4, "0")}`;
        const args = { ...argsOf(values), ...(isSidecar(values) ? {} : { namespace: name }) };
        const combination = { name, values, asked: [], args };
        if (isSidecar(values) && ("receiver" in args || "persistentQueue" in args)) {
            found.notOffered += 1;
            continue;
        }
        const reason = refusal(combination);
        if (reason === undefined) found.taken.push(withOthers(combination, rest[index] ?? {}));
        else found.refused.push({ combination, reason });
    }
    return found;
}

/** Why the component refuses it before anything is created; undefined if it takes it. Any other error is thrown. */
export function refusal({ args, values }: Combination): string | undefined {
    try {
        if (isSidecar(values)) planSidecar(new Check("Matrix"), "shop", args as never);
        else {
            planCollector(new Check("Matrix"), "gateway", knownAtPreview(args as CollectorSettingsArgs) as never);
            podInputs(new Check("Matrix"), args as CollectorSettingsArgs);
        }
        return undefined;
    } catch (error) {
        if (!(error instanceof InputError)) throw error;
        return error.message.replace(/^Matrix: /, "");
    }
}

export const isSidecar = ({ mode }: Combination["values"]): boolean => mode === "sidecar";

/** Every combination of the dimensions' values. */
function cross(): Combination["values"][] {
    let all: Record<string, string>[] = [{}];
    for (const [dimension, values] of Object.entries(DIMENSIONS)) {
        all = all.flatMap((before) => Object.keys(values).map((value) => ({ ...before, [dimension]: value })));
    }
    return all as Combination["values"][];
}

function argsOf(values: Combination["values"]): Args {
    const parts = Object.entries(DIMENSIONS).map(([dimension, known]) => {
        return (known as Record<string, Args>)[values[dimension as Dimension]] ?? {};
    });
    return parts.reduce(laidOver, {});
}

/** For each other argument one of its values, by name, or, half of the time unless it has another share, none. */
function others(): fc.Arbitrary<Record<string, string | undefined>> {
    return fc.record(
        Object.fromEntries(
            Object.entries(ARGUMENTS).map(([argument, values]) => {
                const percent = 100 * (SHARES[argument] ?? 0.5);
                return [
                    argument,
                    fc.oneof(
                        { weight: 100 - percent, arbitrary: fc.constant(undefined) },
                        { weight: percent, arbitrary: fc.constantFrom(...Object.keys(values)) },
                    ),
                ];
            }),
        ),
    );
}

/** What does not go together with the rest is left out: the argument that sets the field of the refusal, else the last one. */
function withOthers(combination: Combination, drawn: Record<string, string | undefined>): Combination {
    let asked = Object.keys(ARGUMENTS)
        .filter((argument) => !isSidecar(combination.values) || SIDECAR_ARGUMENTS.includes(argument))
        .flatMap((argument) => {
            const value = drawn[argument];
            return value === undefined
                ? []
                : [{ name: `${argument}: ${value}`, args: ARGUMENTS[argument]?.[value] ?? {} }];
        });
    for (;;) {
        const all = {
            ...combination,
            args: [combination.args, ...asked.map(({ args }) => args)].reduce(laidOver),
            asked: asked.map(({ name }) => name),
        };
        const refused = refusal(all);
        if (refused === undefined) return all;
        const path = (refused.split(/[:[]/, 1)[0] ?? "").split(".");
        const depths = asked.map(({ args }) => depthOf(args, path));
        const culprit = asked[depths.lastIndexOf(Math.max(...depths))];
        asked = asked.filter((it) => it !== culprit);
    }
}

/** How many steps of a path lead on. */
function depthOf(args: unknown, [key, ...rest]: string[]): number {
    if (key === undefined || !isMap(args) || !(key in args)) return 0;
    return 1 + depthOf(args[key], rest);
}

/** Maps are merged; all else is replaced. */
function laidOver(base: Args, over: Args): Args {
    return Object.fromEntries(
        [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => {
            const [below, above] = [base[key], over[key]];
            if (!(key in over)) return [key, below];
            return [key, isMap(below) && isMap(above) ? laidOver(below, above) : above];
        }),
    );
}

function isMap(value: unknown): value is Args {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
