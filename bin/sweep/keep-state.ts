import { readFileSync, statSync } from "node:fs";
import { z } from "zod";

import { tokenKindOf } from "../../providers/tokens/registry";
import type { Io } from "../command";

/** What a stack's state says about tokens. */
export interface KeptState {
    /** Ids of the tokens it names. */
    ids: string[];
    /** Milliseconds since 1970: a token made later cannot be in it. */
    writtenAt: number;
}

const listed = z.array(z.object({ tokenId: z.string() }));
const resource = z.object({
    type: z.string(),
    urn: z.string(),
    id: z.string().nullish(),
    outputs: z.object({ tokenId: z.unknown(), retiring: z.unknown() }).partial().nullish(),
});
const stackExport = z.object({
    version: z.number(),
    deployment: z.object({
        resources: z.array(resource).nullish(),
        pending_operations: z.array(z.object({ resource })).nullish(),
    }),
});
type Resource = z.output<typeof resource>;

/**
 * Reads what `pulumi stack export` printed.
 *
 * @param source a file, or `-` for standard input.
 * @throws Error for a file that is no such export: what it keeps would be deleted.
 */
export async function readKeptState(source: string, io: Io): Promise<KeptState> {
    if (source === "-") return { ids: tokenIdsOf(await io.input(), "standard input"), writtenAt: io.clock.now() };
    const text = readFileSync(source, "utf8");
    return { ids: tokenIdsOf(text, source), writtenAt: statSync(source).mtimeMs };
}

/**
 * Ids of all tokens that an exported state names: made, replaced but still serving, and those that wait for deletion.
 *
 * @param source what to call it in an error.
 * @throws Error for text that is not the output of `pulumi stack export`.
 */
export function tokenIdsOf(text: string, source: string): string[] {
    const { deployment } = parsed(text, source);
    const pending = (deployment.pending_operations ?? []).map((operation) => operation.resource);
    return [...(deployment.resources ?? []), ...pending]
        .filter(({ type }) => tokenKindOf(type) !== undefined)
        .flatMap((token) => idsOf(token, source));
}

function parsed(text: string, source: string): z.output<typeof stackExport> {
    try {
        return stackExport.parse(JSON.parse(text));
    } catch {
        throw new Error(`--keep-state: ${source} is not one output of \`pulumi stack export\`; nothing was deleted`);
    }
}

function idsOf({ urn, id, outputs }: Resource, source: string): string[] {
    const { tokenId, retiring } = outputs ?? {};
    const serving = listed.safeParse(retiring ?? []);
    // An encrypted list could name tokens that serve on.
    if (!serving.success) {
        const problem = `the list of replaced tokens of ${urn} cannot be read`;
        const wayOut = "take retiring out of its additionalSecretOutputs, run `pulumi up` and export again";
        throw new Error(`--keep-state: ${source}: ${problem}; ${wayOut}. Nothing was deleted`);
    }
    const own = [id, tokenId].filter((it): it is string => typeof it === "string" && it !== "");
    return [...own, ...serving.data.map((predecessor) => predecessor.tokenId)];
}
