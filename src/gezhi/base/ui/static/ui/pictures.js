// Pictures of a page looked at large, one after another; and two of them laid over each other.
// Without this script the links open the pictures, and the two stand side by side.
export function draw(root) {
  for (const section of root.querySelectorAll("[data-pictures]:not([data-ready])")) {
    section.dataset.ready = "";
    const box = section.querySelector("[data-compare]");
    if (box) compare(box);
    lightbox(section);
  }
}

function compare(box) {
  const [before, after] = box.querySelectorAll("img");
  const slide = box.querySelector("[data-compare-at]");
  const set = () => {
    box.style.setProperty("--at", `${slide.value}%`);
    slide.setAttribute("aria-valuetext", `${slide.value}%`);
  };
  // two of one shape lie over each other without a rim
  box.style.setProperty("--shape", `${before.width} / ${before.height}`);
  after.style.objectFit = "cover";
  box.classList.add("over");
  slide.closest("[hidden]").hidden = false;
  slide.addEventListener("input", set);
  set();
}

function lightbox(section) {
  const links = [...section.querySelectorAll("[data-picture]")];
  const template = section.querySelector("[data-lightbox]");
  if (!links.length || !template) return;
  let dialog;
  let at = 0;

  const show = (number) => {
    at = (number + links.length) % links.length;
    const small = links[at].querySelector("img");
    const large = dialog.querySelector("img");
    large.src = links[at].href;
    large.alt = small.alt;
    dialog.querySelector("figcaption").textContent = `${small.alt}　${at + 1} / ${links.length}`;
  };

  const open = (number) => {
    if (!dialog) {
      dialog = template.content.cloneNode(true).querySelector("dialog");
      section.append(dialog);
      dialog.querySelector("[data-previous]").addEventListener("click", () => show(at - 1));
      dialog.querySelector("[data-next]").addEventListener("click", () => show(at + 1));
      dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
      dialog.addEventListener("click", (event) => {
        if (event.target === dialog) dialog.close();
      });
      dialog.addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft") show(at - 1);
        if (event.key === "ArrowRight") show(at + 1);
      });
      dialog.addEventListener("close", () => links[at].focus());
      for (const one of dialog.querySelectorAll("[data-previous], [data-next]")) {
        one.hidden = links.length < 2;
      }
    }
    show(number);
    dialog.showModal();
  };

  for (const [number, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(number);
    });
  }
}
