import { derive } from "../application-pods/exporter-env/later";
import { type Check } from "../shared/check";
import { dataKey, isKubernetesName, objectName } from "../shared/kubernetes";
import { rendersToFiles } from "../shared/rendering";
import type { SentryExportArgs, SentrySecretArgs } from "./args";
import { TOKEN_KEY } from "./plan";
import type { SecretPlace } from "./pods";

/**
 * What is known at once: which arguments are given.
 *
 * @throws InputError naming the field that is missing, or has to go.
 */
export function checkShape(check: Check, args: SentryExportArgs): void {
    const fail = (field: string, problem: string): never => {
        throw check.at(field).error(problem);
    };
    const { projects, organization } = args;
    if (projects === undefined && organization === undefined) {
        fail("projects", "is missing; name a project with its DSN, or give organization");
    }
    if (projects !== undefined && organization !== undefined) {
        fail("organization", "stands beside projects, which would get everything twice; keep one of the two");
    }
    if (projects !== undefined && Object.keys(projects).length === 0)
        fail("projects", "is empty; name a project with its DSN");
    if (organization !== undefined && (organization.token === undefined) === (organization.tokenSecret === undefined)) {
        fail("organization.token", "is needed once; give it, or name the Secret that holds it in tokenSecret");
    }
    if (organization !== undefined && args.routing !== undefined) {
        fail("routing", "has no effect with organization, whose exporter routes by itself; leave it out");
    }
    const ownKey = Object.values(projects ?? {}).some((project) => project?.keySecret === undefined);
    const makesSecret = organization === undefined ? ownKey : organization.token !== undefined;
    if (makesSecret && args.allowRenderedSecret !== true && rendersToFiles()) {
        fail(
            organization === undefined ? "projects" : "organization.token",
            "would be written in the clear into the rendered files (kubernetes:renderYamlToDirectory is set); " +
                "name a Secret made elsewhere, or set allowRenderedSecret: true if nobody else reads these files",
        );
    }
}

/** Where a key or token lies, each part checked as soon as it is known. @throws InputError for a name that no Secret or key can have. */
export function checkedPlace(check: Check, place: SentrySecretArgs): SecretPlace {
    const { secretName, key, revision } = place;
    const checked = <T>(name: string, value: T, checkName: typeof objectName): SecretPlace["secretName"] =>
        derive(value, (plain) => {
            checkNoKey(check.at(name), plain);
            return checkName(check.at(name), plain as string | undefined);
        });
    return {
        secretName: checked("secretName", secretName, objectName),
        key: checked("key", key, dataKey),
        ...(revision === undefined ? {} : { revision }),
    };
}

/** @throws InputError, without the text, for what belongs into the Secret in place of its name. */
function checkNoKey(check: Check, text: unknown): void {
    if (typeof text !== "string" || !/sntry[a-z]_|:\/\/|^[0-9a-f]{32}$/i.test(text)) return;
    const problem = "is a key, a token or a DSN, which whoever reads pods could read";
    throw check.error(`${problem}; put it in a Secret and name that here`);
}

/** @throws InputError if no `OtlpCollector` can have this name. */
export function checkCollectorName(check: Check, name: string): string {
    if (isKubernetesName(name)) return name;
    const way = "give the first argument of its constructor, e.g. telemetry-collector of TelemetryPipeline telemetry";
    throw check.at("collectorName").error(`"${name}" is not the name of an OtlpCollector; ${way}`);
}

/** The project that pods send to. @throws InputError if it is not there, or if it is left open which. */
export function checkPod(
    check: Check,
    places: Record<string, SecretPlace>,
    asked: string | undefined,
): { project: string; place: SecretPlace } {
    const names = Object.keys(places).sort();
    if (names.includes(TOKEN_KEY)) {
        const problem = "pods send to one project with its key, but organization knows none; use projects";
        throw check.at("exporterEnv").error(problem);
    }
    const [only, second] = names;
    if (asked === undefined && second !== undefined) {
        throw check.at("exporterEnv.project").error(`is missing; name one of ${names.join(", ")}`);
    }
    const project = asked ?? only ?? "";
    const place = places[project];
    if (place === undefined) {
        throw check.at("exporterEnv.project").error(`"${project}" is not there; name one of ${names.join(", ")}`);
    }
    return { project, place };
}
