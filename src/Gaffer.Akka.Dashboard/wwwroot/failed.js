// Jobs whose attempts are used up: retry or delete many at once.

import { api } from "./api.js";
import { ask, orSay, perform, toast } from "./dialog.js";
import { empty, h, heading, say, table } from "./dom.js";
import { at, count, plural } from "./format.js";
import { live, onLive, queueOf } from "./live.js";
import { link, shortId } from "./parts.js";

const PAGE = 50;

export async function render(place, { query, signal }) {
    const chosen = query.get("queue");
    if (!chosen) return overview(place, signal);
    const result = h("div", {});
    place.append(h("p", { class: "crumbs" }, h("a", { href: "#/failed" }, "Failed jobs")), heading(`Failed jobs of ${chosen}`, h("a", { class: "button", href: link.queue(chosen) }, "The queue")), result);
    let isEmpty = false;
    const show = async after => {
        const page = await api.jobs(chosen, { state: "failed", after, limit: PAGE }, signal);
        if (signal.aborted) return;
        isEmpty = !page.items.length;
        result.replaceChildren(...list(chosen, page, after, show));
    };
    await show(query.get("after"));

    // A list that somebody reads stays as it is; where there was none, the first is shown.
    onLive(() => {
        if (!isEmpty || !queueOf(chosen)?.counts?.failed) return;
        isEmpty = false;
        show(null).catch(() => { isEmpty = true; });
    }, signal);
}

/** Which queues have some. */
function overview(place, signal) {
    const result = h("div", { class: "card" });
    place.append(heading("Failed jobs"), h("p", { class: "muted" }, "Jobs whose attempts are used up. They stay until they are retried, deleted or pruned."), result);
    let seen = null;
    onLive(() => {
        const queues = live.queues.filter(queue => queue.counts?.failed > 0);
        const now = JSON.stringify(queues.map(queue => [queue.name, queue.counts.failed]));
        if (now === seen || !live.sample) return;
        seen = now;
        const focused = result.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        if (!queues.length) {
            result.replaceChildren(empty("Nothing has failed", "Every job is done, runs, or has attempts left."));
            return;
        }

        const { element, body, row } = table("Queues with failed jobs", [{ name: "Queue" }, { name: "Failed jobs", number: true }, { name: "Go on to" }]);
        for (const queue of queues) {
            body.append(row(h("a", { href: link.failed(queue.name) }, queue.name), count(queue.counts.failed), h("a", { href: link.queue(queue.name), "aria-label": `Queue ${queue.name}` }, "Queue")));
        }

        result.replaceChildren(element);
        if (focused) result.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    }, signal);
}

function list(queue, page, after, show) {
    if (!page.items.length && !page.next) {
        return [h("div", { class: "card" }, after ? empty("No more failed jobs", "The ones before are on the first page.") : empty("Nothing has failed here", "Every job of this queue is done, runs, or has attempts left."))];
    }

    const boxes = page.items.map(job => h("input", { type: "checkbox", value: job.id, "aria-label": `Select job ${shortId(job.id)}` }));
    const all = h("input", { type: "checkbox", "aria-label": "Select all of this page" });
    const chosen = h("span", { class: "muted", role: "status" });
    const some = [
        h("button", { type: "button", class: "primary", onclick: orSay(() => run(queue, "retry", { ids: ids(), state: "failed" }, () => show(after))) }, "Retry selected"),
        h("button", { type: "button", class: "danger-quiet", onclick: orSay(() => run(queue, "delete", { ids: ids(), state: "failed" }, () => show(after))) }, "Delete selected"),
    ];
    const every = [
        h("button", { type: "button", onclick: orSay(() => run(queue, "retry", { state: "failed" }, () => show(null))) }, "Retry all"),
        h("button", { type: "button", class: "danger-quiet", onclick: orSay(() => run(queue, "delete", { state: "failed" }, () => show(null))) }, "Delete all"),
    ];
    const ids = () => boxes.filter(box => box.checked).map(box => box.value);
    const update = () => {
        const number = ids().length;
        all.checked = number === boxes.length;
        all.indeterminate = number > 0 && number < boxes.length;
        for (const button of some) button.disabled = number === 0;
        say(chosen, number ? `${count(number)} selected` : "");
    };
    all.addEventListener("change", () => {
        for (const box of boxes) box.checked = all.checked;
        update();
    });
    for (const box of boxes) box.addEventListener("change", update);
    update();

    const { element, body, row } = table(`Failed jobs of ${queue}`, [{ name: "Select", hidden: true }, { name: "Id" }, { name: "Kind" }, { name: "Attempts" }, { name: "Failed" }, { name: "Last error", wide: true }]);
    page.items.forEach((job, i) => body.append(row(
        live.readOnly ? "" : boxes[i], h("a", { href: link.job(queue, job.id), title: job.id }, h("code", {}, shortId(job.id))), job.kind, job.attempt, at(job.finishedAt),
        h("span", { class: "cut", title: job.lastError }, job.lastError ?? "–"))));
    const bar = live.readOnly ? null : h("div", { class: "bulk" }, h("label", { class: "check" }, all, "Select all of this page"), some, chosen, h("span", { class: "gap" }), every);
    const next = page.next ? h("button", { type: "button", onclick: event => perform(event.target, () => show(page.next)) }, "Next") : null;
    const first = after ? h("button", { type: "button", onclick: event => perform(event.target, () => show(null)) }, "First") : null;
    return [h("div", { class: "card" }, bar, element, first || next ? h("nav", { class: "pages", "aria-label": "Pages of failed jobs" }, first, next) : null)];
}

/** Asks, then goes through all of them, a thousand with each request, until the dialog is closed. */
async function run(queue, what, body, show) {
    const number = body.ids?.length ?? (await api.queue(queue)).counts.failed;
    const progress = h("p", { class: "muted", role: "status" });
    const words = what === "retry"
        ? { title: `Retry ${plural(number, "job", "jobs")}?`, text: "They are available at once, each with one more attempt.", confirm: "Retry" }
        : { title: `Delete ${plural(number, "job", "jobs")}?`, text: "They and their histories are lost. This cannot be undone.", confirm: "Delete", danger: true };
    const past = what === "retry" ? "retried" : "deleted";
    let sum = null;
    const result = await ask({
        ...words, content: [progress], stops: true,
        act: async signal => {
            sum = { done: sum?.done ?? 0, skipped: [] };
            let after = null;
            do {
                const page = await api.bulk(queue, what, body.ids ? body : { ...body, after }, signal);
                sum.done += page.done;
                sum.skipped.push(...page.skipped);
                after = page.next;
                say(progress, `${count(sum.done)} done`);
            } while (after && !signal.aborted);
        },
    });
    if (!sum) return;
    const { done, skipped } = sum;

    // What the last request had done when it was stopped is not known.
    if (!result) toast(`Stopped; at least ${plural(done, "job", "jobs")} ${past}.`, true);
    else toast(`${plural(done, "job", "jobs")} ${past}${skipped.length ? `; ${count(skipped.length)} left as they are: ${skipped[0].detail}` : "."}`, skipped.length > 0);
    await show();
}
