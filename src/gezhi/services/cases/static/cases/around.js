// Draw what is open around: counts in cells, asked for anew as the map is moved.
const box = document.querySelector("[data-around]");
let asked = 0;

function heap({ properties }, at) {
  const mark = Object.assign(document.createElement("span"), {
    className: `heap heap-${properties.tone}`,
    textContent: properties.count,
  });
  const icon = window.L.divIcon({ html: mark, className: "", iconSize: [36, 36] });
  const words = document.createElement("span");
  words.textContent = properties.title;
  return window.L.marker(at, { icon, alt: properties.title, title: properties.title }).bindPopup(words);
}

box.addEventListener("map:drawn", ({ target }) => {
  const { map } = target.gezhiMap;
  const layer = window.L.geoJSON(null, { pointToLayer: heap }).addTo(map);
  const load = async () => {
    const number = ++asked;
    const around = map.getBounds();
    const bbox = [around.getWest(), around.getSouth(), around.getEast(), around.getNorth()];
    const answer = await fetch(`${box.dataset.around}?bbox=${bbox.map((one) => one.toFixed(5))}`);
    if (number !== asked || !answer.ok) return;
    layer.clearLayers();
    layer.addData(await answer.json());
  };
  map.on("moveend", load);
  load();
});
