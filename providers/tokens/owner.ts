import * as pulumi from "@pulumi/pulumi";

import { parseApiUrl } from "../dynatrace/api-url";
import { InstalledResource } from "../shim";
import { type AddressArgs, missingTokenReport } from "./context";
import { TokenPlace } from "./kind";
import type { TokenKind } from "./registry";

/** Arguments of a {@link TokenOwner}. */
export interface TokenOwnerArgs extends AddressArgs {
    place: TokenPlace;
    /** The kind of the first token. */
    kind: TokenKind;
    /** What the user wrote, for errors, e.g. `IngestToken("checkout")`. */
    component: string;
    /** Whether the program has reported that there is no bootstrap token. */
    reported?: boolean;
}

/**
 * The owner of a stack's tokens in one environment or account: an ownership mark of eight random digits in the names of the tokens.
 *
 * One is created with the first token, and recorded before any token is created. Before that it checks the address and the credentials,
 * once for all tokens. When the owner is deleted, orphaned tokens of interrupted runs are deleted too.
 */
export class TokenOwner extends InstalledResource {
    /** Eight hexadecimal digits. */
    declare public readonly mark: pulumi.Output<string>;

    constructor(name: string, args: TokenOwnerArgs, opts?: pulumi.CustomResourceOptions) {
        super("TokenOwner", name, { ...args, mark: undefined, address: undefined }, opts);
    }
}

/** The owners of one program, by provider resource and address. */
interface Owners {
    /** By place and address. */
    plain: Map<string, TokenOwner>;
    /** By the Output that names the address. */
    outputs: Map<unknown, TokenOwner>;
}

/** What an owner is for. */
export interface Owned {
    /** Name of the token resource. */
    name: string;
    kind: TokenKind;
    place: TokenPlace;
    address: AddressArgs;
    provider?: pulumi.ProviderResource;
    component: string;
}

/** The owner of a token: one for each stack, provider resource and address. */
export function ownerOf(owned: Owned): TokenOwner {
    const { plain, outputs } = ownersFor(owned.provider);
    const output = Object.values(owned.address).find((value) => value !== undefined && typeof value !== "string");
    const suffix = suffixOf(owned);
    const key = `${owned.place} ${suffix}`;
    const known = output === undefined ? plain.get(key) : outputs.get(output);
    if (known) return known;
    const { place, kind, component, address, provider: explicit } = owned;
    const providerName: unknown = explicit && Reflect.get(explicit, "__name");
    const parts = [
        "dynatrace-tokens",
        place === TokenPlace.Account ? "account" : "",
        typeof providerName === "string" ? providerName : "",
        output === undefined ? suffix : owned.name,
    ];
    const owner = new TokenOwner(
        parts.filter((part) => part !== "").join("-"),
        { place, kind, component, ...reportedFor(owned, output), ...address },
        explicit && { provider: explicit },
    );
    if (explicit === undefined && place === TokenPlace.Environment) warnOfPlaintext(owner);
    if (output === undefined) plain.set(key, owner);
    else outputs.set(output, owner);
    return owner;
}

/** Whether a missing bootstrap token was reported; if not, the provider reports it for an owner whose address is known. */
function reportedFor({ place, provider }: Owned, output: unknown): { reported?: boolean } {
    if (provider !== undefined || place === TokenPlace.Account) return {};
    if (missingTokenReport.byProgram) return { reported: true };
    missingTokenReport.byOwner ||= output === undefined;
    return {};
}

/** Pulumi copies the configuration into the state, in plain text unless it is set as a secret. */
function warnOfPlaintext(owner: TokenOwner): void {
    const isSecret: unknown = Reflect.get(pulumi.runtime, "isConfigSecret");
    if (typeof isSecret !== "function" || new pulumi.Config("dynatrace").get("apiToken") === undefined) return;
    if (Reflect.apply(isSecret, undefined, ["dynatrace:apiToken"]) === true) return;
    const problem = "dynatrace:apiToken is stored in plain text, in the configuration and in the state";
    void pulumi.log.warn(
        `${problem}; run \`pulumi config set --secret dynatrace:apiToken\`, and revoke that token`,
        owner,
    );
}

/** Several inline programs can run in one process: each has its own connection to its engine. Two copies of this package share it. */
const REGISTRY: unique symbol = Symbol.for("pulumi-dynatrace-otlp/token-owners");
const NOWHERE = {};
const DEFAULT_PROVIDER = {};

function ownersFor(explicit: pulumi.ProviderResource | undefined): Owners {
    const programs = registry();
    const monitor = pulumi.runtime.getMonitor() ?? NOWHERE;
    const byProvider = programs.get(monitor) ?? new Map<object, Owners>();
    programs.set(monitor, byProvider);
    const owners = byProvider.get(explicit ?? DEFAULT_PROVIDER) ?? { plain: new Map(), outputs: new Map() };
    byProvider.set(explicit ?? DEFAULT_PROVIDER, owners);
    return owners;
}

type Registry = WeakMap<object, Map<object, Owners>>;

function registry(): Registry {
    const shared: typeof globalThis & { [REGISTRY]?: Registry } = globalThis;
    return (shared[REGISTRY] ??= new WeakMap());
}

/** What tells a plain address from others; empty for the address of the environment variables or the configuration. */
function suffixOf({ address: { apiUrl, accountUuid, accountApiUrl } }: Owned): string {
    const texts = [apiUrl, accountUuid, accountApiUrl].filter((value) => typeof value === "string");
    return texts.map((text) => safe(parseApiUrl(text).url ?? text)).join("-");
}

function safe(text: string): string {
    return text
        .replace(/^[a-z]+:\/\//, "")
        .replace(/\/api$/, "")
        .replace(/[^A-Za-z0-9.-]+/g, "-");
}
