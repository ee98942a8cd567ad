import type { Check } from "../shared/check";
import type { Flow } from "../shared/flows";
import { plainRule, type PlainRule } from "../shared/policy-rules";
import { PORTS } from "./constants";
import { collectorFlows, intakePorts } from "./flows";
import { type CollectorPlan, type Plain, Tier } from "./plan-types";

/** An address in the extra configuration. */
interface Address {
    /** Path in the extra configuration, e.g. `exporters["otlp_http/tempo"].endpoint`. */
    path: string;
    host: string;
    port: number;
}

/** Fields that hold an address or a list of addresses. */
const ADDRESS_FIELDS = /(^|_)(endpoint|endpoints|url|urls|brokers|address|server|servers)$/;
const SECTIONS = ["receivers", "exporters", "extensions", "processors", "connectors"];
const DEFAULT_PORTS: Record<string, number> = { "http:": 80, "https:": 443 };

/**
 * Warnings for connections of a tier's extra configuration and of scrape jobs that the network policy blocks, and for ports that no Service opens.
 *
 * @param check the check of the component's arguments.
 */
export function extraFlowWarnings(check: Check, plan: CollectorPlan): string[] {
    const extra = plan.tier === Tier.Second ? "secondTier.extraConfig." : "extraConfig.";
    const found = addressesOf(plan.extraConfig).map((it) => ({ ...it, path: `${extra}${it.path}` }));
    return [...found, ...targetsOf(plan)].flatMap(({ path, host, port }) => {
        const at = check.at(path);
        if (/^(localhost|127\.[\d.]+|::1)$/.test(host)) return [];
        if (isOwn(host)) {
            if (listensOpenly(plan, port)) return [];
            const second = "connections to the second tier come only from the first tier; use a port of the first tier";
            const way = plan.tier === Tier.Second ? second : "add the port to network.service.ports";
            return [at.warning(`nothing can connect to port ${port}; ${way}`)];
        }
        if (!plan.networkPolicy || isOpen(check, plan, host, port)) return [];
        const way = "allow the connection with network.networkPolicy.egress";
        return [at.warning(`the network policy blocks ${host} on port ${port}; ${way}`)];
    });
}

/** Whether it is an address of the pod itself, where a component listens. */
function isOwn(host: string): boolean {
    return ["", "0.0.0.0", "::"].includes(host) || /\$\{(env:)?MY_POD_IP\}/.test(host);
}

function listensOpenly(plan: CollectorPlan, port: number): boolean {
    const known = [...intakePorts(plan).map((it) => it.port), PORTS.health, PORTS.metrics];
    return known.includes(port) || plan.ownRules.ingress.some((rule) => opensPort(plainRule(rule), port));
}

/** A rule of the user opens a port for the peers that the user means. */
function isOpen(check: Check, plan: CollectorPlan, host: string, port: number): boolean {
    if (plan.ownRules.egress.some((rule) => opensPort(plainRule(rule), port))) return true;
    return collectorFlows(check, plan).some((flow) => allows(flow, plan, host, port));
}

function allows({ direction, peer, ports }: Flow, { cilium }: CollectorPlan, host: string, port: number): boolean {
    const atPort = ports.length === 0 || ports.some((it) => it.port === port && it.protocol === "TCP");
    if (direction !== "out" || !atPort) return false;
    return peer.at.some((place) => {
        if (place.kind === "namespaces") return /\.svc(\.|$)|^[^.]+(\.[^.]+)?$/.test(host) && place.names.length === 0;
        if (cilium === undefined) return ["host", "nodes", "apiServer"].includes(place.kind);
        return place.kind === "host" && place.host === host;
    });
}

function opensPort({ ports }: PlainRule, wanted: number): boolean {
    if (ports === undefined) return true;
    return ports.some(({ port, endPort }) => {
        // The number of a named port is known only to the pods.
        if (typeof port !== "number") return true;
        return port <= wanted && wanted <= (endPort ?? port);
    });
}

/** Targets of scrape jobs. */
function targetsOf({ collect }: CollectorPlan): Address[] {
    return (collect.scrapeConfigs ?? []).flatMap((job, index) => {
        const configs: unknown = mapOf(job)["static_configs"];
        if (!Array.isArray(configs)) return [];
        return configs.flatMap((config, at) =>
            below(mapOf(config)["targets"], `collect.scrapeConfigs[${index}].static_configs[${at}].targets`, true),
        );
    });
}

function addressesOf(extra: Plain): Address[] {
    return SECTIONS.flatMap((section) =>
        Object.entries(mapOf(extra[section])).flatMap(([id, settings]) =>
            below(settings, /^\w+$/.test(id) ? `${section}.${id}` : `${section}["${id}"]`, false),
        ),
    );
}

function below(value: unknown, path: string, isAddress: boolean): Address[] {
    if (typeof value === "string") return isAddress ? addressOf(value, path) : [];
    if (Array.isArray(value))
        return value.flatMap((item: unknown, index) => below(item, `${path}[${index}]`, isAddress));
    return Object.entries(mapOf(value)).flatMap(([key, inner]) =>
        below(inner, `${path}.${key}`, ADDRESS_FIELDS.test(key)),
    );
}

/** The address in a URL, or in `host:port`. Empty if the text contains neither, or variables for the port. */
function addressOf(text: string, path: string): Address[] {
    const [, scheme = "", host = "", port] =
        /^(?:(\w[\w+.-]*:)\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|\$\{[^}]*\}|[^:/?#]*)(?::(\d+))?(?:[/?#].*)?$/.exec(text) ?? [];
    const found = port === undefined ? DEFAULT_PORTS[scheme] : Number(port);
    return found === undefined ? [] : [{ path, host: host.replace(/^\[|\]$/g, ""), port: found }];
}

function mapOf(value: unknown): Plain {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}
