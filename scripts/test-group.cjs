// Runs programs so that all they start ends with this process: on ^C, when it is told to end, and when it fails.
const { spawn } = require("node:child_process");
const { setPriority } = require("node:os");

/** A program that is told to end may take this long, as Pulumi does to finish a step. */
const LAST_MS = 10_000;
const WINDOWS = process.platform === "win32";

/** Programs, each with a process group of its own for it and what it starts. */
class Group {
    #leaders = new Set();
    #lastMs;
    #leaving = false;

    constructor(lastMs = LAST_MS) {
        this.#lastMs = lastMs;
        for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void this.#leave(signal));
        process.on("exit", () => this.#signal("SIGKILL"));
    }

    /**
     * Runs a program to its end.
     *
     * @param how `priority` as Node's os has them, and `tell`, which is given what comes on standard error if that is a pipe.
     * @returns its exit code.
     */
    run(command, args, { stdio, priority, tell }) {
        return new Promise((resolve, reject) => {
            const child = spawn(command, args, { stdio, detached: !WINDOWS });
            child.on("error", reject);
            if (child.pid === undefined) return;
            this.#leaders.add(child.pid);
            if (priority !== undefined) setPriority(child.pid, priority);
            child.stderr?.setEncoding("utf8").on("data", tell);
            child.on("close", (code) => {
                if (this.#leaving) return;
                // What it started and left behind is not to outlive it.
                signalGroup(child.pid, "SIGKILL");
                this.#leaders.delete(child.pid);
                resolve(code ?? 1);
            });
        });
    }

    /** Nothing that was run ends for its caller any more. */
    async #leave(signal) {
        this.#leaving = true;
        this.#signal(signal);
        const end = Date.now() + this.#lastMs;
        while (Date.now() < end && this.#signal(0)) await new Promise((resolve) => setTimeout(resolve, 100));
        process.exit(130);
    }

    /** Whether somebody was there to take it. */
    #signal(signal) {
        return [...this.#leaders].map((pid) => signalGroup(pid, signal)).some(Boolean);
    }
}

function signalGroup(pid, signal) {
    try {
        return process.kill(WINDOWS ? pid : -pid, signal);
    } catch {
        return false;
    }
}

module.exports = { Group };
