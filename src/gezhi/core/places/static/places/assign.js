// Buildings picked on the map go into the grid chosen above; the selects below say the same.
const form = document.querySelector("[data-assign]");

function paint(box) {
  const colours = new Map(
    [...form.querySelectorAll('[name="_active"]')].map((one) => [one.value, one.dataset.colour]),
  );
  box.gezhiMap?.layer.eachLayer((shape) => {
    const name = shape.feature.properties.picks;
    if (!name) return;
    const own = form.elements[name];
    const whole = own.closest(".compound").querySelector(".whole select");
    const colour = colours.get(own.value || whole.value);
    shape.setStyle({ color: "#44617f", weight: 1.5, fillColor: colour ?? "#ffffff", fillOpacity: 1 });
  });
}

if (form) {
  for (const part of form.querySelectorAll(".on-map")) part.hidden = false;
  const box = form.querySelector("[data-map]");
  form.addEventListener("map:picked", (event) => {
    const name = event.detail.picks;
    if (!name) return;
    form.elements[name].value = form.querySelector('[name="_active"]:checked').value;
    paint(box);
  });
  form.addEventListener("change", () => paint(box));
  box.addEventListener("map:drawn", () => paint(box));
}
