// Two stacks in one process by the Automation API, with inline programs. Prints what it found out as JSON.
const { LocalWorkspace, PulumiCommand } = require("@pulumi/pulumi/automation");
const dynatrace = require("pulumi-dynatrace-otlp");

const project = process.env.OPERATIONS_PROJECT;

function program() {
    const { token, tokenId } = new dynatrace.ApiToken("one", { scopes: ["metrics.ingest"] });
    const ingest = new dynatrace.IngestToken("ingest", { signals: ["metrics"], secretDelivery: "none" });
    return Promise.resolve({ token, tokenId, ingestToken: ingest.token, ingestId: ingest.tokenId });
}

async function main() {
    const pulumiCommand = await PulumiCommand.get();
    const stacks = await Promise.all(
        process.argv.slice(3).map((stackName) =>
            // The folder decides where the provider looks for the package.
            LocalWorkspace.selectStack(
                { stackName, projectName: "operations", program },
                { workDir: project, pulumiCommand },
            ),
        ),
    );
    if (process.argv[2] === "destroy") return Promise.all(stacks.map((stack) => stack.destroy()));
    const again = process.argv[2] === "up-again";
    return Promise.all(stacks.map((stack) => stack.up({ expectNoChanges: again, showSecrets: true })));
}

main().then(
    (results) =>
        console.log(
            JSON.stringify(
                results.map(({ outputs = {} }) => Object.entries(outputs).map(([key, { value }]) => [key, value])),
            ),
        ),
    (error) => {
        console.error(error);
        process.exitCode = 1;
    },
);
