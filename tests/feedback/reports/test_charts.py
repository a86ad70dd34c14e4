"""Claims about drawings: what a strict page refuses is not in them, and their numbers are told."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.charts import Line, bar, line, round_above

SVG = "{http://www.w3.org/2000/svg}"
values = st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=40)


def drawn(chart: Line) -> ElementTree.Element:
    return ElementTree.fromstring(line(chart))


@given(values, values)
def test_no_drawing_carries_style_or_script(
    now: list[float | None], before: list[float | None]
) -> None:
    labels = [f"day {number}" for number in range(len(now))]
    tree = drawn(Line("Visits", "All numbers below", labels, now, before, marked=[0]))
    for element in tree.iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "defs"}
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]


def test_a_drawing_is_an_image_with_words() -> None:
    tree = drawn(Line("Visits & <more>", "From 1 to 3", ["a", "b"], [1, 3]))
    assert tree.get("role") == "img"
    assert tree.get("aria-label") == "Visits & <more>. From 1 to 3"


def test_each_mark_falls_to_the_axis() -> None:
    tree = drawn(Line("Visits", "", ["a", "b", "c"], [1, 2, 3], marked=[0, 2]))
    assert len([each for each in tree.iter() if each.get("class") == "fall"]) == 2


@given(st.floats(0, 1e9))
def test_a_scale_ends_at_a_round_number_not_below_the_values(value: float) -> None:
    top = round_above(value)
    assert value <= top
    assert f"{top:e}"[0] in "125"


def test_a_bar_has_a_part_for_each_share() -> None:
    tree = ElementTree.fromstring(bar([("answered", 0.75), ("weak", 0.25)], "three in four"))
    assert [each.get("width") for each in tree] == ["75.00", "25.00"]
    assert tree.get("aria-label") == "three in four"
