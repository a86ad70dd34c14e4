"""The colours keep their contrast in each scheme, whatever hue a company chooses.

OKLCH to sRGB after Björn Ottosson, "A perceptual color space for image processing" (2020); contrast
after WCAG 2.2. Colours outside sRGB are clipped, as browsers do at worst.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[1] / "kb" / "static" / "css" / "tokens.css"
TEXT_CONTRAST = 4.5  # WCAG 1.4.3, AA
SHAPE_CONTRAST = 3.0  # WCAG 1.4.11: the edges of fields and buttons
ENHANCED_CONTRAST = 7.0  # WCAG 1.4.6: what a reader who asks for more contrast expects
HUES = range(0, 360, 5)
DARK = "(prefers-color-scheme: dark)"
MORE = "(prefers-contrast: more)"
SCHEMES = {
    "light": [""],
    "dark": ["", DARK],
    "light, more contrast": ["", MORE],
    "dark, more contrast": ["", DARK, MORE, f"{MORE} and {DARK}"],
}
TEXTS = ["ink", "muted", "accent", "good", "warn", "bad"]
BACKGROUNDS = ["paper", "raised"]


def _blocks() -> dict[str, dict[str, str]]:
    """Return the custom properties by the media query that they stand under."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.DOTALL)
    found: dict[str, dict[str, str]] = {}
    for query, body in re.findall(r"(?:@media ([^{]+) \{\s*)?:root \{(.*?)\}", css, re.DOTALL):
        found[query] = dict(re.findall(r"--([\w-]+): ([^;]+);", body))
    return found


def _tokens(scheme: str) -> dict[str, str]:
    blocks = _blocks()
    return {name: value for query in SCHEMES[scheme] for name, value in blocks[query].items()}


def _luminance(colour: str, hue: int) -> float:
    match = re.fullmatch(
        r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", colour.replace("var(--hue)", str(hue))
    )
    assert match, colour
    lightness, chroma, angle = map(float, match.groups())
    a, b = (chroma * f(math.radians(angle)) for f in (math.cos, math.sin))
    long, medium, short = (
        (lightness + x * a + y * b) ** 3
        for x, y in (
            (0.3963377774, 0.2158037573),
            (-0.1055613458, -0.0638541728),
            (-0.0894841775, -1.2914855480),
        )
    )
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(max(each, 0.0), 1.0) for each in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str, hue: int) -> float:
    darker, lighter = sorted((_luminance(one, hue), _luminance(other, hue)))
    return (lighter + 0.05) / (darker + 0.05)


def _worst(tokens: dict[str, str], pairs: Iterator[tuple[str, str]]) -> tuple[float, str]:
    return min(
        (_contrast(tokens[one], tokens[other], hue), f"{one} on {other} at hue {hue}")
        for one, other in pairs
        for hue in HUES
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_can_be_read(scheme: str) -> None:
    wanted = ENHANCED_CONTRAST if "more" in scheme else TEXT_CONTRAST
    contrast, where = _worst(
        _tokens(scheme), ((text, back) for text in TEXTS for back in BACKGROUNDS)
    )
    assert contrast >= wanted, where


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marked_words_can_be_read(scheme: str) -> None:
    tokens = _tokens(scheme)
    contrast, where = _worst(tokens, iter([("ink", "wash"), ("muted", "wash")]))
    assert contrast >= TEXT_CONTRAST, where


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_on_a_filled_button_can_be_read(scheme: str) -> None:
    contrast, where = _worst(_tokens(scheme), iter([("paper", "accent"), ("paper", "ink")]))
    assert contrast >= TEXT_CONTRAST, where


@pytest.mark.parametrize("scheme", SCHEMES)
def test_fields_and_focus_can_be_seen(scheme: str) -> None:
    pairs = [(shape, back) for shape in ("edge", "accent") for back in BACKGROUNDS]
    contrast, where = _worst(_tokens(scheme), iter(pairs))
    assert contrast >= SHAPE_CONTRAST, where
