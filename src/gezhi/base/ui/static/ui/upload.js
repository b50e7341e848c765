// Drop a file on its field, and see how far the upload is. The form itself is an ordinary one.
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.("[data-drop-zone]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", name === "dragover");
    if (name !== "drop") return;
    const input = zone.querySelector('input[type="file"]');
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// The browser's own words for "no file chosen" are in the browser's language, ours in the page's.
document.addEventListener("change", (event) => {
  const zone = event.target.closest('[data-drop-zone]');
  if (!zone || event.target.type !== "file") return;
  const words = zone.querySelector(".drop-words");
  words.dataset.idle ??= words.textContent;
  const names = [...event.target.files].map((file) => file.name);
  words.textContent = names.join("、") || words.dataset.idle;
  zone.classList.toggle("chosen", names.length > 0);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const zone = form.querySelector("[data-drop-zone]");
  if (!zone || !zone.querySelector("input").files.length) return;
  event.preventDefault();
  const bar = zone.querySelector("progress");
  bar.hidden = false;
  const sending = new XMLHttpRequest();
  sending.upload.addEventListener("progress", (step) => {
    if (step.lengthComputable) bar.value = (100 * step.loaded) / step.total;
  });
  sending.addEventListener("load", () => {
    if (sending.responseURL && sending.responseURL !== location.href && sending.status < 400) {
      location.assign(sending.responseURL);
    } else {
      const answer = new DOMParser().parseFromString(sending.responseText, "text/html");
      const fresh = answer.getElementById("content");
      if (fresh) document.getElementById("content").replaceWith(fresh);
      window.htmx?.process(document.getElementById("content"));
    }
  });
  sending.addEventListener("error", () => {
    bar.hidden = true;
    form.submit();
  });
  sending.open("POST", form.action);
  const data = new FormData(form);
  if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
  sending.send(data);
});
