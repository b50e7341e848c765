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

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== body) return;
  from = event.detail.requestConfig?.elt ?? null;
  document.querySelector("tr.open")?.classList.remove("open");
  from?.closest("tr")?.classList.add("open");
  drawer.hidden = false;
  body.focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-drawer]")) close();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
});
