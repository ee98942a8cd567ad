import * as pulumi from "@pulumi/pulumi";

import { collectorEnv } from "../../components/application-pods/exporter-env";
import { resolveEndpoint } from "../../components/endpoint";
import { lift } from "../../components/shared/outputs";
import { routeDiagram } from "../../components/telemetry-pipeline/route-diagram";
import { normalizeSignals, scopesFor, Signal } from "../../components/shared/signals";
import { checkTokenText, schemeFor } from "../../components/shared/secrets";
import { publicTokenId } from "../../providers/dynatrace/redact";
import { Check } from "../../components/shared/check";

const SECRET = "NOTASECRET".repeat(6) + "ABCD";
const TOKEN = `dt0c01.MADEUPPUBLICPART00000000.${SECRET}`;

test("signals decide the scopes, each once, whatever their order", () => {
    expect(scopesFor(normalizeSignals(new Check("C"), ["logs", "traces", "logs"]))).toEqual([
        "openTelemetryTrace.ingest",
        "logs.ingest",
    ]);
    expect(scopesFor(normalizeSignals(new Check("C")))).toEqual([
        "openTelemetryTrace.ingest",
        "metrics.ingest",
        "logs.ingest",
    ]);
});

describe("a token's text", () => {
    test("is shown without its secret", () => {
        expect(publicTokenId(TOKEN)).toBe("dt0c01.MADEUPPUBLICPART00000000");
        expect(publicTokenId("an-old-format-token")).toBeUndefined();
    });

    test("decides the scheme", () => {
        expect(schemeFor(TOKEN)).toBe("Api-Token");
        expect(schemeFor(TOKEN.replace("dt0c01", "dt0s16"))).toBe("Bearer");
    });

    test.each([`${TOKEN}\n`, ` ${TOKEN}`, `Api-Token ${TOKEN}`, `"${TOKEN}"`, `${TOKEN},x`, ""])(
        "that no header can carry is refused without repeating it (%#)",
        (text) => {
            let message = "";
            try {
                checkTokenText(new Check("C", "token"), text);
            } catch (error) {
                message = (error as Error).message;
            }
            expect(message).toMatch(/^C: token: /);
            expect(message).not.toContain(SECRET);
        },
    );
});

describe("arguments", () => {
    test("that are plain fail at once, before anything is registered", () => {
        const compute = (): never => {
            throw new Error("wrong");
        };
        expect(() => lift({ port: 0 }, compute)).toThrow("wrong");
    });

    test("that are not known yet are computed when they are", async () => {
        const lifted = lift({ port: pulumi.output(9999) }, ({ port }) => port + 1);
        expect(await new Promise((resolve) => void lifted.apply(resolve))).toBe(10000);
    });
});

test("an application sends delta metrics over HTTP, and only the signals the Collector takes", () => {
    expect(collectorEnv("http://gateway.telemetry.svc:4318", [Signal.Traces, Signal.Metrics])).toEqual([
        { name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://gateway.telemetry.svc:4318" },
        { name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: "http/protobuf" },
        { name: "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value: "delta" },
        { name: "OTEL_TRACES_EXPORTER", value: "otlp" },
        { name: "OTEL_METRICS_EXPORTER", value: "otlp" },
        { name: "OTEL_LOGS_EXPORTER", value: "none" },
    ]);
});

test("the route diagram names hosts, ports and signals", () => {
    const to = resolveEndpoint(new Check("C", "endpoint"), { environment: "https://ag.dynatrace.svc/e/abc12345" });
    const diagram = routeDiagram({ to, via: "http://gateway.telemetry.svc:4318", signals: [Signal.Logs] });
    expect(diagram.split("\n")).toEqual([
        "flowchart LR",
        '    apps["Applications"] -- "OTLP/gRPC 4317<br/>OTLP/HTTP 4318" --> collector["Collector<br/>gateway.telemetry.svc"]',
        '    collector -- "logs<br/>OTLP/HTTPS 443, 9999 at the pod" --> dynatrace["ActiveGate in the cluster<br/>ag.dynatrace.svc"]',
        "",
    ]);
});
