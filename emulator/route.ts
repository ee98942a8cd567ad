import type { Call } from "./context";
import { envelope, type Reply } from "./http/reply";

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** Path to methods. */
export type Route = [path: RegExp, signal: Call["signal"], methods: Record<string, Handler>];

/** A handler for a path that holds one thing's id: its last part, or what the group of a pattern matches. */
export function withId(
    handler: (call: Call, id: string) => Reply | Promise<Reply>,
    pattern = /([^/]+)$/,
): (call: Call) => Reply | Promise<Reply> {
    return (call) => {
        try {
            return handler(call, decodeURIComponent(pattern.exec(call.fullPath)?.[1] ?? ""));
        } catch (error) {
            if (error instanceof URIError) return envelope(400, "The path is not a valid URL.");
            throw error;
        }
    };
}
