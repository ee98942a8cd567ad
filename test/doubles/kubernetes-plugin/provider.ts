// Test double of the official Pulumi Kubernetes plugin (see README.md): what each call of the engine does.
import { randomBytes } from "node:crypto";
import { ApiError, Cluster, isNotFound, type Options } from "./cluster";
import { type Config, contextNamespace, kubeconfigText } from "./config";
import { deleteFirst, type DetailedDiff, diff } from "./diff";
import {
    annotationOf,
    apiVersionOf,
    autonamed,
    checkpoint,
    FIELD_MANAGER,
    idOf,
    isBuiltIn,
    isAutonamed,
    isNamespaced,
    kindOf,
    metadataOf,
    nameOf,
    normalize,
    objectOf,
    parseCheckpoint,
    parseId,
    prune,
    refreshed,
    typeOfUrn,
    uniqueName,
    withMetadata,
    withoutNamespace,
} from "./objects";
import { pathFor, remove, render } from "./render";
import { type Bag, containsSecret, containsUnknown, isBag, markSecrets, without } from "./wire";

const DELETE_TIMEOUT_S = 60;

/** Lines for the user; `status` ones are shown while the operation lasts. */
export interface Log {
    warn(urn: string, message: string): void;
    status(urn: string, message: string): void;
}

export interface Autonaming {
    disabled: boolean;
    proposedName: string;
}

export class Provider {
    private readonly kubeconfig: string | undefined;
    private readonly defaultNamespace: string;
    private readonly scopesOfCrds = new Map<string, boolean>();
    private readonly warnedKinds = new Set<string>();
    private connection: Promise<Cluster> | undefined;

    constructor(
        private readonly config: Config,
        private readonly log: Log,
        private readonly signal: AbortSignal,
        env: NodeJS.ProcessEnv = process.env,
    ) {
        this.kubeconfig = kubeconfigText(config.kubeconfig, env);
        this.defaultNamespace = config.namespace || contextNamespace(this.kubeconfig, config.context);
    }

    /** Completes the inputs: a name, a namespace. `oldBag` is empty for an object that does not exist yet, its replacement included. */
    async check(
        urn: string,
        oldBag: Bag,
        newBag: Bag,
        seed: Uint8Array,
        autonaming: Autonaming | undefined,
    ): Promise<Bag> {
        refuseUnsupported(urn);
        const old = objectOf(oldBag);
        let object = normalize(objectOf(newBag));
        const { name, generateName } = metadataOf(object);
        if (generateName !== undefined && name === undefined)
            throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
        if (name === undefined || name === "") {
            if (isAutonamed(old)) object = autonamed(object, nameOf(old));
            else if (Object.keys(old).length === 0) object = autonamed(object, newName(urn, seed, autonaming));
        }
        this.learnScope(object);
        if (metadataOf(object)["namespace"] === undefined && (await this.isNamespaced(urn, object))) {
            object = withMetadata(object, { namespace: this.defaultNamespace });
        }
        const checked = markSecrets(object, newBag);
        if (this.rendering && containsSecret(checked))
            this.log.warn(urn, "rendered YAML will contain a secret value in plaintext");
        return checked;
    }

    async diff(urn: string, state: Bag, newBag: Bag): Promise<{ changes: DetailedDiff; deleteBeforeReplace: boolean }> {
        let { inputs, live } = parseCheckpoint(state);
        let news = normalize(objectOf(newBag));
        inputs = normalize(inputs);
        if ((await this.isNamespaced(urn, news)) === false)
            [inputs, live, news] = [inputs, live, news].map(withoutNamespace) as [Bag, Bag, Bag];
        const changes = diff(inputs, live, news, {
            configMaps: this.config.configMapsMutable,
            secrets: this.config.secretsMutable,
        });
        return { changes, deleteBeforeReplace: deleteFirst(changes, live, news) };
    }

    async create(urn: string, newBag: Bag, preview: boolean): Promise<{ id: string; state: Bag }> {
        const inputs = objectOf(newBag);
        const fieldManager = annotationOf(inputs, FIELD_MANAGER) ?? uniqueName("pulumi-kubernetes-", randomBytes(8));
        if (this.rendering) {
            if (preview) return { id: "", state: newBag };
            return { id: idOf(inputs), state: this.renderFile(urn, inputs, newBag, fieldManager) };
        }
        if (preview && containsUnknown(inputs)) return { id: "", state: newBag };
        try {
            const cluster = await this.cluster();
            const live = await cluster.create(
                inputs,
                { ...this.options(fieldManager, preview), upsert: this.config.upsert },
                (line) => this.log.status(urn, line),
            );
            return {
                id: preview ? "" : idOf(live),
                state: checkpoint(inputs, preview ? without(live, "status") : live, newBag, fieldManager),
            };
        } catch (error) {
            if (preview && isBeyondPreview(error)) return { id: "", state: newBag };
            throw new Error(
                `resource ${urn} was not successfully created by the Kubernetes API server: ${messageOf(error)}`,
            );
        }
    }

    async update(urn: string, state: Bag, newBag: Bag, preview: boolean): Promise<Bag> {
        const inputs = normalize(objectOf(newBag));
        const old = parseCheckpoint(state);
        const fieldManager = annotationOf(inputs, FIELD_MANAGER) ?? old.fieldManager;
        if (this.rendering) return preview ? newBag : this.renderFile(urn, inputs, newBag, fieldManager);
        if (preview && containsUnknown(inputs)) return newBag;
        try {
            const cluster = await this.cluster();
            if ((await cluster.find(inputs)) === undefined)
                throw new ApiError(404, `${kindOf(inputs)} "${idOf(inputs)}" not found`);
            const live = await cluster.apply(inputs, this.options(fieldManager, preview));
            return checkpoint(inputs, live, newBag, fieldManager);
        } catch (error) {
            if (preview && isBeyondPreview(error)) return newBag;
            throw new Error(`update of resource ${urn} failed: ${messageOf(error)}`);
        }
    }

    /** Undefined when the object is gone. Without inputs, as for `import` and `.get`, they are made from what is there. */
    async read(urn: string, id: string, inputBag: Bag, state: Bag): Promise<{ inputs: Bag; state: Bag } | undefined> {
        if (this.rendering) return { inputs: inputBag, state };
        const cluster = await this.cluster().catch((error: unknown) => {
            if (this.config.deleteUnreachable) return undefined;
            throw error;
        });
        const old = parseCheckpoint(state);
        const known = Object.keys(inputBag).length > 0 ? normalize(objectOf(inputBag)) : undefined;
        const live = await cluster?.find(withMetadata(known ?? { ...typeOfUrn(urn) }, { ...parseId(id) }));
        if (live === undefined) return undefined;
        const inputs = known === undefined ? asInputs(live) : refreshedInputs(known, old.live, live);
        return {
            inputs: markSecrets(inputs, inputBag),
            state: checkpoint(
                inputs,
                live,
                inputBag,
                old.fieldManager || uniqueName("pulumi-kubernetes-", randomBytes(8)),
            ),
        };
    }

    async delete(urn: string, id: string, state: Bag, timeoutSeconds: number): Promise<void> {
        const { inputs, live } = parseCheckpoint(state);
        if (this.rendering) {
            remove(live, this.config.renderYamlToDirectory);
            this.log.status(urn, `deleted ${pathFor(live, this.config.renderYamlToDirectory)}`);
            return;
        }
        const cluster = await this.cluster().catch((error: unknown) => {
            if (this.config.deleteUnreachable) return undefined;
            throw error;
        });
        await cluster?.remove(
            withMetadata(live, { ...parseId(id) }),
            inputs,
            (timeoutSeconds || DELETE_TIMEOUT_S) * 1000,
            (line) => this.log.status(urn, line),
        );
    }

    private get rendering(): boolean {
        return this.config.renderYamlToDirectory !== "";
    }

    private renderFile(urn: string, inputs: Bag, newBag: Bag, fieldManager: string): Bag {
        const path = pathFor(inputs, this.config.renderYamlToDirectory);
        if (containsSecret(newBag)) this.log.warn(urn, `rendered file ${path} contains a secret value in plaintext`);
        render(inputs, this.config.renderYamlToDirectory);
        this.log.status(urn, `rendered ${path}`);
        return checkpoint(inputs, inputs, newBag, fieldManager);
    }

    private options(fieldManager: string, dryRun: boolean): Options {
        return { fieldManager, dryRun, force: this.config.patchForce };
    }

    private cluster(): Promise<Cluster> {
        this.connection ??= Cluster.connect(this.kubeconfig, this.config.context, this.signal).catch(
            (error: unknown) => {
                throw new Unreachable(`configured Kubernetes cluster is unreachable: ${messageOf(error)}`);
            },
        );
        return this.connection;
    }

    /** Undefined where nobody can tell, which is said once a kind. */
    private async isNamespaced(urn: string, object: Bag): Promise<boolean | undefined> {
        const kind = `${apiVersionOf(object)}/${kindOf(object)}`;
        const known = isNamespaced(object) ?? this.scopesOfCrds.get(kind);
        if (known !== undefined) return known;
        if (!this.rendering) {
            const fromCluster = await this.cluster()
                .then((cluster) => cluster.kindOf(apiVersionOf(object), kindOf(object)))
                .catch(() => undefined);
            return fromCluster?.namespaced ?? true;
        }
        if (!this.warnedKinds.has(kind))
            this.log.warn(urn, `${kind}: namespaced or not is unknown without a cluster; rendered as it is`);
        this.warnedKinds.add(kind);
        return undefined;
    }

    private learnScope(object: Bag): void {
        const spec = object["spec"];
        if (
            kindOf(object) !== "CustomResourceDefinition" ||
            !isBag(spec) ||
            !isBag(spec["names"]) ||
            !Array.isArray(spec["versions"])
        )
            return;
        for (const version of spec["versions"]) {
            if (isBag(version))
                this.scopesOfCrds.set(
                    `${String(spec["group"])}/${String(version["name"])}/${String(spec["names"]["kind"])}`,
                    spec["scope"] === "Namespaced",
                );
        }
    }
}

class Unreachable extends Error {}

function refreshedInputs(inputs: Bag, oldLive: Bag, live: Bag): Bag {
    const builtIn = isBuiltIn(apiVersionOf(live));
    return (builtIn ? refreshed(inputs, oldLive, live) : prune(live, inputs)) as Bag;
}

function refuseUnsupported(urn: string): void {
    const { apiVersion, kind } = typeOfUrn(urn);
    if (/^(helm\.sh|yaml|kustomize)\//.test(apiVersion) || /[a-z](Patch|List)$/.test(kind)) {
        throw new Error(`the test double of the Kubernetes plugin does not do ${apiVersion} ${kind}`);
    }
}

function newName(urn: string, seed: Uint8Array, autonaming: Autonaming | undefined): string {
    if (autonaming?.disabled)
        throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
    return autonaming?.proposedName || uniqueName(`${urn.split("::").at(-1) ?? ""}-`, seed);
}

/** What a preview cannot find out and an `up` may well succeed with: no cluster yet, no namespace or CRD yet, an object that a replacement removes first. */
function isBeyondPreview(error: unknown): boolean {
    return (
        error instanceof Unreachable ||
        isNotFound(error) ||
        (error instanceof ApiError && (error.status === 403 || /already exists/.test(error.message)))
    );
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** A live object as the program would have written it. */
function asInputs(live: Bag): Bag {
    return normalize(without(live, "status"));
}
