import type * as pulumi from "@pulumi/pulumi";
import * as semver from "semver";

import type { Check } from "../../shared/check";
import { type Flow, tcp } from "../../shared/flows";
import { CollectorMode } from "../args";
import { CloudDetector, type CollectorResourceDetectionArgs } from "../args/enrichment";
import type { DetectionPlan } from "../plan-types";
import { type Build, checkHolds, checkVersion, countOf, type VersionCount } from "../distributions";
import { type Feature, toApiServer } from "./feature";

/** Address of the metadata service in all clouds. */
const METADATA = "169.254.169.254";
/** Address to which Google Kubernetes Engine redirects the metadata service, before network policies apply. */
const GKE_METADATA = { address: "169.254.169.252", port: 988 };

/** Hosts of the metadata services, reached without a proxy. */
export const METADATA_HOSTS = [METADATA, GKE_METADATA.address, "metadata.google.internal"];

/** Attributes that identify a single node, by detector. */
const OF_NODE: Record<CloudDetector, string[]> = {
    eks: [],
    ec2: ["cloud.availability_zone", "host.id", "host.image.id", "host.name", "host.type"],
    aks: [],
    azure: [
        "azure.resourcegroup.name",
        "azure.vm.name",
        "azure.vm.scaleset.name",
        "azure.vm.size",
        "host.id",
        "host.name",
    ],
    gcp: [
        ...["cloud.availability_zone", "gcp.gce.instance_group_manager.name", "gcp.gce.instance_group_manager.region"],
        ...["gcp.gce.instance_group_manager.zone", "host.id", "host.name", "host.type"],
    ],
};

/** Oldest versions known to start if the cloud does not answer. Older versions exit on another cloud. */
const STARTS_WITHOUT_CLOUD: Record<VersionCount, string> = { contrib: "0.158.0", dynatrace: "0.54.0" };

/**
 * Adds cloud, account and region of the node; with mode `daemonSet` also zone and instance. Attributes that the sender sets and
 * `processing.enrichment.clusterName` take precedence.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor
 */
export const resourceDetection: Feature = {
    name: "resource-detection",
    argument: "processing.enrichment.resourceDetection",
    components: [["processors", "resource_detection"]],
    on: ({ enrichment }) => enrichment.resourceDetection !== undefined,
    render({ enrichment, names, signals, mode }) {
        const { resourceDetection: plan, clusterName } = enrichment;
        if (plan === undefined) return {};
        const perNode = mode === CollectorMode.DaemonSet;
        const settings = plan.detectors.map((detector) => {
            const left = [
                ...(perNode ? [] : OF_NODE[detector]),
                ...(detector === CloudDetector.Gcp && clusterName !== undefined ? ["k8s.cluster.name"] : []),
            ];
            return [detector, left] as const;
        });
        const config = {
            detectors: plan.detectors,
            // Pipelines start one after the other, and each can wait this long.
            timeout: `${Math.floor((plan.timeoutSeconds * 1000) / signals.length)}ms`,
            override: false,
            ...Object.fromEntries(
                settings
                    .filter(([, left]) => left.length > 0)
                    .map(([detector, left]) => [detector, { resource_attributes: without(left) }]),
            ),
        };
        return {
            processors: [{ id: `${names.resourceDetectionProcessor}/cloud`, signals, config }],
            flows: [
                // Every ServiceAccount has this right.
                ...(plan.detectors.includes(CloudDetector.Eks) ? [toApiServer("Detects EKS.")] : []),
                ...metadataFlows(plan),
            ],
        };
    },
};

/** @throws InputError for an unknown cloud, and for an image that does not start on another cloud. */
export function planDetection(
    check: Check,
    build: Build,
    args?: pulumi.Unwrap<CollectorResourceDetectionArgs>,
): DetectionPlan | undefined {
    if (args === undefined) return undefined;
    const at = check.at("resourceDetection");
    checkHolds(at, build, "processors", "resource_detection");
    checkStartsWithoutCloud(at, build);
    const names = at.at("detectors");
    if (args.detectors.length === 0) {
        const way = `name the detectors of your cloud, e.g. ${CloudDetector.Eks} and ${CloudDetector.Ec2}, or remove resourceDetection`;
        names.fail(`is empty; ${way}`);
    }
    const detectors = args.detectors.map((name) => names.oneOf(name, CloudDetector));
    const timeoutSeconds = at.at("timeoutSeconds").wholeNumber(args.timeoutSeconds ?? 5, 1, 60);
    return { detectors: [...new Set(detectors)], timeoutSeconds };
}

function checkStartsWithoutCloud(check: Check, { distribution, version }: Build): void {
    const oldest = STARTS_WITHOUT_CLOUD[countOf(distribution)];
    if (semver.gte(checkVersion(check.top, distribution, version), oldest)) return;
    const problem = `needs ${oldest} or later of the ${distribution} distribution, but image.version is ${version}`;
    check.fail(`${problem}, which does not start if the cloud does not answer; raise image.version, or remove it`);
}

function metadataFlows({ detectors }: DetectionPlan): Flow[] {
    const flow = (name: string, address: string, port: number): Flow => ({
        direction: "out",
        peer: { name, at: [{ kind: "addresses", ranges: [`${address}/32`] }] },
        ports: tcp(port),
        reason: "Asks the cloud for the node's attributes.",
    });
    const onGke = flow("metadata server of GKE", GKE_METADATA.address, GKE_METADATA.port);
    return [flow("metadata service", METADATA, 80), ...(detectors.includes(CloudDetector.Gcp) ? [onGke] : [])];
}

function without(attributes: string[]): object {
    return Object.fromEntries(attributes.map((key) => [key, { enabled: false }]));
}
