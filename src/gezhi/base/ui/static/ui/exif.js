// What a JPEG says of when and where it was taken, read from its first part (Exif 2.3, TIFF 6).
const HEAD = 256 * 1024;
const GPS = 0x8825;
const MORE = 0x8769;
const TAKEN = 0x9003;

export async function said(file) {
  try {
    const view = new DataView(await file.slice(0, HEAD).arrayBuffer());
    const start = tiff(view);
    return start < 0 ? {} : read(view, start);
  } catch {
    return {}; // cut short, or nonsense: it says nothing
  }
}

function tiff(view) {
  if (view.getUint16(0) !== 0xffd8) return -1;
  for (let at = 2; at < view.byteLength - 10; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if (marker === 0xffda || (marker & 0xff00) !== 0xff00) return -1;
  }
  return -1;
}

function read(view, start) {
  const little = view.getUint16(start) === 0x4949;
  const two = (at) => view.getUint16(at, little);
  const four = (at) => view.getUint32(at, little);

  function entries(offset) {
    const found = new Map();
    if (!offset) return found;
    const at = start + offset;
    for (let number = 0; number < two(at); number += 1) found.set(two(at + 2 + 12 * number), at + 2 + 12 * number);
    return found;
  }

  const text = (entry) => {
    const from = four(entry + 4) > 4 ? start + four(entry + 8) : entry + 8;
    return String.fromCharCode(...new Uint8Array(view.buffer, from, four(entry + 4))).replace(/\0.*$/, "");
  };
  const degrees = (entry) => {
    const at = start + four(entry + 8);
    const [d, m, s] = [0, 8, 16].map((step) => four(at + step) / four(at + step + 4));
    return d + m / 60 + s / 3600;
  };

  const first = entries(four(start + 4));
  const told = {};
  const more = first.has(MORE) ? entries(four(first.get(MORE) + 8)) : new Map();
  if (more.has(TAKEN)) told.taken = text(more.get(TAKEN));
  const gps = first.has(GPS) ? entries(four(first.get(GPS) + 8)) : new Map();
  if (gps.has(2) && gps.has(4)) {
    const lat = degrees(gps.get(2)) * (text(gps.get(1) ?? gps.get(2))[0] === "S" ? -1 : 1);
    const lon = degrees(gps.get(4)) * (text(gps.get(3) ?? gps.get(4))[0] === "W" ? -1 : 1);
    if (Number.isFinite(lat) && Number.isFinite(lon) && (lat || lon)) told.place = [lon, lat];
  }
  return told;
}
