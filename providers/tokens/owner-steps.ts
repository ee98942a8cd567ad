import { DynatraceAuthError, DynatraceSettingsError } from "../dynatrace/errors";
import { redact } from "../dynatrace/redact";
import { isSame, isUnknown, present, type Properties } from "../properties";
import type { Run } from "../run";
import type { CheckResult, Steps } from "../steps";
import { codeOf, messageOf } from "../thrown";
import { TokenPlace, type TokenApi } from "./kind";
import type { SeenToken } from "./state";
import { newMark, parseTokenName } from "./names";
import { addressIn, completeAddress, foreignPlace, movedBy, moveProblem } from "./place";
import { isTokenKind, type TokenKind } from "./registry";
import type { Address } from "./state";

/* eslint-disable @typescript-eslint/no-require-imports -- axios and zod take long to load */
const kinds = (): typeof import("./kinds") => require("./kinds") as typeof import("./kinds");
const probes = (): typeof import("./probe") => require("./probe") as typeof import("./probe");
const orphans = (): typeof import("./orphans") => require("./orphans") as typeof import("./orphans");
/* eslint-enable @typescript-eslint/no-require-imports */

/** Where it lives, as it is recorded: not under the names of the inputs, which would erase it. */
interface Recorded {
    mark: string;
    place: TokenPlace;
    address: Address;
}

/** The steps of a TokenOwner. */
export function tokenOwnerSteps(run: Run): Steps {
    return {
        check: (olds, news) => checkOwner(olds, news, run),
        diff: (_id, olds, news) => {
            const place = placeIn(news);
            const [before, after] = [recordIn(olds).address, addressIn(place, news)];
            if (after === undefined) return { changes: true, replaces: [] };
            const moved = movedBy(place, before, after);
            return { changes: !isSame(before, after), replaces: moved === undefined ? [] : [moved] };
        },
        create: async (inputs) => {
            const { place, address } = { place: placeIn(inputs), address: addressIn(placeIn(inputs), inputs) ?? {} };
            const probe = await probes().probeOnce(firstKind(inputs, place), address, run, true);
            // An owner in the state shows that its address and credentials worked once.
            if (!probe.works) throw new DynatraceSettingsError(probe.problem ?? probe.unchecked ?? "");
            const mark = newMark();
            run.newMarks.add(mark);
            return { id: mark, outs: { mark, place, address } };
        },
        read: (id, props) => {
            const { place, address } = recordIn(props);
            return { id, props, inputs: { place, ...address } };
        },
        update: (id, _olds, news) => {
            const place = placeIn(news);
            return { outs: { mark: id, place, address: addressIn(place, news) ?? {} } };
        },
        delete: (id, props) => deleteOwner(id, recordIn(props), run),
    };
}

/** Resolves the address, and asks Dynatrace once whether it and the credentials work. */
async function checkOwner(olds: Properties, news: Properties, run: Run): Promise<CheckResult> {
    const { component, kind, reported, ...inputs } = present({ ...news });
    const place = placeIn(inputs);
    const subject = typeof component === "string" && !isUnknown(component) ? component : "TokenOwner";
    const problems = completeAddress(place, inputs, run.sources).map(({ field, problem }) => `${field}: ${problem}`);
    const address = addressIn(place, inputs);
    const moved = address && moveProblem(addressIn(place, olds), address);
    if (moved !== undefined) problems.push(moved);
    if (problems.length === 0 && address !== undefined) {
        const refused = foreignPlace(place, address, run);
        if (refused) problems.push(`${refused.field}: ${refused.problem}`);
    }
    if (problems.length === 0 && address !== undefined) {
        const probe = await probes().probeOnce(firstKind({ kind }, place), address, run, false);
        if (probe.problem !== undefined) problems.push(probe.problem);
        const isReported = probe.missing === true && (reported === true || run.missing.has(place));
        if (probe.missing) run.missing.add(place);
        if (probe.unchecked !== undefined && !isReported) {
            run.say(`${subject}: address and bootstrap token were not checked: ${probe.unchecked}`);
        }
    }
    return { inputs, failures: problems.map((text) => ({ property: "", reason: redact(`${subject}: ${text}`) })) };
}

/** Deletes the tokens that no state can hold, and names the others that are left. */
async function deleteOwner(mark: string, { place, address }: Recorded, run: Run): Promise<void> {
    // Recorded in this run, so no earlier run can have left a token.
    if (run.newMarks.has(mark)) return;
    const { deleteOrphans, listedOnce } = orphans();
    try {
        const apis = kinds()
            .allKinds()
            .filter((kind) => kind.place === place)
            .map((kind) => kind.api(address, run));
        const lists = await Promise.all(apis.map((api) => listedIfAllowed(api, run)));
        // No kind at all: the bootstrap token is refused, and the error says why.
        const first = apis[0];
        if (first && lists.every((list) => list === undefined)) await listedOnce(first, run);
        for (const [index, api] of apis.entries()) {
            const list = lists[index] ?? [];
            await deleteOrphans(api, list, { mark }, run);
            const left = list.filter(({ id, name }) => isOf(mark, name) && !run.tokens.deleted.has(id));
            if (left.length > 0) run.say(keptText(mark, left, api.page));
        }
    } catch (error) {
        // The environment may be gone, and must not keep its stack from being destroyed.
        if (codeOf(error) !== "ENOTFOUND") throw error;
        run.say(`${messageOf(error)}; if the address was right, look for tokens whose names contain -${mark}-`);
    }
}

function keptText(mark: string, left: SeenToken[], page: string): string {
    const subject = `${left.length} ${left.length === 1 ? "token" : "tokens"} with this stack's ownership mark ${mark}`;
    const command = `npx pulumi-dynatrace-otlp sweep --mark ${mark} --include-used --keep-none --older-than 1h`;
    const wayOut = `run ${command} when they are an hour old, or look under ${page}`;
    const names = left.map(({ name }) => name).join(", ");
    return `${subject} ${left.length === 1 ? "stays" : "stay"} in Dynatrace, because another state or somebody else may use them: ${names}. To delete them, ${wayOut}`;
}

/** Undefined if the bootstrap token may not list these tokens: then none of them was created with it. */
async function listedIfAllowed(api: Pick<TokenApi, "listId" | "list">, run: Run): Promise<SeenToken[] | undefined> {
    try {
        return await orphans().listedOnce(api, run);
    } catch (error) {
        if (error instanceof DynatraceAuthError) return undefined;
        throw error;
    }
}

function isOf(mark: string, name: string): boolean {
    return parseTokenName(name)?.mark === mark;
}

function placeIn({ place }: Properties): TokenPlace {
    return place === TokenPlace.Account ? TokenPlace.Account : TokenPlace.Environment;
}

function firstKind({ kind }: Properties, place: TokenPlace): TokenKind {
    if (typeof kind === "string" && isTokenKind(kind)) return kind;
    return place === TokenPlace.Account ? "PlatformToken" : "ApiToken";
}

function recordIn({ mark, place, address }: Properties): Recorded {
    const bag: Properties = typeof address === "object" ? { ...address } : {};
    const at = placeIn({ place });
    return { mark: String(mark), place: at, address: addressIn(at, bag) ?? {} };
}
