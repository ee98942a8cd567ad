import type * as pulumi from "@pulumi/pulumi";

import { type Check } from "../../shared/check";
import { CollectorMode } from "../args";
import { CloudDetector, type ResourceDetectionArgs } from "../args-data";
import { type Build, checkHolds } from "../components";
import type { ConfigPlan, DetectionPlan } from "../config-plan";
import type { Egress, Fragment } from "../fragment";
import { checkStartsWithoutCloud } from "../names";

/** Where each cloud tells an instance of itself. */
const METADATA = "169.254.169.254";
/** Where Google Kubernetes Engine leads that to, before a policy judges it. */
const GKE_METADATA = { address: "169.254.169.252", port: 988 };

/** Names and addresses that no proxy knows. */
export const METADATA_HOSTS = [METADATA, GKE_METADATA.address, "metadata.google.internal"];

/** What is true of the one node alone, by detector. */
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

/**
 * Cloud, account and region; on each node its zone and instance as well. What a sender has set stays, and so does a cluster name of
 * one's own.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor
 */
export function resourceDetection({ enrichment, names, signals, mode }: ConfigPlan): Fragment {
    const { resourceDetection: plan, clusterName } = enrichment;
    if (plan === undefined) return {};
    const ofOwnNode = mode === CollectorMode.DaemonSet;
    const settings = plan.detectors.map((detector) => {
        const left = [
            ...(ofOwnNode ? [] : OF_NODE[detector]),
            ...(detector === CloudDetector.Gcp && clusterName !== undefined ? ["k8s.cluster.name"] : []),
        ];
        return [detector, left] as const;
    });
    const config = {
        detectors: plan.detectors,
        // Each signal's pipeline asks when it starts, one after the other, and what one learns counts for all.
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
        egress: metadataEgress(plan),
        // What is asked there is open to every account, but not to nobody.
        apiServer: plan.detectors.includes(CloudDetector.Eks),
    };
}

/** @throws InputError for an image that would not start elsewhere, and for what is no cloud. */
export function planDetection(
    check: Check,
    build: Build,
    args?: pulumi.Unwrap<ResourceDetectionArgs>,
): DetectionPlan | undefined {
    if (args === undefined) return undefined;
    const field = "enrichment.resourceDetection";
    checkHolds(check.at(field), build, "processors", "resource_detection");
    checkStartsWithoutCloud(check, build.distribution, build.version);
    if (args.detectors.length === 0) {
        const way = `name the cloud's, e.g. ${CloudDetector.Eks} and ${CloudDetector.Ec2}, or leave resourceDetection out`;
        throw check.at(`${field}.detectors`).error(`is empty; ${way}`);
    }
    const detectors = args.detectors.map((name) => check.at(`${field}.detectors`).oneOf(name, CloudDetector));
    const timeoutSeconds = check.at(`${field}.timeoutSeconds`).wholeNumber(args.timeoutSeconds ?? 5, 1, 60);
    return { detectors: [...new Set(detectors)], timeoutSeconds };
}

function metadataEgress({ detectors }: DetectionPlan): Egress[] {
    return [
        { to: "address", address: METADATA, port: 80 },
        ...(detectors.includes(CloudDetector.Gcp) ? [{ to: "address" as const, ...GKE_METADATA }] : []),
    ];
}

function without(attributes: string[]): object {
    return Object.fromEntries(attributes.map((key) => [key, { enabled: false }]));
}
