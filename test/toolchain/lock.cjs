// @ts-check
"use strict";

/*
 * One build of a module at a time, over all processes. The lock only saves double work: builds go to folders of their
 * own and are renamed into place, so even a lost lock does no harm.
 */

const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const { remove } = require("./small.cjs");

/** A lock that nobody touched for so long was left behind, also when its owner lives on another host or container. */
const STALE_MS = 120_000;

/**
 * @param {string} file
 * @param {(owner: string) => () => void} onWait told once who holds the lock; what it returns runs when the wait is over
 * @returns {Promise<() => void>} releases it
 */
async function lock(file, onWait) {
    const mine = JSON.stringify({ pid: process.pid, host: os.hostname(), id: randomUUID() });
    /** @type {(() => void) | undefined} */
    let stopWaiting;
    try {
        while (!create(file, mine)) {
            const owner = read(file);
            if (owner !== undefined && leftBehind(file, owner)) {
                takeAway(file, owner);
                continue;
            }
            stopWaiting ??= onWait(describe(owner));
            await new Promise((resolve) => setTimeout(resolve, 250));
        }
    } finally {
        stopWaiting?.();
    }
    const beat = setInterval(() => touch(file), STALE_MS / 8);
    beat.unref();
    return () => {
        clearInterval(beat);
        if (read(file) === mine) remove(file);
    };
}

module.exports = { lock };

/**
 * @param {string} file
 * @param {string} text
 */
function create(file, text) {
    try {
        fs.writeFileSync(file, text, { flag: "wx" });
        return true;
    } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
        throw error;
    }
}

/**
 * @param {string} file
 * @param {string} owner
 */
function leftBehind(file, owner) {
    const { pid, host } = parse(owner);
    if (host === os.hostname() && typeof pid === "number" && !isAlive(pid)) return true;
    const touched = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    return touched !== undefined && Date.now() - touched > STALE_MS;
}

/**
 * Moved aside before it is looked at once more: another process may have taken the stale lock over meanwhile.
 *
 * @param {string} file
 * @param {string} owner
 */
function takeAway(file, owner) {
    const aside = `${file}.${randomUUID()}`;
    try {
        fs.renameSync(file, aside);
        if (read(aside) !== owner) fs.linkSync(aside, file);
    } catch {
        // somebody else was first
    }
    remove(aside);
}

/** @param {string | undefined} owner */
function describe(owner) {
    const { pid, host } = parse(owner ?? "");
    if (!pid) return "another process";
    return host === os.hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}

/** @param {string} text */
function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return {}; // not fully written yet
    }
}

/** @param {number} pid */
function isAlive(pid) {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
    }
}

/** @param {string} file */
function read(file) {
    try {
        return fs.readFileSync(file, "utf8");
    } catch {
        return undefined;
    }
}

/** @param {string} file */
function touch(file) {
    try {
        fs.utimesSync(file, new Date(), new Date());
    } catch {
        // gone: released, or taken over
    }
}
