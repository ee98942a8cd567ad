// Doubles of the metadata services of EC2 and of Google's Compute Engine, since no cloud can be had; they answer on loopback what an instance is told of itself.
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Something that listens on loopback, in place of a cloud. */
export interface Metadata {
    /** `http://127.0.0.1:<port>` */
    url: string;
    /** `<method> <path>` of all requests so far. */
    asked: string[];
    stop(): Promise<void>;
}

const SESSION = "made-up-session";
const TTL = "x-aws-ec2-metadata-token-ttl-seconds";
const INSTANCE = {
    accountId: "000011112222",
    architecture: "x86_64",
    availabilityZone: "eu-central-1b",
    imageId: "ami-0000made0up",
    instanceId: "i-0000made0up",
    instanceType: "m7g.large",
    pendingTime: "2026-01-02T03:04:05Z",
    privateIp: "10.0.0.7",
    region: "eu-central-1",
    version: "2017-09-30",
};
const HOST_NAME = "ip-10-0-0-7.eu-central-1.compute.internal";
const EC2: Record<string, string> = {
    "/latest/dynamic/instance-identity/document": JSON.stringify(INSTANCE),
    "/latest/meta-data/instance-id": INSTANCE.instanceId,
    "/latest/meta-data/hostname": HOST_NAME,
};

/** What is true of every instance of that account in that region. */
export const EC2_CLOUD = {
    "cloud.provider": "aws",
    "cloud.platform": "aws_ec2",
    "cloud.account.id": INSTANCE.accountId,
    "cloud.region": INSTANCE.region,
};
/** What is true of that one instance. */
export const EC2_HOST = {
    "cloud.availability_zone": INSTANCE.availabilityZone,
    "host.id": INSTANCE.instanceId,
    "host.image.id": INSTANCE.imageId,
    "host.name": HOST_NAME,
    "host.type": INSTANCE.instanceType,
};

/** Its second version: nothing is told without a session. @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
export function startEc2Metadata(): Promise<Metadata> {
    return startMetadata((request) => {
        if (request.method === "PUT" && request.url === "/latest/api/token") {
            const seconds = request.headers[TTL];
            return seconds === undefined ? { status: 400 } : { text: SESSION, headers: { [TTL]: String(seconds) } };
        }
        if (request.headers["x-aws-ec2-metadata-token"] !== SESSION) return { status: 401 };
        const text = EC2[request.url ?? ""];
        return text === undefined ? { status: 404 } : { text };
    });
}

const GKE: Record<string, string> = {
    "project/project-id": "made-up-project",
    "instance/attributes/cluster-name": "made-up-cluster",
    "instance/attributes/cluster-location": "europe-west1",
    "instance/id": "1111222233334444555",
    "instance/name": "gke-made-up-7d9f",
};

/** What is true of every node of that cluster. */
export const GKE_CLOUD = {
    "cloud.provider": "gcp",
    "cloud.platform": "gcp_kubernetes_engine",
    "cloud.account.id": "made-up-project",
    "cloud.region": "europe-west1",
    "k8s.cluster.name": "made-up-cluster",
};
/** What is true of that one node. */
export const GKE_HOST = { "host.id": GKE["instance/id"], "host.name": GKE["instance/name"] };

/** A node of a regional cluster. @see https://cloud.google.com/compute/docs/metadata/querying-metadata */
export function startGkeMetadata(): Promise<Metadata> {
    return startMetadata((request) => {
        if (request.headers["metadata-flavor"] !== "Google") return { status: 403 };
        const text = GKE[(request.url ?? "").replace("/computeMetadata/v1/", "")];
        return { ...(text === undefined ? { status: 404 } : { text }), headers: { "metadata-flavor": "Google" } };
    });
}

/** Takes every connection and never says a word, as a network policy's or a firewall's dropped packets look to who asks. */
export async function startSilence(): Promise<Metadata> {
    const asked: string[] = [];
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
        sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
        socket.on("data", (data) => asked.push(data.toString().split(" HTTP/")[0] ?? ""));
    });
    return listening(server, asked, () => sockets.forEach((socket) => socket.destroy()));
}

/** An address where nobody listens. */
export async function closedPort(): Promise<string> {
    const server = await startSilence();
    await server.stop();
    return server.url;
}

interface Answer {
    status?: number;
    text?: string;
    headers?: Record<string, string>;
}

async function startMetadata(answer: (request: IncomingMessage) => Answer): Promise<Metadata> {
    const asked: string[] = [];
    const listener: RequestListener = (request, response) => {
        asked.push(`${request.method} ${request.url}`);
        request.resume();
        const { status = 200, text = "", headers = {} } = answer(request);
        response.writeHead(status, { "content-type": "text/plain", ...headers }).end(text);
    };
    const server = createServer(listener);
    return listening(server, asked, () => server.closeAllConnections());
}

async function listening(server: Server, asked: string[], hangUp: () => void): Promise<Metadata> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const stop = async (): Promise<void> => {
        const closed = new Promise((resolve) => server.close(resolve));
        hangUp();
        await closed;
    };
    return { url: `http://127.0.0.1:${port}`, asked, stop };
}
