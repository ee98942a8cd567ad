import pulumi from "@pulumi/eslint-plugin";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const SOURCES = ["index.ts", ...["components", "providers", "emulator", "policy", "bin"].map((it) => `${it}/**/*.ts`)];

export default tseslint.config(
    { ignores: ["dist/", "node_modules/", "test-results/", "coverage/", ".quickstart/", "test/toolchain/"] },
    ...tseslint.configs.recommended,
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.recommendedTypeCheckedOnly],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        plugins: { "@pulumi": pulumi },
        rules: {
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-in-template-literal": "off",
            // No cast that the compiler can do without, no `!`, no forgotten case.
            "@typescript-eslint/no-unnecessary-type-assertion": "error",
            "@typescript-eslint/no-non-null-assertion": "error",
            "@typescript-eslint/switch-exhaustiveness-check": "error",
        },
    },
    {
        files: SOURCES,
        plugins: { jsdoc },
        rules: {
            "jsdoc/check-tag-names": "error",
            "max-lines": ["error", 300],
        },
    },
    {
        files: ["test/**/*.ts"],
        rules: {
            // Tests read rendered objects, replies and states as JSON; that a field is missing there fails the test itself.
            "@typescript-eslint/no-unsafe-argument": "off",
            "@typescript-eslint/no-unsafe-assignment": "off",
            "@typescript-eslint/no-unsafe-call": "off",
            "@typescript-eslint/no-unsafe-member-access": "off",
            "@typescript-eslint/no-unsafe-return": "off",
            // Mocks keep the signature of what they stand in for, which is asynchronous.
            "@typescript-eslint/require-await": "off",
        },
    },
    { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
