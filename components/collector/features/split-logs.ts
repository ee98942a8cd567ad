import { Signal } from "../../shared/signals";
import type { Feature } from "./feature";
import { LINE_MARKS, readsFiles } from "./log-lines";

/** Marks each part of a line that became several records, except the last part. `Len` counts bytes. */
export const splitLogs: Feature = {
    name: "split-logs",
    argument: "collect.containerLogs.maxLineBytes",
    components: [["processors", "transform"]],
    on: ({ collect }) => readsFiles(collect),
    render() {
        const longest = `log.attributes["${LINE_MARKS.longest}"]`;
        const config = {
            error_mode: "ignore",
            log_statements: [
                {
                    context: "log",
                    conditions: [`${longest} != nil`],
                    statements: [
                        `set(log.attributes["log.split"], true) where IsString(log.body) and Len(log.body) >= ${longest}`,
                        `delete_key(log.attributes, "${LINE_MARKS.longest}")`,
                    ],
                },
            ],
        };
        return { processors: [{ id: "transform/split-logs", signals: [Signal.Logs], config }] };
    },
};
