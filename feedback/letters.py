"""A message in its two forms, from one list of paragraphs and links: what one says, the other says."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words; `is_button`: what the message wants its reader to do."""

    href: str
    label: str
    is_button: bool = False


@dataclass(frozen=True, slots=True)
class Rich:
    """Words with more than letters, in both forms; the HTML is safe."""

    html: Markup
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of somebody else, set off as such."""

    text: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Words beside the matter."""

    text: str


Part = str | Link | Rich | Quote | Quiet


def as_text(parts: Sequence[Part]) -> str:
    """Return a message for programs that show letters only; empty paragraphs are left out."""
    return "\n\n".join(_text(part) for part in parts if part)


def _text(part: Part) -> str:
    if isinstance(part, Link):
        return f"{part.label}\n{part.href}"
    if isinstance(part, Quote):
        return "\n".join(f"> {line}".rstrip() for line in part.text.split("\n"))
    return part if isinstance(part, str) else part.text


def as_html(title: str, parts: Sequence[Part], locale: str) -> str:
    """Return the same message in HTML, its language being `locale`."""
    return render_template(
        "feedback/letter.html",
        title=title,
        parts=[_html(each) for each in parts if each],
        current_locale=lambda: locale,
    )


def _html(part: Part) -> Markup:
    if isinstance(part, Rich):
        return part.html
    if isinstance(part, Link):
        kind = Markup(' class="button"') if part.is_button else Markup()
        return Markup('<p><a{} href="{}">{}</a></p>').format(kind, part.href, part.label)
    if isinstance(part, Quote):
        return Markup('<blockquote class="quote">{}</blockquote>').format(_lines(part.text))
    if isinstance(part, Quiet):
        return Markup('<p class="quiet">{}</p>').format(_lines(part.text))
    return Markup("<p>{}</p>").format(_lines(part))


def _lines(text: str) -> Markup:
    return Markup("<br>\n").join(escape(line) for line in text.split("\n"))
