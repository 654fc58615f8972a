// Lines over the last five minutes.

import { h, s, say } from "./dom.js";

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
    const drawing = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" }, grid, plot, cursor);
    const frame = h("div", { class: "plot" }, top, drawing);
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
        pointed = shown.reduce((best, sample) => Math.abs(place(sample, end) - x) < Math.abs(place(best, end) - x) ? sample : best);
        cursor.setAttribute("visibility", "visible");
        for (const side of ["x1", "x2"]) cursor.setAttribute(side, place(pointed, end));
        legendOf(pointed);
    }

    drawing.addEventListener("pointermove", point);
    drawing.addEventListener("pointerleave", () => {
        pointed = null;
        cursor.setAttribute("visibility", "hidden");
        legendOf(shown.at(-1));
    });

    function update(samples) {
        shown = samples;
        if (!samples.length) return;
        const end = Date.parse(samples.at(-1).at);
        const most = ceiling(Math.max(0, ...samples.flatMap(sample => series.map(line => line.value(sample) ?? 0))));
        plot.replaceChildren(...series.flatMap((line, i) => draw(samples, line, most, end, place, i === 0)));
        say(top, format(most));
        if (!pointed) legendOf(samples.at(-1));
        drawing.setAttribute("aria-label", `${title}: ${series.map(line => `${line.name} ${format(line.value(samples.at(-1)))}`).join(", ")}`);
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
