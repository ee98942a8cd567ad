/** Maximum size of a request in bytes. awk may count characters, so it is well below 1 MB. */
const MAX_BYTES = 900_000;
/** Maximum lines of a request, which a OneAgent requires and the typed client uses too. */
const MAX_LINES = 1_000;

/**
 * A POSIX shell script that runs another script and sends the metric lines that it prints. It sends a line again only after Dynatrace rejected
 * the whole request (429, 503, 500), or the connection failed. After a 400 it prints the invalid lines; Dynatrace accepted the others.
 *
 * Needs sh, curl and awk. curl reads the token from standard input, so no list of processes shows it. The exit code is 1 if a line was
 * rejected, or if it is unknown whether a line arrived.
 */
export const PUSH_SCRIPT = String.raw`#!/bin/sh
# Runs the script given, and sends the metric lines that it prints.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
ended=0

say() { echo "$*" >&2; }

# curl's own retries would send again what may have arrived.
post() {
    printf 'Authorization: %s %s\n' "$DT_TOKEN_SCHEME" "$DT_API_TOKEN" |
        curl --silent --show-error --max-time 30 --header @- --header 'Content-Type: text/plain; charset=utf-8' \
            --data-binary "@$1" --output "$work/reply" --dump-header "$work/headers" --write-out '%{http_code}' \
            "$DT_METRICS_INGEST_URL"
}

# Seconds that the reply asks to wait, else twice as many each time.
pause() {
    asked=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9][0-9]*\).*/\1/p' "$work/headers" | head -n 1)
    [ -n "$asked" ] || asked=$((1 << $1))
    if [ "$asked" -gt 60 ]; then asked=60; fi
    sleep "$asked"
}

invalid_lines() {
    say "Dynatrace took the valid lines and refused these: $(cat "$work/reply")"
    sed 's/"warnings".*//' "$work/reply" | grep -o '"line": *[0-9]*' | grep -o '[0-9]*$' | while read -r number; do
        say "  $(sed -n "$number"p "$1")"
    done
}

send() {
    try=1
    while :; do
        : >"$work/reply"
        : >"$work/headers"
        status=$(post "$1")
        code=$?
        case "$code:$status" in
        0:2*) return 0 ;;
        0:400) invalid_lines "$1"; return 1 ;;
        0:429 | 0:500 | 0:503 | 5:* | 6:* | 7:*) ;;
        0:502 | 0:504) say "in doubt, not sent again: answered $status"; return 1 ;;
        0:*) say "refused: answered $status: $(head -c 500 "$work/reply")"; return 1 ;;
        35:* | 60:* | 77:*) say "not sent: no trusted connection to $DT_METRICS_INGEST_URL"; return 1 ;;
        *) say "in doubt, not sent again: no reply (curl $code)"; return 1 ;;
        esac
        if [ "$try" -ge 6 ]; then say "given up: answered $status (curl $code)"; return 1; fi
        pause "$try"
        try=$((try + 1))
    done
}

sh "$1" >"$work/lines" || { say "the script ended with exit code $?"; ended=1; }

LC_ALL=C awk -v start="$work/batch-" -v most_lines=${MAX_LINES} -v most_bytes=${MAX_BYTES} '
    /^[ \t\r]*$/ { next }
    {
        sub(/\r$/, "")
        size = length($0) + 1
        if (file == "" || lines >= most_lines || bytes + size > most_bytes) {
            if (file != "") close(file)
            file = sprintf("%s%06d", start, ++number)
            lines = bytes = 0
        }
        print > file
        lines++
        bytes += size
    }
' "$work/lines"

for batch in "$work"/batch-*; do
    [ -e "$batch" ] || { say "the script printed no line"; ended=1; break; }
    send "$batch" || ended=1
done
exit "$ended"
`;
