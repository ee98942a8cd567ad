// A client that does what TrueFoundry's form says stands in for its gateway, which cannot be had: it sends to the embedded Dynatrace.
import axios from "axios";
import { Agent } from "node:https";

import { describeGateway } from "../../components/ai-gateway/description";
import { type GatewayInputs, planGateway } from "../../components/ai-gateway/plan";
import { scopesFor, Signal } from "../../components/shared/signals";
import type { Emulator } from "../../emulator";
import { spans, start, stopAll } from "./emulator-helpers";
import { Check } from "../../components/shared/check";

afterEach(stopAll);

const TYPES: Record<string, string> = { Proto: "application/x-protobuf", Json: "application/json" };

function described(environment: string) {
    const args: GatewayInputs = {
        gateway: "truefoundry",
        via: "direct",
        endpoint: { environment },
        token: { secret: { name: "ingest-token" } },
    };
    return describeGateway(planGateway(new Check('AiGatewayExporter("ai")'), "ai", args), args);
}

/** Sends a span as the fields say, but for those that are typed wrong. */
async function sendAsTyped(
    emulator: Emulator,
    secret: string,
    typedWrong: Record<string, string> = {},
): Promise<number> {
    const right = described(emulator.url).fields.map(({ name, value }) => [name, value] as const);
    const fields: Record<string, string> = { ...Object.fromEntries(right), ...typedWrong };
    const { status } = await axios.post(fields["Endpoint"] ?? "", spans(Date.now()), {
        headers: {
            Authorization: fields["Headers: Authorization"]?.replace("{token}", secret),
            "Content-Type": TYPES[fields["Encoding"] ?? ""],
        },
        httpsAgent: new Agent({ ca: emulator.caPem }),
        validateStatus: () => true,
        proxy: false,
    });
    return status;
}

async function emulated(): Promise<{ emulator: Emulator; secret: string }> {
    const emulator = await start({ route: "activegate" });
    return { emulator, secret: emulator.createToken({ scopes: scopesFor([Signal.Traces]) }).token };
}

test("what the form says is taken, with a token that may ingest traces alone", async () => {
    const { emulator, secret } = await emulated();
    expect(secret).toMatch(/^dt0c01\./);
    expect(await sendAsTyped(emulator, secret)).toBe(200);
    expect(emulator.arrived().spans).toMatchObject([{ path: "/e/abc12345/api/v2/otlp/v1/traces" }]);
});

test.each([
    ["the encoding JSON", { Encoding: "Json" }, 415],
    ["Bearer before the token", { "Headers: Authorization": "Bearer {token}" }, 401],
    ["no word before the token", { "Headers: Authorization": "{token}" }, 401],
])("%s would be refused", async (_case, typedWrong, status) => {
    const { emulator, secret } = await emulated();
    expect(await sendAsTyped(emulator, secret, typedWrong)).toBe(status);
    expect(emulator.arrived().counts.spans).toBe(0);
});

test("the base URL in place of the full one would be refused", async () => {
    const { emulator, secret } = await emulated();
    expect(await sendAsTyped(emulator, secret, { Endpoint: emulator.otlpUrl })).toBe(404);
});

test("a token without the scope openTelemetryTrace.ingest would be refused", async () => {
    const { emulator } = await emulated();
    const { token } = emulator.createToken({ scopes: ["metrics.ingest", "logs.ingest"] });
    expect(await sendAsTyped(emulator, token)).toBe(403);
});

test("the notes name the service by which the gateway's traces are found", () => {
    expect(described("abc12345").notes.join()).toContain(
        "filter Distributed Tracing Explorer by service tfy-llm-gateway",
    );
});
