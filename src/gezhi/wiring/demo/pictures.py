"""Photos for the demo's cases: drawn, the same every time, one place before and after.

A few scenes serve all cases; kept by their content, they take up a few files in each town.
"""

from __future__ import annotations

import io
from functools import cache
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from gezhi.engines.matters.attachments import Incoming, read_picture

SCENES: Final = 6
SIZE: Final = (960, 720)
THINGS: Final = ("#3d3f41", "#5c4a38", "#6f7d4d", "#a33c35", "#c9c3b6", "#2f5d8a")
WALLS: Final = ("#b9a58b", "#9fb0b8", "#c2b6a6", "#8f9a86", "#b58f83", "#a7a3b5")


@cache
def scene(number: int, *, mended: bool) -> Incoming:
    """The place of a number, as it was found or as it was left."""
    out = io.BytesIO()
    _drawn(number % SCENES, mended=mended).save(out, "JPEG", quality=88)
    out.seek(0)
    return read_picture(out)


def _drawn(number: int, *, mended: bool) -> Image.Image:
    chance = Random(f"scene {number}")
    image = Image.new("RGB", SIZE, "#cfdbe6")
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    foot = int(height * chance.uniform(0.55, 0.65))
    pen.rectangle((0, int(height * 0.12), width, foot), fill=WALLS[number])
    for left in range(chance.randrange(40, 90), width, 190):
        pen.rectangle((left, 150, left + 100, 270), fill="#dfe9ef", outline="#6c757d", width=6)
    pen.rectangle((0, foot, width, height), fill="#8b8d8f")
    for line in range(foot, height, 38):
        pen.line((0, line, width, line), fill="#7c7e80", width=2)
    heap = chance.randrange(280, 620)
    pieces = [_piece(chance, heap, height) for _piece_number in range(70)]
    if not mended:
        for corners, colour in pieces:
            pen.polygon(corners, fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(1.1))
    words = f"DEMO {number + 1} {'after' if mended else 'before'}"
    font = ImageFont.load_default(28)
    ImageDraw.Draw(image).text((24, height - 52), words, fill="#ffffff", font=font)
    return image


def _piece(chance: Random, heap: int, height: int) -> tuple[list[tuple[float, float]], str]:
    """A bag or a box of a heap: where its corners are, and its colour."""
    x, y = chance.gauss(heap, 95), height - 130 - abs(chance.gauss(0, 60))
    size = chance.uniform(18, 52)
    corners = [
        (x + size * dx + chance.uniform(-9, 9), y + size * dy + chance.uniform(-9, 9))
        for dx, dy in ((-1, 0.6), (-0.8, -0.5), (0.3, -0.9), (1, -0.1), (0.7, 0.7))
    ]
    return corners, chance.choice(THINGS)
