import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { Certificates } from "./tls";

export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Starts to listen; HTTP/1.1 only, so that gRPC finds nobody. */
export async function listen(
    listener: Listener,
    { host, port, certificates }: { host: string; port: number; certificates?: Certificates },
): Promise<{ server: Server; port: number }> {
    const handle = (request: IncomingMessage, response: ServerResponse) => {
        listener(request, response).catch(() => response.destroy());
    };
    const server = certificates
        ? createHttpsServer({ cert: certificates.certPem + certificates.caPem, key: certificates.keyPem }, handle)
        : createHttpServer(handle);
    server.requestTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
            server.off("error", reject);
            resolve();
        });
    });
    return { server, port: addressOf(server)?.port ?? port };
}

/** Where a server listens; undefined while it does not. It listens on no pipe. */
function addressOf(server: Server): AddressInfo | undefined {
    const address = server.address();
    return typeof address === "object" ? (address ?? undefined) : undefined;
}

/** Stops at once: open connections are cut. */
export function close(server: Server): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
    });
}

/** Stops for a while, then listens on the same port again. */
export async function refuseFor(server: Server, seconds: number, stopped: AbortSignal): Promise<void> {
    const address = addressOf(server);
    // It is down already.
    if (address === undefined) return;
    await close(server);
    const pause = (ms: number) => wait(ms, undefined, { signal: stopped }).catch(() => undefined);
    await pause(seconds * 1000);
    while (!stopped.aborted && !(await listensAgain(server, address))) await pause(100);
}

/** False when somebody else took the port meanwhile. */
function listensAgain(server: Server, { port, address }: AddressInfo): Promise<boolean> {
    return new Promise((resolve) => {
        const failed = () => resolve(false);
        server.once("error", failed);
        server.listen(port, address, () => {
            server.off("error", failed);
            resolve(true);
        });
    });
}
