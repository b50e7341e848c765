// Draw cases in squares over the grids: asked for anew, with the list beside, as the map is moved.
const box = document.querySelector("[data-cases]");
const said = JSON.parse(box.dataset.words);
const say = (key, number) => said[key].replace("{n}", number.toLocaleString());
let asked = 0;

function pin(tone, words) {
  const mark = Object.assign(document.createElement("span"), { className: `spot spot-${tone}`, textContent: words });
  return window.L.divIcon({ html: mark, className: "spot-pin", iconSize: [40, 40] });
}

function words(lines, address, title) {
  const all = Object.assign(document.createElement("div"), { className: "spot-words" });
  for (const line of lines) all.append(Object.assign(document.createElement("span"), { textContent: line }));
  all.append(Object.assign(document.createElement("a"), { href: address, textContent: title }));
  return all;
}

function openCase(address) {
  if (window.htmx) window.htmx.ajax("GET", address, { target: "#drawer-body", swap: "innerHTML" });
  else location.assign(address);
}

// One case opens; several come nearer, and where the map comes no nearer their list is offered.
function spot(map, { list, case: address }, [lon, lat, open, late, soon, ended, square, only]) {
  const parts = { open, late, soon, ended };
  const lines = Object.keys(parts).filter((key) => parts[key]).map((key) => say(key, parts[key]));
  const tone = late ? "late" : soon ? "soon" : open ? "open" : "ended";
  const title = lines.join("，");
  const icon = pin(tone, `${late ? "!" : ""}${(open + ended).toLocaleString()}`);
  const marker = window.L.marker([lat, lon], { icon, alt: title, title });
  return marker.on("click", () => {
    if (only) openCase(address.replace(/0{8}-0{4}-0{4}-0{4}-0{12}/, only));
    else if (map.getZoom() < Math.min(map.getMaxZoom(), 18)) map.setView([lat, lon], map.getZoom() + 2);
    else marker.bindPopup(words(lines, `${list}&square=${square}`, said.all)).openPopup();
  });
}

function repeat([lon, lat, number, title, address]) {
  const line = `${title}：${say("hot", number)}`;
  const marker = window.L.marker([lat, lon], { icon: pin("hot", `×${number}`), alt: line, title: line, zIndexOffset: 500 });
  return marker.bindPopup(words([line], address, said.all));
}

box.addEventListener("map:drawn", ({ target }) => {
  const { map, layer } = target.gezhiMap;
  if (!box.querySelector("[data-tiles]")) map.setMaxZoom(18);
  const spots = window.L.layerGroup().addTo(map);
  const load = async () => {
    const number = ++asked;
    const around = map.getBounds();
    const sides = [around.getWest(), around.getSouth(), around.getEast(), around.getNorth()];
    const bbox = `&bbox=${sides.map((one) => one.toFixed(5))}`;
    const answer = await fetch(box.dataset.cases + bbox);
    if (number !== asked || !answer.ok) return;
    const data = await answer.json();
    spots.clearLayers();
    for (const one of data.squares) spots.addLayer(spot(map, data, one));
    for (const one of data.hot ?? []) spots.addLayer(repeat(one));
    if (window.htmx) window.htmx.ajax("GET", box.dataset.again + bbox, { target: "#beside", swap: "outerHTML" });
  };
  layer.eachLayer((one) => one.off("click"));
  map.on("moveend", load);
  load();
});
