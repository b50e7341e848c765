// A row of a list opened beside it. Its link leads to the full page where this script is not.
const drawer = document.getElementById("drawer");
const body = document.getElementById("drawer-body");
let from = null;

function close() {
  if (!drawer || drawer.hidden) return;
  drawer.hidden = true;
  body.replaceChildren();
  document.querySelector("tr.open")?.classList.remove("open");
  from?.focus();
}

// From the last thing in the drawer on to the first, and back: the list lies under it.
function keepInside(event) {
  const all = [...body.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")];
  const within = all.filter((one) => one.checkVisibility() && !one.disabled);
  if (!within.length) return;
  const leaving = event.shiftKey ? [within[0], body] : [within.at(-1)];
  if (!leaving.includes(document.activeElement)) return;
  event.preventDefault();
  within.at(event.shiftKey ? -1 : 0).focus();
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== body) return;
  from = event.detail.requestConfig?.elt ?? null;
  document.querySelector("tr.open")?.classList.remove("open");
  from?.closest("tr")?.classList.add("open");
  drawer.hidden = false;
  drawer.scrollTop = 0;
  body.focus({ preventScroll: true });
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-drawer]")) close();
});

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") close();
  else if (event.key === "Tab" && body?.contains(document.activeElement)) keepInside(event);
});
