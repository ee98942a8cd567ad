import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { parse, stringify } from "yaml";

import { ensure } from "../toolchain/toolchain.cjs";
import { createAuthority } from "./certificates";
import { runToEnd } from "./processes";

/** The Collectors of the tests. */
const COLLECTORS = ["otelcol-149", "otelcol-158"] as const;
type Collector = (typeof COLLECTORS)[number];

/** A configuration, and the image that is to read it, e.g. `contrib 0.149.0`. */
export interface Text {
    /** Where it comes from, for who has to find a mistake. */
    of: string;
    image: string;
    text: string;
    /** Names of the variables that its container has. */
    variables: string[];
}

/** What real Collectors said. Each text counts once. */
export interface Verdict {
    /** Texts of which one Collector knows every component. */
    configs: number;
    /** Those of them that it takes. */
    valid: number;
    /** Of `configs`, those that a Collector of another version than the image's has judged. */
    byAnotherVersion: number;
    /** Texts with a component that no Collector of the tests knows by that name: judged without it, and not among `configs`. */
    withoutCollector: { configs: number; restValid: number; components: Record<string, number> };
    complaints: string[];
}

/** Each image's Collector, or the nearest to it, and whether that is of the same version. */
const NEAREST: Record<string, { collector: Collector; same: boolean }> = {
    "dynatrace 0.54.0": { collector: "otelcol-158", same: true },
    "contrib 0.158.0": { collector: "otelcol-158", same: true },
    "contrib 0.149.0": { collector: "otelcol-149", same: true },
};
const OLDER = { collector: "otelcol-149", same: false } as const;

const SECTIONS = ["receivers", "processors", "exporters", "extensions", "connectors"] as const;
type Section = (typeof SECTIONS)[number];
type Known = Record<Section, string[]>;

/** Modules far older than the Collector they are built into: they do not know all settings of its version. */
const OUTDATED: Record<Collector, string[]> = { "otelcol-149": ["k8s_events"], "otelcol-158": [] };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- YAML as it was read
type Any = any;

/** Certificates that some receivers read before anything runs. */
function writeReceiverFiles(folder: string): void {
    const authority = createAuthority("made-up CA");
    const { certificatePem, keyPem } = authority.issue("gateway");
    for (const name of ["tls", "client-ca"]) mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, "tls", "tls.crt"), certificatePem);
    writeFileSync(path.join(folder, "tls", "tls.key"), keyPem);
    writeFileSync(path.join(folder, "client-ca", "ca.crt"), authority.pem);
}

/** Judges configurations by `otelcol validate`, two at once; `close` removes what it wrote. */
export class ConfigJudge {
    private constructor(
        private readonly scratch: string,
        private readonly binaries: Record<Collector, string>,
        private readonly known: Record<Collector, Known>,
    ) {}

    static async open(): Promise<ConfigJudge> {
        const scratch = mkdtempSync(path.join(tmpdir(), "matrix-configs-"));
        for (const folder of ["queue", "checkpoints", "host"]) mkdirSync(path.join(scratch, folder));
        writeFileSync(path.join(scratch, "kubeconfig"), KUBECONFIG);
        writeReceiverFiles(path.join(scratch, "receiver"));
        const binaries = await ensure([...COLLECTORS]);
        const known = {} as Record<Collector, Known>;
        for (const collector of COLLECTORS) known[collector] = await componentsOf(scratch, binaries, collector);
        return new ConfigJudge(scratch, binaries, known);
    }

    close(): void {
        rmSync(this.scratch, { recursive: true, force: true });
    }

    async judge(texts: Text[]): Promise<Verdict> {
        const distinct = [...new Map(texts.map((it) => [JSON.stringify([nearest(it), it.text]), it])).values()];
        const verdict: Verdict = {
            configs: 0,
            valid: 0,
            byAnotherVersion: 0,
            withoutCollector: { configs: 0, restValid: 0, components: {} },
            complaints: texts.flatMap(missingVariables),
        };
        const waiting = distinct.entries();
        const work = async (): Promise<void> => {
            for (const [index, text] of waiting) await this.judgeOne(index, text, verdict);
        };
        await Promise.all([work(), work()]);
        return verdict;
    }

    private async judgeOne(index: number, { of, image, text, variables }: Text, verdict: Verdict): Promise<void> {
        const config = parse(text) as Any;
        const { collector, same } = nearest({ image });
        // A newer one takes what an older one does, but not the other way round.
        const choices = COLLECTORS.slice(COLLECTORS.indexOf(collector)).map((it) => ({
            collector: it,
            missing: missingIn(config, this.known[it]),
        }));
        const whole = choices.find(({ missing }) => missing.length === 0);
        // Without an exporter there would be nothing left to judge.
        const rest = choices.find(({ missing }) => !missing.some((id) => id.startsWith("exporters/")));
        const best = whole ?? rest;
        if (best === undefined) throw new Error(`no Collector of the tests knows the exporters of ${text}`);
        const judged = whole === undefined ? stringify(without(config, best.missing)) : text;
        const answer = await this.validate(index, best.collector, judged, variables);
        if (answer !== undefined) verdict.complaints.push(`${of}, by ${best.collector}: ${answer}`);
        if (whole !== undefined) {
            verdict.configs += 1;
            if (answer === undefined) verdict.valid += 1;
            if (!same || best.collector !== collector) verdict.byAnotherVersion += 1;
            return;
        }
        const part = verdict.withoutCollector;
        part.configs += 1;
        if (answer === undefined) part.restValid += 1;
        for (const id of best.missing) part.components[id] = (part.components[id] ?? 0) + 1;
    }

    /** Undefined if it is taken. A process has no mounts, so folders of the scratch directory stand for them. */
    private async validate(
        index: number,
        collector: Collector,
        text: string,
        variables: string[],
    ): Promise<string | undefined> {
        const file = path.join(this.scratch, `${index}.yaml`);
        writeFileSync(
            file,
            text
                .replaceAll("/var/lib/otelcol", this.scratch)
                .replaceAll("/etc/otelcol-receiver", path.join(this.scratch, "receiver"))
                .replaceAll("root_path: /hostfs", `root_path: ${path.join(this.scratch, "host")}`)
                // Outside of a cluster there is no account of a pod, and some components look for it before anything runs.
                .replaceAll("auth_type: serviceAccount", "auth_type: kubeConfig")
                .replace(/^ *- eks\n/m, ""),
        );
        const made = variables.map((name) => [name, "made-up-made-up-made-up-made-up-"]);
        const env = { ...process.env, ...Object.fromEntries(made), ...REAL };
        const { code, stderr } = await runToEnd(this.binaries[collector], ["validate", "--config", file], {
            env: { ...env, KUBECONFIG: path.join(this.scratch, "kubeconfig") },
        });
        return code === 0 ? undefined : stderr.trim().slice(0, 2000);
    }
}

/** Variables that are looked into before anything runs. */
const REAL = { MY_POD_IP: "127.0.0.1", K8S_NODE_IP: "10.1.2.3", GOMEMLIMIT: "400MiB" };

const KUBECONFIG = JSON.stringify({
    clusters: [{ name: "made-up", cluster: { server: "https://127.0.0.1:6443" } }],
    contexts: [{ name: "made-up", context: { cluster: "made-up" } }],
    "current-context": "made-up",
});

const nearest = ({ image }: Pick<Text, "image">): { collector: Collector; same: boolean } => NEAREST[image] ?? OLDER;

/** Every name that a Collector takes in a section, aliases too: it tells them when it is asked for one that is not there. */
async function componentsOf(
    scratch: string,
    binaries: Record<Collector, string>,
    collector: Collector,
): Promise<Known> {
    const known = {} as Known;
    for (const section of SECTIONS) {
        const file = path.join(scratch, "names.yaml");
        writeFileSync(file, stringify({ [section]: { made_up: {} } }));
        const { stderr } = await runToEnd(binaries[collector], ["validate", "--config", file]);
        const names = /valid values: \[([^\]]+)\]/.exec(stderr)?.[1];
        if (names === undefined) throw new Error(`${collector} does not tell its ${section}: ${stderr}`);
        known[section] = names.split(" ").filter((name) => !OUTDATED[collector].includes(name));
    }
    return known;
}

/** What a configuration reads from its environment, and is not there. */
function missingVariables({ of, text, variables }: Text): string[] {
    const read = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = ""]) => name);
    return read.filter((name) => !variables.includes(name)).map((name) => `${of}: no variable ${name}`);
}

/** Components of a configuration that a Collector does not know, e.g. `receivers/host_metrics`. */
function missingIn(config: Any, known: Known): string[] {
    return SECTIONS.flatMap((section) =>
        Object.keys(config[section] ?? {})
            .filter((id) => !known[section].includes(id.split("/", 1)[0] ?? ""))
            .map((id) => `${section}/${id}`),
    );
}

/** A configuration without some components. */
function without(config: Any, missing: string[]): Any {
    const kept = (section: string, ids: string[] = []): string[] =>
        ids.filter((id) => !missing.includes(`${section}/${id}`));
    // A connector is an exporter of one pipeline and a receiver of another.
    const ends = (section: string, ids?: string[]): string[] => kept("connectors", kept(section, ids));
    const { pipelines, extensions, ...service } = config.service;
    return {
        ...config,
        ...Object.fromEntries(
            SECTIONS.filter((section) => section in config).map((section) => [
                section,
                Object.fromEntries(kept(section, Object.keys(config[section])).map((id) => [id, config[section][id]])),
            ]),
        ),
        service: {
            ...service,
            extensions: kept("extensions", extensions),
            pipelines: Object.fromEntries(
                Object.entries(pipelines as Any).map(([id, pipeline]: [string, Any]) => [
                    id,
                    {
                        receivers: ends("receivers", pipeline.receivers),
                        processors: kept("processors", pipeline.processors),
                        exporters: ends("exporters", pipeline.exporters),
                    },
                ]),
            ),
        },
    };
}
