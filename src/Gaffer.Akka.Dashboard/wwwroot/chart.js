// Lines over the last five minutes.

import { attribute, h, s, say } from "./dom.js";
import { at } from "./format.js";

const WIDTH = 600;
const HEIGHT = 150;
const MINUTES = 5;
const GAP = 5000;

/**
 * @param title what it shows
 * @param series [{ name, tone, value: sample => number or null }]
 * @param format how a value is written
 */
export function chart(title, series, format) {
    const values = series.map(line => h("span", { class: "legend-value" }, "–"));
    const legend = h("ul", { class: "legend", role: "list" }, series.map((line, i) => h("li", {}, h("span", { class: `swatch tone-${line.tone}` }), `${line.name} `, values[i])));
    const top = h("span", { class: "chart-top", "aria-hidden": "true" });
    const plot = s("g", {});
    const cursor = s("line", { class: "cursor", y1: 0, y2: HEIGHT, visibility: "hidden" });
    const grid = [0, 1, 2, 3].map(i => s("line", { class: "grid", x1: 0, x2: WIDTH, y1: 1 + i * (HEIGHT - 2) / 3, y2: 1 + i * (HEIGHT - 2) / 3 }));
    const drawing = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, grid, plot, cursor);

    // A slider, though it sets nothing: whoever does not see the lines goes along them with the keys, and is told the values.
    const frame = h("div", { class: "plot", role: "slider", tabindex: "0", "aria-label": title, "aria-readonly": "true", "aria-valuemin": 0, "aria-valuemax": 0, "aria-valuenow": 0, "aria-valuetext": "nothing yet" }, top, drawing);
    const element = h("figure", { class: "card chart" }, h("figcaption", {}, h("h3", {}, title), legend), frame,
        h("div", { class: "chart-axis", "aria-hidden": "true" }, h("span", {}, `${MINUTES} min ago`), h("span", {}, "now")));
    let shown = [];
    let pointed = null;

    const place = (sample, end) => WIDTH * (1 - (end - Date.parse(sample.at)) / (MINUTES * 60000));

    function legendOf(sample) {
        series.forEach((line, i) => say(values[i], format(sample ? line.value(sample) : null)));
    }

    function point(event) {
        if (!shown.length) return;
        const box = drawing.getBoundingClientRect();
        const end = Date.parse(shown.at(-1).at);
        const x = (event.clientX - box.left) / box.width * WIDTH;
        look(shown.reduce((best, sample) => Math.abs(place(sample, end) - x) < Math.abs(place(best, end) - x) ? sample : best));
    }

    /** At a sample, or at the newest. */
    function look(sample) {
        pointed = sample;
        cursor.setAttribute("visibility", pointed ? "visible" : "hidden");
        if (pointed) for (const side of ["x1", "x2"]) cursor.setAttribute(side, place(pointed, Date.parse(shown.at(-1).at)));
        legendOf(pointed ?? shown.at(-1));
        tell();
    }

    function tell() {
        const sample = pointed ?? shown.at(-1);
        attribute(frame, "aria-valuemax", shown.length - 1);
        attribute(frame, "aria-valuenow", Math.max(0, shown.indexOf(sample)));
        attribute(frame, "aria-valuetext", `${at(sample.at)}: ${series.map(line => `${line.name} ${format(line.value(sample))}`).join(", ")}`);
    }

    function step(event) {
        const here = pointed ? shown.indexOf(pointed) : shown.length - 1;
        const to = { ArrowLeft: here - 1, ArrowDown: here - 1, ArrowRight: here + 1, ArrowUp: here + 1, PageDown: here - 10, PageUp: here + 10, Home: 0, End: shown.length, Escape: shown.length }[event.key];
        if (to === undefined || !shown.length) return;
        event.preventDefault();
        look(to >= shown.length - 1 ? null : shown[Math.max(0, to)]);
    }

    drawing.addEventListener("pointermove", point);
    drawing.addEventListener("pointerleave", () => { if (shown.length) look(null); });
    frame.addEventListener("keydown", step);
    frame.addEventListener("blur", () => { if (shown.length) look(null); });

    function update(samples) {
        shown = samples;
        if (!samples.length) return;
        const end = Date.parse(samples.at(-1).at);
        const most = ceiling(Math.max(0, ...samples.flatMap(sample => series.map(line => line.value(sample) ?? 0))));
        plot.replaceChildren(...series.flatMap((line, i) => draw(samples, line, most, end, place, i === 0)));
        say(top, format(most));
        if (pointed) look(samples.find(sample => sample.at === pointed.at) ?? samples[0]);
        else legendOf(samples.at(-1));

        // Who listens is told what the keys lead to, not each second of it.
        if (document.activeElement !== frame) tell();
    }

    return { element, update };
}

/** A round number that is not smaller. */
function ceiling(value) {
    if (value <= 1) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 3, 5, 10].map(step => step * power).find(step => step >= value);
}

function draw(samples, line, most, end, place, isFilled) {
    const parts = [];
    let part = [];
    let before = null;
    for (const sample of samples) {
        const value = line.value(sample);
        if (value === null || value === undefined || (before && Date.parse(sample.at) - Date.parse(before.at) > GAP)) {
            if (part.length) parts.push(part);
            part = [];
        }

        if (value !== null && value !== undefined) part.push([place(sample, end).toFixed(1), (1 + (HEIGHT - 2) * (1 - value / most)).toFixed(1)]);
        before = sample;
    }

    if (part.length) parts.push(part);
    return parts.flatMap(points => {
        const path = points.map(([x, y], i) => `${i ? "L" : "M"}${x} ${y}`).join("") + (points.length === 1 ? "h1" : "");
        const stroke = s("path", { class: `line tone-${line.tone}`, d: path });
        return isFilled && points.length > 1
            ? [s("path", { class: `area tone-${line.tone}`, d: `${path}L${points.at(-1)[0]} ${HEIGHT}L${points[0][0]} ${HEIGHT}Z` }), stroke]
            : [stroke];
    });
}
