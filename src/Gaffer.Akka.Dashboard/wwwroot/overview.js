// The whole cluster at a glance.

import { chart } from "./chart.js";
import { empty, h, heading, rows, say, table } from "./dom.js";
import { age, count, milliseconds, percent, plural, rate, short } from "./format.js";
import { now, onLive } from "./live.js";
import { link, load, mostOf, statusChip, tile } from "./parts.js";

const WINDOW = 10;

/** The samples, each with the share of attempts that failed in the ten seconds until then: one second alone says little. */
function withShares(samples) {
    return samples.map((sample, i) => {
        if (sample.completed === null) return { ...sample, share: null };
        const lately = samples.slice(Math.max(0, i + 1 - WINDOW), i + 1);
        const sum = value => lately.reduce((total, one) => total + (value(one) ?? 0), 0);
        const [good, bad] = [sum(x => x.completed), sum(x => x.failed + x.retried)];
        return { ...sample, share: bad + good === 0 ? 0 : bad / (bad + good) * 100 };
    });
}

/** The newest value of the last ten seconds: where little is done, not each second has one. */
const lately = (samples, value) => samples.slice(-WINDOW).map(value).findLast(x => x !== null) ?? null;

export function render(place, { signal }) {
    const tiles = {
        done: tile("Throughput"), waiting: tile("Waiting"), running: tile("Running"),
        latency: tile("Wait before start"), failures: tile("Attempts that fail"), dead: tile("Failed jobs", "#/failed"),
    };
    const charts = [
        chart("Jobs each second", [{ name: "Completed", tone: "a", value: x => x.completed }, { name: "Inserted", tone: "b", value: x => x.inserted }], rate),
        chart("Latency", [{ name: "Wait", tone: "a", value: x => x.waitMs }, { name: "Execution", tone: "b", value: x => x.runMs }], milliseconds),
        chart("Running", [{ name: "Jobs", tone: "a", value: x => x.executing }], short),
        chart("Waiting", [{ name: "Jobs", tone: "b", value: x => x.available }], short),
        chart("Attempts that fail", [{ name: "Share", tone: "bad", value: x => x.share }], percent),
        chart("Failed jobs", [{ name: "Jobs", tone: "bad", value: x => x.failedJobs }], short),
    ];
    const queues = queueTable();
    const nodes = nodeTable();
    place.append(
        heading("Overview"),
        h("section", { class: "tiles", "aria-label": "Now" }, Object.values(tiles).map(t => t.element)),
        h("section", { "aria-labelledby": "charts-title" }, h("h2", { id: "charts-title", class: "hidden" }, "The last five minutes"), h("div", { class: "charts" }, charts.map(c => c.element))),
        h("section", { "aria-labelledby": "queues-title" }, h("h2", { id: "queues-title" }, "Queues"), queues.element),
        h("section", { "aria-labelledby": "nodes-title" }, h("h2", { id: "nodes-title" }, "Nodes"), nodes.element));

    onLive(news => {
        const sample = news.sample;
        if (!sample) return;
        const samples = withShares(news.samples);
        const bad = samples.at(-1)?.share ?? null;
        const wait = lately(news.samples, x => x.waitMs);
        const run = lately(news.samples, x => x.runMs);
        tiles.done.update(sample.completed === null ? rate(null) : `${rate(sample.completed)} / s`, sample.inserted === null ? "" : `${rate(sample.inserted)} / s inserted`);
        tiles.waiting.update(short(sample.available), scheduled(news.queues));
        tiles.running.update(short(sample.executing), plural(news.nodes.length, "node", "nodes"));
        tiles.latency.update(milliseconds(wait), run === null ? "" : `${milliseconds(run)} to run`);
        tiles.failures.update(percent(bad), "", bad > 5 ? "bad" : null);
        tiles.dead.update(short(sample.failedJobs), sample.failedJobs > 0 ? "Look at them" : "None", sample.failedJobs > 0 ? "bad" : null);
        for (const one of charts) one.update(samples);
        queues.update(news.queues);
        nodes.update(news.nodes);
    }, signal);
}

function scheduled(queues) {
    const later = queues.reduce((sum, queue) => sum + (queue.counts?.scheduled ?? 0), 0);
    return later ? `${short(later)} for later` : "";
}

/** Those with the most to do first. */
function queueTable() {
    const { element, body, row } = table("Queues", [
        { name: "Queue" }, { name: "State" }, { name: "Waiting", number: true }, { name: "Workers in use" }, { name: "Completed each second", number: true }, { name: "Failed", number: true }, { name: "Oldest waiting", number: true }]);
    const none = empty("There are no queues yet", "They appear here as soon as a node adds one.");
    none.hidden = true;
    const update = rows(body, queue => {
        const cells = { status: statusChip(), waiting: h("span"), workers: load(`Workers of ${queue.name} in use`), done: h("span"), failed: h("a", { href: link.failed(queue.name) }), oldest: h("span") };
        const line = row(h("a", { href: link.queue(queue.name) }, queue.name), cells.status.element, cells.waiting, cells.workers.element, cells.done, cells.failed, cells.oldest);
        return {
            element: line,
            update(news) {
                cells.status.update(news);
                say(cells.waiting, short(news.counts?.available));
                cells.workers.update(news.workers?.active ?? 0, mostOf(news));
                say(cells.done, rate(news.rates?.completed));
                say(cells.failed, count(news.counts?.failed));
                say(cells.oldest, age(news.oldestWaiting, now()));
            },
        };
    });
    return {
        element: h("div", { class: "card" }, element, none),
        update(queues) {
            none.hidden = queues.length > 0;
            element.hidden = queues.length === 0;
            const busy = queue => (queue.counts?.available ?? 0) + (queue.counts?.executing ?? 0);
            const most = queues.length > 12 ? [...queues].sort((a, b) => busy(b) - busy(a)).slice(0, 12).sort((a, b) => a.name < b.name ? -1 : 1) : queues;
            update(most, queue => queue.name);
        },
    };
}

function nodeTable() {
    const { element, body, row } = table("Nodes", [{ name: "Node" }, { name: "Status" }, { name: "Roles" }, { name: "Slots in use" }, { name: "Queues", number: true }, { name: "Abandoned code", number: true }]);
    const update = rows(body, node => {
        const cells = { status: h("span", { class: "chip" }), roles: h("span"), load: load(`Slots of ${node.node} in use`), queues: h("span"), zombies: h("span") };
        const notes = [node.self ? h("span", { class: "note" }, "this node") : null, node.leader ? h("span", { class: "note" }, "leader") : null];
        return {
            element: row(h("span", {}, h("code", {}, node.node), notes), cells.status, cells.roles, cells.load.element, cells.queues, cells.zombies),
            update(news) {
                say(cells.status, news.reachable ? news.status : "unreachable");
                cells.status.dataset.tone = news.reachable ? (news.status === "up" ? "good" : "warn") : "bad";
                say(cells.roles, news.roles.join(", ") || "–");
                cells.load.update(news.running, news.capacity);
                say(cells.queues, news.queues.length);
                cells.queues.title = news.queues.join(", ");
                say(cells.zombies, news.zombies);
            },
        };
    });
    return { element: h("div", { class: "card" }, element), update: nodes => update(nodes, node => `${node.node} ${node.self} ${node.leader}`) };
}
