import type * as pulumi from "@pulumi/pulumi";

import type { Address } from "./state";

/** Where tokens live, as a program gives it. */
export type AddressArgs = { [Field in keyof Address]?: pulumi.Input<string | undefined> };

/** What a component knows of the token that it creates, and the token's resource does not. */
export interface TokenContext {
    /** What the user wrote, for errors, e.g. `TelemetryPipeline("telemetry")`. */
    component?: string;
    /** The address as plain text, where the component knows it: tokens with the same address then share their owner. */
    address?: AddressArgs;
}

const CONTEXTS = new WeakMap<pulumi.Resource, TokenContext>();

/** Notes the context of the tokens that a component creates as its children. */
export function setContext(component: pulumi.Resource, context: TokenContext): void {
    CONTEXTS.set(component, context);
}

/**
 * What reports that a run has no bootstrap token, so that it is reported once: the program for a component, otherwise the provider when
 * it checks the first owner. Only a program that the CLI runs knows what its provider sees, and that process has one stack.
 */
export const missingTokenReport = { byProgram: false, byOwner: false };

/** The context of a token with this parent. */
export function contextOf(parent: pulumi.Resource | undefined): TokenContext {
    return (parent && CONTEXTS.get(parent)) ?? {};
}
