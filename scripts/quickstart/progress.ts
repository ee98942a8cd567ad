/** Tells on standard error what happens and how long it took; standard output is for the result. */
export class Progress {
    /** Seconds each step took, by its name. */
    readonly seconds: Record<string, number> = {};
    private current = "";

    /** Runs a step; one that takes longer than a second shows that it is alive. */
    async step<T>(what: string, work: () => Promise<T>): Promise<T> {
        const started = Date.now();
        const elapsed = (): number => Math.round((Date.now() - started) / 100) / 10;
        this.current = what;
        this.say(`${what} …`);
        const timer = setInterval(() => this.say(`${what} … ${elapsed()} s`), 5_000);
        try {
            return await work();
        } finally {
            clearInterval(timer);
            this.seconds[what] = elapsed();
            if (elapsed() >= 1) this.say(`${what}: ${elapsed()} s`);
        }
    }

    say(line: string): void {
        process.stderr.write(`${line}\n`);
    }

    /** A line of a tool within a step. */
    detail(line: string): void {
        if (line.trim() !== "" && this.current.startsWith("pulumi")) this.say(`    ${line.trimEnd()}`);
    }
}

/** What must be undone at the end, however it comes; the last thing first. */
export class Cleanup {
    interrupted = false;
    private readonly undo: (() => Promise<void> | void)[] = [];
    private readonly signal: Promise<void>;

    constructor() {
        this.signal = new Promise((resolve) => {
            for (const name of ["SIGINT", "SIGTERM"] as const) {
                process.on(name, () => {
                    this.interrupted = true;
                    resolve();
                });
            }
        });
    }

    add(undo: () => Promise<void> | void): void {
        this.undo.push(undo);
    }

    untilInterrupted(): Promise<void> {
        const alive = setInterval(() => undefined, 60_000);
        return this.signal.finally(() => clearInterval(alive));
    }

    /** Waits for the work; ^C ends the waiting with an error. */
    async unlessInterrupted(work: () => Promise<void>): Promise<void> {
        const interrupt = this.signal.then(() => {
            throw new Error("interrupted");
        });
        interrupt.catch(() => undefined);
        const done = work();
        try {
            await Promise.race([done, interrupt]);
        } catch (error) {
            // What runs gets ^C as well and ends; a step in the middle must not meet the undoing of what it made.
            if (this.interrupted) await done.catch(() => undefined);
            throw error;
        }
    }

    /** Undoes everything, also when one part fails; throws the first failure. */
    async run(): Promise<void> {
        const failures: Error[] = [];
        for (const undo of this.undo.splice(0).reverse()) {
            try {
                await undo();
            } catch (error) {
                failures.push(error instanceof Error ? error : new Error(String(error)));
            }
        }
        const [first] = failures;
        if (first !== undefined) throw first;
    }
}
