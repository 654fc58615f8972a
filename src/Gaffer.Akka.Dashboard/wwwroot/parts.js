// What several pages show in the same way.

import { h, say, attribute } from "./dom.js";
import { count, short } from "./format.js";

export const link = {
    queue: name => `#/queues/${encodeURIComponent(name)}`,
    job: (queue, id) => `#/queues/${encodeURIComponent(queue)}/jobs/${encodeURIComponent(id)}`,
    jobs: (queue, state) => `#/jobs?queue=${encodeURIComponent(queue)}${state ? `&state=${state}` : ""}`,
    tagged: (queue, tag) => `#/jobs?queue=${encodeURIComponent(queue)}&tag=${encodeURIComponent(tag)}`,
    failed: queue => `#/failed?queue=${encodeURIComponent(queue)}`,
};

const words = { available: "Available", scheduled: "Scheduled", retrying: "Retrying", executing: "Running", completed: "Completed", cancelled: "Cancelled", failed: "Failed" };

export const wordOf = state => words[state] ?? state;

export const chip = state => h("span", { class: `chip state-${state}` }, wordOf(state));

/** One number with its name; the number is updated in place. */
export function tile(name, href) {
    const value = h("span", { class: "tile-value" }, "–");
    const note = h("span", { class: "tile-note" });
    const inside = [h("span", { class: "tile-name" }, name), value, note];
    const element = href ? h("a", { class: "card tile", href }, inside) : h("div", { class: "card tile" }, inside);
    return {
        element,
        update(text, small, tone) {
            say(value, text);
            say(note, small ?? "");
            attribute(element, "data-tone", tone ?? null);
        },
    };
}

/** How much of a maximum is in use. */
export function load(name) {
    const bar = h("span", { class: "load-bar" });
    const meter = h("span", { class: "load", role: "meter", "aria-label": name, "aria-valuemin": 0 }, bar);
    const text = h("span", { class: "load-text" });
    return {
        element: h("span", { class: "load-line" }, text, meter),
        update(used, most) {
            say(text, most === 0 ? "None" : most === null || most === undefined ? `${count(used)} / no limit` : `${count(used)} / ${count(most)}`);
            const part = most ? Math.min(1, used / most) : 0;
            attribute(meter, "aria-valuemax", most || Math.max(used, 1));
            attribute(meter, "aria-valuenow", Math.min(used, most || Math.max(used, 1)));
            attribute(meter, "aria-valuetext", most ? `${used} of ${most}` : most === 0 ? "no workers" : `${used}, no limit`);
            meter.classList.toggle("is-open", most === null || most === undefined);
            bar.style.setProperty("inline-size", `${part * 100}%`);
        },
    };
}

/** What the workers of a queue may run at once: on all its nodes, and not more than everywhere together. */
export function mostOf(queue) {
    const workers = queue.workers;
    if (!workers) return null;
    const onNodes = workers.nodes.some(node => node.max === null) ? null : workers.nodes.reduce((sum, node) => sum + node.max, 0);
    if (workers.globalMax === null) return onNodes;
    return onNodes === null ? workers.globalMax : Math.min(onNodes, workers.globalMax);
}

export function statusOf(queue) {
    if (queue.error) return ["Silent", "bad", queue.error];
    if (queue.status === "paused") return ["Paused", "warn", "It starts no jobs until it is resumed."];
    if (queue.orphaned) return ["No workers", "warn", "No running node has workers for it."];
    return ["Active", "good", "It starts jobs as soon as there are some."];
}

export function statusChip() {
    const element = h("span", { class: "chip" });
    return {
        element,
        update(queue) {
            const [text, tone, title] = statusOf(queue);
            say(element, text);
            attribute(element, "data-tone", tone);
            attribute(element, "title", title);
        },
    };
}

export const shortId = id => `${id.slice(0, 8)}…${id.slice(-4)}`;

export const number = value => h("span", { title: count(value) }, short(value));

/** A list of terms and what they are. */
export const facts = pairs => h("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
