// Elements are made of nodes and texts, never of HTML: what a job brings along cannot become a part of the page.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, props, children) {
    for (const [key, value] of Object.entries(props ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
        else if (key === "value") element.value = value;
        else element.setAttribute(key, value === true ? "" : value);
    }

    element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
    return element;
}

/** An element of the page. */
export const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);

/** An element of a drawing. */
export const s = (tag, props, ...children) => fill(document.createElementNS(SVG, tag), props, children);

/** Puts a text there unless it is there: what does not change is neither painted nor read out again. */
export function say(element, text) {
    const words = text === null || text === undefined ? "" : String(text);
    if (element.textContent !== words) element.textContent = words;
}

export function attribute(element, name, value) {
    if (value === null || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** A table whose rows become cards on a phone; the roles keep it a table for screen readers there. */
export function table(caption, columns) {
    const body = h("tbody", { role: "rowgroup" });
    const head = h("tr", { role: "row" }, columns.map(c => h("th", { role: "columnheader", scope: "col", class: c.number ? "number" : null }, c.hidden ? h("span", { class: "hidden" }, c.name) : c.name)));
    const element = h("table", { role: "table" }, h("caption", { class: "hidden" }, caption), h("thead", { role: "rowgroup" }, head), body);
    const row = (...cells) => h("tr", { role: "row" }, cells.map((cell, i) =>
        h("td", { role: "cell", "data-label": columns[i].hidden ? "" : columns[i].name, class: columns[i].number ? "number" : columns[i].wide ? "wide" : null }, cell)));
    return { element, body, row };
}

/** Keeps the rows of a table in step with a list: each is made once, and updated in its place. */
export function rows(body, make) {
    const known = new Map();
    return (items, key) => {
        const wanted = new Set(items.map(key));
        for (const [name, row] of known) {
            if (wanted.has(name)) continue;
            row.element.remove();
            known.delete(name);
        }

        let before = null;
        for (const item of items) {
            const name = key(item);
            if (!known.has(name)) known.set(name, make(item));
            const { element, update } = known.get(name);
            update(item);
            const place = before ? before.nextSibling : body.firstChild;
            if (place !== element) body.insertBefore(element, place);
            before = element;
        }
    };
}

export function empty(title, text) {
    return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), h("p", {}, text));
}

export function heading(title, ...beside) {
    return h("div", { class: "heading" }, h("h1", { tabindex: "-1" }, title), h("div", { class: "actions" }, beside));
}
