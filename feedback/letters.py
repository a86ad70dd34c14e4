"""A message in its two forms, from one list of paragraphs and links: what one says, the other says."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words."""

    href: str
    label: str


Part = str | Link


def as_text(parts: Sequence[Part]) -> str:
    """Return a message for programs that show letters only; empty paragraphs are left out."""
    return "\n\n".join(
        f"{part.label}\n{part.href}" if isinstance(part, Link) else part for part in parts if part
    )


def as_html(title: str, parts: Sequence[Part], locale: str) -> str:
    """Return the same message in HTML, its language being `locale`."""
    return render_template(
        "feedback/letter.html",
        title=title,
        parts=[each if isinstance(each, Link) else _lines(each) for each in parts if each],
        current_locale=lambda: locale,
    )


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))
