// Pulumi's own mocks stand in for AWS (aws-mocks.ts): its plugin and an account cannot be had here.
import * as pulumi from "@pulumi/pulumi";

import { SecretsManagerToken, SsmParameterTier, SsmParameterToken } from "../../components/aws";
import { MADE_UP_TOKEN as TOKEN, type Registered, type Run, runOnAws, VERSION } from "./aws-mocks";

const OTHER_TOKEN = `dt0c01.MADEUPOTHER.${"NOTASECRET".repeat(6)}`;
const TOKEN_ID = "dt0c01.MADEUPPUBLIC";

const ofKind = ({ registered }: Run, kind: string): Registered => {
    const found = registered.filter(({ type }) => type.endsWith(`:${kind}`));
    expect(found.map(({ type }) => type)).toHaveLength(1);
    return found[0] as Registered;
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = ({ resources }: Run, kind: string): any =>
    resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;
const holders = ({ resources }: Run): string[] =>
    resources.filter(({ inputs }) => JSON.stringify(inputs).includes("NOTASECRET")).map(({ type }) => type);
const read = async <T>(run: (opts: pulumi.ComponentResourceOptions) => pulumi.Output<T>) => {
    let output: pulumi.Output<T> | undefined;
    let value: T | undefined;
    await runOnAws((opts) => (output = run(opts)).apply((known) => void (value = known)));
    return { value, secret: await pulumi.isSecret(output as pulumi.Output<T>) };
};

const KINDS = [
    {
        component: "SecretsManagerToken",
        holder: "SecretVersion",
        field: "secretString",
        children: ["shop-secret", "shop-version"],
        version: `uuid/${VERSION.id}`,
        make: (args: object, opts: pulumi.ComponentResourceOptions) =>
            new SecretsManagerToken("shop", { token: TOKEN, ...args }, opts),
    },
    {
        component: "SsmParameterToken",
        holder: "Parameter",
        field: "value",
        children: ["shop-parameter"],
        version: String(VERSION.number),
        make: (args: object, opts: pulumi.ComponentResourceOptions) =>
            new SsmParameterToken("shop", { token: TOKEN, ...args }, opts),
    },
];

describe.each(KINDS)("$component", ({ component, holder, field, children, version, make }) => {
    test("a token given in the clear is a secret where it is stored, and is nowhere else", async () => {
        const run = await runOnAws((opts) => make({}, opts));
        const { props, opts } = ofKind(run, holder);
        expect(await pulumi.isSecret(props[field])).toBe(true);
        expect(opts.additionalSecretOutputs).toContain(field);
        expect(holders(run)).toEqual([expect.stringMatching(new RegExp(`:${holder}$`))]);
        expect(inputsOf(run, component)).toEqual({});
    });

    test("its children are named after it, and are its children", async () => {
        const { registered } = await runOnAws((opts) => make({}, opts));
        const [self, ...below] = registered;
        expect(self?.name).toBe("shop");
        expect(below.map(({ name }) => name)).toEqual(children);
        const parents = below.map(({ opts }) => (opts.parent as unknown as { __name: string }).__name);
        expect(parents).toEqual(children.map(() => "shop"));
    });

    test("children wait for what the component waits for", async () => {
        let gate: pulumi.ComponentResource | undefined;
        const { registered } = await runOnAws((opts) => {
            gate = new pulumi.ComponentResource("test:index:Gate", "gate");
            make({}, { ...opts, dependsOn: gate });
        });
        for (const { opts } of registered) expect([opts.dependsOn].flat()).toEqual([gate]);
    });

    test("another token changes the stored text and the tag, and nothing that would change the name", async () => {
        const before = await runOnAws((opts) => make({ tokenId: TOKEN_ID }, opts));
        const after = await runOnAws((opts) => make({ token: OTHER_TOKEN, tokenId: "dt0c01.MADEUPOTHER" }, opts));
        const stable = (run: Run) =>
            run.resources.map(({ inputs }) => ({ ...inputs, [field]: undefined, tags: undefined }));
        expect(stable(after)).toEqual(stable(before));
        expect(inputsOf(before, holder)[field]).toBe(TOKEN);
        expect(inputsOf(after, holder)[field]).toBe(OTHER_TOKEN);
        // The new version has to be there before the old one goes.
        expect(ofKind(after, holder).opts.deleteBeforeReplace).toBeUndefined();
    });

    test("the tags say which token it is, beside one's own", async () => {
        const tags = { team: "shop" };
        const run = await runOnAws((opts) => make({ tokenId: TOKEN_ID, tags }, opts));
        const tagged = run.resources.filter(({ inputs }) => "tags" in inputs).map(({ inputs }) => inputs["tags"]);
        expect(tagged).toEqual([{ team: "shop", "dynatrace-token-id": TOKEN_ID }]);
    });

    test("remoteRef pins this version under the name that AWS knows, and is no secret", async () => {
        const { value, secret } = await read((opts) => make({}, opts).remoteRef);
        expect(value).toEqual({ key: expect.stringMatching(/^shop-(secret|parameter)-1a2b3c4$/), version });
        expect(secret).toBe(false);
    });

    test("a key of one's own in KMS encrypts it", async () => {
        const run = await runOnAws((opts) => make({ kmsKeyId: "alias/telemetry" }, opts));
        const keys = run.resources.flatMap(({ inputs }) => [inputs["kmsKeyId"] ?? inputs["keyId"] ?? []].flat());
        expect(keys).toEqual(["alias/telemetry"]);
    });

    test.each([
        ["with white space", ` ${TOKEN}`, /token: has white space/],
        ["with its scheme", `Api-Token ${TOKEN}`, /token: is empty or holds characters/],
        ["that is not there", undefined, /token: is missing, or not known to Pulumi, as for an existingSecret/],
    ])("a token %s is refused, without its text", async (_case, token, text) => {
        await runOnAws((opts) => {
            expect(() => make({ token }, opts)).toThrow(text);
            expect(() => make({ token }, opts)).toThrow(`${component}("shop")`);
            expect(() => make({ token }, opts)).not.toThrow(/NOTASECRET/);
        });
    });
});

describe("SecretsManagerToken", () => {
    test("AWS names the secret unless a name is given", async () => {
        expect(inputsOf(await runOnAws((opts) => KINDS[0]?.make({}, opts)), "Secret")).not.toHaveProperty("name");
        const named = await runOnAws((opts) => KINDS[0]?.make({ name: "shop/dynatrace" }, opts));
        expect(inputsOf(named, "Secret").name).toBe("shop/dynatrace");
    });

    test("jsonKey stores an object, and remoteRef finds the token in it", async () => {
        const run = await runOnAws((opts) => KINDS[0]?.make({ jsonKey: "dt_token" }, opts));
        expect(JSON.parse(inputsOf(run, "SecretVersion").secretString)).toEqual({ dt_token: TOKEN });
        const make = (opts: pulumi.ComponentResourceOptions) =>
            new SecretsManagerToken("shop", { token: TOKEN, jsonKey: "dt_token" }, opts).remoteRef;
        expect((await read(make)).value).toMatchObject({ version: `uuid/${VERSION.id}`, property: "dt_token" });
    });

    test.each([0, 7, 30])("%i days of recovery are passed on", async (recoveryWindowInDays) => {
        const run = await runOnAws((opts) => KINDS[0]?.make({ recoveryWindowInDays }, opts));
        expect(inputsOf(run, "Secret").recoveryWindowInDays).toBe(recoveryWindowInDays);
    });

    test.each([
        [{ recoveryWindowInDays: 3 }, /recoveryWindowInDays: 3 is invalid; use 7 to 30, or 0/],
        [{ recoveryWindowInDays: 31 }, /recoveryWindowInDays: 31 is invalid/],
        [{ recoveryWindowInDays: 7.5 }, /recoveryWindowInDays: 7\.5 is invalid/],
        [{ jsonKey: "a.b" }, /jsonKey: "a\.b" cannot be read by External Secrets; use letters/],
        [{ jsonKey: "" }, /jsonKey: "" cannot be read by External Secrets/],
    ])("%j is refused before anything is made", async (args, text) => {
        const run = await runOnAws((opts) => expect(() => KINDS[0]?.make(args, opts)).toThrow(text));
        expect(run.resources.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
    });
});

describe("SsmParameterToken", () => {
    test("is encrypted, in the standard tier", async () => {
        const run = await runOnAws((opts) => KINDS[1]?.make({}, opts));
        expect(inputsOf(run, "Parameter")).toMatchObject({ type: "SecureString", tier: "Standard" });
        expect(inputsOf(run, "Parameter")).not.toHaveProperty("name");
    });

    test.each(Object.values(SsmParameterTier))("takes the tier %s", async (tier) => {
        expect(inputsOf(await runOnAws((opts) => KINDS[1]?.make({ tier }, opts)), "Parameter").tier).toBe(tier);
    });

    test.each(["dynatrace", "/shop/dynatrace", "/shop/eu-1/dynatrace.token"])("takes the name %s", async (name) => {
        expect(inputsOf(await runOnAws((opts) => KINDS[1]?.make({ name }, opts)), "Parameter").name).toBe(name);
    });

    test.each([
        [{ name: "shop/dynatrace" }, /name: "shop\/dynatrace" is a path and must start with "\/"/],
        [{ name: "/aws/dynatrace" }, /name: "\/aws\/dynatrace" is not the name of a parameter/],
        [{ name: "/shop/" }, /name: "\/shop\/" is not the name of a parameter/],
        [{ name: "" }, /name: "" is not the name of a parameter/],
        [{ tier: "Cheap" }, /tier: "Cheap" is not known; use Standard, Advanced or Intelligent-Tiering/],
    ])("%j is refused before anything is made", async (args, text) => {
        const run = await runOnAws((opts) => expect(() => KINDS[1]?.make(args, opts)).toThrow(text));
        expect(run.resources.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
    });
});
