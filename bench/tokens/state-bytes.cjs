// How many bytes of a state dynamic resources take, counted in the text that `pulumi stack export` prints.

const DYNAMIC = "pulumi-nodejs:dynamic";

/**
 * Bytes of all dynamic resources together.
 *
 * @param {string} exported what `pulumi stack export` prints
 */
function dynamicBytes(exported) {
    const lines = exported.split("\n");
    const start = lines.findIndex((line) => /^\s*"resources": \[$/.test(line));
    if (start < 0) return 0;
    const indent = /^\s*/.exec(lines[start + 1])[0];
    let total = 0;
    let bytes = 0;
    let counts = false;
    for (const line of lines.slice(start + 1)) {
        if (!line.startsWith(indent)) break;
        bytes += Buffer.byteLength(line) + 1;
        counts ||= line.trimStart().startsWith(`"type": "${DYNAMIC}`);
        if (line !== `${indent}}` && line !== `${indent}},`) continue;
        if (counts) total += bytes;
        bytes = 0;
        counts = false;
    }
    return total;
}

module.exports = { dynamicBytes };
