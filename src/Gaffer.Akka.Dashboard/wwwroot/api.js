// Asks the API. What goes wrong is an error whose message is for people.

export class Problem extends Error {
    constructor(message, status, code, problems) {
        super(message);
        Object.assign(this, { status, code, problems });
    }
}

const root = new URL("api/", document.baseURI);

export const address = path => new URL(path, root);

async function send(method, path, body, signal) {
    const headers = { Accept: "application/json" };
    if (method !== "GET") headers["X-Gaffer"] = "1";
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response;
    try {
        response = await fetch(address(path), { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal });
    } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new Problem("The host does not answer.", 0, "no-answer", []);
    }

    const text = await response.text();
    const json = text && response.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : null;

    // A payload may hold what no value here can: a job brings the text that it was read from.
    if (response.ok) return json?.payload ? { ...json, written: text } : json;
    const problems = json?.problems ?? [];
    throw new Problem([json?.detail ?? `The host answers with ${response.status}.`, ...(problems.length > 1 ? problems : [])].join("\n"), response.status, json?.code, problems);
}

const part = encodeURIComponent;

function query(values) {
    const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
    return pairs.length ? `?${pairs.map(([key, value]) => `${key}=${part(value)}`).join("&")}` : "";
}

export const api = {
    queue: (name, signal) => send("GET", `queues/${part(name)}`, undefined, signal),
    change: (name, options) => send("PATCH", `queues/${part(name)}`, options),
    deleteQueue: (name, purge) => send("DELETE", `queues/${part(name)}${query({ mode: purge ? "purge" : "ifEmpty" })}`),
    pause: name => send("POST", `queues/${part(name)}/pause`),
    resume: name => send("POST", `queues/${part(name)}/resume`),
    drain: (name, timeout) => send("POST", `queues/${part(name)}/drain${query({ timeout })}`),
    prune: name => send("POST", `queues/${part(name)}/prune`),
    jobs: (name, filter, signal) => send("GET", `queues/${part(name)}/jobs${query(filter)}`, undefined, signal),
    job: (name, id, signal) => send("GET", `queues/${part(name)}/jobs/${part(id)}`, undefined, signal),
    retry: (name, id, state) => send("POST", `queues/${part(name)}/jobs/${part(id)}/retry${query({ state })}`),
    cancel: (name, id, reason) => send("POST", `queues/${part(name)}/jobs/${part(id)}/cancel`, reason ? { reason } : undefined),
    deleteJob: (name, id, state) => send("DELETE", `queues/${part(name)}/jobs/${part(id)}${query({ state })}`),
    bulk: (name, what, body, signal) => send("POST", `queues/${part(name)}/jobs/${what}`, body, signal),
    limits: signal => send("GET", "limits", undefined, signal),
    putLimit: (name, max) => send("PUT", `limits/${part(name)}`, { max }),
};
