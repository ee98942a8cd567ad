import type { ResourceValidationPolicy } from "@pulumi/policy/policy";

import { redact } from "../providers/dynatrace/redact";
import { isBag, type Path, pathText, walk } from "./plain";
import { type Subject, subjectOf, violation } from "./resources";

/** Configuration of {@link noTokenInClear}. */
export interface NoTokenInClearConfig {
    /** Types of resources that are not looked at, e.g. `kubernetes:helm.sh/v3:Release`. @default none */
    exemptTypes: string[];
}

const DEFAULTS: NoTokenInClearConfig = { exemptTypes: [] };

/** Properties that can be read by whoever may look at a resource, whichever cloud it is in. */
const READABLE =
    /^(env|envs|environment|environmentVariables|tags|tagsAll|labels|annotations|metadata|description|args|commands?|entryPoints?|containers|containerDefinitions|userData|userDataBase64|create|update|delete|triggers)$/i;

/** A token as this package shows it: its public id. */
const CUT_TOKEN = /dt0[a-z]\d{2}\.[a-z0-9]+\.\*{3}/gi;

/** Runs of text that may be base64, which is how a Secret's data stands in an annotation, or a script in user data. */
const BASE64 = /[A-Za-z0-9+/_-]{40,}/g;

/** Refuses a Dynatrace token in any place where it can be read. */
export const noTokenInClear: ResourceValidationPolicy = {
    name: "dynatrace-otlp-no-token-in-clear",
    displayName: "No Dynatrace token in the clear",
    description:
        "No text of a Dynatrace token in environment variables, ConfigMaps, annotations, labels, commands or Helm values.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Put the token into a Secret and name that: valueFrom.secretKeyRef. Revoke the token, it is in Pulumi's state.",
    configSchema: {
        properties: { exemptTypes: { type: "array", items: { type: "string" }, default: DEFAULTS.exemptTypes } },
    },
    validateResource: (args, report) => {
        const { exemptTypes } = { ...DEFAULTS, ...args.getConfig<Partial<NoTokenInClearConfig>>() };
        if (!exemptTypes.includes(args.type)) tokenViolations(subjectOf(args)).forEach((message) => report(message));
    },
};

/** One message for each place of a resource in which a token can be read. */
export function tokenViolations({ type, name, properties }: Subject): string[] {
    const found = new Map<string, string>();
    const look = (text: string, path: Path, what: string): void => {
        const id = tokenIn(text);
        if (id !== undefined) found.set(`${pathText(path)} ${what}`.trim(), id);
    };
    look(name, ["name"], "");
    walk(withoutSecretData(type, properties), (value, path) => {
        if (!isReadable(type, path)) return;
        if (typeof value === "string") look(value, path, "");
        if (isBag(value)) Object.keys(value).forEach((key) => look(key, path, "(a key)"));
    });
    return [...found].map(([field, id]) => violation(type, name, field, `holds the token ${id}; ${WAY_OUT}`));
}

const WAY_OUT =
    "put it into a Secret, name that with valueFrom.secretKeyRef (IngestToken does both), and revoke the token: it can be read here";

/** The public id of the first token in a text, also in base64, as `dt0c01.ABC.***`; undefined if there is none. */
export function tokenIn(text: string): string | undefined {
    const cut = redact(text);
    if (cut !== text) return cut.match(CUT_TOKEN)?.[0];
    for (const [run] of text.matchAll(BASE64)) {
        // What stands before it, as in `token-ZHQw…`, may belong to the alphabet too and shift it.
        for (const start of [0, 1, 2, 3]) {
            const decoded = Buffer.from(run.slice(start), "base64").toString("latin1");
            if (redact(decoded) !== decoded) return redact(decoded).match(CUT_TOKEN)?.[0];
        }
    }
    return undefined;
}

/** In Kubernetes all but a Secret's own data can be read by many; elsewhere a resource may well be a store of secrets. */
function isReadable(type: string, path: Path): boolean {
    if (type.startsWith("kubernetes:")) return true;
    // The environment of a command that runs beside Pulumi is recorded as a secret and shown nowhere.
    const hidden = type.startsWith("command:") ? "environment" : undefined;
    return path.some((step) => typeof step === "string" && step !== hidden && READABLE.test(step));
}

/** Without `data` and `stringData` of the Secrets in it, where a token belongs. */
function withoutSecretData(type: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => withoutSecretData(type.replace(/List$/, ""), item));
    if (!isBag(value)) return value;
    const isSecret =
        (value.apiVersion === "v1" && value.kind === "Secret") || /^kubernetes:core\/v1:Secret(Patch)?$/.test(type);
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => !isSecret || (key !== "data" && key !== "stringData"))
            .map(([key, item]) => [key, withoutSecretData(key === "items" ? type : "", item)]),
    );
}
