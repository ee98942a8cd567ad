// Stands in for a Kubernetes Service, which cannot be had without kube-proxy.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** One address before whichever Collector is the current one. Connections that are open stay where they are, as in a cluster. */
export class Service {
    private target = { host: "", port: 0 };
    private readonly sockets = new Set<Socket>();

    private constructor(private readonly server: Server) {}

    static async start(): Promise<Service> {
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const service = new Service(server);
        server.on("connection", (client) => service.forward(client));
        return service;
    }

    get endpoint(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    /** New connections go there from now on. */
    switchTo(httpEndpoint: string): void {
        const { hostname, port } = new URL(httpEndpoint);
        this.target = { host: hostname, port: Number(port) };
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await once(this.server.close(), "close");
    }

    private forward(client: Socket): void {
        const collector = connect(this.target);
        for (const [socket, other] of [
            [client, collector],
            [collector, client],
        ] as const) {
            this.sockets.add(socket);
            socket.on("error", () => other.destroy());
            socket.on("close", () => this.sockets.delete(socket));
            socket.pipe(other);
        }
    }
}
