import type { Context } from "../context";
import type { Arrived, Refusal, RequestRecord, TokenRecord } from "../types";

const rowsShown = 50;

/** The page at `/_emulator/`: no script, no asset from elsewhere, everything escaped. */
export function page({ arrivals, tokens, settings, faults }: Context): string {
    const arrived = arrivals.arrived();
    const { counts } = arrived;
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Dynatrace emulator ${escape(settings.environmentId)}</title><style>${style}</style></head><body>
<h1>Dynatrace emulator <code>${escape(settings.environmentId)}</code></h1>
<p><b>${counts.spans}</b> spans, <b>${counts.metricDataPoints}</b> metric points, <b>${counts.logRecords}</b> log records,
<b>${counts.metricLines}</b> metric lines; ${faults.pending().length} faults set.
JSON: <a href="arrived">arrived</a>, <a href="refused">refused</a>, <a href="tokens">tokens</a>, <a href="requests">requests</a></p>
${arrivedTables(arrived)}
${table("Refused", refusedColumns, arrivals.refused())}
${table("Requests", requestColumns, arrivals.requests())}
${table("Tokens", tokenColumns, tokens.all())}
</body></html>
`;
}

type Columns<T> = { [title: string]: (row: T) => unknown };

function arrivedTables({ spans, metrics, logs, lines }: Arrived): string {
    return [
        table(
            "Spans",
            {
                received: (span) => span.receivedAt,
                name: (span) => span.name,
                trace: (span) => span.traceId,
                attributes: (span) => span.attributes,
                resource: (span) => span.resource,
                token: (span) => span.tokenId,
            },
            spans,
        ),
        table(
            "Metric points",
            {
                received: (point) => point.receivedAt,
                name: (point) => point.name,
                "stored as": (point) => point.storedAs,
                value: (point) => point.value ?? { count: point.count, sum: point.sum },
                attributes: (point) => point.attributes,
                resource: (point) => point.resource,
            },
            metrics,
        ),
        table(
            "Log records",
            {
                received: (log) => log.receivedAt,
                severity: (log) => log.severityText,
                body: (log) => log.body,
                attributes: (log) => log.attributes,
                resource: (log) => log.resource,
            },
            logs,
        ),
        table("Metric lines", { received: (line) => line.receivedAt, line: (line) => line.line }, lines),
    ].join("\n");
}

const refusedColumns: Columns<Refusal> = {
    at: ({ at }) => at,
    signal: ({ signal }) => signal,
    status: ({ status }) => status,
    told: ({ told }) => told,
    count: ({ count }) => count,
    reason: ({ reason }) => reason,
};

const requestColumns: Columns<RequestRecord> = {
    at: ({ at }) => at,
    call: ({ method, path }) => `${method} ${path}`,
    status: ({ status }) => status ?? "cut",
    ms: ({ ms }) => ms,
    token: ({ tokenId }) => tokenId ?? "",
    fault: ({ fault }) => fault ?? "",
};

const tokenColumns: Columns<TokenRecord> = {
    id: ({ id }) => id,
    name: ({ name }) => name,
    scopes: ({ scopes }) => scopes.join(", "),
    enabled: ({ enabled }) => enabled,
    expires: ({ expirationDate }) => expirationDate ?? "never",
    used: ({ lastUsedDate }) => lastUsedDate ?? "never",
};

/** The newest rows first. */
function table<T>(title: string, columns: Columns<T>, rows: T[]): string {
    if (rows.length === 0) return "";
    const head = Object.keys(columns).map((name) => `<th>${escape(name)}</th>`);
    const body = rows
        .slice(-rowsShown)
        .reverse()
        .map(
            (row) =>
                `<tr>${Object.values(columns)
                    .map((cell) => `<td>${escape(shown(cell(row)))}</td>`)
                    .join("")}</tr>`,
        );
    const of = rows.length > rowsShown ? ` (newest ${rowsShown} of ${rows.length})` : "";
    return `<h2>${escape(title)}${of}</h2><table><tr>${head.join("")}</tr>${body.join("\n")}</table>`;
}

function shown(value: unknown): string {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}

function escape(text: string): string {
    const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
    return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

const style = `body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#222}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:left;vertical-align:top;word-break:break-word}
th{background:#f4f4f4}code{background:#f4f4f4;padding:0 .3rem}`;
