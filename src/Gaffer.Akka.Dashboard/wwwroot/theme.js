// Before the first paint, so that the page does not flash in the wrong colours.
(() => {
    const chosen = localStorage.getItem("gaffer-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
