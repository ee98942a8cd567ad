// For the tests of the test double of the official Pulumi Kubernetes plugin (see README.md): the engine's side of the protocol, without an engine.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Bag } from "./wire";

export const EXECUTABLE = join(__dirname, "pulumi-resource-kubernetes");
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Diff {
    changed: boolean;
    /** Path to the kind of change, as the engine shows it. */
    paths: Record<string, keyof typeof pb.PropertyDiff.Kind>;
    replaces: string[];
    deleteBeforeReplace: boolean;
}

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

export class Plugin {
    private constructor(
        private readonly child: ChildProcess,
        private readonly client: ResourceProviderClient,
    ) {}

    /** Starts the plugin and configures it with settings as the engine sends them, without the `kubernetes:config:` in front. */
    static async start(settings: Record<string, string>, directory: string): Promise<Plugin> {
        const child = spawn(EXECUTABLE, [], {
            cwd: directory,
            env: { ...process.env, KUBECONFIG: "", HOME: directory },
            stdio: ["ignore", "pipe", "inherit"],
        });
        const [port] = (await once(createInterface(child.stdout), "line")) as [string];
        const plugin = new Plugin(child, new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()));
        const request = new pb.ConfigureRequest().setAcceptsecrets(true);
        for (const [key, value] of Object.entries(settings))
            request.getVariablesMap().set(`kubernetes:config:${key}`, value);
        await plugin.ask<pb.ConfigureResponse>((call) => plugin.client.configure(request, call));
        return plugin;
    }

    async version(): Promise<string> {
        return (await this.ask<PluginInfo>((call) => this.client.getPluginInfo(new Empty(), call))).getVersion();
    }

    /** The failures, as `property: reason`. */
    async checkConfig(news: Bag): Promise<string[]> {
        const response = await this.ask<pb.CheckResponse>((call) =>
            this.client.checkConfig(new pb.CheckRequest().setNews(struct(news)), call),
        );
        return response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    }

    async diffConfig(olds: Bag, news: Bag): Promise<string[]> {
        const response = await this.ask<pb.DiffResponse>((call) =>
            this.client.diffConfig(new pb.DiffRequest().setOlds(struct(olds)).setNews(struct(news)), call),
        );
        return response.getReplacesList();
    }

    async check(urn: string, news: Bag, olds?: Bag): Promise<Bag> {
        const request = new pb.CheckRequest()
            .setUrn(urn)
            .setNews(struct(news))
            .setRandomseed(Buffer.from(String(Math.random())));
        if (olds !== undefined) request.setOlds(struct(olds));
        return bag((await this.ask<pb.CheckResponse>((call) => this.client.check(request, call))).getInputs());
    }

    async diff(urn: string, state: Bag, news: Bag, ignoreChanges: string[] = []): Promise<Diff> {
        const request = new pb.DiffRequest()
            .setUrn(urn)
            .setOlds(struct(state))
            .setNews(struct(news))
            .setIgnorechangesList(ignoreChanges);
        const response = await this.ask<pb.DiffResponse>((call) => this.client.diff(request, call));
        const kinds = Object.keys(pb.PropertyDiff.Kind) as (keyof typeof pb.PropertyDiff.Kind)[];
        const paths: Diff["paths"] = {};
        response.getDetaileddiffMap().forEach((value, path) => {
            paths[path] = kinds.find((name) => pb.PropertyDiff.Kind[name] === value.getKind()) ?? "ADD";
        });
        return {
            changed: response.getChanges() === pb.DiffResponse.DiffChanges.DIFF_SOME,
            paths,
            replaces: response.getReplacesList(),
            deleteBeforeReplace: response.getDeletebeforereplace(),
        };
    }

    async create(urn: string, inputs: Bag, preview = false): Promise<{ id: string; state: Bag }> {
        const request = new pb.CreateRequest().setUrn(urn).setProperties(struct(inputs)).setPreview(preview);
        const response = await this.ask<pb.CreateResponse>((call) => this.client.create(request, call));
        return { id: response.getId(), state: bag(response.getProperties()) };
    }

    async update(urn: string, id: string, state: Bag, news: Bag, preview = false): Promise<Bag> {
        const request = new pb.UpdateRequest()
            .setUrn(urn)
            .setId(id)
            .setOlds(struct(state))
            .setNews(struct(news))
            .setPreview(preview);
        return bag((await this.ask<pb.UpdateResponse>((call) => this.client.update(request, call))).getProperties());
    }

    /** Undefined when there is no such object. */
    async read(
        urn: string,
        id: string,
        state: Bag = {},
        inputs: Bag = {},
    ): Promise<{ inputs: Bag; state: Bag } | undefined> {
        const request = new pb.ReadRequest()
            .setUrn(urn)
            .setId(id)
            .setProperties(struct(state))
            .setInputs(struct(inputs));
        const response = await this.ask<pb.ReadResponse>((call) => this.client.read(request, call));
        return response.getId() === ""
            ? undefined
            : { inputs: bag(response.getInputs()), state: bag(response.getProperties()) };
    }

    async delete(urn: string, id: string, state: Bag, timeoutSeconds = 20): Promise<void> {
        const request = new pb.DeleteRequest()
            .setUrn(urn)
            .setId(id)
            .setProperties(struct(state))
            .setTimeout(timeoutSeconds);
        await this.ask<Empty>((call) => this.client.delete(request, call));
    }

    async stop(): Promise<void> {
        this.client.close();
        if (this.child.exitCode !== null || this.child.signalCode !== null) return;
        this.child.kill("SIGKILL");
        await once(this.child, "exit");
    }

    private ask<Response>(call: (callback: Callback<Response>) => unknown): Promise<Response> {
        return new Promise((resolve, reject) => {
            call((error, response) => (error === null ? resolve(response) : reject(new Error(error.details))));
        });
    }
}

function bag(message: Struct | undefined): Bag {
    return (message?.toJavaScript() ?? {}) as Bag;
}

function struct(value: Bag): Struct {
    return Struct.fromJavaScript(value as { [key: string]: JavaScriptValue });
}
