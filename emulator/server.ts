import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
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
    return { server, port: (server.address() as AddressInfo).port };
}

/** Stops at once: open connections are cut. */
export function close(server: Server): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
    });
}
