import pulumi from "@pulumi/eslint-plugin";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const TYPED = ["**/*.ts"];
const SOURCES = ["index.ts", ...["components", "providers", "emulator", "policy", "bin"].map((it) => `${it}/**/*.ts`)];

export default tseslint.config(
    { ignores: ["dist/", "node_modules/", "test-results/", "coverage/", ".quickstart/", "test/toolchain/"] },
    ...tseslint.configs.recommended,
    {
        files: TYPED,
        extends: [...tseslint.configs.recommendedTypeCheckedOnly],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        plugins: { "@pulumi": pulumi },
        rules: {
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-in-template-literal": "off",
            "@typescript-eslint/no-unnecessary-type-assertion": "error",
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
    { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
);
