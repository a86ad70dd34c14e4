"""Charts as PNG: mail programs show no SVG. Pure: numbers in, bytes out.

Drawn at twice the size they are shown at, for sharp screens. The letters of Pillow's own font have no
accents, so that what stands in a chart is digits; the words stand beside it.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]

WIDTH, HEIGHT = 1200, 400  # pixels; shown at half that
MARGIN, BASE, TOP = 12, 64, 56  # beside, for the labels below, for those above
GAP = 0.34  # share of a step left white
RADIUS = 6
LABEL_PIXELS = 34  # still read on a phone, where the chart is a third as wide
MAX_LABELS = 8

PAPER: Colour = (250, 248, 245)  # of the letter
LINE: Colour = (205, 199, 190)
REST: Colour = (221, 215, 206)
INK: Colour = (74, 68, 62)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of height `whole`, of which `part` is set off; `label` stands below, digits only."""

    label: str
    whole: int
    part: int


def bars(steps: Sequence[Bar], accent: Colour) -> bytes:
    """Return a bar chart, each bar with its number above where there is room."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(LABEL_PIXELS)
    floor = HEIGHT - BASE
    room = (WIDTH - 2 * MARGIN) / max(len(steps), 1)
    most = max((each.whole for each in steps), default=0) or 1
    every = math.ceil(len(steps) / MAX_LABELS)
    for index, each in enumerate(steps):
        left = MARGIN + room * (index + GAP / 2)
        right = left + room * (1 - GAP)
        for number, colour in ((each.whole, REST), (each.part, accent)):
            height = (floor - TOP) * number / most
            draw.rounded_rectangle(
                (left, floor - height, right, floor),
                RADIUS if min(height, right - left) > 2 * RADIUS else 0,
                colour if number else None,
                corners=(True, True, False, False),
            )
        middle = (left + right) / 2
        if index % every == 0:
            half = draw.textlength(each.label, font) / 2
            draw.text((max(middle, half), floor + 12), each.label, INK, font, anchor="mt")
        if every == 1:
            top = floor - (floor - TOP) * each.whole / most
            draw.text((middle, top - 10), str(each.whole), INK, font, anchor="mb")
    draw.line((MARGIN, floor, WIDTH - MARGIN, floor), LINE, 2)
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def accent(hue: float) -> Colour:
    """Return the accent of the site's pages, `oklch(0.46 0.12 hue)`, as red, green and blue.

    Björn Ottosson's matrices, 2020; what no screen can show is cut to what it can.
    """
    lightness, chroma = 0.46, 0.12
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _byte(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _byte(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _byte(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _byte(linear: float) -> int:
    """Return a channel as screens take it (sRGB)."""
    value = min(max(linear, 0.0), 1.0)
    curved = 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(255 * curved)
