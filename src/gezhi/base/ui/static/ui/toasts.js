// Messages leave by themselves when they only say that it went well; refusals stay until closed.
const place = document.getElementById("toasts");

function fade(toast) {
  if (toast.matches(".tone-success, .tone-info")) setTimeout(() => toast.remove(), 6000);
}

if (place) {
  place.querySelectorAll("[data-toast]").forEach(fade);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) fade(node);
    }
  }).observe(place, { childList: true });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-toast]")) event.target.closest("[data-toast]").remove();
});

document.addEventListener("htmx:sendError", () => {
  const words = document.documentElement.dataset.offline;
  if (!words || !place) return;
  const toast = Object.assign(document.createElement("div"), { className: "toast-line" });
  toast.dataset.toast = "";
  toast.textContent = words;
  place.append(toast);
});
