// The print button of a slip; without this script the browser's own print command does it.
document.querySelector("[data-print-now]")?.addEventListener("click", () => window.print());
