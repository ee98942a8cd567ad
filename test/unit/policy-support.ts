import {
    type PolicyResource,
    type PolicyResourceOptions,
    type ResourceValidationArgs,
    type ResourceValidationPolicy,
    type StackValidationPolicy,
    unknownCheckingProxy,
} from "@pulumi/policy";

/** What a preview writes for text that it does not know yet. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A token of a form that the emulator or Dynatrace could have made, and plainly made up. */
export const MADE_UP_TOKEN = `dt0c01.MADEUP${"A".repeat(18)}.${"MADEUPSECRET".repeat(5)}ABCD`;

/** A resource as a test writes it down. */
export interface Given {
    type: string;
    name?: string;
    props?: Record<string, unknown>;
    stack?: string;
    additionalSecretOutputs?: string[];
    parent?: string;
    /** Properties of its provider. */
    provider?: Record<string, unknown>;
}

function urnOf({ type, name = "one", stack = "dev" }: Given): string {
    return `urn:pulumi:${stack}::shop::${type}::${name}`;
}

function optionsOf(given: Given): PolicyResourceOptions {
    return {
        protect: false,
        ignoreChanges: [],
        aliases: [],
        customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
        additionalSecretOutputs: given.additionalSecretOutputs ?? [],
    };
}

/** Behind Pulumi's own proxy, which throws when an unknown value is read. */
function propsOf(given: Given): Record<string, unknown> {
    return unknownCheckingProxy(given.props ?? {}) as Record<string, unknown>;
}

/** What a policy reports of a resource. */
export async function violations(
    policy: ResourceValidationPolicy,
    given: Given,
    config: object = {},
): Promise<string[]> {
    const found: string[] = [];
    const args = {
        type: given.type,
        name: given.name ?? "one",
        urn: urnOf(given),
        props: propsOf(given),
        opts: optionsOf(given),
        provider: given.provider && {
            type: "pulumi:providers:kubernetes",
            props: unknownCheckingProxy(given.provider),
        },
        getConfig: () => config,
    } as unknown as ResourceValidationArgs;
    const validate = policy.validateResource;
    if (typeof validate !== "function") throw new Error(`${policy.name} does not validate resources with one function`);
    await validate(args, (message) => found.push(message));
    return found;
}

/** What a policy reports of a stack, each with the URN it is about. `parent` of a resource is another one's name. */
export async function stackViolations(
    policy: StackValidationPolicy,
    given: Given[],
): Promise<{ message: string; urn?: string }[]> {
    const found: { message: string; urn?: string }[] = [];
    const resources = given.map(
        (each) =>
            ({
                type: each.type,
                name: each.name ?? "one",
                urn: urnOf(each),
                props: propsOf(each),
                opts: optionsOf(each),
            }) as unknown as PolicyResource,
    );
    given.forEach((each, index) => {
        const [resource] = resources.slice(index);
        if (resource) resource.parent = resources.find(({ name }) => name === each.parent);
    });
    const args = { resources, getConfig: () => ({}), stackTags: new Map<string, string>() } as never;
    await policy.validateStack(args, (message, urn) => found.push({ message, urn }));
    return found;
}
