// Paper is one tap away where there is a printer.
const button = document.querySelector("[data-print-now]");
button.hidden = false;
button.addEventListener("click", () => window.print());
