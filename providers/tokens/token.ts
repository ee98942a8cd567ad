import * as pulumi from "@pulumi/pulumi";

import { present } from "../properties";
import { InstalledResource } from "../shim";
import { confirmRecorded } from "./confirm";
import { type AddressArgs, contextOf } from "./context";
import { TokenPlace } from "./kind";
import { defaultTokenName, keyOf } from "./names";
import { ownerOf } from "./owner";
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
        // Pulumi captures four stack traces for each property, so the list has only properties that are used.
        const seeds = ["tokenId", "token", "actualName", "expiresAt", "createdAt", "applied", ...outputs];
        super(
            kind,
            name,
            {
                ...present({
                    ...args,
                    replaceOn: opts.replaceOnChanges,
                    retained: opts.retainOnDelete === true ? true : undefined,
                }),
                mark: owner.mark,
                key: keyOf([...typesAbove(opts.parent), `${kind}::${name}`].join("$")),
                tokenName: nameOf(args.tokenName, name),
                ...Object.fromEntries(seeds.map((output) => [output, undefined])),
            },
            pulumi.mergeOptions({ additionalSecretOutputs: secretOutputsOf(kind) }, opts),
        );
        warnOfProtect(this, component ?? `${kind}("${name}")`, args);
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

function nameOf(given: pulumi.Input<string | undefined>, name: string): pulumi.Input<string> {
    const byDefault = defaultTokenName({ project: pulumi.getProject(), stack: pulumi.getStack(), name });
    if (given === undefined || typeof given === "string") return given ?? byDefault;
    return pulumi.output(given).apply((text) => text ?? byDefault);
}

/** A protected resource cannot be replaced, so every `up` would fail once a rotation is due. The SDK passes `protect` on to children. */
function warnOfProtect(token: pulumi.Resource, component: string, args: pulumi.Inputs): void {
    const { rotateAfterDays, expiresAfterDays, expirationDate } = args;
    const isReplaced = [rotateAfterDays, expiresAfterDays, expirationDate].some((value) => value !== undefined);
    if (!isReplaced || Reflect.get(token, "__protect") !== true) return;
    const text =
        "protect: a protected token cannot be rotated, so every up fails once a rotation is due; set protect on other resources";
    void pulumi.log.warn(`${component}: ${text}`, token);
}
