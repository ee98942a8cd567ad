import { execFileSync } from "node:child_process";

/** A process, as `ps` shows it. */
interface Process {
    pid: number;
    parent: number;
    command: string;
}

/** The processes of one running `pulumi` command. */
export interface RunningCommand {
    /** The CLI, which is the engine, its language host and the program. */
    engine: number[];
    /** What runs the dynamic provider. Pulumi starts it in a process group of its own: it outlives an engine that is killed. */
    provider: number[];
}

/**
 * Finds the processes of the `pulumi` command that names a file.
 *
 * @throws Error if there is none, or if its provider does not run.
 */
export function findCommand(fileName: string): RunningCommand {
    const all = processes();
    const cli = all.find(({ command }) => /^\S*pulumi\s/.test(command) && command.includes(fileName));
    if (!cli) throw new Error(`no pulumi command that names ${fileName} runs`);
    const below = descendants(all, cli.pid);
    const script = below.find(({ command }) => command.includes("pulumi-resource-pulumi-nodejs"));
    if (!script) throw new Error(`no dynamic provider runs below process ${cli.pid}`);
    const provider = [script, ...descendants(all, script.pid)].map(({ pid }) => pid);
    return {
        engine: [cli, ...below].map(({ pid }) => pid).filter((pid) => !provider.includes(pid)),
        provider,
    };
}

/** Kills at once, as a machine that runs out of memory does; those that are gone already are fine. */
export function killAll(pids: readonly number[]): void {
    for (const pid of pids) {
        try {
            process.kill(pid, "SIGKILL");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        }
    }
}

function processes(): Process[] {
    const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
    return lines.flatMap((line) => {
        const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
        return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
    });
}

function descendants(all: readonly Process[], root: number): Process[] {
    const children = all.filter(({ parent }) => parent === root);
    return children.flatMap((child) => [child, ...descendants(all, child.pid)]);
}
