// All queues, and the limits that they share.

import { api } from "./api.js";
import { ask, field, perform, toast } from "./dialog.js";
import { empty, h, heading, rows, say, table } from "./dom.js";
import { age, count, rate, short } from "./format.js";
import { live, now, onLive } from "./live.js";
import { link, load, mostOf, statusChip } from "./parts.js";

export async function render(place, { signal }) {
    const filter = h("input", { type: "search", placeholder: "Part of a name", "aria-label": "Filter queues by name" });
    const { element, body, row } = table("Queues", [
        { name: "Queue" }, { name: "State" }, { name: "Waiting", number: true }, { name: "Running", number: true }, { name: "Completed", number: true }, { name: "Failed", number: true },
        { name: "Workers in use" }, { name: "Each second", number: true }, { name: "Oldest waiting", number: true }, { name: "Actions", hidden: true, number: true }]);
    const none = empty("There are no queues yet", "They appear here as soon as a node adds one.");
    const missing = empty("No queue fits", "No name contains these letters.");
    const update = rows(body, queue => line(queue, row));
    const limits = h("div", {});
    place.append(heading("Queues", filter), h("div", { class: "card" }, element, none, missing), limits);

    const show = () => {
        const found = live.queues.filter(queue => queue.name.toLowerCase().includes(filter.value.trim().toLowerCase()));
        element.hidden = found.length === 0;
        none.hidden = live.queues.length > 0 || !live.sample;
        missing.hidden = found.length > 0 || live.queues.length === 0;
        update(found, queue => queue.name);
    };
    filter.addEventListener("input", show);
    onLive(show, signal);
    show();
    await showLimits(limits, signal);
}

function line(queue, row) {
    const { name } = queue;
    const cells = { status: statusChip(), waiting: h("a", { href: link.jobs(name, "available") }), running: h("a", { href: link.jobs(name, "executing") }),
        completed: h("a", { href: link.jobs(name, "completed") }), failed: h("a", { href: link.failed(name) }), workers: load(`Workers of ${name} in use`), done: h("span"), oldest: h("span") };
    let isPaused = queue.status === "paused";
    const toggle = h("button", { type: "button", class: "small change", onclick: () => perform(toggle, async () => {
        const goesOn = isPaused;
        await (goesOn ? api.resume(name) : api.pause(name));
        toast(goesOn ? `${name} goes on.` : `${name} is paused.`);
    }) });
    return {
        element: row(h("a", { href: link.queue(name) }, name), cells.status.element, cells.waiting, cells.running, cells.completed, cells.failed, cells.workers.element, cells.done, cells.oldest, toggle),
        update(news) {
            cells.status.update(news);
            isPaused = news.status === "paused";
            say(toggle, isPaused ? "Resume" : "Pause");
            toggle.setAttribute("aria-label", `${isPaused ? "Resume" : "Pause"} ${name}`);
            toggle.hidden = live.readOnly;
            say(cells.waiting, short(news.counts?.available));
            say(cells.running, short(news.counts?.executing));
            say(cells.completed, short(news.counts?.completed));
            say(cells.failed, short(news.counts?.failed));
            cells.workers.update(news.workers?.active ?? 0, mostOf(news));
            say(cells.done, rate(news.rates?.completed));
            say(cells.oldest, age(news.oldestWaiting, now()));
        },
    };
}

async function showLimits(place, signal) {
    const { items } = await api.limits(signal);
    if (signal.aborted || !items.length) return;
    const { element, body, row } = table("Shared limits", [{ name: "Limit" }, { name: "Most jobs at once", number: true }, { name: "Permits by queue" }, { name: "Actions", hidden: true, number: true }]);
    for (const limit of items) {
        const change = h("button", { type: "button", class: "small change", "aria-label": `Change the limit ${limit.name}`, onclick: () => changeLimit(limit, place, signal) }, "Change");
        change.hidden = live.readOnly;
        body.append(row(h("code", {}, limit.name), count(limit.max), limit.queues.map(share => `${share.queue} ${share.permits}`).join(", ") || "None taken", change));
    }

    place.replaceChildren(h("section", { "aria-labelledby": "limits-title" }, h("h2", { id: "limits-title" }, "Shared limits"), h("div", { class: "card" }, element)));
}

async function changeLimit(limit, place, signal) {
    const most = h("input", { type: "number", min: 0, step: 1, required: true, value: limit.max });
    const done = await ask({
        title: `Change the limit ${limit.name}`, text: "It counts at once, on all nodes. Running jobs are not stopped.", content: [field("Most jobs at once", most, "0 lets no job start.")],
        confirm: "Change", ready: () => most.validity.valid, act: () => api.putLimit(limit.name, most.valueAsNumber),
    });
    if (!done || signal.aborted) return;
    toast(`${limit.name} is now ${done.value.max}.`);
    await showLimits(place, signal);
}
