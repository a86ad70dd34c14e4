"""Charts as SVG made on the server. They carry classes, never colours: the site's style sheet paints
them, on paper, on screens in the dark, and for high contrast alike.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10
from xml.etree.ElementTree import Element, SubElement, tostring

import pygal
from markupsafe import Markup

# pygal leaves an importer of its plugins behind, of a kind that Python warns of at every later import.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, pygal.PluginImportFixer)]

WIDTH, HEIGHT = 360, 170  # units of the drawing, about a CSS pixel each in a column of a page
STEPS = (1, 2, 5, 10)
MARKS = {"serie-2": "fall", "serie-3": "fall light"}  # class of the series -> of its lines
SVG = "{http://www.w3.org/2000/svg}"
# Elements and classes that a strict page refuses, or that only serve a mouse.
UNWANTED = {
    "comment", "defs", "desc", "script", "style", "text-overlay", "title", "titles",
    "tooltip-overlay",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A time line: a value for each label, None where there is none.

    `before`: the same of the period compared with, drawn thinner. `marked`: indices of labels at which
    something happened, `light` those of little things, drawn paler. `top`: the end of the scale, by default the first round number above all values.
    """

    title: str
    description: str
    labels: Sequence[str]
    values: Sequence[float | None]
    before: Sequence[float | None] = ()
    marked: Sequence[int] = ()
    light: Sequence[int] = ()
    top: float | None = None


def round_above(value: float) -> float:
    """Return the least of 1, 2, 5 × a power of ten that is not below `value`; 1 for nothing."""
    if value <= 1:
        return 1
    power = 10 ** floor(log10(value))
    return float(next(step * power for step in STEPS if step * power >= value))


def line(chart: Line, shown: Callable[[float], str] = str) -> Markup:
    """Return the drawing, for a page; `shown` writes the numbers of its scale."""
    known = [each for each in (*chart.values, *chart.before) if each is not None]
    top = chart.top or round_above(max(known, default=1))
    drawing = pygal.Line(
        css=[], js=[], width=WIDTH, height=HEIGHT, show_legend=False, show_dots=False,
        show_minor_x_labels=False, x_labels_major_count=min(4, len(chart.labels)),
        y_labels=[0, top / 2, top], range=(0, top), value_formatter=shown,
        margin_top=14, margin_right=24, margin_bottom=4, margin_left=4, truncate_label=-1,
        no_data_text="", allow_interruptions=True, classes=("chart",), disable_xml_declaration=True,
    )  # fmt: skip
    drawing.x_labels = list(chart.labels)
    # Not filled: where the first step has no value, pygal would draw the area as a wedge.
    drawing.add("now", list(chart.values), show_dots=len(chart.values) == 1)
    drawing.add("before", _as_long(chart.before, len(chart.values)))
    for name, marked in (("marks", chart.marked), ("light marks", chart.light)):
        places = set(marked)
        drawing.add(
            name,
            [top if index in places else None for index in range(len(chart.values))],
            stroke=False,
            show_dots=True,
        )
    return _finished(drawing.render_tree(), chart)


def _as_long(values: Sequence[float | None], length: int) -> list[float | None]:
    """Return values cut or filled up to a length: months before may have been fewer."""
    return [*values, *[None] * length][:length]


def _finished(tree: Element, chart: Line) -> Markup:
    """Return the drawing without what a strict page refuses, with words for those who do not see it."""
    _strip(tree)
    for name in ("id", "width", "height"):
        tree.attrib.pop(name, None)
    tree.set("role", "img")
    tree.set("aria-label", f"{chart.title}. {chart.description}")
    tree.set("focusable", "false")
    _draw_marks(tree)
    text = tostring(tree, encoding="unicode")
    return Markup(text.replace("ns0:", "").replace(":ns0", ""))  # noqa: S704  (made here, escaped by ElementTree)


def _strip(element: Element) -> None:
    """Take out what is not wanted."""
    for child in list(element):
        name = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else "comment"
        classes = child.get("class", "")
        if name in UNWANTED or UNWANTED & set(classes.split()):
            element.remove(child)
            continue
        child.attrib.pop("style", None)
        _strip(child)


def _draw_marks(tree: Element) -> None:
    """Let a line fall from each mark to the axis."""
    plot = next(each for each in tree.iter() if each.get("class") == "plot")
    height = next(each.get("height", "0") for each in plot if each.get("class") == "background")
    groups = [each for each in tree.iter() if "serie-" in each.get("class", "")]
    for group in groups:
        kind = next((each for each in MARKS if each in group.get("class", "")), None)
        if kind is None:
            continue
        for circle in [each for each in group.iter() if each.get("cx")]:
            path = f"M{circle.get('cx')} {circle.get('cy')} V{height}"
            SubElement(group, "path", {"class": MARKS[kind], "d": path})


def bar(shares: Sequence[tuple[str, float]], label: str) -> Markup:
    """Return one bar made of parts, each (class, share of 1), for rows of tables and summaries."""
    root = Element(
        "svg",
        {
            "class": "stack",
            "viewBox": "0 0 100 8",
            "preserveAspectRatio": "none",
            "role": "img",
            "aria-label": label,
            "focusable": "false",
        },
    )
    x = 0.0
    for name, part in shares:
        attributes = {"x": f"{x:.2f}", "y": "0", "width": f"{100 * part:.2f}", "height": "8"}
        SubElement(root, "rect", {"class": name, **attributes})
        x += 100 * part
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704  (made here, escaped by ElementTree)
