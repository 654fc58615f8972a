// One job, and its whole history.

import { api } from "./api.js";
import { ask, field, perform, toast } from "./dialog.js";
import { h, heading } from "./dom.js";
import { at, between, plural, span } from "./format.js";
import { pretty } from "./json.js";
import { live, onLive } from "./live.js";
import { chip, facts, link } from "./parts.js";

const isOver = job => job.state === "completed" || job.state === "cancelled" || job.state === "failed";

export async function render(place, { names: [queue, id], signal }) {
    let job = await api.job(queue, id, signal);
    if (signal.aborted) return;
    const body = h("div", {});
    place.append(h("p", { class: "crumbs" }, h("a", { href: link.queue(queue) }, queue), " / ", h("a", { href: link.jobs(queue) }, "Jobs")), body);
    const show = news => {
        job = news;
        body.replaceChildren(...content(job, act));
    };
    const act = {
        retry: button => perform(button, async () => {
            try {
                show(await api.retry(queue, id, job.state));
            } catch (error) {
                if (error.status === 409) show(await api.job(queue, id, signal));
                throw error;
            }

            toast("The job is available at once.");
        }),
        async cancel() {
            const reason = h("input", { autocomplete: "off", maxlength: 500 });
            const done = await ask({
                title: "Cancel this job?", text: job.state === "executing" ? "It runs now: its code is told to stop, and its result is ignored." : "It will not run.",
                content: [field("Reason", reason, "Kept with the job. May be empty.")], confirm: "Cancel the job", danger: true, act: () => api.cancel(queue, id, reason.value.trim()),
            });
            if (!done) return;
            show(done.value);
            toast("The job is cancelled.");
        },
        async remove() {
            const { state } = job;
            const text = state === "executing" ? "It runs now: its code is told to stop. It and its history are lost. This cannot be undone." : "It and its history are lost. This cannot be undone.";
            const done = await ask({ title: "Delete this job?", text, confirm: "Delete the job", danger: true, act: () => api.deleteJob(queue, id, state) });
            if (!done) return;
            toast("The job is deleted.");
            location.hash = link.jobs(queue);
        },
    };
    show(job);

    let isLoading = false;
    onLive(async () => {
        if (isLoading || isOver(job) || live.status !== "live") return;
        isLoading = true;
        try {
            const news = await api.job(queue, id, signal);
            const changed = news.state !== job.state || news.execution !== job.execution || news.displayState !== job.displayState || news.history.length !== job.history.length;
            if (changed && !body.contains(document.activeElement)) show(news);
            else if (changed) replaceAround(body, news, show);
        } catch {
            // The next news are another attempt.
        } finally {
            isLoading = false;
        }
    }, signal);
}

/** Shows news without taking the focus away from the button that has it, if it is still there. */
function replaceAround(body, news, show) {
    const label = document.activeElement.textContent;
    show(news);
    ([...body.querySelectorAll("button")].find(button => button.textContent === label && !button.hidden) ?? body.querySelector("h1")).focus();
}

function content(job, act) {
    const retry = h("button", { type: "button", class: "change primary", onclick: () => act.retry(retry) }, isOver(job) ? "Retry" : "Run now");
    const actions = live.readOnly ? [] : [
        isOver(job) || job.displayState === "scheduled" || job.displayState === "retrying" ? retry : null,
        isOver(job) ? null : h("button", { type: "button", class: "change", onclick: act.cancel }, "Cancel"),
        h("button", { type: "button", class: "change danger-quiet", onclick: act.remove }, "Delete"),
    ];
    return [
        heading(job.kind === "default" ? "Job" : job.kind, chip(job.displayState), actions),
        h("p", { class: "job-id" }, h("code", {}, job.id)),
        h("div", { class: "columns" },
            h("section", { "aria-labelledby": "history-title" }, h("h2", { id: "history-title" }, "History"), h("div", { class: "card pad" }, timeline(job))),
            h("div", {},
                h("section", { "aria-labelledby": "payload-title" }, h("h2", { id: "payload-title" }, "Payload"), bytes(job.payload, "payload", job.written)),
                job.result ? h("section", { "aria-labelledby": "result-title" }, h("h2", { id: "result-title" }, "Result"), bytes(job.result, "result", job.written)) : null,
                h("section", { "aria-labelledby": "options-title" }, h("h2", { id: "options-title" }, "Options"), h("div", { class: "card pad" }, options(job))))),
    ];
}

function bytes(view, name, written) {
    const text = view.json !== null ? pretty(written, name, "json") : view.text ?? view.base64;
    const note = `${view.contentType}, ${view.bytes} bytes${view.base64 !== null ? ", shown as base64" : ""}`;
    return h("div", { class: "card" },
        view.redacted ? h("p", { class: "pad muted" }, text === null ? "This host does not show it." : "This host shows only a part of it.") : null,
        text === null ? null : h("pre", { tabindex: "0", role: "group", "aria-label": `Content of the ${name}` }, h("code", {}, text)), h("p", { class: "note pad" }, note));
}

function options(job) {
    const backoff = Array.isArray(job.backoff) ? job.backoff.join(", ") : job.backoff.exponential ? `${job.backoff.exponential.first}, times ${job.backoff.exponential.factor}, up to ${job.backoff.exponential.max}` : job.backoff;
    return facts([
        ["Queue", h("a", { href: link.queue(job.queue) }, job.queue)], ["Kind", job.kind], ["Priority", job.priority], ["Attempts", `${job.attempt} of ${job.maxAttempts}`],
        ["Time-out", job.timeout], ["Wait before a retry", backoff], ["Time to end", job.shutdownTimeout], ["Next start", isOver(job) || !job.nextRunAt ? null : at(job.nextRunAt)],
        ["Expires", job.expiresAt ? at(job.expiresAt) : null], ["Chain", job.chain], ["Unique key", job.uniqueKey], ["Tags", job.tags.length ? job.tags.map((tag, i) => [i ? ", " : "", h("a", { href: link.tagged(job.queue, tag) }, tag)]).flat() : null],
        ["Place in the queue", job.sequence], ["Executions", job.execution], ["Snoozes", job.snoozes || null], ["Reason", job.cancelReason],
        ...Object.entries(job.meta).map(([key, value]) => [key, value]),
    ]);
}

const outcomes = { completed: "completed", failed: "failed", cancelled: "was cancelled", snoozed: "snoozed", released: "was given back" };

function timeline(job) {
    const entries = [entry("inserted", "Inserted", job.createdAt)];
    if (job.scheduledAt && !job.history.length) entries.push(entry("waits", job.displayState === "scheduled" ? "To start" : "Was to start", job.scheduledAt));
    let last = job.history.length ? null : job.scheduledAt ?? job.createdAt;
    let known = 0;
    const gap = next => {
        const missing = next - known - 1;
        known = next;
        if (missing <= 0) return;
        entries.push(entry("missing", `${plural(missing, "earlier execution is", "earlier executions are")} not kept`));
        last = null;
    };
    for (const one of job.history) {
        gap(one.execution);
        const title = `Attempt ${one.attempt} ${outcomes[one.outcome] ?? one.outcome}`;
        entries.push(entry(one.outcome, title, one.startedAt,
            h("p", { class: "note" }, "on ", h("code", {}, one.node), `, ${span(Math.max(0, between(one.startedAt, one.endedAt)))}${last ? `, ${span(Math.max(0, between(last, one.startedAt)))} after the one before` : ""}`),
            one.error ? failure(one.error) : null));
        last = one.endedAt;
    }

    gap(job.state === "executing" ? job.execution : job.execution + 1);
    if (job.state === "executing") entries.push(entry("executing", `Attempt ${job.attempt + 1} runs`, job.attemptedAt, h("p", { class: "note" }, "on ", h("code", {}, job.node))));
    if (job.displayState === "retrying") entries.push(entry("waits", "Next attempt", job.nextRunAt));
    if (isOver(job)) entries.push(entry(job.state, { completed: "Completed", cancelled: "Cancelled", failed: "Failed: its attempts are used up" }[job.state], job.finishedAt, job.cancelReason ? h("p", {}, job.cancelReason) : null));
    return h("ol", { class: "timeline", role: "list" }, entries);
}

function entry(kind, title, time, ...rest) {
    return h("li", { class: `event event-${kind}` }, h("p", { class: "event-title" }, h("strong", {}, title), time ? [" ", h("time", { datetime: time, title: time }, at(time))] : null), rest);
}

function failure(error) {
    const stack = error.stackTrace || error.data
        ? h("details", {}, h("summary", {}, error.type ?? "More"), h("pre", { tabindex: "0", role: "group", "aria-label": "Stack of the error" }, [error.stackTrace, error.data].filter(Boolean).join("\n\n"))) : null;
    return h("div", { class: "failure" }, h("p", { class: "words" }, error.message), stack);
}
