import type * as pulumi from "@pulumi/pulumi";

import type { AddressArgs } from "./owner";

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

/** The context of a token with this parent. */
export function contextOf(parent: pulumi.Resource | undefined): TokenContext {
    return (parent && CONTEXTS.get(parent)) ?? {};
}
