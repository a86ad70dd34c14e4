"""The charts of a digest, as pictures."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from feedback.digests.charts import HEIGHT, WIDTH, Bar, accent, bars

BLUE = (18, 90, 150)
numbers = st.integers(0, 2_000_000)


@settings(max_examples=20)
@given(
    st.lists(
        st.builds(lambda a, b: Bar("9/11", max(a, b), min(a, b)), numbers, numbers), max_size=40
    )
)
def test_any_numbers_make_a_small_picture(steps: list[Bar]) -> None:
    drawn = bars(steps, BLUE)
    with Image.open(io.BytesIO(drawn)) as image:
        assert image.format == "PNG"
        assert image.size == (WIDTH, HEIGHT)
    assert len(drawn) < 30_000


def test_a_bar_is_as_high_as_its_number() -> None:
    drawn = bars([Bar("1", 100, 0), Bar("2", 100, 50), Bar("3", 100, 100)], BLUE)
    with Image.open(io.BytesIO(drawn)) as image:
        pixels = image.convert("RGB")
        heights = [
            sum(
                sum(abs(a - b) for a, b in zip(pixels.getpixel((x, y)), BLUE, strict=True)) < 12  # type: ignore[arg-type]
                for y in range(HEIGHT)
            )
            for x in (WIDTH // 6, WIDTH // 2, 5 * WIDTH // 6)
        ]
    assert heights[0] == 0
    assert abs(2 * heights[1] - heights[2]) <= 6


@given(st.integers(0, 360))
def test_the_accent_is_a_colour_that_text_on_paper_may_have(hue: int) -> None:
    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = accent(hue)
    luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    assert 1.05 / (luminance + 0.05) > 4.5, "WCAG AA"
