// Test double of the official Pulumi Kubernetes plugin (see README.md): the API server, with server-side apply. It waits for no readiness: the tests have no kubelet.
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { apiVersionOf, DELETION_POLICY, annotationOf, kindOf, nameOf, namespaceOf, PATCH_FORCE } from "./objects";
import type { Bag } from "./wire";

const REQUEST_TIMEOUT_MS = 30_000;
const CREATE_RETRY_DELAYS_MS = [250, 500, 1000, 2000, 4000];
const DELETE_POLL_MS = 150;

/** An answer of the API server that is no success; the message is the server's own. */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

export interface Kind {
    plural: string;
    namespaced: boolean;
}

export interface Options {
    fieldManager: string;
    force: boolean;
    dryRun: boolean;
}

type Send = (
    method: string,
    path: string,
    query?: Record<string, string>,
    body?: Bag,
    contentType?: string,
) => Promise<Bag>;

export class Cluster {
    private readonly kinds = new Map<string, Kind>();

    private constructor(private readonly send: Send) {}

    /** @throws Error when the kubeconfig is unusable or no API server answers. */
    static async connect(kubeconfig: string | undefined, contextName: string, signal: AbortSignal): Promise<Cluster> {
        if (kubeconfig === undefined)
            throw new Error("no kubeconfig: neither a setting, nor KUBECONFIG, nor ~/.kube/config");
        const send = await sender(kubeconfig, contextName, signal);
        await send("GET", "/version");
        return new Cluster(send);
    }

    /** @throws ApiError 404 when the server does not know the kind. */
    async kindOf(apiVersion: string, kind: string): Promise<Kind> {
        const key = `${apiVersion}/${kind}`;
        const known = this.kinds.get(key);
        if (known !== undefined) return known;
        const list = await this.send("GET", rootOf(apiVersion)).catch((error: unknown) => {
            if (isNotFound(error)) return { resources: [] };
            throw error;
        });
        const resources = list["resources"] as { kind: string; name: string; namespaced: boolean }[];
        const found = resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
        if (found === undefined) throw new ApiError(404, `no matches for kind "${kind}" in version "${apiVersion}"`);
        const result = { plural: found.name, namespaced: found.namespaced };
        this.kinds.set(key, result);
        return result;
    }

    /** Waits a little for a namespace or a CRD that is created at the same time. @throws ApiError also when the object is there already. */
    async create(
        object: Bag,
        options: Options & { upsert: boolean },
        retrying: (message: string) => void,
    ): Promise<Bag> {
        for (let attempt = 0; ; attempt++) {
            try {
                if (!options.upsert && (await this.find(object)) !== undefined) {
                    throw new ApiError(
                        409,
                        `${kindOf(object)} "${nameOf(object)}" already exists in the cluster; upsertExistingObjects would take it over`,
                    );
                }
                return await this.apply(object, { ...options, force: options.force || options.dryRun });
            } catch (error) {
                const delay = CREATE_RETRY_DELAYS_MS[attempt];
                if (!isNotFound(error) || delay === undefined || options.dryRun) throw error;
                retrying(`Retry #${attempt}; creation failed: ${(error as Error).message}`);
                await sleep(delay);
            }
        }
    }

    async apply(object: Bag, { fieldManager, force, dryRun }: Options): Promise<Bag> {
        const query = {
            fieldManager,
            force: String(force || annotationOf(object, PATCH_FORCE) === "true"),
            ...(dryRun ? { dryRun: "All" } : {}),
        };
        try {
            return await this.send("PATCH", await this.pathOf(object), query, object, "application/apply-patch+yaml");
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 409) throw error;
            throw new ApiError(
                409,
                `Server-Side Apply field conflict detected. The resource managed by field manager "${fieldManager}" had an apply conflict: ${error.message}`,
            );
        }
    }

    async find(object: Bag): Promise<Bag | undefined> {
        try {
            return await this.send("GET", await this.pathOf(object));
        } catch (error) {
            if (isNotFound(error)) return undefined;
            throw error;
        }
    }

    /** Returns when the object is gone. @throws Error when it is still there after `timeoutMs`. */
    async remove(object: Bag, inputs: Bag, timeoutMs: number, waiting: (message: string) => void): Promise<void> {
        const policy = annotationOf(inputs, DELETION_POLICY) ?? "background";
        const propagationPolicy = policy.charAt(0).toUpperCase() + policy.slice(1).toLowerCase();
        try {
            await this.send(
                "DELETE",
                await this.pathOf(object),
                {},
                { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy },
            );
        } catch (error) {
            if (isNotFound(error)) return;
            throw error;
        }
        const uid = uidOf(object);
        for (const start = Date.now(); ; await sleep(DELETE_POLL_MS)) {
            const left = await this.find(object);
            if (left === undefined || (uid !== undefined && uidOf(left) !== uid)) return;
            const finalizers = JSON.stringify(
                { ...(left["metadata"] as Bag), ...(left["spec"] as Bag | undefined) }["finalizers"] ?? [],
            );
            waiting(`waiting for the deletion of ${kindOf(object)} ${nameOf(object)}, finalizers ${finalizers}`);
            if (Date.now() - start > timeoutMs) {
                throw new Error(
                    `${kindOf(object)} "${nameOf(object)}" is still there ${timeoutMs / 1000} s after its deletion, finalizers ${finalizers}`,
                );
            }
        }
    }

    private async pathOf(object: Bag): Promise<string> {
        const { plural, namespaced } = await this.kindOf(apiVersionOf(object), kindOf(object));
        const namespace = namespaced ? `/namespaces/${encodeURIComponent(namespaceOf(object) || "default")}` : "";
        return `${rootOf(apiVersionOf(object))}${namespace}/${plural}/${encodeURIComponent(nameOf(object))}`;
    }
}

export function isNotFound(error: unknown): boolean {
    return error instanceof ApiError && error.status === 404;
}

function uidOf(object: Bag): unknown {
    return (object["metadata"] as Bag | undefined)?.["uid"];
}

function rootOf(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The client library brings addresses and credentials; the bodies stay plain JSON, because its models would drop fields they do not know. */
async function sender(kubeconfig: string, contextName: string, signal: AbortSignal): Promise<Send> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    if (contextName !== "") config.setCurrentContext(contextName);
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new Error("invalid configuration: no configuration has been provided");
    const base = new URL(cluster.server);
    const transport = base.protocol === "https:" ? await import("node:https") : await import("node:http");
    const credentials: RequestOptions = {};
    await config.applyToHTTPSOptions(credentials);

    return (method, path, query = {}, body, contentType = "application/json") =>
        new Promise((resolve, reject) => {
            const url = new URL(base.pathname.replace(/\/$/, "") + path, base);
            url.search = new URLSearchParams(query).toString();
            const headers = {
                ...credentials.headers,
                accept: "application/json",
                ...(body && { "content-type": contentType }),
            };
            const request: ClientRequest = transport.request(
                url,
                { ...credentials, method, headers, signal, timeout: REQUEST_TIMEOUT_MS },
                receive,
            );
            request.on("timeout", () =>
                request.destroy(new Error(`no answer from ${base.host} within ${REQUEST_TIMEOUT_MS / 1000} s`)),
            );
            request.on("error", reject);
            request.end(body && JSON.stringify(body));

            function receive(response: IncomingMessage): void {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    const text = Buffer.concat(chunks).toString("utf8");
                    const status = response.statusCode ?? 0;
                    if (status >= 200 && status < 300) resolve(JSON.parse(text) as Bag);
                    else
                        reject(
                            new ApiError(
                                status,
                                messageOf(text) ?? `the API server answered ${status} to ${method} ${path}`,
                            ),
                        );
                });
            }
        });
}

function messageOf(text: string): string | undefined {
    try {
        return (JSON.parse(text) as { message?: string }).message;
    } catch {
        return undefined;
    }
}
