// The order in which files of tests start: the longest first, so that at the end no processor waits for one of them. Jest by itself
// goes by how long a file took the last time, which a fresh clone does not know, and then by its size.
const { default: Sequencer } = require("@jest/test-sequencer");

/** The longest first; by what they took on two processors. */
const LONGEST = [
    ...[
        "engine/operations",
        "engine/burst",
        "datapath/rotation",
        "datapath/matrix",
        "cluster/rollout",
        "engine/orphans-create",
    ],
    ...["engine/orphans-rotate", "datapath/litellm", "datapath/receiver"],
    ...["package/install", "cluster/kubernetes-plugin-double", "engine/orphans-change", "engine/ingest-check"],
    ...["datapath/sentry", "engine/secrets", "engine/orphans-trouble", "datapath/sentry-example"],
    ...["unit/snapshot", "unit/policy-modes", "package/compile"],
    ...["contract/providers-shim", "contract/emulator-cli", "contract/cli-program"],
].map((name) => `/test/${name}.test.ts`);

module.exports = class LongestFirst extends Sequencer {
    async sort(tests) {
        const usual = await super.sort(tests);
        const rank = ({ path }) => {
            const at = LONGEST.findIndex((name) => path.replaceAll("\\", "/").endsWith(name));
            return at < 0 ? LONGEST.length : at;
        };
        return [...usual].sort((a, b) => rank(a) - rank(b));
    }
};
