// Asks before something is destroyed, and says what became of it.

import { h } from "./dom.js";

let serial = 0;

/**
 * Opens a dialog and resolves with what `read` returns when it is confirmed and `act` has succeeded, or null when it was closed.
 * An action that fails leaves the dialog open, with what was wrong. `act` is given a signal, aborted when the dialog is closed; one that heeds it says `stops`.
 * While one runs that does not, the dialog cannot be closed: nothing goes on unseen.
 */
export function ask({ title, text, content = [], confirm, danger = false, act, stops = false, ready = () => true }) {
    return new Promise(resolve => {
        const id = `dialog-${++serial}`;
        const problem = h("p", { class: "problem", role: "alert", hidden: true });
        const go = h("button", { type: "submit", class: danger ? "danger" : "primary" }, confirm);
        const keep = h("button", { type: "button", onclick: () => dialog.close() }, "Keep as it is");
        const closed = new AbortController();
        const form = h("form", { method: "dialog" },
            h("h2", { id }, title), text ? h("p", { id: `${id}-text` }, text) : null, content, problem,
            h("div", { class: "dialog-end" }, keep, go));
        const dialog = h("dialog", { "aria-labelledby": id, "aria-describedby": text ? `${id}-text` : null }, form);
        const check = () => { go.disabled = busy || !ready(); };
        let result = null;
        let busy = false;
        form.addEventListener("input", check);
        form.addEventListener("submit", async event => {
            event.preventDefault();
            busy = true;
            check();
            problem.hidden = true;
            if (stops) keep.textContent = "Stop";
            else keep.disabled = true;
            try {
                result = { value: await act(closed.signal) };
                busy = false;
                dialog.close();
            } catch (error) {
                busy = false;
                problem.textContent = error.message;
                problem.hidden = false;
                keep.textContent = "Keep as it is";
                keep.disabled = false;
                check();
            }
        });
        dialog.addEventListener("cancel", event => {
            if (busy && !stops) event.preventDefault();
        });
        dialog.addEventListener("close", () => {
            if (busy && !stops) return dialog.showModal(); // a browser heeds only the first refusal to be closed
            closed.abort();
            dialog.remove();
            resolve(result);
        });
        document.body.append(dialog);
        check();
        dialog.showModal();
    });
}

/** A labelled field of a dialog. */
export function field(label, input, hint) {
    const id = `field-${++serial}`;
    input.id = id;
    if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
    return h("div", { class: "field" }, h("label", { for: id }, label), input, hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null);
}

export function toast(text, isProblem = false) {
    const element = h("p", { class: isProblem ? "toast bad" : "toast" }, text);
    document.getElementById("toasts").append(element);
    setTimeout(() => element.remove(), isProblem ? 12000 : 5000);
}

/** What a button does; what goes wrong is said. */
export const orSay = action => () => action().catch(error => toast(error.message, true));

/** Does what a button says; the button waits, and what goes wrong is said. */
export async function perform(button, action) {
    button.disabled = true;
    try {
        await action();
    } catch (error) {
        toast(error.message, true);
    } finally {
        button.disabled = false;
    }
}
