// A small server stands in for Dynatrace: the emulator cannot refuse one record with a 200, redirect, or answer nothing.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";

import { decodeReply } from "../../providers/ingest-check/records";
import { encodeResponse } from "../../emulator/otlp/proto";
import { Checks, inputsFor } from "./ingest-check-support";

let server: Server;
let answer: { status: number; headers?: Record<string, string>; body?: Buffer | string };
let seen: string[];

beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
        seen.push(`${request.method} ${request.url}`);
        request.resume().on("end", () => response.writeHead(answer.status, answer.headers).end(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const inputs = (signal: string) => {
    const { port } = server.address() as AddressInfo;
    return inputsFor(`http://127.0.0.1:${port}/otlp`, { token: "dt0c01.MADEUP.NOTASECRET", signals: [signal] });
};

it.each(["traces", "metrics", "logs"] as const)(
    "a record of %s refused with a 200 fails with the reason",
    async (signal) => {
        const errorMessage = "The following issues were encountered:\nUnsupported metric: 'a' - Reason: MADE_UP";
        answer = { status: 200, body: encodeResponse(signal, { rejected: 1, errorMessage }) };
        const failure = await new Checks().failure(inputs(signal));
        expect(failure.split("\n    ")[1]).toBe(
            `${signal}: signals: was answered 200, but the record was refused (The following issues were encountered: ` +
                "Unsupported metric: 'a' - Reason: MADE_UP); token and address are right; do what the reason says, " +
                `or take ${signal} out of signals`,
        );
    },
);

it.each([
    ["a partial success that refuses nothing", () => encodeResponse("logs", { rejected: 0, errorMessage: "a hint" })],
    ["a success without a body", () => ""],
])("%s is a success", async (_what, body) => {
    answer = { status: 200, body: body() };
    expect((await new Checks().create(inputs("logs"))).tokenId).toBe("dt0c01.MADEUP");
});

it("a redirect is not followed, as the token would go there", async () => {
    answer = { status: 302, headers: { location: "https://sso.example.com/login?to=secret" } };
    const failure = await new Checks().failure(inputs("logs"));
    expect(failure).toContain(
        "endpoint.environment: was answered 302; it redirects to sso.example.com, which is not followed",
    );
    expect(failure).not.toContain("login");
    expect(seen).toEqual(["POST /otlp/v1/logs"]);
});

it("bytes that are no reply of OTLP fail", async () => {
    answer = { status: 200, headers: { "content-type": "application/json" }, body: '{"ok":true}' };
    expect(await new Checks().failure(inputs("logs"))).toContain("was answered 200, but not by an OTLP receiver");
});

it("a partial success reads the same by OpenTelemetry's current definitions", () => {
    const reply = encodeResponse("logs", { rejected: 3, errorMessage: "too old" });
    const current = ProtobufLogsSerializer.deserializeResponse(reply).partialSuccess;
    expect(decodeReply("logs", reply)).toEqual({
        rejected: Number(current?.rejectedLogRecords),
        message: current?.errorMessage,
    });
});
