// Jobs of a queue, page by page.

import { api } from "./api.js";
import { toast } from "./dialog.js";
import { empty, h, heading, table } from "./dom.js";
import { at, count } from "./format.js";
import { live, onLive, queueOf } from "./live.js";
import { chip, link, shortId, wordOf } from "./parts.js";

const PAGE = 50;
const STATES = ["available", "executing", "completed", "cancelled", "failed"];
const QUIET = 3000;

// By which page one came here: a cursor leads on, never back.
const before = new Map();

export async function render(place, { query, signal }) {
    const names = live.queues.map(queue => queue.name);
    const wish = { queue: query.get("queue") ?? names[0] ?? "", state: query.get("state") ?? "", kind: query.get("kind") ?? "", tag: query.get("tag") ?? "", after: query.get("after") ?? "" };
    if (!wish.queue) {
        waitForQueues(place, { query, signal });
        return;
    }

    const result = h("div", { class: "card" });
    place.append(heading("Jobs"), filters(wish, names, signal), result);
    let isLoading = false;
    const show = async () => {
        if (isLoading) return;
        isLoading = true;
        try {
            const page = await api.jobs(wish.queue, { state: wish.state, kind: wish.kind, tag: wish.tag, after: wish.after, limit: PAGE }, signal);
            if (!signal.aborted) result.replaceChildren(...list(page, wish));
        } finally {
            isLoading = false;
        }
    };
    await show();

    // When the numbers of the queue change, the page is read again, unless somebody is using it.
    let seen = JSON.stringify(queueOf(wish.queue)?.counts);
    let last = Date.now();
    onLive(() => {
        const counts = JSON.stringify(queueOf(wish.queue)?.counts);
        if (counts === seen || Date.now() - last < QUIET || result.contains(document.activeElement) || result.matches(":hover")) return;
        seen = counts;
        last = Date.now();
        show().catch(() => { /* the next news are another attempt */ });
    }, signal);
}

/** Says that there are none, or that it is not known yet, until there are some. */
function waitForQueues(place, { query, signal }) {
    const none = empty("There are no queues yet", "Jobs appear here as soon as there is a queue that has some.");
    const unheard = empty("The host is not heard yet", "Its jobs appear here as soon as it is.");
    place.append(heading("Jobs"), none, unheard);
    const found = new AbortController();
    const look = () => {
        none.hidden = !live.sample;
        unheard.hidden = !none.hidden;
        if (!live.queues.length) return;
        found.abort();
        place.replaceChildren();
        render(place, { query, signal }).catch(error => { if (!signal.aborted) toast(error.message, true); });
    };
    look();
    onLive(look, AbortSignal.any([signal, found.signal]));
}

function filters(wish, names, signal) {
    const option = (value, text, chosen) => h("option", { value, selected: value === chosen }, text);
    const all = names.includes(wish.queue) ? names : [wish.queue, ...names];
    const queue = h("select", { id: "filter-queue" }, all.map(name => option(name, name, wish.queue)));
    const state = h("select", { id: "filter-state" }, option("", "All states", wish.state), STATES.map(name => option(name, wordOf(name), wish.state)));
    const kind = h("input", { id: "filter-kind", value: wish.kind, autocomplete: "off", placeholder: "Any" });
    const tag = h("input", { id: "filter-tag", value: wish.tag, autocomplete: "off", placeholder: "Any" });
    const id = h("input", { id: "filter-id", autocomplete: "off", spellcheck: "false", placeholder: "UUID" });
    const labelled = (label, input) => h("div", { class: "field" }, h("label", { for: input.id }, label), input);
    const go = async event => {
        event.preventDefault();
        if (id.value.trim()) await find(id.value.trim(), queue.value, signal).catch(error => { if (!signal.aborted) toast(error.message, true); });
        else location.hash = address({ queue: queue.value, state: state.value, kind: kind.value.trim(), tag: tag.value.trim() });
    };
    queue.addEventListener("change", go);
    state.addEventListener("change", go);
    return h("form", { class: "filters", onsubmit: go, "aria-label": "Which jobs" },
        labelled("Queue", queue), labelled("State", state), labelled("Kind", kind), labelled("Tag", tag), labelled("Id of a job", id), h("button", { type: "submit", class: "primary" }, "Show"));
}

/** Goes to a job, in whichever queue it is; the chosen one is asked first. */
async function find(id, chosen, signal) {
    const names = [chosen, ...live.queues.map(queue => queue.name).filter(name => name !== chosen)];
    let unanswered = null;
    for (const name of names) {
        try {
            await api.job(name, id, signal);
            if (!signal.aborted) location.hash = link.job(name, id);
            return;
        } catch (error) {
            if (error.status === 400 || signal.aborted) throw error;
            if (error.status !== 404) unanswered ??= error;
        }
    }

    if (unanswered) throw unanswered;
    toast(`${names.length === 1 ? `${chosen} does not have` : `None of the ${count(names.length)} queues has`} this job: it never was there, or was deleted or pruned.`, true);
}

function address(wish) {
    const search = new URLSearchParams(Object.entries(wish).filter(([, value]) => value));
    return `#/jobs?${search}`;
}

function list(page, wish) {
    if (!page.items.length && !page.next) {
        return [wish.state || wish.kind || wish.tag || wish.after ? empty("No jobs here", "No job of this queue fits.") : empty("This queue is empty", "Jobs appear here as soon as they are inserted.")];
    }

    const { element, body, row } = table(`Jobs of ${wish.queue}`, [{ name: "Id" }, { name: "Kind" }, { name: "State" }, { name: "Attempt" }, { name: "Inserted" }, { name: "Node" }, { name: "Last error", wide: true }]);
    for (const job of page.items) {
        body.append(row(
            h("a", { href: link.job(job.queue, job.id), title: job.id }, h("code", {}, shortId(job.id))), job.kind, chip(job.displayState), `${job.attempt} / ${job.maxAttempts}`,
            at(job.createdAt), job.node ? h("code", {}, job.node) : "–", h("span", { class: "cut", title: job.lastError }, job.lastError ?? "–")));
    }

    const here = address(wish);
    const next = page.next ? address({ ...wish, after: page.next }) : null;
    if (next) before.set(next, here);
    const back = wish.after ? before.get(here) ?? address({ ...wish, after: "" }) : null;
    const step = (text, href) => href ? h("a", { class: "button", href }, text) : h("span", { class: "button is-off", "aria-disabled": "true" }, text);
    return [element, h("nav", { class: "pages", "aria-label": "Pages of jobs" }, step("First", wish.after ? address({ ...wish, after: "" }) : null), step("Previous", back), step("Next", next))];
}
