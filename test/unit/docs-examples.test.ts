import { blocks, compile, complaints, Fields, page, quoted } from "./docs-support";

const TEXT = page("collector.md");

describe("docs/collector.md", () => {
    const examples = blocks(TEXT, "ts");
    let compiled: ReturnType<typeof compile>;
    beforeAll(() => {
        compiled = compile(examples);
    }, 120_000);

    test("every example compiles as it stands there", () => {
        expect(examples.length).toBeGreaterThan(8);
        expect(compiled.files.map((file) => complaints(compiled.program, file))).toEqual(examples.map(() => []));
    }, 120_000);

    test("an example with a field that there is not would not", () => {
        const wrong = (examples[0] ?? "").replace("environment:", "enviroment:");
        const { program, files } = compile([wrong]);
        expect(complaints(program, files[0] ?? "")).toEqual([expect.stringContaining("enviroment")]);
    }, 120_000);

    test("every argument of the Collector is named", () => {
        const known = quoted(TEXT).map((text) => text.split(": ", 1)[0] ?? "");
        const named = (path: string): boolean =>
            known.some((text) => path === text || path.endsWith(`.${text}`) || text.startsWith(`${path}.`));
        const missing = new Fields(compiled.program).all("CollectorSettingsArgs").filter((path) => !named(path));
        expect(missing).toEqual([]);
    });
});
