import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { EXECUTABLE, Plugin, UNKNOWN } from "../doubles/kubernetes-plugin/client";
import { type Bag, isSecret, makeSecret, reveal } from "../doubles/kubernetes-plugin/wire";

jest.setTimeout(60_000);

const NEVER_IN_CLEAR = "dt0c01.PUBLIC.never-in-clear";

function urn(type: string, name = "thing"): string {
    return `urn:pulumi:test::project::my:component:Type$kubernetes:${type}::${name}`;
}

const SECRET = urn("core/v1:Secret", "token");
const CONFIG_MAP = urn("core/v1:ConfigMap", "config");
const DEPLOYMENT = urn("apps/v1:Deployment", "app");

function secret(metadata: Bag, token = NEVER_IN_CLEAR): Bag {
    return { apiVersion: "v1", kind: "Secret", metadata, stringData: makeSecret({ token }) };
}

function deployment(spec: Bag = {}): Bag {
    const template = {
        metadata: { labels: { app: "a" } },
        spec: { containers: [{ name: "a", image: "a:1", resources: { limits: { cpu: "1000m" } } }] },
    };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "app" },
        spec: { selector: { matchLabels: { app: "a" } }, template, ...spec },
    };
}

let directory: string;
let plugin: Plugin;

beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "kubernetes-plugin-protocol-"));
    plugin = await Plugin.start({ renderYamlToDirectory: "out", namespace: "apps" }, directory);
});

afterAll(async () => {
    await plugin?.stop();
    rmSync(directory, { recursive: true, force: true });
});

test("it says the version that @pulumi/kubernetes asks for", async () => {
    const { version } = JSON.parse(readFileSync(require.resolve("@pulumi/kubernetes/package.json"), "utf8")) as {
        version: string;
    };
    expect(await plugin.version()).toBe(version);
});

describe("names", () => {
    test("an object without one is named after the resource, and marked", async () => {
        const { metadata } = await plugin.check(SECRET, secret({}));
        expect(metadata).toEqual({
            name: expect.stringMatching(/^token-[0-9a-f]{8}$/),
            namespace: "apps",
            annotations: { "pulumi.com/autonamed": "true" },
        });
    });

    test("that name stays on an update, and is a new one for a replacement", async () => {
        const first = await plugin.check(SECRET, secret({}));
        const update = await plugin.check(SECRET, secret({}), first);
        const replacement = await plugin.check(SECRET, secret({}));
        expect(update["metadata"]).toEqual(first["metadata"]);
        expect(replacement["metadata"]).not.toEqual(first["metadata"]);
    });

    test("a name of the user's is left alone, an unknown one too", async () => {
        expect((await plugin.check(SECRET, secret({ name: "mine" })))["metadata"]).toEqual({
            name: "mine",
            namespace: "apps",
        });
        expect((await plugin.check(SECRET, secret({ name: UNKNOWN })))["metadata"]).toEqual({
            name: UNKNOWN,
            namespace: "apps",
        });
    });

    test.each([
        ["core/v1:Namespace", "v1"],
        ["rbac.authorization.k8s.io/v1:ClusterRole", "rbac.authorization.k8s.io/v1"],
    ])("%s gets no namespace", async (type, apiVersion) => {
        const checked = await plugin.check(urn(type), {
            apiVersion,
            kind: type.split(":")[1] ?? "",
            metadata: { name: "x" },
        });
        expect(checked["metadata"]).toEqual({ name: "x" });
    });

    test("a custom resource gets one only when its CRD is known", async () => {
        const gadget = { apiVersion: "example.com/v1", kind: "Gadget", metadata: { name: "x" } };
        expect((await plugin.check(urn("example.com/v1:Gadget"), gadget))["metadata"]).toEqual({ name: "x" });
        await plugin.check(urn("apiextensions.k8s.io/v1:CustomResourceDefinition"), {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "gadgets.example.com" },
            spec: {
                group: "example.com",
                scope: "Namespaced",
                names: { kind: "Gadget", plural: "gadgets" },
                versions: [{ name: "v1" }],
            },
        });
        expect((await plugin.check(urn("example.com/v1:Gadget"), gadget))["metadata"]).toEqual({
            name: "x",
            namespace: "apps",
        });
    });

    test.each(["helm.sh/v3:Release", "core/v1:ConfigMapPatch", "core/v1:SecretList"])(
        "%s is refused by name",
        async (type) => {
            await expect(plugin.check(urn(type), {})).rejects.toThrow("test double");
        },
    );
});

describe("secrets", () => {
    test("stringData becomes data, which is secret in inputs and state", async () => {
        const inputs = await plugin.check(SECRET, secret({ name: "s" }));
        expect(inputs["stringData"]).toBeUndefined();
        expect(isSecret(inputs["data"])).toBe(true);
        expect(reveal(inputs["data"] ?? null)).toEqual({ token: Buffer.from(NEVER_IN_CLEAR).toString("base64") });

        const { state } = await plugin.create(SECRET, inputs);
        expect(isSecret(state["data"])).toBe(true);
        expect(isSecret((state["__inputs"] as Bag)["data"])).toBe(true);
    });

    test("data and stringData are secret even if the program does not say so", async () => {
        const plain = await plugin.check(SECRET, {
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "s" },
            data: { token: "YQ==" },
        });
        expect(isSecret(plain["data"])).toBe(true);
    });

    test("an unknown value stays unknown, and does not become base64", async () => {
        const inputs = await plugin.check(SECRET, {
            ...secret({ name: "s" }),
            stringData: makeSecret({ token: UNKNOWN }),
        });
        expect(reveal(inputs["stringData"] ?? null)).toEqual({ token: UNKNOWN });
    });

    test("one secret elsewhere hides its list, not its neighbours", async () => {
        const inputs = deployment();
        const containers = [{ name: "a", image: "a:1", env: [{ name: "TOKEN", value: makeSecret(NEVER_IN_CLEAR) }] }];
        const spec = { ...(inputs["spec"] as Bag), template: { spec: { containers } } };
        const checked = (await plugin.check(DEPLOYMENT, { ...inputs, spec }))["spec"] as Bag;
        expect(checked["selector"]).toEqual({ matchLabels: { app: "a" } });
        expect(isSecret(((checked["template"] as Bag)["spec"] as Bag)["containers"])).toBe(true);
    });
});

describe("diff", () => {
    async function diffOf(target: string, before: Bag, after: Bag, ignoreChanges: string[] = []) {
        const olds = await plugin.check(target, before);
        const { state } = await plugin.create(target, olds);
        return plugin.diff(target, state, await plugin.check(target, after, olds), ignoreChanges);
    }

    const configMap = (data: Bag, metadata: Bag = { name: "c" }): Bag => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data,
    });
    const role = (name: string): Bag => ({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: "b" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
    });

    test.each<[string, string, Bag, Bag]>([
        ["the same inputs", CONFIG_MAP, configMap({ a: "1" }), configMap({ a: "1" })],
        ["the same auto-named inputs", SECRET, secret({}), secret({})],
        [
            "data instead of the same stringData",
            SECRET,
            secret({ name: "s" }, "a"),
            { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { token: "YQ==" } },
        ],
    ])("%s are no change", async (_, target, before, after) => {
        expect(await diffOf(target, before, after)).toEqual({
            changed: false,
            paths: {},
            replaces: [],
            deleteBeforeReplace: false,
        });
    });

    test.each<[string, string, Bag, Bag, string]>([
        ["a Secret's data", SECRET, secret({ name: "s" }, "a"), secret({ name: "s" }, "b"), "data.token"],
        ["a ConfigMap's data", CONFIG_MAP, configMap({ a: "1" }), configMap({ a: "2" }), "data.a"],
        [
            "a selector",
            DEPLOYMENT,
            deployment(),
            deployment({ selector: { matchLabels: { app: "b" } } }),
            "spec.selector.matchLabels.app",
        ],
        ["a roleRef", urn("rbac.authorization.k8s.io/v1:ClusterRoleBinding"), role("one"), role("two"), "roleRef.name"],
    ])(
        "%s of an object with a name of its own: replaced, the old one deleted first",
        async (_, target, before, after, path) => {
            expect(await diffOf(target, before, after)).toMatchObject({
                changed: true,
                replaces: [path],
                deleteBeforeReplace: true,
            });
        },
    );

    test("an auto-named Secret with other data: replaced, the new one created first", async () => {
        const found = await diffOf(SECRET, secret({}, "a"), secret({}, "b"));
        expect(found).toEqual({
            changed: true,
            paths: { "data.token": "UPDATE_REPLACE" },
            replaces: ["data.token"],
            deleteBeforeReplace: false,
        });
    });

    test.each<[string, Bag, Bag]>([
        ["another name", { name: "one" }, { name: "two" }],
        ["another namespace", { name: "one", namespace: "a" }, { name: "one", namespace: "b" }],
    ])("%s: replaced, the new one created first", async (_, before, after) => {
        expect(await diffOf(CONFIG_MAP, configMap({}, before), configMap({}, after))).toMatchObject({
            changed: true,
            deleteBeforeReplace: false,
        });
    });

    test("a value not known yet in a Secret: replaced, as its data would be", async () => {
        const found = await diffOf(SECRET, secret({}, "a"), secret({}, UNKNOWN));
        expect(found.paths).toEqual({ data: "DELETE_REPLACE", stringData: "ADD_REPLACE" });
    });

    test("an image, a label, a list: updated in place, at their path", async () => {
        const after = deployment({ replicas: 2 });
        after["metadata"] = { name: "app", labels: { "app.kubernetes.io/name": "a" } };
        const found = await diffOf(DEPLOYMENT, deployment({ minReadySeconds: 5 }), after);
        expect(found).toEqual({
            changed: true,
            paths: { "metadata.labels": "ADD", "spec.replicas": "ADD", "spec.minReadySeconds": "DELETE" },
            replaces: [],
            deleteBeforeReplace: false,
        });
    });

    test("what the cluster keeps differently is no change: other spellings of a quantity, empty values, its own fields", async () => {
        const inputs = await plugin.check(
            DEPLOYMENT,
            deployment({ replicas: 1, paused: false, revisionHistoryLimit: 3 }),
        );
        const { state } = await plugin.create(DEPLOYMENT, inputs);
        const live = structuredClone(state) as {
            spec: {
                paused?: boolean;
                progressDeadlineSeconds: number;
                template: { spec: { containers: { resources: unknown }[] } };
            };
        };
        delete live.spec.paused;
        live.spec.progressDeadlineSeconds = 600;
        live.spec.template.spec.containers[0]!.resources = { limits: { cpu: "1" } };
        expect((await plugin.diff(DEPLOYMENT, live as unknown as Bag, inputs)).paths).toEqual({});
    });

    test("what somebody else changed is a change", async () => {
        const inputs = await plugin.check(DEPLOYMENT, deployment({ replicas: 1 }));
        const { state } = await plugin.create(DEPLOYMENT, inputs);
        const live = { ...state, spec: { ...(state["spec"] as Bag), replicas: 7 } };
        expect((await plugin.diff(DEPLOYMENT, live, inputs)).paths).toEqual({ "spec.replicas": "UPDATE" });
    });

    test("ignoreChanges is heeded", async () => {
        const found = await diffOf(CONFIG_MAP, configMap({ a: "1" }), configMap({ a: "2" }), ["data"]);
        expect(found).toMatchObject({ changed: false, replaces: [] });
    });

    test("enableSecretMutable and enableConfigMapMutable make it an update", async () => {
        const mutable = await Plugin.start(
            { renderYamlToDirectory: "mutable", enableSecretMutable: "true", enableConfigMapMutable: "true" },
            directory,
        );
        try {
            const { state } = await mutable.create(SECRET, await mutable.check(SECRET, secret({ name: "s" }, "a")));
            expect(await mutable.diff(SECRET, state, secret({ name: "s", namespace: "default" }, "b"))).toMatchObject({
                changed: true,
                replaces: [],
            });
        } finally {
            await mutable.stop();
        }
    });
});

describe("rendering", () => {
    const object = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "r", namespace: "n" },
        spec: { yes: "on", octal: "012", number: 3 },
    };
    const path = () => join(directory, "out", "1-manifest", "apps_v1-deployment-n-r.yaml");

    test("a preview writes nothing, a create one file for its owner only, an update the same file, a delete none", async () => {
        await plugin.create(DEPLOYMENT, object, true);
        expect(existsSync(path())).toBe(false);

        const { id, state } = await plugin.create(DEPLOYMENT, object);
        expect(id).toBe("n/r");
        expect(statSync(path()).mode & 0o777).toBe(0o600);
        expect(parse(readFileSync(path(), "utf8"), { version: "1.1" })).toEqual(object);

        const updated = await plugin.update(DEPLOYMENT, id, state, { ...object, spec: { number: 4 } });
        expect(parse(readFileSync(path(), "utf8"))).toEqual({ ...object, spec: { number: 4 } });

        await plugin.delete(DEPLOYMENT, id, updated);
        expect(existsSync(path())).toBe(false);
        await plugin.delete(DEPLOYMENT, id, updated);
    });

    test("CRDs lie in a folder of their own; what has no namespace is filed under default", async () => {
        const crd = {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "gadgets.example.com" },
        };
        await plugin.create(urn("apiextensions.k8s.io/v1:CustomResourceDefinition"), crd);
        expect(readdirSync(join(directory, "out", "0-crd"))).toEqual([
            "apiextensions.k8s.io_v1-customresourcedefinition-default-gadgets.example.com.yaml",
        ]);
    });
});

describe("settings", () => {
    test("a folder to render to excludes a cluster to apply to, even one from KUBECONFIG", async () => {
        expect(await plugin.checkConfig({ renderYamlToDirectory: "out", kubeconfig: "/x" })).toEqual([
            'kubeconfig: "kubeconfig" arg is not compatible with "renderYamlToDirectory" arg',
        ]);
        expect(await plugin.checkConfig({ renderYamlToDirectory: UNKNOWN, kubeconfig: "/x" })).toEqual([]);
        expect(await plugin.checkConfig({ renderYamlToDirectory: "out" })).toEqual([]);
    });

    test.each<Bag>([{ alwaysRender: "true" }, { enableServerSideApply: "false" }, { cluster: "other" }])(
        "%j is refused, not ignored",
        async (settings) => {
            expect(await plugin.checkConfig(settings)).toEqual([expect.stringContaining("test double")]);
        },
    );

    const kubeconfig = (server: string, token: string): string =>
        JSON.stringify({
            clusters: [{ name: "c", cluster: { server } }],
            users: [{ name: "u", user: { token } }],
            contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
            "current-context": "x",
        });

    test.each<[string, Bag, Bag, string[]]>([
        ["another folder", { renderYamlToDirectory: "a" }, { renderYamlToDirectory: "b" }, ["renderYamlToDirectory"]],
        [
            "another cluster",
            { kubeconfig: kubeconfig("https://a", "t") },
            { kubeconfig: kubeconfig("https://b", "t") },
            ["kubeconfig"],
        ],
        [
            "an unknown kubeconfig",
            { kubeconfig: kubeconfig("https://a", "t") },
            { kubeconfig: UNKNOWN },
            ["kubeconfig"],
        ],
        [
            "other credentials",
            { kubeconfig: kubeconfig("https://a", "t") },
            { kubeconfig: kubeconfig("https://a", "u") },
            [],
        ],
        ["another default namespace", { namespace: "a" }, { namespace: "b" }, []],
    ])("%s: what replaces the provider and everything it made", async (_, olds, news, replaces) => {
        expect(await plugin.diffConfig(olds, news)).toEqual(replaces);
    });
});

test("no cluster: an operation says so, a preview goes on", async () => {
    const alone = await Plugin.start({}, directory);
    try {
        const inputs = await alone.check(SECRET, secret({ name: "s" }));
        expect((await alone.create(SECRET, inputs, true)).state).toEqual(inputs);
        await expect(alone.create(SECRET, inputs)).rejects.toThrow("configured Kubernetes cluster is unreachable");
    } finally {
        await alone.stop();
    }
});

test("it does not outlive an engine that is killed", async () => {
    const engine = spawn("sh", ["-c", `"${EXECUTABLE}" & echo $!; wait`], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    engine.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    while (output.split("\n").length < 3) await sleep(20); // the shell's line with its pid, then its own with the port
    const pid = Number(output.split("\n")[0]);
    expect(runs(pid)).toBe(true);

    engine.kill("SIGKILL");
    for (const began = Date.now(); runs(pid) && Date.now() - began < 10_000;) await sleep(100);
    expect(runs(pid)).toBe(false);
});

function runs(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch {
        return false;
    }
}
