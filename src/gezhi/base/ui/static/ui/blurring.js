// Rectangles drawn on a photo, by finger, mouse or keys, as shares of its width and height.
const STEP = 0.02;
const LEAST = 0.02;

export function mark(box, address, areas) {
  const dialog = box.querySelector("[data-blurring]").content.cloneNode(true).querySelector("dialog");
  const board = dialog.querySelector(".blur-board");
  const found = areas.map((area) => [...area]);
  board.querySelector("img").src = address;

  function draw(area) {
    const piece = box.querySelector("[data-area]").content.cloneNode(true).querySelector("button");
    const lay = () => {
      for (const [side, share] of [["left", 0], ["top", 1], ["width", 2], ["height", 3]]) {
        piece.style[side] = `${area[share] * 100}%`;
      }
    };
    piece.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [0, -STEP], ArrowRight: [0, STEP], ArrowUp: [1, -STEP], ArrowDown: [1, STEP] };
      const [axis, by] = move[event.key] ?? [];
      if (by === undefined) return;
      event.preventDefault();
      if (event.shiftKey) area[axis + 2] = Math.min(1 - area[axis], Math.max(LEAST, area[axis + 2] + by));
      else area[axis] = Math.min(1 - area[axis + 2], Math.max(0, area[axis] + by));
      lay();
    });
    lay();
    board.append(piece);
    return { piece, lay };
  }

  board.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".blur-area")) return;
    event.preventDefault();
    const edge = board.getBoundingClientRect();
    const share = (one) => [
      Math.min(1, Math.max(0, (one.clientX - edge.left) / edge.width)),
      Math.min(1, Math.max(0, (one.clientY - edge.top) / edge.height)),
    ];
    const [x, y] = share(event);
    const area = [x, y, 0, 0];
    const { piece, lay } = draw(area);
    board.setPointerCapture(event.pointerId);
    const stretch = (moved) => {
      const [to, down] = share(moved);
      area.splice(0, 4, Math.min(x, to), Math.min(y, down), Math.abs(to - x), Math.abs(down - y));
      lay();
    };
    board.addEventListener("pointermove", stretch);
    board.addEventListener(
      "pointerup",
      () => {
        board.removeEventListener("pointermove", stretch);
        if (area[2] < LEAST || area[3] < LEAST) piece.remove();
        else found.push(area);
      },
      { once: true },
    );
  });

  for (const area of found) draw(area);
  dialog.querySelector("[data-add]").addEventListener("click", () => {
    const area = [0.35, 0.35, 0.3, 0.3];
    found.push(area);
    draw(area).piece.focus();
  });
  dialog.querySelector("[data-undo]").addEventListener("click", () => {
    found.pop();
    board.querySelector(".blur-area:last-of-type")?.remove();
  });
  dialog.querySelector("[data-done]").addEventListener("click", () => dialog.close());
  box.append(dialog);
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(found.map((area) => area.map((share) => Math.round(share * 1e4) / 1e4)));
    });
    dialog.showModal();
  });
}
