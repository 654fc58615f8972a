// What the host tells each second. Pages subscribe; a lost stream is said, and opened again.

import { address } from "./api.js";

const KEPT = 5 * 60 * 1000;
const SILENCE = 6000;
const AGAIN = 2000;

export const live = { status: "connecting", readOnly: false, version: "", self: "", sample: null, samples: [], queues: [], nodes: [], error: null };

const MOST_PASTS = 100;
const pasts = new Map();
const wanted = new Set();
const listeners = new Set();
let source = null;
let watchdog = 0;
let reopening = 0;

/** Called with each news until the signal aborts, and at once if there are some. */
export function onLive(listener, signal) {
    listeners.add(listener);
    signal.addEventListener("abort", () => listeners.delete(listener));
    if (live.sample) listener(live);
}

/** Resolves with the first news, or when there are none: only then it is known what may be done. */
export function heard() {
    return new Promise(resolve => {
        if (live.status !== "connecting") return resolve();
        const listener = () => {
            listeners.delete(listener);
            resolve();
        };
        listeners.add(listener);
    });
}

/** The instant at which the newest news were read: ages do not depend on the clock of this machine. */
export const now = () => live.sample ? Date.parse(live.sample.at) : Date.now();

/** What a queue did in the last minutes, as far as this page has heard: of many queues, only of those that somebody has looked at. */
export function pastOf(name) {
    wanted.add(name);
    return pasts.get(name) ?? [];
}

function remember(news, oldest) {
    for (const name of [...pasts.keys()].filter(name => !queueOf(name))) pasts.delete(name);
    for (const { name, counts, rates } of news.queues) {
        if (news.queues.length > MOST_PASTS && !wanted.has(name)) continue;
        const sample = { at: news.sample.at, available: counts?.available ?? null, inserted: rates?.inserted ?? null, completed: rates?.completed ?? null, waitMs: rates?.waitMs ?? null, runMs: rates?.runMs ?? null };
        pasts.set(name, [...(pasts.get(name) ?? []).filter(one => Date.parse(one.at) >= oldest), sample]);
    }
}

export const queueOf = name => live.queues.find(queue => queue.name === name);

export function connect() {
    clearTimeout(reopening);
    source?.close();
    source = new EventSource(address("events"));
    source.addEventListener("hello", event => take(JSON.parse(event.data), true));
    source.addEventListener("tick", event => take(JSON.parse(event.data), false));
    source.addEventListener("error", lost);
    watch();
}

function take(news, isAll) {
    Object.assign(live, news, { status: "live" });
    if (!isAll) live.samples = [...live.samples, news.sample];
    const oldest = Date.parse(news.sample.at) - KEPT;
    live.samples = live.samples.filter(sample => Date.parse(sample.at) >= oldest);
    remember(news, oldest);
    watch();
    tell();
}

function watch() {
    clearTimeout(watchdog);
    watchdog = setTimeout(lost, SILENCE);
}

function lost() {
    clearTimeout(watchdog);
    clearTimeout(reopening);
    source?.close();
    if (live.status !== "lost") {
        live.status = "lost";
        tell();
    }

    reopening = setTimeout(connect, AGAIN);
}

function tell() {
    for (const listener of [...listeners]) listener(live);
}
