/** Absolute path of each tool, building what is missing. `log` takes progress, a line at a time; default standard error. */
export function ensure<N extends string>(
    wanted: readonly N[],
    options?: { log?: (line: string) => void },
): Promise<Record<N, string>>;

/** A tool on PATH that may stand in for the built one (`pulumi`, `pulumi-language-nodejs`); undefined for all others. */
export function which(name: string, log?: (line: string) => void): string | undefined;

/** Folder for everything this project keeps between runs, outside the clone. */
export function cacheDir(): string;

/** Every tool, in build order. */
export const names: readonly string[];
