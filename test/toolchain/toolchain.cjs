// @ts-check
"use strict";

/*
 * Brings the real programs that the tests and the quickstart need, built from pinned Go modules into a cache that all
 * clones share. Plain Node 20+, no npm packages: it runs before `npm ci`. What is built from what: README.md.
 *
 *   node test/toolchain/toolchain.cjs pulumi otelcol-158      paths, one a line
 *   node test/toolchain/toolchain.cjs --all --json            {"pulumi": "/…/pulumi", …}
 */

const { spawnSync } = require("node:child_process");
const os = require("node:os");
const path = require("node:path");
const { build } = require("./build.cjs");
const { EXE, isExecutable, older } = require("./small.cjs");

/** @typedef {import("./build.cjs").Tool} Tool */

const kubernetesStamp = [
    "k8s.io/component-base/version.gitVersion=v1.36.3",
    "k8s.io/component-base/version.gitMajor=1",
    "k8s.io/component-base/version.gitMinor=36",
];

/**
 * In the order in which they are built: the most useful first.
 *
 * `oldestOnPath`: one on PATH is preferred, if its `version` is at least this; "any": whatever its version. Where it is
 * left out the exact version matters and PATH is not looked at.
 *
 * @type {Record<string, Tool & { oldestOnPath?: string }>}
 */
const tools = {
    pulumi: {
        module: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        stamp: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.255.0"],
        coldSeconds: 230,
        oldestOnPath: "3.255.0",
    },
    "pulumi-language-nodejs": {
        module: "pulumi-language-nodejs",
        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        stamp: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.65.0"],
        coldSeconds: 20,
        oldestOnPath: "any",
    },
    "otelcol-158": {
        module: "otelcol-158",
        package: ".",
        tags: ["remove_all_sd", "enable_kubernetes_sd"], // of Prometheus' service discoveries; all of them would double the code to compile
        coldSeconds: 290,
    },
    etcd: {
        module: "kubernetes",
        package: "go.etcd.io/etcd/server/v3",
        coldSeconds: 25,
    },
    "kube-apiserver": {
        module: "kubernetes",
        package: "k8s.io/kubernetes/cmd/kube-apiserver",
        stamp: kubernetesStamp,
        coldSeconds: 180,
    },
    kubectl: {
        module: "kubernetes",
        package: "k8s.io/kubernetes/cmd/kubectl",
        stamp: kubernetesStamp,
        coldSeconds: 25,
    },
    "kube-controller-manager": {
        module: "kubernetes",
        package: "k8s.io/kubernetes/cmd/kube-controller-manager",
        stamp: kubernetesStamp,
        coldSeconds: 60,
    },
    kafka: {
        module: "kafka",
        package: ".",
        coldSeconds: 20,
    },
    "otelcol-149": {
        module: "otelcol-149",
        package: ".",
        coldSeconds: 145,
    },
};

/** Every tool, in build order. */
const names = Object.keys(tools);

/** Folder for everything this project keeps between runs; outside the clone, so that clones share it. */
function cacheDir() {
    if (process.env.PULUMI_DYNATRACE_OTLP_CACHE) return path.resolve(process.env.PULUMI_DYNATRACE_OTLP_CACHE);
    const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
    return path.join(path.resolve(base), "pulumi-dynatrace-otlp");
}

/**
 * A tool on PATH that may stand in for the built one; undefined for tools whose exact version matters, and for one that
 * is too old or does not run.
 *
 * @param {string} name
 * @param {(line: string) => void} [log] told why a tool found on PATH is not used
 * @returns {string | undefined} absolute path
 */
function which(name, log = () => {}) {
    const { oldestOnPath } = toolOf(name);
    if (!oldestOnPath) return undefined;
    const found = (process.env.PATH || "")
        .split(path.delimiter)
        .filter(Boolean)
        .map((folder) => path.resolve(folder, name + EXE))
        .find(isExecutable);
    if (!found || oldestOnPath === "any") return found;

    const answer = spawnSync(found, ["version"], {
        encoding: "utf8",
        timeout: 30_000,
        env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" },
    });
    const version = /\d+\.\d+\.\d+/.exec(answer.status === 0 ? answer.stdout : "")?.[0];
    if (!version) {
        log(`${found} does not answer "version"; not used`);
        return undefined;
    }
    if (older(version, oldestOnPath)) {
        log(`${found} is ${version}, older than ${oldestOnPath}; not used`);
        return undefined;
    }
    return found;
}

/**
 * Absolute path of each tool, building what is missing. Safe to call from many processes and many times at once.
 *
 * @template {string} N
 * @param {readonly N[]} wanted
 * @param {{ log?: (line: string) => void }} [options] `log` takes progress, a line at a time; default standard error
 * @returns {Promise<Record<N, string>>}
 */
async function ensure(wanted, options = {}) {
    for (const name of wanted) toolOf(name);
    const mode = process.env.PULUMI_DYNATRACE_OTLP_TOOLCHAIN || "";
    if (mode !== "" && mode !== "build") {
        throw new Error(
            `PULUMI_DYNATRACE_OTLP_TOOLCHAIN is "${mode}"; set it to "build" (never use PATH) or not at all`,
        );
    }
    const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
    const home = path.join(cacheDir(), "toolchain");

    const paths = /** @type {Record<N, string>} */ ({});
    for (const name of inBuildOrder(wanted)) {
        const onPath = mode === "build" ? undefined : which(name, log);
        paths[name] = onPath ?? (await build(name, toolOf(name), home, options.log));
    }
    return paths;
}

module.exports = { ensure, which, cacheDir, names };

/** @param {string} name */
function toolOf(name) {
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (!tool) throw new Error(`no tool is called "${name}"; there are: ${names.join(", ")}`);
    return tool;
}

/**
 * @template {string} N
 * @param {readonly N[]} wanted
 */
function inBuildOrder(wanted) {
    return [...new Set(wanted)].sort((a, b) => names.indexOf(a) - names.indexOf(b));
}

/** @param {string[]} args */
async function main(args) {
    const flags = args.filter((arg) => arg.startsWith("-"));
    const unknown = flags.find((flag) => flag !== "--all" && flag !== "--json");
    const wanted = flags.includes("--all") ? names : args.filter((arg) => !arg.startsWith("-"));
    if (unknown || wanted.length === 0) {
        if (unknown) process.stderr.write(`no option is called "${unknown}"\n`);
        process.stderr.write(`usage: node test/toolchain/toolchain.cjs [--json] --all | name...\n`);
        process.stderr.write(`names: ${names.join(", ")}\n`);
        process.exitCode = 2;
        return;
    }
    const paths = await ensure(wanted);
    const lines = wanted.map((name) => paths[name]).join("\n");
    process.stdout.write(`${flags.includes("--json") ? JSON.stringify(paths) : lines}\n`);
}

if (require.main === module) {
    main(process.argv.slice(2)).catch((error) => {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
    });
}
