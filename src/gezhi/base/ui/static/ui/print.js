// A page made for paper opens the print dialog by itself.
if (document.querySelector("[data-print]")) addEventListener("load", () => print());
