// One queue, and all that can be done with it.

import { api } from "./api.js";
import { chart } from "./chart.js";
import { ask, field, orSay, perform, toast } from "./dialog.js";
import { h, heading, rows, say, table } from "./dom.js";
import { age, count, milliseconds, plural, rate, short } from "./format.js";
import { live, now, onLive, pastOf, queueOf } from "./live.js";
import { facts, link, load, mostOf, statusChip, tile } from "./parts.js";

export async function render(place, { names: [name], signal }) {
    const detail = await api.queue(name, signal);
    if (signal.aborted) return;
    const tiles = [
        ["Waiting", "available", q => q.counts?.available, q => q.counts?.scheduled ? `${count(q.counts.scheduled)} for later` : q.counts?.blocked ? `${count(q.counts.blocked)} wait for their chain` : ""],
        ["Running", "executing", q => q.counts?.executing, () => ""],
        ["Completed", "completed", q => q.counts?.completed, q => q.rates ? `${rate(q.rates.completed)} each second` : ""],
        ["Failed", "failed", q => q.counts?.failed, () => ""],
        ["Cancelled", "cancelled", q => q.counts?.cancelled, () => ""],
    ].map(([title, state, value, note]) => ({ ...tile(title, state === "failed" ? link.failed(name) : link.jobs(name, state)), state, value, note }));
    const status = statusChip();
    const workers = load(`Workers of ${name} in use`);
    const texts = { wait: h("span"), run: h("span"), oldest: h("span"), each: h("span"), all: h("span") };
    const options = h("div", {});
    const charts = [
        chart("Jobs each second", [{ name: "Completed", tone: "a", value: x => x.completed }, { name: "Inserted", tone: "b", value: x => x.inserted }], rate),
        chart("Latency", [{ name: "Wait", tone: "a", value: x => x.waitMs }, { name: "Execution", tone: "b", value: x => x.runMs }], milliseconds),
        chart("Waiting", [{ name: "Jobs", tone: "b", value: x => x.available }], short),
    ];
    const nodes = nodeTable();
    const toggle = h("button", { type: "button", class: "change" });
    const actions = [toggle, ...buttons(name, detail, options)];
    place.append(
        h("p", { class: "crumbs" }, h("a", { href: "#/queues" }, "Queues")), heading(name, status.element, actions),
        h("section", { class: "tiles", "aria-label": "Jobs" }, tiles.map(t => t.element)),
        h("section", { "aria-labelledby": "charts-title" }, h("h2", { id: "charts-title", class: "hidden" }, "The last minutes"), h("div", { class: "charts" }, charts.map(c => c.element))),
        h("div", { class: "columns" },
            h("section", { class: "card pad", "aria-labelledby": "work-title" }, h("h2", { id: "work-title" }, "Work"),
                facts([["Workers in use", workers.element], ["On each node, at most", texts.each], ["On all nodes, at most", texts.all], ["Oldest waiting", texts.oldest], ["Wait before start", texts.wait], ["Execution", texts.run]]), nodes.element),
            h("section", { class: "card pad", "aria-labelledby": "options-title" }, h("h2", { id: "options-title" }, "Options"), options)));
    showOptions(options, detail);

    let isPaused = detail.status === "paused";
    toggle.addEventListener("click", () => perform(toggle, async () => {
        const goesOn = isPaused;
        await (goesOn ? api.resume(name) : api.pause(name));
        toast(goesOn ? `${name} goes on.` : `${name} is paused: running jobs go on, no others start.`);
    }));
    const show = queue => {
        status.update(queue);
        isPaused = queue.status === "paused";
        say(toggle, isPaused ? "Resume" : "Pause");
        for (const button of actions) button.hidden = live.readOnly;
        for (const one of tiles) one.update(count(one.value(queue)), one.note(queue), one.state === "failed" && one.value(queue) > 0 ? "bad" : null);
        workers.update(queue.workers?.active ?? 0, mostOf(queue));
        say(texts.each, queue.workers?.max ?? "no limit");
        say(texts.all, queue.workers?.globalMax ?? "no limit");
        say(texts.oldest, age(queue.oldestWaiting, now()));
        say(texts.wait, milliseconds(queue.rates?.waitMs));
        say(texts.run, milliseconds(queue.rates?.runMs));
        nodes.update(queue.workers?.nodes ?? []);
    };
    show(detail);
    onLive(() => {
        const queue = queueOf(name);
        if (queue) show(queue);
        for (const one of charts) one.update(pastOf(name));
    }, signal);
}

function nodeTable() {
    const { element, body, row } = table("Workers by node", [{ name: "Node" }, { name: "Workers in use" }, { name: "Kinds" }]);
    const update = rows(body, node => {
        const bar = load(`Workers on ${node.node} in use`);
        const kinds = h("span");
        return {
            element: row(h("code", {}, node.node), bar.element, kinds),
            update(news) {
                bar.update(news.active, news.max);
                say(kinds, news.kinds.join(", "));
            },
        };
    });
    const none = h("p", { class: "muted" }, "No running node has workers for this queue: its jobs wait.");
    return {
        element: h("div", {}, element, none),
        update(nodes) {
            element.hidden = nodes.length === 0;
            none.hidden = nodes.length > 0;
            update(nodes, node => node.node);
        },
    };
}

const optionNames = {
    maxAttempts: "Attempts", timeout: "Time-out", backoff: "Wait before a retry", priority: "Priority", shutdownTimeout: "Time to end", pollInterval: "Poll interval", partitions: "Partitions", limits: "Shared limits",
    onFailed: "Failed jobs go to", onCompleted: "Completed jobs go to", onCancelled: "Cancelled jobs go to", chainPolicy: "Chains", maxSnoozes: "Snoozes, at most",
    maxPayloadBytes: "Payload bytes, at most", maxJobs: "Jobs, at most", keepLog: "Log kept", storage: "Storage",
};

function showOptions(place, { options, version }) {
    const prune = options.prune;
    const text = value => Array.isArray(value) ? value.join(", ") : value?.exponential ? `${value.exponential.first}, times ${value.exponential.factor}, up to ${value.exponential.max}` : typeof value === "number" ? count(value) : value === true ? "yes" : value === false ? "no" : value;
    const ages = Object.entries(prune.maxAge).map(([state, most]) => `${state} after ${most}`).join(", ");
    place.replaceChildren(facts([
        ...Object.entries(optionNames).map(([key, label]) => [label, text(options[key])]),
        ["Pruned", `${ages || "by no age"}; ${prune.maxCount === "unlimited" ? "any number kept" : `${count(prune.maxCount)} of each kept`}; ${prune.interval === "off" ? "only by hand" : `looked at each ${prune.interval}`}`],
        ["Version", version],
    ]));
}

function buttons(name, detail, options) {
    const button = (text, action, look = "") => h("button", { type: "button", class: `change ${look}`, onclick: orSay(action) }, text);
    return [
        button("Drain", () => drain(name)),
        button("Limits", () => changeLimits(name, detail, options)),
        button("Prune", () => prune(name)),
        button("Delete", () => remove(name), "danger-quiet"),
    ];
}

async function drain(name) {
    const timeout = h("select", {}, ["5s", "15s", "60s"].map(t => h("option", { value: t }, t)));
    const done = await ask({
        title: `Drain ${name}?`, text: "It starts no more jobs, and those that run are waited for. Afterwards it is paused.",
        content: [field("Longest wait", timeout)], confirm: "Drain", act: () => api.drain(name, timeout.value),
    });
    if (done) toast(done.value.drained ? `${name} is paused, and nothing runs.` : `${name} is paused; ${plural(done.value.stillRunning.length, "job still runs", "jobs still run")}.`);
}

async function changeLimits(name, detail, place) {
    const { options } = await api.queue(name);
    const input = value => h("input", { value, required: true, autocomplete: "off" });
    const fields = { maxWorkers: input(options.maxWorkers), globalMaxWorkers: input(options.globalMaxWorkers), maxAttempts: input(options.maxAttempts), timeout: input(options.timeout) };
    const done = await ask({
        title: `Limits of ${name}`, text: "They count at once, on all nodes. Jobs that are there already keep their attempts and time-out.",
        content: [field("Jobs at once on each node", fields.maxWorkers, "A number, or unlimited."), field("Jobs at once on all nodes", fields.globalMaxWorkers, "A number, or unlimited."),
            field("Attempts", fields.maxAttempts), field("Time-out of an attempt", fields.timeout, "Such as 30s, 5m, or infinite.")],
        confirm: "Change", ready: () => Object.values(fields).every(f => f.validity.valid),
        act: () => api.change(name, Object.fromEntries(Object.entries(fields).filter(([key, f]) => f.value.trim() !== String(options[key])).map(([key, f]) => [key, f.value.trim()]))),
    });
    if (!done) return;
    showOptions(place, done.value);
    toast(`${name} has new limits.`);
}

async function prune(name) {
    const done = await ask({
        title: `Prune ${name} now?`, text: "Deletes the ended jobs that are older, or more, than the options of the queue say. This cannot be undone.", confirm: "Prune", danger: true, act: () => api.prune(name),
    });
    if (done) toast(done.value.pruned ? `${plural(done.value.pruned, "job is", "jobs are")} deleted.` : "There was nothing to prune.");
}

async function remove(name) {
    const typed = h("input", { autocomplete: "off", spellcheck: "false" });
    const purge = h("input", { type: "checkbox" });
    const { counts } = await api.queue(name);
    const jobs = counts.available + counts.executing + counts.completed + counts.cancelled + counts.failed;
    const done = await ask({
        title: `Delete ${name}?`, text: `It holds ${plural(jobs, "job", "jobs")}. This cannot be undone.`,
        content: [field("Type the name of the queue", typed), h("label", { class: "check" }, purge, "Delete its jobs with it; running ones are cancelled")],
        confirm: "Delete the queue", danger: true, ready: () => typed.value === name, act: () => api.deleteQueue(name, purge.checked),
    });
    if (!done) return;
    toast(`${name} is deleted, and ${plural(done.value.jobs, "job", "jobs")} with it.`);
    location.hash = "#/queues";
}
