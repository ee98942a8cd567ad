import type { DynatraceClient } from "../dynatrace/client";
import { DynatraceSettingsError } from "../dynatrace/errors";
import { publicTokenId } from "../dynatrace/redact";
import type { CreatedToken } from "../dynatrace/replies";
import { isExpired } from "../expiry";
import type { Run } from "../run";
import type { CheckedInputs } from "./state";

/**
 * Finds the token that is to be taken over; changes nothing.
 *
 * @param now milliseconds since 1970.
 * @throws DynatraceSettingsError for a secret that Dynatrace does not know, and for a token that can serve no more.
 */
export async function takeOver(client: DynatraceClient, secret: string, now: number): Promise<CreatedToken> {
    const id = publicTokenId(secret);
    const refuse = (problem: string): never => {
        throw new DynatraceSettingsError(`ApiToken: adoptToken: ${id ?? "the token"} ${problem}`, [secret]);
    };
    const found = await client.lookUp(secret);
    if (!found) {
        return refuse("is not known to Dynatrace by this secret; check environment and text, or leave adoptToken out");
    }
    if (found.personalAccessToken) return refuse("is a personal access token, which can hold no ingest scope");
    if (isExpired(found.expirationDate, now)) {
        return refuse(`expired at ${found.expirationDate}; leave adoptToken out for a new one`);
    }
    return { id: found.id, token: secret, expirationDate: found.expirationDate };
}

/** Whether the state already began with this token: what is asked for now is its successor. */
export function adoptedTwice(run: Run, { mark, adoptToken = "" }: CheckedInputs): boolean {
    const earlier = run.recordedInputs.get(mark)?.adoptToken;
    return earlier !== undefined && earlier === adoptToken;
}
