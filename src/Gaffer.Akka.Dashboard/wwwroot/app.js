// The frame: which page is shown, whether the host is heard, light or dark.

import { h, say } from "./dom.js";
import { connect, heard, live, onLive } from "./live.js";
import * as failed from "./failed.js";
import * as job from "./job.js";
import * as jobs from "./jobs.js";
import * as overview from "./overview.js";
import * as queue from "./queue.js";
import * as queues from "./queues.js";

const routes = [
    { path: /^\/$/, page: overview, nav: "overview", title: () => "Overview" },
    { path: /^\/queues$/, page: queues, nav: "queues", title: () => "Queues" },
    { path: /^\/queues\/([^/]+)$/, page: queue, nav: "queues", title: name => name },
    { path: /^\/queues\/([^/]+)\/jobs\/([^/]+)$/, page: job, nav: "jobs", title: (name, id) => `Job ${id.slice(0, 8)}` },
    { path: /^\/jobs$/, page: jobs, nav: "jobs", title: () => "Jobs" },
    { path: /^\/failed$/, page: failed, nav: "failed", title: () => "Failed jobs" },
];

const main = document.getElementById("main");
let leaving = new AbortController();
let isFirst = true;

async function show() {
    const [path, search = ""] = (location.hash.slice(1) || "/").split("?");
    if (!path.startsWith("/")) return;
    leaving.abort();
    leaving = new AbortController();
    const { signal } = leaving;
    await heard();
    if (signal.aborted) return;
    const route = routes.find(candidate => candidate.path.test(path));
    const names = route ? route.path.exec(path).slice(1).map(decode) : [];
    for (const link of document.querySelectorAll("nav a")) {
        if (link.dataset.page === route?.nav) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    }

    document.title = `${route ? route.title(...names) : "Not found"} · Gaffer`;
    const place = h("div", {});
    main.replaceChildren(place);
    if (!route) {
        place.append(h("h1", { tabindex: "-1" }, "Not found"), h("p", {}, "There is no such page. ", h("a", { href: "#/" }, "To the overview")));
    } else {
        try {
            await route.page.render(place, { names, query: new URLSearchParams(search), signal });
        } catch (error) {
            if (signal.aborted) return;
            place.replaceChildren(failure(error));
        }
    }

    if (!signal.aborted && !isFirst) place.querySelector("h1")?.focus();
    isFirst = false;
}

function failure(error) {
    return h("div", { class: "empty" }, h("h1", { tabindex: "-1" }, error.status === 404 ? "Not found" : "This did not work"), h("p", { class: "words" }, error.message),
        h("p", {}, h("button", { type: "button", onclick: show }, "Try again")));
}

function decode(text) {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

const status = document.getElementById("status");
const banner = document.getElementById("banner");

onLive(() => {
    const words = { live: "Live", lost: "Reconnecting", connecting: "Connecting" };
    say(status, words[live.status]);
    status.dataset.status = live.status;
    const trouble = live.status === "lost" ? "The host is not heard any more: the numbers are old. Reconnecting…" : live.error;
    banner.hidden = !trouble;
    say(banner, trouble);
    document.getElementById("read-only").hidden = !live.readOnly;
    document.body.classList.toggle("is-read-only", live.readOnly);
    document.body.classList.toggle("is-lost", live.status === "lost");
}, new AbortController().signal);

const theme = document.getElementById("theme");
const themes = ["auto", "light", "dark"];

function showTheme(chosen) {
    const words = { auto: "as this device", light: "light", dark: "dark" }[chosen];
    say(theme, { auto: "Auto", light: "Light", dark: "Dark" }[chosen]);
    theme.setAttribute("aria-label", `Colours: ${words}. Change`);
}

theme.addEventListener("click", () => {
    const chosen = themes[(themes.indexOf(document.documentElement.dataset.theme ?? "auto") + 1) % themes.length];
    if (chosen === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    localStorage.setItem("gaffer-theme", chosen);
    showTheme(chosen);
});

showTheme(document.documentElement.dataset.theme ?? "auto");
document.querySelector(".skip").addEventListener("click", event => {
    event.preventDefault();
    main.focus();
});
window.addEventListener("hashchange", show);
connect();
show();
