import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** When a call is held on its way. */
export const Moment = {
    /** It was sent; Dynatrace has not seen it. */
    Before: "before",
    /** Dynatrace did what was asked; the reply has not arrived. */
    After: "after",
} as const;
export type Moment = (typeof Moment)[keyof typeof Moment];

/** Which call is held: the first that matches. */
export interface Point {
    method: "GET" | "POST" | "PUT" | "DELETE";
    path: RegExp;
    moment: Moment;
}

/** What becomes of a call that was held: it goes on, its connection is cut, or somebody else answers it. */
export type Way = "pass" | "drop" | { status: number; body: string };

/** A call that is held, or will be once it is made. */
export class Held {
    readonly reached: Promise<void>;
    /** What was decided. */
    readonly way: Promise<Way>;
    private reach!: () => void;
    private decide!: (way: Way) => void;

    constructor(readonly point: Point) {
        this.reached = new Promise((resolve) => (this.reach = resolve));
        this.way = new Promise((resolve) => (this.decide = resolve));
    }

    /** Decides; also where whoever sent the call is gone. Only the first time counts. */
    release(way: Way): void {
        this.decide(way);
    }

    /** For the wire: the call is here. */
    arrive(): Promise<Way> {
        this.reach();
        return this.way;
    }
}

/** The way between a provider and an embedded Dynatrace, on which a call can be held at an exact point, or all be cut. */
export class FaultyWire {
    private waiting: Held[] = [];
    private arrived: Held[] = [];
    private down = false;
    /** How many calls have come to an end. */
    calls = 0;

    private constructor(
        private readonly target: string,
        private readonly server: Server,
    ) {}

    /** @param target base URL of the embedded Dynatrace, without `/api`. */
    static async start(target: string): Promise<FaultyWire> {
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const wire = new FaultyWire(target, server);
        server.on("request", (request, response) => {
            const ended = (): void => void wire.calls++;
            wire.carry(request, response)
                .catch(() => response.destroy())
                .finally(ended);
        });
        return wire;
    }

    get apiUrl(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api`;
    }

    hold(point: Point): Held {
        const held = new Held(point);
        this.waiting.push(held);
        return held;
    }

    /** From now on no call arrives and no reply returns. */
    cut(): void {
        this.down = true;
        for (const held of this.arrived) held.release("drop");
    }

    /** All is well again, but for what is held until it is released. */
    heal(): void {
        this.down = false;
        [this.waiting, this.arrived] = [[], []];
    }

    stop(): Promise<void> {
        return new Promise((resolve) => {
            this.server.close(() => resolve());
            this.server.closeAllConnections();
        });
    }

    private async carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const body = await buffer(request);
        const held = this.take(request);
        const isAt = (moment: Moment): boolean => held?.point.moment === moment;
        const going = isAt(Moment.Before) ? await held?.arrive() : "pass";
        if (this.down || going !== "pass") return void response.destroy();

        const reply = await this.forward(request, body);
        const text = await buffer(reply);
        const coming = (isAt(Moment.After) ? await held?.arrive() : undefined) ?? "pass";
        if (this.down || coming === "drop") return void response.destroy();
        if (coming === "pass") response.writeHead(reply.statusCode ?? 500, reply.headers).end(text);
        else response.writeHead(coming.status, { "content-type": "text/html" }).end(coming.body);
    }

    private forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
        return new Promise((resolve, reject) => {
            const own = { ...headers, connection: "close" };
            ask(`${this.target}${url}`, { method, headers: own }, resolve).on("error", reject).end(body);
        });
    }

    private take({ method, url = "" }: IncomingMessage): Held | undefined {
        const path = url.split("?")[0] ?? "";
        const found = this.waiting.find(({ point }) => point.method === method && point.path.test(path));
        if (!found) return undefined;
        this.waiting = this.waiting.filter((held) => held !== found);
        this.arrived.push(found);
        return found;
    }
}
