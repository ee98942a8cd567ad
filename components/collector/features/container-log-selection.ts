import { labelKey } from "../../shared/kubernetes";
import { Signal } from "../../shared/signals";
import { type CollectorCollectArgs, CollectorContainerLogsOf } from "../args/collect";
import type { Feature } from "./feature";

/** Temporary resource attributes: one marks records read from files, one has the value of the pod's annotation. */
const MARKS = { read: "dynatrace-otlp.read", annotation: "dynatrace-otlp.logs" } as const;
const READ = "container-logs";
const ANNOTATION = "io.opentelemetry.discovery.logs/enabled";

/** Drops the logs of pods that their annotation excludes. */
export const containerLogSelection: Feature = {
    name: "container-log-selection",
    argument: "collect.containerLogsOf",
    settings: ["collect.containerLogsAnnotation"],
    components: [
        ["processors", "filter"],
        ["processors", "resource"],
    ],
    on: ({ collect }) => selectsPods(collect),
    check(check, { collect, kubernetesAttributes }) {
        const { containerLogs: read, containerLogsOf: of = CollectorContainerLogsOf.Every } = collect;
        const at = check.at("collect.containerLogsOf");
        at.oneOf(of, CollectorContainerLogsOf);
        if (selectsPods(collect) && !kubernetesAttributes) {
            at.fail("needs the pods' annotations; turn on kubernetesAttributes, or remove containerLogsOf");
        }
        if (of !== CollectorContainerLogsOf.Every && !read) {
            at.fail("has no effect without containerLogs; set containerLogs, or remove containerLogsOf");
        }
        const key = collect.containerLogsAnnotation;
        if (key === undefined) return;
        const annotation = check.at("collect.containerLogsAnnotation");
        if (of === CollectorContainerLogsOf.Every) {
            annotation.fail(
                "has no effect because every pod is read; set containerLogsOf, or remove containerLogsAnnotation",
            );
        }
        labelKey(annotation, key);
    },
    render({ collect, signals }) {
        const value = `resource.attributes["${MARKS.annotation}"]`;
        const dropped =
            collect.containerLogsOf === CollectorContainerLogsOf.Annotated
                ? `${value} != "true"`
                : `${value} == "false"`;
        const condition = `resource.attributes["${MARKS.read}"] == "${READ}" and ${dropped}`;
        const attributes = Object.values(MARKS).map((key) => ({ key, action: "delete" }));
        return {
            processors: [
                {
                    id: "filter/container-logs",
                    signals: [Signal.Logs],
                    config: { error_mode: "ignore", logs: { log_record: [condition] } },
                },
                { id: "resource/container-logs", signals, config: { attributes } },
            ],
        };
    },
};

/** Whether pod annotations decide which container logs are read. */
export function selectsPods({
    containerLogs: read,
    containerLogsOf = CollectorContainerLogsOf.Every,
}: CollectorCollectArgs): boolean {
    return Boolean(read) && containerLogsOf !== CollectorContainerLogsOf.Every;
}

/** Settings of the receiver that mark the records read from files. */
export function readMark(collect: CollectorCollectArgs): object {
    return selectsPods(collect) ? { resource: { [MARKS.read]: READ } } : {};
}

/** The annotation that the Kubernetes attributes processor must read. */
export function selectingAnnotation(collect: CollectorCollectArgs): object[] {
    if (!selectsPods(collect)) return [];
    return [{ from: "pod", key: collect.containerLogsAnnotation ?? ANNOTATION, tag_name: MARKS.annotation }];
}
