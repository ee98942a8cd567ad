import { blockCount, collectorPages, compile, complaints, everyBlock, Fields, quoted } from "./docs-support";

/** What a block may take from the program around it. All else it has to import or declare. */
const PRELUDE = `
declare const image: string;
declare const models: object[];
declare const url: string, token: string;
declare const certificatePem: string, privateKeyPem: string;
declare const apiToken: string, dataIngestToken: string;
declare const checkoutDsn: string, cartDsn: string;
declare const args: object;
declare const Shop: new (name: string, args: object, opts: import("@pulumi/pulumi").ComponentResourceOptions) => object;
`;

describe("blocks of TypeScript in README.md, docs/ and docstrings", () => {
    const all = everyBlock();
    const misspelt = all
        .filter(({ code }) => code.includes("environment:"))
        .map(({ where, code }) => ({ where, code: code.replaceAll("environment:", "enviroment:") }));
    let compiled: ReturnType<typeof compile>;
    const said = (at: number): string[] => complaints(compiled.program, compiled.files[at] ?? "");
    beforeAll(() => {
        compiled = compile(
            [...all, ...misspelt].map(({ code }) => code),
            PRELUDE,
        );
    }, 120_000);

    test("are all found", () => {
        expect(all).toHaveLength(blockCount());
        expect(all.length).toBeGreaterThan(50);
    });

    test("compile as they stand there, imports included", () => {
        const wrong = all.map(({ where }, at) => [where, ...said(at)]).filter(([, ...texts]) => texts.length > 0);
        expect(wrong).toEqual([]);
    }, 120_000);

    test("would not compile with a field that there is not", () => {
        const missed = misspelt.filter(
            (_, at) =>
                !said(all.length + at)
                    .join()
                    .includes("enviroment"),
        );
        expect(missed.map(({ where }) => where)).toEqual([]);
        expect(misspelt.length).toBeGreaterThan(20);
    }, 120_000);

    test("docs/collector names every argument of the Collector", () => {
        const known = quoted(collectorPages()).map((text) => text.split(": ", 1)[0] ?? "");
        const named = (path: string): boolean =>
            known.some((text) => path === text || path.endsWith(`.${text}`) || text.startsWith(`${path}.`));
        const missing = new Fields(compiled.program).all("CollectorSettingsArgs").filter((path) => !named(path));
        expect(missing).toEqual([]);
    });
});
