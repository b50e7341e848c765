// The menu on a phone, and every small menu that closes by itself (details[data-closes]).
const menu = document.getElementById("menu");
const button = document.querySelector("[data-menu]");

function show(shown) {
  menu.classList.toggle("shown", shown);
  button.setAttribute("aria-expanded", String(shown));
}

document.addEventListener("click", (event) => {
  if (menu && event.target.closest("[data-menu], [data-menu-too]")) {
    event.preventDefault();
    show(!menu.classList.contains("shown"));
  } else if (menu && !event.target.closest("#menu")) show(false);
  for (const one of document.querySelectorAll("details[data-closes][open]")) {
    if (!one.contains(event.target)) one.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (menu?.classList.contains("shown")) {
    show(false);
    button.focus();
  }
  for (const one of document.querySelectorAll("details[data-closes][open]")) {
    one.open = false;
    one.querySelector("summary").focus();
  }
});
