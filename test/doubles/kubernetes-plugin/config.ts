// Test double of the official Pulumi Kubernetes plugin (see README.md): the provider's own settings.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { type Bag, isBag, isUnknown, reveal, type Value } from "./wire";

export interface Config {
    kubeconfig: string;
    context: string;
    namespace: string;
    renderYamlToDirectory: string;
    configMapsMutable: boolean;
    secretsMutable: boolean;
    patchForce: boolean;
    upsert: boolean;
    deleteUnreachable: boolean;
}

/** Settings the double would have to ignore: better to say so. */
const REFUSED: Record<string, (value: string) => boolean> = {
    alwaysRender: (value) => value === "true",
    cluster: (value) => value !== "",
    enableServerSideApply: (value) => value === "false",
    skipUpdateUnreachable: (value) => value === "true",
};

/** From what the engine sends on Configure: all strings, the flags as `true` or `false`. A setting wins over its variable. */
export function readConfig(variables: ReadonlyMap<string, string>, env: NodeJS.ProcessEnv): Config {
    const text = (key: string): string => variables.get(`kubernetes:config:${key}`) ?? "";
    const flag = (key: string, variable: string): boolean => (text(key) || env[variable]) === "true";
    return {
        kubeconfig: text("kubeconfig"),
        context: text("context"),
        namespace: text("namespace"),
        renderYamlToDirectory: text("renderYamlToDirectory"),
        configMapsMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
        secretsMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
        patchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
        upsert: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    };
}

export function checkConfig(news: Bag): { property: string; reason: string }[] {
    const plain = reveal(news) as Bag;
    const failures = Object.entries(REFUSED)
        .filter(([key, refused]) => refused(String(plain[key] ?? "")))
        .map(([property]) => ({
            property,
            reason: `the test double of the Kubernetes plugin does not do ${property}: ${String(plain[property])}`,
        }));
    if (!given(plain["renderYamlToDirectory"])) return failures;
    const clashes = ["cluster", "context", "kubeconfig"].filter((key) => given(plain[key]));
    return [
        ...failures,
        ...clashes.map((property) => ({
            property,
            reason: `"${property}" arg is not compatible with "renderYamlToDirectory" arg`,
        })),
    ];
}

/** Another folder, or another cluster behind the kubeconfig, replaces the provider and with it everything it made. */
export function diffConfig(oldBag: Bag, newBag: Bag): { diffs: string[]; replaces: string[] } {
    const olds = reveal(oldBag) as Bag;
    const news = reveal(newBag) as Bag;
    const diffs = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (key) => !isDeepStrictEqual(olds[key], news[key]),
    );
    const identified = given(olds["clusterIdentifier"]) && given(news["clusterIdentifier"]);
    if (identified) return { diffs, replaces: diffs.filter((key) => key === "clusterIdentifier") };

    const connection = ["kubeconfig", "context", "cluster"];
    const before = activeCluster(olds);
    const after = activeCluster(news);
    const moved = before !== undefined && after !== undefined && !isDeepStrictEqual(before, after);
    return {
        diffs,
        replaces: diffs.filter(
            (key) => key === "renderYamlToDirectory" || (connection.includes(key) && (moved || isUnknown(news[key]))),
        ),
    };
}

/** Content of the kubeconfig that counts: given as text or path, else from KUBECONFIG or the home folder; undefined where there is none. */
export function kubeconfigText(setting: string, env: NodeJS.ProcessEnv): string | undefined {
    if (setting.includes("\n") || setting.trimStart().startsWith("{")) return setting;
    const path =
        setting ||
        env["KUBECONFIG"]?.split(":").find((candidate) => existsSync(candidate)) ||
        `${homedir()}/.kube/config`;
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Namespace of the context in use; `default` where it names none, or where there is no kubeconfig at all. */
export function contextNamespace(kubeconfig: string | undefined, context: string): string {
    return String(entry(kubeconfig, "contexts", "context", context)?.["namespace"] ?? "default");
}

function activeCluster(settings: Bag): Value | undefined {
    const text = typeof settings["kubeconfig"] === "string" ? kubeconfigText(settings["kubeconfig"], {}) : undefined;
    const name =
        settings["cluster"] ?? entry(text, "contexts", "context", String(settings["context"] ?? ""))?.["cluster"];
    return entry(text, "clusters", "cluster", String(name ?? ""));
}

/** The named entry of a list of a kubeconfig; without a name that of the current context. */
function entry(text: string | undefined, list: string, content: string, name: string): Bag | undefined {
    if (text === undefined) return undefined;
    const config = parse(text) as Value;
    if (!isBag(config) || !Array.isArray(config[list])) return undefined;
    const wanted = name || config["current-context"];
    const found = config[list].find((item) => isBag(item) && item["name"] === wanted);
    const value = isBag(found) ? found[content] : undefined;
    return isBag(value) ? value : undefined;
}

function given(value: Value | undefined): boolean {
    return value !== undefined && value !== null && value !== "" && value !== false && !isUnknown(value);
}
