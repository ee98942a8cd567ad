import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";

import { OtlpCollector } from "../../components/collector";
import { ExternalTokenSecret, type ExternalTokenSecretArgs } from "../../components/external-secret";
import { SecretStoreKind } from "../../components/external-secret/args";
import {
    externalSecretSettings,
    refreshInterval,
    remoteToken,
    secretNameFor,
} from "../../components/external-secret/plan";
import { IngestToken } from "../../components/ingest-token";
import { PushTokenSecret, type PushTokenSecretArgs } from "../../components/push-secret";
import { capture, type Captured } from "../support/capture";
import { Check } from "../../components/shared/check";

const ARGS: ExternalTokenSecretArgs = {
    store: { name: "vault" },
    remoteRef: { key: "shop/dynatrace" },
    revision: "dt0c01.MADEUP",
};
const PUSH: PushTokenSecretArgs = {
    token: { secret: { name: "made-here" } },
    store: { name: "vault" },
    remoteRef: { key: "shop/dynatrace" },
};
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are plain data of many shapes
const inputsOf = (resources: Captured[], kind: string): any =>
    resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs;

/** The ExternalSecret, and the outputs of the component that made it. */
async function made(args: ExternalTokenSecretArgs) {
    const outputs: { secret?: { name: string; key: string }; [output: string]: unknown } = {};
    const resources = await capture(() => {
        const { secret, revision, scheme } = new ExternalTokenSecret("shop-token", args);
        pulumi.output({ secret, revision, scheme }).apply((known) => Object.assign(outputs, known));
    });
    return { object: inputsOf(resources, "ExternalSecret"), resources, outputs };
}

test("an ExternalSecret refers to the store and the entry, and the outputs to the Secret it will make", async () => {
    const remoteRef = { key: "shop/dynatrace", version: "uuid/1111-2222", property: "token" };
    const store = { name: "aws", kind: SecretStoreKind.ClusterSecretStore };
    const { object, outputs } = await made({ ...ARGS, store, remoteRef, namespace: "shop", secret: { key: "dt" } });
    expect(object).toMatchObject({ apiVersion: "external-secrets.io/v1", metadata: { namespace: "shop" } });
    expect(object.spec).toEqual({
        refreshInterval: "1h0m0s",
        secretStoreRef: store,
        target: { name: object.metadata.name, creationPolicy: "Owner", deletionPolicy: "Retain" },
        data: [{ secretKey: "dt", remoteRef }],
    });
    expect(outputs).toEqual({
        secret: { name: object.metadata.name, key: "dt" },
        revision: "dt0c01.MADEUP",
        scheme: "Api-Token",
    });
});

test("component and child are named after it, and no argument of the component is kept", async () => {
    const { resources } = await made(ARGS);
    expect(resources.map(({ name }) => name)).toEqual(["shop-token", "shop-token-external-secret"]);
    expect(inputsOf(resources, "ExternalTokenSecret")).toEqual({});
});

describe("a Secret that pods wait for", () => {
    const nameWith = async (change: Partial<ExternalTokenSecretArgs>): Promise<string> =>
        (await made({ ...ARGS, ...change })).outputs.secret?.name ?? "";

    test("has the same name as long as the token is the same", async () => {
        expect(await nameWith({})).toMatch(/^shop-token-[0-9a-f]{8}$/);
        expect(await nameWith({ refreshIntervalMinutes: 5 })).toBe(await nameWith({}));
    });

    test.each([
        ["token", { revision: "dt0c01.OTHER" }],
        ["version", { remoteRef: { key: "shop/dynatrace", version: "2" } }],
        ["entry", { remoteRef: { key: "shop/other" } }],
        ["property", { remoteRef: { key: "shop/dynatrace", property: "token" } }],
        ["store", { store: { name: "other" } }],
        ["key", { secret: { key: "other" } }],
    ])("gets another name with another %s", async (_what, change) => {
        expect(await nameWith(change)).not.toBe(await nameWith({}));
    });

    test("a pinned version is a revision by itself", async () => {
        const pinned = (version: string) =>
            made({ store: { name: "vault" }, remoteRef: { key: "k", version } }).then(({ outputs }) => outputs);
        expect((await pinned("3"))["revision"]).toBe("3");
        expect((await pinned("3")).secret?.name).not.toBe((await pinned("4")).secret?.name);
    });

    test("another token gives the Collector's pods another Secret and restarts them", async () => {
        const template = async (revision: string) => {
            const resources = await capture(() => {
                const token = new ExternalTokenSecret("shop-token", { ...ARGS, revision });
                new OtlpCollector("gateway", { endpoint: { environment: "abc12345" }, token });
            });
            const { spec, metadata } = inputsOf(resources, "Deployment").spec.template;
            const { name } = spec.containers[0].env[0].valueFrom.secretKeyRef;
            expect(name).toBe(inputsOf(resources, "ExternalSecret").metadata.name);
            return { name, annotations: metadata.annotations };
        };
        const [one, two] = [await template("dt0c01.ONE"), await template("dt0c01.TWO")];
        expect(one.name).not.toBe(two.name);
        expect(one.annotations).not.toEqual(two.annotations);
    });

    test("has a name that fits, whatever the component and the token are called", () => {
        const name = fc.stringMatching(/^[a-z][a-z0-9]{0,47}$/);
        fc.assert(
            fc.property(name, fc.string({ minLength: 1 }), (component, revision) => {
                const settings = externalSecretSettings(new Check("X"), component, { store: { name: "s" } });
                const token = remoteToken(new Check("X"), { key: "k" }, revision, false);
                expect(secretNameFor(settings, token)).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
            }),
        );
    });
});

describe("a Secret with a fixed name, for mounted files", () => {
    const fixed = (revision?: string) => made({ ...ARGS, revision, secret: { name: "dynatrace" } });

    test("keeps it from token to token and restarts nothing", async () => {
        for (const revision of ["dt0c01.ONE", "dt0c01.TWO", undefined]) {
            expect((await fixed(revision)).outputs).toMatchObject({ secret: { name: "dynatrace" }, revision: "" });
        }
    });

    test("is read again at once when the token changes, not at the next interval", async () => {
        const annotations = async (revision: string) => (await fixed(revision)).object.metadata.annotations;
        expect(await annotations("dt0c01.ONE")).not.toEqual(await annotations("dt0c01.TWO"));
    });
});

describe("what cannot work is refused in the constructor, with the way out", () => {
    const entry = (version?: string) => ({ key: "k", version });
    test.each<[string, Partial<ExternalTokenSecretArgs>, RegExp]>([
        [
            "nothing that tells tokens apart",
            { revision: undefined },
            /revision: is missing, and required without a version.*\(tokenId\)/,
        ],
        ["an empty revision", { revision: "" }, /revision: is missing, and required/],
        [
            "a stage of AWS",
            { revision: undefined, remoteRef: entry("AWSCURRENT") },
            /revision: is missing, and required/,
        ],
        [
            "the latest version",
            { revision: undefined, remoteRef: entry("latest") },
            /revision: is missing, and required/,
        ],
        ["no entry", { remoteRef: { key: "" } }, /remoteRef\.key: is empty; give the entry's name/],
        [
            "another kind of store",
            { store: { name: "s", kind: "Vault" as never } },
            /store\.kind: "Vault" is not known/,
        ],
        [
            "a store nobody can name",
            { store: { name: "My Store" } },
            /store\.name: "My Store" is not the name of a Kubernetes object/,
        ],
        ["a key with a blank", { secret: { key: "a b" } }, /secret\.key: "a b" is not a key; use letters/],
        [
            "a name in capitals",
            { secret: { name: "Dynatrace" } },
            /secret\.name: "Dynatrace" is not the name of a Kubernetes object/,
        ],
        ["half a minute", { refreshIntervalMinutes: 0.5 }, /refreshIntervalMinutes: 0\.5 is not a whole number/],
        ["time running backwards", { refreshIntervalMinutes: -1 }, /refreshIntervalMinutes: -1 is not a whole number/],
        ["another scheme", { scheme: "Basic" as never }, /scheme: "Basic" is not known; use Api-Token or Bearer/],
        ["another namespace", { namespace: "Shop" }, /namespace: "Shop" is not the name of a namespace/],
    ])("%s", async (_case, change, text) => {
        await capture(() => {
            const make = () => new ExternalTokenSecret("shop-token", { ...ARGS, ...change });
            expect(make).toThrow(text);
            expect(make).toThrow('ExternalTokenSecret("shop-token"): ');
        });
    });

    test("a token in place of its id, without its text", async () => {
        const revision = `dt0c01.MADEUPPUBLIC.${"NOTASECRET".repeat(6)}`;
        await capture(() => {
            const make = () => new ExternalTokenSecret("shop-token", { ...ARGS, revision });
            expect(make).toThrow(/revision: holds a token of Dynatrace, .*revoke it/);
            expect(make).not.toThrow(/NOTASECRET/);
        });
    });

    test("a name that Kubernetes would refuse", async () => {
        await capture(() => expect(() => new ExternalTokenSecret("Shop", ARGS)).toThrow(/name: "Shop" cannot name/));
    });
});

test.each([
    [0, "0s"],
    [1, "1m0s"],
    [60, "1h0m0s"],
    [90, "1h30m0s"],
    [1440, "24h0m0s"],
])("%i minutes are %s, as the operator writes them back", (minutes, text) => {
    expect(refreshInterval(new Check("X"), minutes)).toBe(text);
});

describe("PushTokenSecret", () => {
    const pushed = async (change: Partial<PushTokenSecretArgs>) =>
        inputsOf(await capture(() => new PushTokenSecret("shop-push", { ...PUSH, ...change })), "PushSecret");

    test("writes the Secret's key to the entry, and again when the token changes", async () => {
        expect(await pushed({ namespace: "shop" })).toMatchObject({
            apiVersion: "external-secrets.io/v1alpha1",
            metadata: { name: "shop-push", namespace: "shop" },
        });
        expect((await pushed({})).spec).toEqual({
            refreshInterval: "1h0m0s",
            updatePolicy: "Replace",
            deletionPolicy: "None",
            secretStoreRefs: [{ name: "vault", kind: "SecretStore" }],
            selector: { secret: { name: "made-here" } },
            data: [{ match: { secretKey: "token", remoteRef: { remoteKey: "shop/dynatrace" } } }],
        });
    });

    test("takes a property of the entry, and settings of the store's kind", async () => {
        const metadata = { kind: "PushSecretMetadata", spec: { secretPushFormat: "string" } };
        const { spec } = await pushed({ remoteRef: { key: "shop", property: "dt" }, metadata });
        const match = { secretKey: "token", remoteRef: { remoteKey: "shop", property: "dt" } };
        expect(spec.data).toEqual([{ match, metadata }]);
    });

    test("follows the Secret of an IngestToken, whose name is another for each token, under a name of its own", async () => {
        const resources = await capture(() => {
            const token = new IngestToken("shop", {});
            new PushTokenSecret("shop-push", { ...PUSH, token });
        });
        const { spec, metadata } = inputsOf(resources, "PushSecret");
        expect(spec.selector.secret.name).toBe("shop-secret-1a2b3c4d");
        expect(metadata.name).toBe("shop-push");
        expect(inputsOf(resources, "PushTokenSecret")).toEqual({});
    });

    test.each<[string, Partial<PushTokenSecretArgs>, RegExp]>([
        [
            "no Secret",
            { token: { secret: { name: "" } } },
            /token\.secret\.name: is empty, as with secretDelivery none/,
        ],
        ["no entry", { remoteRef: { key: "" } }, /remoteRef\.key: is empty/],
        [
            "another policy",
            { deletionPolicy: "Keep" as never },
            /deletionPolicy: "Keep" is not known; use None or Delete/,
        ],
        [
            "another kind of store",
            { store: { name: "s", kind: "Vault" as never } },
            /store\.kind: "Vault" is not known/,
        ],
    ])("refuses %s", async (_case, change, text) => {
        await capture(() => {
            expect(() => new PushTokenSecret("shop-push", { ...PUSH, ...change })).toThrow(text);
        });
    });
});
