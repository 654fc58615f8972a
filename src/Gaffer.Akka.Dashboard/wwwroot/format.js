// Numbers and times as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric" });

export const NONE = "–";

export const count = value => value === null || value === undefined ? NONE : whole.format(value);

export const short = value => value === null || value === undefined ? NONE : value < 10000 ? whole.format(value) : compact.format(value);

/** A number of events in each second. */
export function rate(value) {
    if (value === null || value === undefined) return NONE;
    return value === 0 ? "0" : value < 10 ? value.toFixed(1) : short(Math.round(value));
}

export function milliseconds(value) {
    if (value === null || value === undefined) return NONE;
    if (value < 10) return `${value.toFixed(value < 1 ? 2 : 1)} ms`;
    if (value < 1000) return `${Math.round(value)} ms`;
    return span(value / 1000);
}

/** A span of seconds. */
export function span(seconds) {
    if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
    if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds)} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
    return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds % 86400 / 3600)} h`;
}

export const between = (from, to) => (Date.parse(to) - Date.parse(from)) / 1000;

export const age = (time, now) => time ? span(Math.max(0, (now - Date.parse(time)) / 1000)) : NONE;

/** The clock, with the day where it is not today. */
export function at(time) {
    if (!time) return NONE;
    const date = new Date(time);
    return date.toDateString() === new Date().toDateString() ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

export const percent = value => value === null ? NONE : `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} %`;

export const plural = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;
