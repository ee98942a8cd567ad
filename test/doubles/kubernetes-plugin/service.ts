// Test double of the official Pulumi Kubernetes plugin (see README.md): the gRPC service around Provider. What is not here answers "unimplemented".
import { setMaxListeners } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { checkConfig, diffConfig, readConfig } from "./config";
import type { DetailedDiff } from "./diff";
import { type Log, Provider } from "./provider";
import type { Bag } from "./wire";

export const VERSION = "4.34.2";

const { Kind } = pb.PropertyDiff;
const KINDS = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
} as const;

export function serviceFor(engineAddress: string | undefined): grpc.UntypedServiceImplementation {
    const log = new EngineLog(engineAddress);
    const cancelled = new AbortController();
    setMaxListeners(0, cancelled.signal);
    let configured: Provider | undefined;
    const provider = (): Provider => {
        if (configured === undefined) throw new Error("the engine has not configured the provider yet");
        return configured;
    };

    return {
        getPluginInfo: unary<Empty, PluginInfo>(async () => new PluginInfo().setVersion(VERSION)),
        getSchema: unary<pb.GetSchemaRequest, pb.GetSchemaResponse>(async () =>
            new pb.GetSchemaResponse().setSchema(JSON.stringify({ name: "kubernetes", version: VERSION })),
        ),
        getMapping: unary<pb.GetMappingRequest, pb.GetMappingResponse>(async () => new pb.GetMappingResponse()),
        attach: unary<import("@pulumi/pulumi/proto/plugin_pb").PluginAttach, Empty>(async (request) => {
            log.attach(request.getAddress());
            return new Empty();
        }),
        cancel: unary<Empty, Empty>(async () => {
            cancelled.abort();
            return new Empty();
        }),
        checkConfig: unary<pb.CheckRequest, pb.CheckResponse>(async (request) => {
            const failures = checkConfig(bag(request.getNews())).map(({ property, reason }) =>
                new pb.CheckFailure().setProperty(property).setReason(reason),
            );
            return new pb.CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
        }),
        diffConfig: unary<pb.DiffRequest, pb.DiffResponse>(async (request) => {
            const { diffs, replaces } = diffConfig(bag(request.getOlds()), bag(request.getNews()));
            return new pb.DiffResponse()
                .setChanges(some(diffs.length > 0))
                .setDiffsList(diffs)
                .setReplacesList(replaces);
        }),
        configure: unary<pb.ConfigureRequest, pb.ConfigureResponse>(async (request) => {
            const variables = new Map(request.getVariablesMap().toArray());
            configured = new Provider(readConfig(variables, process.env), log, cancelled.signal);
            return new pb.ConfigureResponse()
                .setAcceptsecrets(true)
                .setSupportspreview(true)
                .setSupportsAutonamingConfiguration(true);
        }),
        check: unary<pb.CheckRequest, pb.CheckResponse>(async (request) => {
            const options = request.getAutonaming();
            const autonaming = options && {
                disabled: options.getMode() === pb.CheckRequest.AutonamingOptions.Mode.DISABLE,
                proposedName: options.getProposedName(),
            };
            const inputs = await provider().check(
                request.getUrn(),
                bag(request.getOlds()),
                bag(request.getNews()),
                request.getRandomseed_asU8(),
                autonaming,
            );
            return new pb.CheckResponse().setInputs(struct(inputs));
        }),
        diff: unary<pb.DiffRequest, pb.DiffResponse>(async (request) => {
            const { changes, deleteBeforeReplace } = await provider().diff(
                request.getUrn(),
                bag(request.getOlds()),
                bag(request.getNews()),
            );
            return diffResponse(changes, request.getIgnorechangesList()).setDeletebeforereplace(deleteBeforeReplace);
        }),
        create: unary<pb.CreateRequest, pb.CreateResponse>(async (request) => {
            const { id, state } = await provider().create(
                request.getUrn(),
                bag(request.getProperties()),
                request.getPreview(),
            );
            return new pb.CreateResponse().setId(id).setProperties(struct(state));
        }),
        update: unary<pb.UpdateRequest, pb.UpdateResponse>(async (request) => {
            const state = await provider().update(
                request.getUrn(),
                bag(request.getOlds()),
                bag(request.getNews()),
                request.getPreview(),
            );
            return new pb.UpdateResponse().setProperties(struct(state));
        }),
        read: unary<pb.ReadRequest, pb.ReadResponse>(async (request) => {
            const found = await provider().read(
                request.getUrn(),
                request.getId(),
                bag(request.getInputs()),
                bag(request.getProperties()),
            );
            if (found === undefined) return new pb.ReadResponse();
            return new pb.ReadResponse()
                .setId(request.getId())
                .setInputs(struct(found.inputs))
                .setProperties(struct(found.state));
        }),
        delete: unary<pb.DeleteRequest, Empty>(async (request) => {
            await provider().delete(
                request.getUrn(),
                request.getId(),
                bag(request.getProperties()),
                request.getTimeout(),
            );
            return new Empty();
        }),
    };
}

class EngineLog implements Log {
    private client: EngineClient | undefined;

    constructor(address: string | undefined) {
        if (address !== undefined) this.attach(address);
    }

    attach(address: string): void {
        this.client = new EngineClient(address, grpc.credentials.createInsecure());
    }

    warn(urn: string, message: string): void {
        this.send(urn, message, LogSeverity.WARNING, false);
    }

    status(urn: string, message: string): void {
        this.send(urn, message, LogSeverity.INFO, true);
    }

    private send(urn: string, message: string, severity: LogSeverity, ephemeral: boolean): void {
        const request = new LogRequest().setUrn(urn).setMessage(message).setSeverity(severity).setEphemeral(ephemeral);
        this.client?.log(request, () => undefined);
    }
}

function diffResponse(changes: DetailedDiff, ignored: string[]): pb.DiffResponse {
    const response = new pb.DiffResponse().setHasdetaileddiff(true);
    const kept = [...changes].filter(
        ([path]) =>
            !ignored.some(
                (parent) => path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`),
            ),
    );
    for (const [path, { change, replace }] of kept) {
        const kind = KINDS[change][replace ? 1 : 0];
        response.getDetaileddiffMap().set(path, new pb.PropertyDiff().setKind(kind).setInputdiff(change === "delete"));
    }
    return response
        .setChanges(some(kept.length > 0))
        .setReplacesList(kept.filter(([, { replace }]) => replace).map(([path]) => path));
}

function some(changed: boolean): pb.DiffResponse.DiffChanges {
    return changed ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE;
}

function bag(message: Struct | undefined): Bag {
    return (message?.toJavaScript() ?? {}) as Bag;
}

function struct(value: Bag): Struct {
    return Struct.fromJavaScript(value as { [key: string]: JavaScriptValue });
}

function unary<Request, Response>(
    answer: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        answer(call.request).then(
            (response) => callback(null, response),
            (error: unknown) =>
                callback({
                    code: grpc.status.UNKNOWN,
                    details: error instanceof Error ? error.message : String(error),
                }),
        );
    };
}
