import type * as pulumi from "@pulumi/pulumi";

import { derive } from "../application-pods/exporter-env/later";
import { type Check } from "../shared/check";
import { dataKey, isKubernetesName, objectName } from "../shared/kubernetes";
import { refuseRendered } from "../shared/rendering";
import type { SentryExportArgs, SentryOrganizationArgs, SentrySecretArgs } from "./args";
import { TOKEN_KEY } from "./plan";
import type { SecretPlace } from "./pods";

/**
 * Checks which arguments are given. This must be known when the program runs.
 *
 * @throws InputError for an argument that is missing, or cannot be combined with another.
 */
export function checkGiven(check: Check, args: SentryExportArgs): void {
    const { projects, organization } = args;
    if (projects === undefined && organization === undefined) {
        check.at("projects").fail("is missing; name a project with its DSN, or give organization");
    }
    if (projects !== undefined && organization !== undefined) {
        const problem = "cannot be combined with projects, because Sentry would receive all data twice";
        check.at("organization").fail(`${problem}; remove one of the two`);
    }
    if (projects !== undefined && Object.keys(projects).length === 0) {
        check.at("projects").fail("is empty; name a project with its DSN");
    }
    if (organization !== undefined) checkOrganization(check, organization, args);
}

function checkOrganization(check: Check, organization: SentryOrganizationArgs, { routing }: SentryExportArgs): void {
    const { token, tokenSecret } = organization;
    const at = check.at("organization.token");
    if (token === undefined && tokenSecret === undefined) {
        at.fail("is missing; give it, or name an existing Secret that holds it in tokenSecret");
    }
    if (token !== undefined && tokenSecret !== undefined) {
        at.fail("cannot be combined with tokenSecret; remove one of the two");
    }
    if (routing !== undefined) {
        check.at("routing").fail("has no effect with organization, whose exporter selects the project; leave it out");
    }
}

/** Refuses a key or a token that the component would write to rendered files. See {@link refuseRendered}. */
export function refuseRenderedKeys(
    check: Check,
    component: pulumi.Resource,
    { projects = {}, organization, allowRenderedSecret }: SentryExportArgs,
): pulumi.Output<pulumi.Resource[]> | undefined {
    const withKey = Object.keys(projects).find((name) => projects[name]?.keySecret === undefined);
    const [field, instead] =
        withKey === undefined
            ? ["organization.token", "organization.tokenSecret"]
            : [`projects.${withKey}.dsn`, `projects.${withKey}.keySecret`];
    if (allowRenderedSecret === true || (withKey === undefined && organization?.token === undefined)) return undefined;
    return refuseRendered(component, (setting) =>
        check
            .at(field)
            .fail(
                `would be written in plain text into the rendered files (${setting}); name an existing Secret in ${instead}, ` +
                    "or set allowRenderedSecret: true if nobody else reads these files",
            ),
    );
}

/** A reference to a Secret, each part checked when its value is known. @throws InputError for an invalid name or key. */
export function checkedPlace(check: Check, place: SentrySecretArgs): SecretPlace {
    const { name, key, revision } = place;
    const checked = (at: Check, value: pulumi.Input<string>, rule: typeof objectName): pulumi.Input<string> =>
        derive(value, (plain) => {
            checkNoKey(at, plain);
            return rule(at, plain);
        });
    return {
        name: checked(check.at("name"), name, objectName),
        key: checked(check.at("key"), key, dataKey),
        ...(revision === undefined ? {} : { revision }),
    };
}

/** @throws InputError for the secret itself instead of a name. The text is not in the error. */
function checkNoKey(check: Check, text: unknown): void {
    if (typeof text !== "string" || !/sntry[a-z]_|:\/\/|^[0-9a-f]{32}$/i.test(text)) return;
    const problem = "is a key, a token or a DSN, which anyone who reads pods could read";
    throw check.error(`${problem}; put it in a Secret, and give the name of the Secret`);
}

/** @throws InputError if no `OtlpCollector` can have this name. */
export function checkCollectorName(check: Check, name: string): string {
    if (isKubernetesName(name)) return name;
    const way = "give the first argument of its constructor, e.g. telemetry-collector of TelemetryPipeline telemetry";
    throw check.at("collectorName").error(`"${name}" is not the name of an OtlpCollector; ${way}`);
}

/** The project that pods send to. @throws InputError for an unknown project, and for a missing choice. */
export function checkPod(
    check: Check,
    places: Record<string, SecretPlace>,
    asked: string | undefined,
): { project: string; place: SecretPlace } {
    const names = Object.keys(places).sort();
    if (names.includes(TOKEN_KEY)) {
        const problem = "needs the key of a project, which organization does not have; use projects";
        throw check.error(problem);
    }
    const [only, second] = names;
    if (asked === undefined && second !== undefined) {
        throw check.at("project").error(`is missing; name one of ${names.join(", ")}`);
    }
    const project = asked ?? only ?? "";
    const place = places[project];
    if (place === undefined) {
        throw check.at("project").error(`"${project}" is not one of the projects; name one of ${names.join(", ")}`);
    }
    return { project, place };
}
