import { Signal } from "../../shared/signals";
import { joinHostPort } from "../../shared/url";
import { type ConfigPlan, type IntakePort, Tier } from "../plan-types";
import { type Feature, fromSenders } from "./feature";

const TCP: IntakePort = { name: "syslog-tcp", port: 5514, protocol: "TCP" };
const UDP: IntakePort = { name: "syslog-udp", port: 5514, protocol: "UDP" };
/** @see https://www.rfc-editor.org/rfc/rfc5425#section-4.1 */
const TLS: IntakePort = { name: "syslog-tls", port: 6514, protocol: "TCP" };

/** Names of the receiver and names of Dynatrace. @see https://docs.dynatrace.com/docs/ingest-from/opentelemetry/collector/use-cases/syslog */
const ATTRIBUTES = {
    hostname: "syslog.hostname",
    appname: "syslog.appname",
    proc_id: "syslog.proc_id",
    msg_id: "syslog.message_id",
    priority: "syslog.priority",
    facility: "syslog.facility",
    version: "syslog.version",
    structured_data: "syslog.structured_data",
};

/** Moves the parsed fields to Dynatrace's names, and the message to the body. A message that the receiver cannot parse has no fields. */
const OPERATORS = [
    { type: "add", field: 'attributes["log.source"]', value: "syslog" },
    ...Object.entries(ATTRIBUTES).map(([from, to]) => ifParsed(from, { type: "move", to: `attributes["${to}"]` })),
    ifParsed("message", { type: "move", to: "body" }),
    { type: "remove", field: "attributes.facility_text", if: "attributes.facility_text != nil" },
];

/** Receives syslog messages. @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/syslogreceiver */
export const syslog: Feature = {
    name: "syslog",
    argument: "intake.syslog",
    settings: ["intake.syslog.rfc3164", "intake.syslog.octetCounting"],
    signal: Signal.Logs,
    components: [["receivers", "syslog"]],
    on: ({ intake, tier }) => intake.syslog !== undefined && tier !== Tier.Second,
    check(check, { intake, receiver }) {
        if (intake.syslog === undefined) return;
        const at = check.at("intake.syslog");
        const timeZone = intake.syslog.rfc3164?.timeZone;
        if (timeZone !== undefined && !isTimeZone(timeZone)) {
            at.at("rfc3164.timeZone").fail(`"${timeZone}" is not a time zone; use a name such as Europe/Vienna`);
        }
        if (receiver.sender.authorization !== undefined) {
            at.fail(
                "has no credentials, so senders could bypass receiver.bearer and receiver.basic; " +
                    "require client certificates with receiver.tls.clientCa, or run it in a separate Collector",
            );
        }
    },
    render(plan) {
        const { tls } = plan.receiver;
        const { rfc3164, octetCounting = false } = plan.intake.syslog ?? {};
        const format =
            rfc3164 === undefined
                ? { protocol: "rfc5424" }
                : { protocol: "rfc3164", location: rfc3164.timeZone ?? "UTC" };
        const shared = { ...format, operators: OPERATORS };
        const framing = octetCounting ? { enable_octet_counting: true } : {};
        const tcp = tls === undefined ? listenAt(plan, TCP) : { ...listenAt(plan, TLS), tls };
        const overTcp = { id: "syslog/tcp", signal: Signal.Logs, config: { tcp, ...shared, ...framing } };
        const overUdp = { id: "syslog/udp", signal: Signal.Logs, config: { udp: listenAt(plan, UDP), ...shared } };
        return {
            receivers: tls === undefined ? [overTcp, overUdp] : [overTcp],
            flows: [fromSenders("Senders send syslog messages.", ...(tls === undefined ? [TCP, UDP] : [TLS]))],
        };
    },
};

function ifParsed(field: string, operator: { type: string; to: string }): object {
    return { ...operator, from: `attributes.${field}`, if: `attributes.${field} != nil` };
}

function listenAt({ listenOn }: ConfigPlan, { port }: IntakePort): { listen_address: string } {
    return { listen_address: joinHostPort(listenOn, port) };
}

function isTimeZone(name: string): boolean {
    try {
        return new Intl.DateTimeFormat("en", { timeZone: name }) instanceof Intl.DateTimeFormat;
    } catch {
        return false;
    }
}
