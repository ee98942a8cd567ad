import { messageOf } from "../thrown";
import type { Run } from "../run";
import { allKinds } from "./kinds";
import { TokenPlace } from "./kind";
import { missingCredentials } from "./place";
import type { TokenKind } from "./registry";
import type { Address, Probe } from "./state";

/**
 * Asks Dynatrace once a run whether tokens of a kind can be created at an address.
 *
 * @param patient whether to wait and to repeat the call, where Dynatrace does not answer at once.
 */
export async function probeOnce(of: TokenKind, address: Address, run: Run, patient: boolean): Promise<Probe> {
    const key = JSON.stringify(address);
    const earlier = await run.probes.get(key);
    if (earlier?.works || (earlier && !patient)) return earlier;
    const probe = probeNow(of, address, run, patient);
    run.probes.set(key, probe);
    return probe;
}

async function probeNow(of: TokenKind, address: Address, run: Run, patient: boolean): Promise<Probe> {
    const kind = allKinds().find(({ name }) => name === of);
    if (!kind) return { problem: `there is no kind of token ${of}` };
    const missing = missingCredentials(kind.place, run.sources);
    if (missing !== undefined) return { unchecked: missing, missing: true };
    try {
        const unchecked = await kind.api(address, run).probe(patient);
        return unchecked === undefined ? { works: true } : { unchecked };
    } catch (error) {
        return { problem: messageOf(error) };
    }
}

/** Whether the tokens of a place live in an environment or in an account. */
export function placeOfKind(of: TokenKind): TokenPlace {
    return allKinds().find(({ name }) => name === of)?.place ?? TokenPlace.Environment;
}
