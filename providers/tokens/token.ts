import * as pulumi from "@pulumi/pulumi";

import { InstalledResource } from "../shim";
import { confirmRecorded } from "./confirm";
import { contextOf } from "./context";
import { TokenPlace } from "./kind";
import { defaultTokenName, keyOf } from "./names";
import { type AddressArgs, ownerOf } from "./owner";
import { resourceType, secretOutputsOf, type TokenKind } from "./registry";

/** What the resource of every kind of token takes. */
interface TokenArgs extends AddressArgs {
    tokenName?: pulumi.Input<string | undefined>;
}

/** The resource of a token, of any kind: a token of the stack's owner, with a key of its own. */
export abstract class TokenResource extends InstalledResource {
    /** Public id, safe to show. */
    declare public readonly tokenId: pulumi.Output<string>;
    /** The token itself; a secret, encrypted in the state. */
    declare public readonly token: pulumi.Output<string>;
    /** Name of the token in Dynatrace. */
    declare public readonly actualName: pulumi.Output<string>;
    /** When the token was created, ISO 8601. */
    declare public readonly createdAt: pulumi.Output<string>;

    /** @param outputs further outputs of the kind. @throws Error for an option that would leave a token behind. */
    constructor(
        kind: TokenKind,
        name: string,
        args: TokenArgs & pulumi.Inputs,
        outputs: readonly string[],
        opts: pulumi.CustomResourceOptions = {},
    ) {
        refuseDeletedWith(kind, name, opts);
        const { component, address } = contextOf(opts.parent);
        const { apiUrl, accountUuid, accountApiUrl, ssoUrl } = { ...args, ...address };
        const owner = ownerOf({
            name,
            kind,
            place: kind === "PlatformToken" ? TokenPlace.Account : TokenPlace.Environment,
            address: kind === "PlatformToken" ? { accountUuid, accountApiUrl, ssoUrl } : { apiUrl },
            provider: providerOf(kind, opts),
            component: component ?? `${kind}("${name}")`,
        });
        const seeds = ["tokenId", "token", "actualName", "expiresAt", "createdAt", "retiring", "applied", ...outputs];
        super(
            kind,
            name,
            {
                ...args,
                mark: owner.mark,
                key: keyOf([...typesAbove(opts.parent), `${kind}::${name}`].join("$")),
                tokenName: pulumi.output(args.tokenName).apply((given) => given ?? defaultName(name)),
                replaceOn: opts.replaceOnChanges,
                retained: opts.retainOnDelete === true ? true : undefined,
                ...Object.fromEntries(seeds.map((output) => [output, undefined])),
            },
            // Without the protect of a component above: a protected token could not be rotated.
            pulumi.mergeOptions(
                { additionalSecretOutputs: secretOutputsOf(kind) },
                { ...opts, protect: opts.protect ?? false },
            ),
        );
        if (kind === "ApiToken") confirmRecorded(this, providerOf(kind, opts));
    }
}

/** The engine calls no delete for a resource that is deleted with another one, and nothing else revokes a token. */
function refuseDeletedWith(kind: TokenKind, name: string, opts: pulumi.CustomResourceOptions): void {
    if (opts.deletedWith === undefined) return;
    throw new Error(
        `${kind}("${name}"): deletedWith: would leave the token in Dynatrace, as Pulumi then does not delete it; remove deletedWith`,
    );
}

/** The provider resource that the token will use; undefined for Pulumi's default. */
function providerOf(kind: TokenKind, opts: TokenOptions): pulumi.ProviderResource | undefined {
    const { provider, providers: several, parent } = opts;
    const own = Array.isArray(several) ? several : Object.values(several ?? {});
    const given = [provider, ...own].find((each) => each !== undefined && Reflect.get(each, "pkg") === "pulumi-nodejs");
    return given ?? parent?.getProvider(resourceType(kind));
}

/** A program in JavaScript may give `providers` too. */
type TokenOptions = pulumi.CustomResourceOptions & Pick<pulumi.ComponentResourceOptions, "providers">;

/** Types of the resources above, as in a URN: with the own type and name they identify a resource in its stack. */
function typesAbove(parent: pulumi.Resource | undefined): string[] {
    const types: string[] = [];
    for (let at: unknown = parent; at instanceof Object; at = Reflect.get(at, "__parentResource")) {
        const type: unknown = Reflect.get(at, "__pulumiType");
        if (typeof type === "string" && type !== "pulumi:pulumi:Stack") types.unshift(type);
    }
    return types;
}

function defaultName(name: string): string {
    return defaultTokenName({ project: pulumi.getProject(), stack: pulumi.getStack(), name });
}
