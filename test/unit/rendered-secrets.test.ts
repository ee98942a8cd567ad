import * as path from "node:path";

import { runToEnd } from "../support/processes";
import { ACCEPTED, COMPONENTS, WAYS } from "../support/rendered-secrets";

interface Row {
    provider: string;
    component: string;
    kinds: string[];
    errors: string[];
}

let rows: Row[];
beforeAll(async () => {
    const program = path.join(__dirname, "programs/rendered-secrets.ts");
    const { code, stdout, stderr } = await runToEnd(process.execPath, ["--import", "tsx", program], {
        cwd: __dirname,
        timeoutSeconds: 170,
    });
    if (code !== 0) throw new Error(stderr);
    rows = JSON.parse(stdout) as Row[];
}, 180_000);

const row = (provider: string, component: string): Row => {
    const found = rows.find((it) => it.provider === provider && it.component === component);
    if (found === undefined) throw new Error(`no row for ${provider}, ${component}`);
    return found;
};

/** Resources that hold nothing themselves. The ownership mark of tokens waits for nothing. */
const EMPTY = /^(pulumi:providers|test|dynatrace-otlp):|:Token(Mark|Owner)$/;

const ALL = COMPONENTS.flatMap(([component]) => WAYS.map(([way]): [string, string] => [component, way]));

test.each(ALL)(
    "%s: a provider that renders, given by %s, is refused in one line, and nothing is created",
    (component, way) => {
        const { kinds, errors } = row(way, component);
        expect(errors).toHaveLength(1);
        expect(errors[0]).toContain(`${component}: `);
        expect(errors[0]).toContain(
            "in plain text into the rendered files (its Kubernetes provider sets renderYamlToDirectory); ",
        );
        expect(errors[0]).not.toContain("NOTASECRET");
        expect(kinds.filter((kind) => !EMPTY.test(kind))).toEqual([]);
    },
);

test.each(COMPONENTS)("%s: the default provider that renders is refused in the same words", (component) => {
    const { kinds, errors } = row("the default", component);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${component}: `);
    expect(errors[0]).toContain("in plain text into the rendered files (kubernetes:renderYamlToDirectory is set); ");
    expect(kinds.filter((kind) => !EMPTY.test(kind))).toEqual([]);
});

test.each(COMPONENTS)(
    "%s: a given provider that applies is accepted, whatever the default provider does",
    (component) => {
        const { kinds, errors } = row("one that applies", component);
        expect(errors).toEqual([]);
        expect(kinds).toContain("kubernetes:core/v1:Secret");
    },
);

test.each(ACCEPTED)("a provider that renders is accepted %s", (component) => {
    const { kinds, errors } = row("accepted", component);
    expect(errors).toEqual([]);
    expect(kinds.includes("kubernetes:core/v1:Secret")).toBe(component === "with allowRenderedSecret");
});
