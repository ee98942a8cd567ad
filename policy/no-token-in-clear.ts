import type { ResourceValidationPolicy } from "@pulumi/policy/policy";

import { redact } from "../providers/dynatrace/redact";
import { type Bag, isBag, isKnown, type Path, pathText, walk } from "./plain";
import { type Subject, subjectOf, violation } from "./resources";

/** Configuration of {@link noTokenInClear}. */
export interface NoTokenInClearConfig {
    /** Types of resources that are not checked, e.g. `kubernetes:helm.sh/v3:Release`. @default none */
    exemptTypes: string[];
    /** Whether a Secret with a token may be rendered to files, where anyone who can read the files can read the token. @default false */
    allowRenderedSecrets: boolean;
}

const DEFAULTS: NoTokenInClearConfig = { exemptTypes: [], allowRenderedSecrets: false };

/** Properties that anyone who may view a resource can read, in any cloud. */
const READABLE =
    /^(env|envs|environment|environmentVariables|tags|tagsAll|labels|annotations|metadata|description|args|commands?|entryPoints?|containers|containerDefinitions|userData|userDataBase64|create|update|delete|triggers)$/i;

/** A token that was cut to its public id. */
const CUT_TOKEN = /dt0[a-z]\d{2}\.[a-z0-9]+\.\*{3}/gi;

/** Runs of text that may be base64, which is how a Secret's data stands in an annotation, or a script in user data. */
const BASE64 = /[A-Za-z0-9+/_-]{40,}/g;

/** Refuses a Dynatrace token in any place where it can be read. */
export const noTokenInClear: ResourceValidationPolicy = {
    name: "dynatrace-otlp-no-token-in-clear",
    displayName: "No Dynatrace token in the clear",
    description:
        "No Dynatrace token is written in environment variables, ConfigMaps, annotations, labels, commands, Helm values or rendered files.",
    enforcementLevel: "mandatory",
    severity: "critical",
    remediationSteps:
        "Put the token into a Secret and refer to it with valueFrom.secretKeyRef. Revoke the token, because it is in Pulumi's state.",
    configSchema: {
        properties: {
            exemptTypes: { type: "array", items: { type: "string" }, default: DEFAULTS.exemptTypes },
            allowRenderedSecrets: { type: "boolean", default: DEFAULTS.allowRenderedSecrets },
        },
    },
    validateResource: (args, report) => {
        const { exemptTypes, allowRenderedSecrets } = {
            ...DEFAULTS,
            ...args.getConfig<Partial<NoTokenInClearConfig>>(),
        };
        if (exemptTypes.includes(args.type)) return;
        const subject = subjectOf(args);
        tokenViolations(subject).forEach((message) => report(message));
        if (!allowRenderedSecrets) renderedViolations(subject).forEach((message) => report(message));
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

/** One message for each field of a Secret that the provider would write to a file with a token in it. */
export function renderedViolations({ type, name, properties, provider }: Subject): string[] {
    if (!/^kubernetes:core\/v1:Secret(Patch|List)?$/.test(type) || !rendersToFiles(provider)) return [];
    const found: string[] = [];
    walk(properties, (value, path) => {
        const id = typeof value === "string" && path.some(holdsData) ? tokenIn(value) : undefined;
        if (id !== undefined) found.push(violation(type, name, pathText(path), `holds the token ${id}; ${RENDERED}`));
    });
    return found;
}

const RENDERED =
    "its provider sets renderYamlToDirectory, which writes it to a file in plain text; use secretDelivery referenced, and revoke the token " +
    "if a file with it was stored anywhere";

function rendersToFiles({ renderYamlToDirectory: directory }: Bag): boolean {
    return isKnown(directory) && directory !== "";
}

function holdsData(step: string | number): boolean {
    return step === "data" || step === "stringData";
}

const WAY_OUT =
    "put it into a Secret, refer to the Secret with valueFrom.secretKeyRef (IngestToken does both), and revoke the token: it can be read here";

/** The public id of the first token in a text, also in base64, as `dt0c01.ABC.***`; undefined if there is no token. */
export function tokenIn(text: string): string | undefined {
    const cut = redact(text);
    if (cut !== text) return cut.match(CUT_TOKEN)?.[0];
    for (const [run] of text.matchAll(BASE64)) {
        // Characters before it, as in `token-ZHQw…`, may belong to the alphabet too and shift it.
        for (const start of [0, 1, 2, 3]) {
            const decoded = Buffer.from(run.slice(start), "base64").toString("latin1");
            if (redact(decoded) !== decoded) return redact(decoded).match(CUT_TOKEN)?.[0];
        }
    }
    return undefined;
}

/** In Kubernetes, many people can read everything except the data of a Secret; elsewhere, a resource may be a store of secrets. */
function isReadable(type: string, path: Path): boolean {
    if (type.startsWith("kubernetes:")) return true;
    // Pulumi records the environment of a command as a secret and does not show it.
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
