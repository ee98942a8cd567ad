import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
    CollectorMode,
    type CollectorSettingsArgs,
    IngestToken,
    OtlpCollector,
    type Signal,
    CollectorTokenFrom,
    type TokenReferenceArgs,
} from "pulumi-dynatrace-otlp";

/** What the test changes, in the order in which it writes it. */
interface Settings {
    signals?: Signal[];
    caCertificatePem?: string;
    /** Made elsewhere; else one is made here. */
    token?: { name: string; revision?: string };
    rotationKey?: string;
    collector?: CollectorSettingsArgs;
    secondTier?: CollectorSettingsArgs["secondTier"];
}

const settings = new pulumi.Config().requireObject<Settings>("settings");
const endpoint = {
    environment: "https://activegate.example.com:9999/e/abc12345",
    ca: { pem: settings.caCertificatePem },
};

// No pod ever runs here, so nothing is worth waiting for.
pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    if (!type.startsWith("kubernetes:apps/")) return undefined;
    const metadata = { ...props.metadata, annotations: { "pulumi.com/skipAwait": "true" } };
    return { props: { ...props, metadata }, opts };
});

/** A token as `tokenFrom` wants it: each under a name of its own, or always under the same. */
function tokenFor(from: CollectorTokenFrom, namespace: pulumi.Input<string>): TokenReferenceArgs {
    return new IngestToken(`${from}-ingest`, {
        ...(settings.token === undefined
            ? {
                  rotationKey: settings.rotationKey,
                  secret: { name: from === CollectorTokenFrom.File ? "ingest" : undefined },
              }
            : { existingSecret: settings.token }),
        namespace,
    });
}

for (const from of Object.values(CollectorTokenFrom)) {
    const { metadata } = new k8s.core.v1.Namespace(from, { metadata: { name: from } });
    const token = tokenFor(from, metadata.name);
    for (const mode of Object.values(CollectorMode)) {
        const { collector, secondTier, signals } = settings;
        new OtlpCollector(`${from}-${mode.toLowerCase()}`, {
            ...collector,
            ...(mode === CollectorMode.TwoTier ? { secondTier } : {}),
            mode,
            tokenFrom: from,
            endpoint,
            signals,
            token,
            namespace: metadata.name,
            processing: { ...collector?.processing, kubernetesAttributes: false },
        });
    }
}
