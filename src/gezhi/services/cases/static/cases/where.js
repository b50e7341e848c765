// Where it is: a tap on the map, or the telephone's own place. Offered, never asked for unasked.
const box = document.querySelector("[data-where]");
const form = box.closest("form");
const { lon, lat } = form.elements;
const said = box.querySelector("[data-said]");
const forget = box.querySelector("[data-forget]");
const gps = box.querySelector("[data-gps]");
let marker;
let drawn;

function choose(at) {
  lon.value = at ? at.lng.toFixed(6) : "";
  lat.value = at ? at.lat.toFixed(6) : "";
  said.textContent = at ? box.dataset.chosen : "";
  forget.hidden = !at;
  show();
}

function show() {
  if (!drawn) return;
  marker?.remove();
  marker = undefined;
  if (!lon.value) return;
  marker = window.L.circleMarker([lat.value, lon.value], { radius: 10, color: "#c0392b" }).addTo(drawn);
}

box.addEventListener("map:drawn", ({ target }) => {
  drawn = target.gezhiMap.map;
  drawn.on("click", ({ latlng }) => choose(latlng));
  show();
});
// Inside a closed <details> a map has no size.
box.querySelector("details").addEventListener("toggle", () => {
  if (!drawn) return;
  drawn.invalidateSize();
  const all = box.querySelector("[data-map]").gezhiMap.layer.getBounds();
  if (lon.value) drawn.setView([lat.value, lon.value], 16);
  else if (all.isValid()) drawn.fitBounds(all);
});
forget.addEventListener("click", () => choose(null));
forget.hidden = !lon.value;
if (navigator.geolocation) {
  gps.hidden = false;
  gps.addEventListener("click", () => {
    gps.disabled = true;
    const done = () => (gps.disabled = false);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        choose({ lng: coords.longitude, lat: coords.latitude });
        drawn?.setView([coords.latitude, coords.longitude], 16);
      },
      () => {
        done();
        said.textContent = box.dataset.noPlace;
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}
