// Test double of the official Pulumi Kubernetes plugin, which can be had only from Pulumi's download site: see README.md for what it does and what it does not.
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { serviceFor } from "./service";

const ENGINE_POLL_MS = 1000;

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(ResourceProviderService, serviceFor(engineAddress));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    console.log(port);
});

// An engine that is killed cannot stop its plugins.
const engine = process.ppid;
setInterval(() => {
    if (process.ppid !== engine) process.exit(0);
}, ENGINE_POLL_MS).unref();
