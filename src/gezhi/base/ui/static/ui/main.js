// Everything here is comfort: each page works without it. One small module a subject.
import "./drawer.js";
import "./dialog.js";
import "./keyboard.js";
import "./menu.js";
import "./picking.js";
import "./print.js";
import "./remember.js";
import "./toasts.js";
import "./upload.js";

const later = {
  chart: "./chart.js",
  map: "./map.js",
  photos: "./photos.js",
  pictures: "./pictures.js",
};

document.documentElement.dataset.js = "";

function load(root) {
  for (const [kind, file] of Object.entries(later)) {
    if (root.querySelector(`[data-${kind}]`)) import(file).then((module) => module.draw(root));
  }
}

document.addEventListener("htmx:load", (event) => load(event.detail.elt));
load(document);
