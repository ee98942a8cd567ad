import type { ResourceValidationPolicy } from "@pulumi/policy/policy";

import { expiryRequest } from "../providers/expiry";
import { isKnown } from "./plain";
import { isToken, stackOf, type Subject, subjectOf, violation } from "./resources";

/** Whose tokens have to expire. */
export const ExpiryRequired = {
    /** Those of every stack. */
    Always: "always",
    /** Those of stacks whose name says that they are short-lived. */
    PreviewStacks: "preview-stacks",
} as const;
export type ExpiryRequired = (typeof ExpiryRequired)[keyof typeof ExpiryRequired];

/** Configuration of {@link tokenExpiry}. */
export interface TokenExpiryConfig {
    /** @default `preview-stacks` */
    required: ExpiryRequired;
    /** Regular expression for the names of preview stacks. @default `^(pr|preview|review)-` */
    previewStackPattern: string;
    /** Longest life of a token that has to expire, in days. @default 90 */
    maxDays: number;
}

const DEFAULTS: TokenExpiryConfig = {
    required: ExpiryRequired.PreviewStacks,
    previewStackPattern: "^(pr|preview|review)-",
    maxDays: 90,
};

/** Refuses a Dynatrace token that would outlive its stack. */
export const tokenExpiry: ResourceValidationPolicy = {
    name: "dynatrace-otlp-token-expiry",
    displayName: "Dynatrace tokens expire",
    description: "A Dynatrace token has an expiry, and not too late a one; by default in preview stacks.",
    enforcementLevel: "mandatory",
    severity: "high",
    remediationSteps: "Set expiresAfterDays.",
    configSchema: {
        properties: {
            required: { type: "string", enum: Object.values(ExpiryRequired), default: DEFAULTS.required },
            previewStackPattern: { type: "string", format: "regex", default: DEFAULTS.previewStackPattern },
            maxDays: { type: "number", exclusiveMinimum: 0, default: DEFAULTS.maxDays },
        },
    },
    validateResource: (args, report) => {
        const config = { ...DEFAULTS, ...args.getConfig<Partial<TokenExpiryConfig>>() };
        const found = isToken(args.type) ? expiryViolation(subjectOf(args), config, Date.now()) : undefined;
        if (found !== undefined) report(found);
    },
};

/** What is wrong with a token's expiry, undefined for nothing. @param now milliseconds since 1970. */
export function expiryViolation(subject: Subject, config: TokenExpiryConfig, now: number): string | undefined {
    const { type, name, properties, urn } = subject;
    const stack = stackOf(urn);
    if (config.required !== ExpiryRequired.Always && !new RegExp(config.previewStackPattern).test(stack)) {
        return undefined;
    }
    const { expiresAfterDays, expirationDate } = properties;
    const given = [expiresAfterDays, expirationDate].filter((value) => value !== undefined && value !== null);
    const say = (problem: string): string => violation(type, name, fieldOf(type), problem);
    if (given.length === 0) {
        return say(
            `is missing, and the tokens of stack ${stack} have to expire; set it, ${config.maxDays} days ahead at most`,
        );
    }
    if (!given.every(isKnown)) return undefined;
    const days = lifeInDays({ expiresAfterDays, expirationDate } as ExpiryGiven, now);
    if (days === undefined || days <= config.maxDays) return undefined;
    return say(`is ${Math.ceil(days)} days from now, more than the ${config.maxDays} allowed; lower it`);
}

interface ExpiryGiven {
    expiresAfterDays?: number;
    expirationDate?: string;
}

/** Longest that each unit of a relative date can be, in days. */
const UNIT_DAYS: Record<string, number> = { m: 1 / 1440, h: 1 / 24, d: 1, w: 7, M: 31, y: 366 };

/** Days until the expiry; undefined for text that is none, which the token's own checks refuse. */
function lifeInDays(given: ExpiryGiven, now: number): number | undefined {
    const request = expiryRequest(given) ?? "";
    const [, count, unit] = /^now\+(\d+)([mhdwMy])/.exec(request) ?? [];
    if (count !== undefined && unit !== undefined) return Number(count) * (UNIT_DAYS[unit] ?? Infinity);
    const at = Date.parse(request);
    return Number.isNaN(at) ? undefined : (at - now) / 86_400_000;
}

/** The argument to change. The other package has no days. */
function fieldOf(type: string): string {
    return type.startsWith("dynatrace:") ? "expirationDate" : "expiresAfterDays";
}
