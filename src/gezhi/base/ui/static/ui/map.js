// Draw areas and points of a GeoJSON answer. Each feature may carry: title, tone, value, fill (a
// colour that goes before both), note (said after the title; its border is broken), address (its
// page), drawer (its page, opened beside the map).
let library;

function leaflet(box) {
  library ??= new Promise((done, failed) => {
    const look = Object.assign(document.createElement("link"), { rel: "stylesheet" });
    look.href = box.dataset.leafletCss;
    const script = Object.assign(document.createElement("script"), { src: box.dataset.leaflet });
    script.addEventListener("load", () => done(window.L));
    script.addEventListener("error", failed);
    document.head.append(look, script);
  });
  return library;
}

const STEPS = ["#deebf7", "#b3d1ec", "#7fb1dd", "#4a8cc7", "#1a5fb4"];
const TONES = { good: "#2b8a4b", warn: "#c98a00", bad: "#c0392b", info: "#1a5fb4", neutral: "#6b7684" };

function shades(features) {
  const values = features.map((one) => one.properties.value).filter((value) => value != null);
  const most = Math.max(...values, 1);
  return (value) =>
    value == null ? "#9aa5b1" : STEPS[Math.min(STEPS.length - 1, Math.floor((STEPS.length * value) / (most + 1e-9)))];
}

function show(address) {
  if (window.htmx) window.htmx.ajax("GET", address, { target: "#drawer-body", swap: "innerHTML" });
  else location.assign(address);
}

// A right click, or a long touch, puts the point into the page's form that asks about one.
function fillPoint({ latlng }) {
  const form = document.querySelector("[data-point]");
  if (!form) return;
  form.elements.lon.value = latlng.lng.toFixed(6);
  form.elements.lat.value = latlng.lat.toFixed(6);
  if (form.elements.frame) form.elements.frame.value = "wgs84";
  form.elements.lon.focus();
}

export async function draw(root) {
  for (const box of root.querySelectorAll("[data-map]:not([data-drawn])")) {
    box.dataset.drawn = "";
    const L = await leaflet(box);
    const data = await (await fetch(box.dataset.map)).json();
    const shade = shades(data.features);
    const map = L.map(box, { attributionControl: Boolean(box.dataset.tiles) });
    if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 18 }).addTo(map);
    const layer = L.geoJSON(data, {
      style: ({ properties }) => ({
        color: properties.note ? "#8a4b00" : "#44617f",
        weight: properties.note ? 3 : 1.5,
        dashArray: properties.note ? "6 5" : null,
        fillOpacity: box.dataset.tiles ? 0.45 : 0.85,
        fillColor: properties.fill ?? (properties.tone ? TONES[properties.tone] : shade(properties.value)),
      }),
      pointToLayer: ({ properties }, at) =>
        L.circleMarker(at, { radius: 6, color: TONES[properties.tone ?? "info"] }),
      onEachFeature: ({ properties }, shape) => {
        const words = document.createElement("span");
        const count = properties.value == null ? "" : `：${properties.value.toLocaleString()}`;
        const note = properties.note ? `（${properties.note}）` : "";
        words.textContent = `${properties.title}${count}${note}`;
        shape.bindTooltip(words, { sticky: true });
        shape.on("click", () => {
          box.dispatchEvent(new CustomEvent("map:picked", { bubbles: true, detail: properties }));
          if (properties.drawer) show(properties.drawer);
          else if (properties.address) location.assign(properties.address);
        });
      },
    }).addTo(map);
    layer.eachLayer((shape) => shape.feature.properties.note && shape.bringToFront());
    if (layer.getBounds().isValid()) map.fitBounds(layer.getBounds(), { padding: [12, 12] });
    else map.setView([34.2, 108.8], 13);
    map.on("contextmenu", fillPoint);
    box.gezhiMap = { map, layer };
    box.dispatchEvent(new CustomEvent("map:drawn", { bubbles: true }));
  }
}
