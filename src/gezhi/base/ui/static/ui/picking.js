// Picking rows: all at once, and how many are picked.
function count(form) {
  const words = form.querySelector("[data-picked]");
  const number = document.querySelectorAll(`input[form="${form.id}"]:checked`).length;
  words.dataset.idle ??= words.textContent;
  form.classList.toggle("some", number > 0);
  words.textContent = number ? words.dataset.picked.replace("{n}", number) : words.dataset.idle;
}

document.addEventListener("change", (event) => {
  const form = document.getElementById("bulk");
  if (!form) return;
  if (event.target.matches("[data-pick-all]")) {
    for (const box of document.querySelectorAll('input[form="bulk"][name="pick"]')) {
      box.checked = event.target.checked;
    }
  }
  if (event.target.matches('[data-pick-all], [name="pick"]')) count(form);
});
