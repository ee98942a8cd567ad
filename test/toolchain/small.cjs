// @ts-check
"use strict";

const fs = require("node:fs");

const WINDOWS = process.platform === "win32";
const EXE = WINDOWS ? ".exe" : "";

/**
 * Compares versions of plain numbers, as far as `need` goes: "1.26.8" is not older than "1.26".
 *
 * @param {string} have
 * @param {string} need
 */
function older(have, need) {
    const had = have.split(".").map(Number);
    const needed = need.split(".").map(Number);
    const at = needed.findIndex((number, index) => (had[index] ?? 0) !== number);
    return at >= 0 && (had[at] ?? 0) < (needed[at] ?? 0);
}

/** @param {string} file */
function isExecutable(file) {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}

/** @param {string} file a folder goes with all it holds; one that is not there is fine */
function remove(file) {
    fs.rmSync(file, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/**
 * Runs `cleanUp` when this process is told to end or ends, then lets it end as it would have.
 *
 * @param {() => void} cleanUp
 * @returns {() => void} takes it back
 */
function onLeaving(cleanUp) {
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    /** @param {NodeJS.Signals} signal */
    const onSignal = (signal) => {
        disarm();
        cleanUp();
        if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    const disarm = () => {
        for (const signal of signals) process.removeListener(signal, onSignal);
        process.removeListener("exit", cleanUp);
    };
    for (const signal of signals) process.on(signal, onSignal);
    process.on("exit", cleanUp);
    return disarm;
}

/**
 * @typedef {object} Progress
 * @property {(line: (seconds: number) => string) => () => void} every shows the line again and again; returns the stop
 * @property {(line: string) => void} done shows the line with the time it took, if anything was shown before
 */

/**
 * Says nothing in the first second. Then, with a terminal, one line that counts; else a line every 10 s.
 *
 * @param {((line: string) => void) | undefined} log
 * @returns {Progress}
 */
function progress(log) {
    const inPlace = !log && process.stderr.isTTY;
    const write = log ?? ((line) => process.stderr.write(inPlace ? `\r\x1b[K${line}` : `${line}\n`));
    let shown = 0;
    return {
        every(line) {
            const began = Date.now();
            const show = () => {
                shown ||= began;
                write(line(Math.round((Date.now() - began) / 1000)));
            };
            const first = setTimeout(show, 1000);
            const again = setInterval(show, inPlace ? 1000 : 10_000);
            return () => {
                clearTimeout(first);
                clearInterval(again);
            };
        },
        done(line) {
            if (shown) write(`${line} in ${Math.round((Date.now() - shown) / 1000)} s${inPlace ? "\n" : ""}`);
        },
    };
}

module.exports = { EXE, WINDOWS, isExecutable, older, onLeaving, progress, remove };
