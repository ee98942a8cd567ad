import { z } from "zod";
import type { Call } from "../context";
import { decodedBody, mediaType } from "../http/body";
import { Refuse } from "../http/refuse";
import { badBody, envelope, violated } from "../http/reply";
import { limits } from "../limits";
import { isoDate, parseDate } from "./dates";
import { accessTokenScopes, allowedInPersonalAccessToken } from "./scopes";

const name = z.string("must not be null").refine((text) => text.trim() !== "", "must not be empty");
const scopes = z.array(z.string(), "must not be null").min(1, "must not be empty");

// Fields that a body does not document are ignored: Terraform's provider has always sent `enabled` with a POST.
const create = z.object({
    name,
    scopes,
    expirationDate: z.union([z.string(), z.number()]).nullish(),
    personalAccessToken: z.boolean().nullish(),
});

const change = { name: name.optional(), scopes: scopes.optional(), enabled: z.boolean().optional() };
/** Fields of an ApiToken that no PUT changes. */
const unchangeable = ["expirationDate", "personalAccessToken", "owner", "id", "creationDate", "modifiedDate"];
const updateOrIgnore = z.object(change);
const updateOrReject = z.object({
    ...change,
    ...Object.fromEntries(unchangeable.map((field) => [field, z.undefined("cannot be changed")])),
});

const lookup = z.object({ token: z.string("must not be null").min(1, "must not be empty") });

export async function parseCreate(call: Call) {
    const { expirationDate, personalAccessToken, ...rest } = await parse(call, create);
    return {
        ...rest,
        personalAccessToken: personalAccessToken ?? false,
        expirationDate: expirationDate == null ? undefined : String(expirationDate),
    };
}

export async function parseUpdate(call: Call) {
    const reject = call.context.settings.putExpirationDate === "reject";
    const { name, scopes, enabled } = await parse(call, reject ? updateOrReject : updateOrIgnore);
    return { name, scopes, enabled };
}

export function parseLookup(call: Call) {
    return parse(call, lookup);
}

/** @throws Refuse with 400 which lists the scopes that do not exist, or that this kind of token cannot hold. */
export function checkScopes(scopes: string[], personalAccessToken: boolean): void {
    const unknown = scopes.filter((scope) => !accessTokenScopes.has(scope));
    if (unknown.length > 0) throw new Refuse(badBody("scopes", `Unknown token scopes: ${unknown.join(", ")}`));
    const refused = personalAccessToken ? scopes.filter((scope) => !allowedInPersonalAccessToken(scope)) : [];
    if (refused.length > 0) {
        throw new Refuse(badBody("scopes", `Not available for personal access tokens: ${refused.join(", ")}`));
    }
}

/** @returns ISO 8601, for the reply and for keeping. @throws Refuse with 400 for no date and for the past. */
export function checkExpirationDate(text: string | undefined, now: number): string | undefined {
    if (text === undefined) return undefined;
    const at = parseDate(text, now);
    if (at === undefined) throw new Refuse(badBody("expirationDate", `Unable to parse date '${text}'.`));
    if (at <= now) throw new Refuse(badBody("expirationDate", "The expiration date must not be in the past."));
    return isoDate(at);
}

/** What is wrong with a field of a body. */
interface Issue {
    path: PropertyKey[];
    message: string;
}

/** What a body must look like. A zod schema is one; declarations name this interface, so that they need no zod. */
export interface BodySchema<T> {
    safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: Issue[] } };
}

/** The JSON body by a schema. @throws Refuse with 400, 413 or 415. */
export async function parse<T>(call: Call, schema: BodySchema<T>): Promise<T> {
    if (mediaType(call.request) !== "application/json") {
        throw new Refuse(envelope(415, "Unsupported media type, use application/json."));
    }
    const bytes = limits.restBodyBytes;
    const body = await decodedBody(call.request, call.raw, { bytes, compressedBytes: bytes });
    let value: unknown;
    try {
        value = JSON.parse(body.toString("utf8"));
    } catch {
        throw new Refuse(envelope(400, "Could not parse the JSON of the request body."));
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new Refuse(
        violated(
            ...result.error.issues.map((issue) => ({
                path: pathOf(issue),
                message: issue.message,
                parameterLocation: "PAYLOAD_BODY" as const,
            })),
        ),
    );
}

/** For example `scopes[0]`. */
function pathOf({ path }: Issue): string {
    return path
        .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index ? "." : ""}${String(part)}`))
        .join("");
}
