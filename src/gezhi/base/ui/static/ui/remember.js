// What was folded stays folded, and a tree stays scrolled where it was when the list changes.
for (const one of document.querySelectorAll("details[data-keep]")) {
  const key = `gezhi-${one.dataset.keep}`;
  if (localStorage.getItem(key) === "closed") one.open = false;
  one.addEventListener("toggle", () => localStorage.setItem(key, one.open ? "open" : "closed"));
}

const scrolled = new Map();

document.addEventListener("htmx:beforeSwap", () => {
  for (const one of document.querySelectorAll("[data-keep-scroll]")) {
    scrolled.set(one.dataset.keepScroll, one.scrollTop);
  }
});

document.addEventListener("htmx:afterSettle", () => {
  for (const one of document.querySelectorAll("[data-keep-scroll]")) {
    one.scrollTop = scrolled.get(one.dataset.keepScroll) ?? 0;
  }
});
