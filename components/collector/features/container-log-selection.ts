import { labelKey } from "../../shared/kubernetes";
import { Signal } from "../../shared/signals";
import type { CollectorCollectArgs } from "../args/collect";
import { CollectorContainerLogsOf } from "../args/logs";
import type { Feature } from "./feature";

/** Temporary resource attributes: one marks records read from files, one has the value of the pod's annotation. */
const MARKS = { read: "dynatrace-otlp.read", annotation: "dynatrace-otlp.logs" } as const;
const READ = "container-logs";
const ANNOTATION = "io.opentelemetry.discovery.logs/enabled";

/** Drops the logs of pods that their annotation excludes. */
export const containerLogSelection: Feature = {
    name: "container-log-selection",
    argument: "collect.containerLogs.pods",
    settings: ["collect.containerLogs.annotation"],
    components: [
        ["processors", "filter"],
        ["processors", "resource"],
    ],
    on: ({ collect }) => selectsPods(collect),
    check(check, { collect, kubernetesAttributes }) {
        const { pods = CollectorContainerLogsOf.Every, annotation } = collect.containerLogs ?? {};
        const at = check.at("collect.containerLogs");
        at.at("pods").oneOf(pods, CollectorContainerLogsOf);
        if (selectsPods(collect) && !kubernetesAttributes) {
            at.at("pods").fail("needs the pods' annotations; turn on processing.kubernetesAttributes, or remove pods");
        }
        if (annotation === undefined) return;
        if (pods === CollectorContainerLogsOf.Every) {
            at.at("annotation").fail("has no effect because every pod is read; set pods, or remove annotation");
        }
        labelKey(at.at("annotation"), annotation);
    },
    render({ collect, signals }) {
        const value = `resource.attributes["${MARKS.annotation}"]`;
        const dropped =
            collect.containerLogs?.pods === CollectorContainerLogsOf.Annotated
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
export function selectsPods({ containerLogs }: CollectorCollectArgs): boolean {
    return (containerLogs?.pods ?? CollectorContainerLogsOf.Every) !== CollectorContainerLogsOf.Every;
}

/** Settings of the receiver that mark the records read from files. */
export function readMark(collect: CollectorCollectArgs): object {
    return selectsPods(collect) ? { resource: { [MARKS.read]: READ } } : {};
}

/** The annotation that the Kubernetes attributes processor must read. */
export function selectingAnnotation(collect: CollectorCollectArgs): object[] {
    if (!selectsPods(collect)) return [];
    return [{ from: "pod", key: collect.containerLogs?.annotation ?? ANNOTATION, tag_name: MARKS.annotation }];
}
