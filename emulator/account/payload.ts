import { z } from "zod";
import type { Call } from "../context";
import { Refuse } from "../http/refuse";
import { badBody } from "../http/reply";
import { limits } from "../limits";
import { isoDate } from "../tokens/dates";
import { parse } from "../tokens/payload";
import { platformTokenScopes } from "./scopes";

const { nameLength } = limits.platformTokens;
const texts = z.array(z.string(), "must not be null");

/** All fields are required. */
const create = z.object({
    name: z
        .string("must not be null")
        .refine((text) => text.trim() !== "", "must not be empty")
        .refine((text) => text.length <= nameLength, `must not be longer than ${nameLength} characters`),
    scope: texts.min(1, "must not be empty"),
    resource: texts.min(1, "must not be empty"),
    tags: texts,
    expirationDate: z.string("must not be null"),
    userUuid: z.string("must not be null"),
});
const expiry = z.object({ expirationDate: z.string("must not be null") });
const status = z.object({ status: z.enum(["ACTIVE", "INACTIVE"], "must be ACTIVE or INACTIVE") });

/** @throws Refuse with 400 naming the field. */
export async function parseCreate(call: Call) {
    const body = await parse(call, create);
    const unknown = body.scope.filter((scope) => !platformTokenScopes.has(scope));
    if (unknown.length > 0) throw new Refuse(badBody("scope", `Unknown scopes: ${unknown.join(", ")}`));
    const { accountUuid, users } = call.context.account;
    const foreign = body.resource.filter(
        (urn) => urn !== `urn:dtaccount:${accountUuid}` && !/^urn:dtenvironment:[A-Za-z0-9-]+$/.test(urn),
    );
    if (foreign.length > 0) throw new Refuse(badBody("resource", `Not in this account: ${foreign.join(", ")}`));
    if (!users.includes(body.userUuid)) throw new Refuse(badBody("userUuid", "There is no such user in the account."));
    return { ...body, expirationDate: futureDate(call, body.expirationDate) };
}

export async function parseExpiry(call: Call): Promise<string> {
    return futureDate(call, (await parse(call, expiry)).expirationDate);
}

export async function parseStatus(call: Call): Promise<boolean> {
    return (await parse(call, status)).status === "ACTIVE";
}

/** RFC 3339 with a zone, nothing relative, and not in the past. */
function futureDate(call: Call, text: string): string {
    const at = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : NaN;
    if (Number.isNaN(at)) throw new Refuse(badBody("expirationDate", `'${text}' is not a date-time.`));
    if (at <= call.context.settings.now()) throw new Refuse(badBody("expirationDate", "must not be in the past"));
    return isoDate(at);
}
