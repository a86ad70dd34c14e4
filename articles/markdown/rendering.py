"""From Markdown to a page: rewrite, convert, sanitise, settle the headings, finish."""

import html
import logging
import re
import threading
from dataclasses import dataclass

from markdown import Markdown

from articles.markdown.dialects import clean, to_python_markdown
from articles.markdown.extensions import HelpCentre
from articles.markdown.finishing import ImageSize, finish
from articles.markdown.outline import (
    Section,
    TocEntry,
    plain_text,
    sections,
    settle_headings,
    table_of_contents,
)
from articles.markdown.sanitising import sanitise
from articles.markdown.tokens import split
from articles.markdown.typography import typeset, typeset_html
from articles.markdown.video import video_at
from articles.markdown.words import words_in

log = logging.getLogger(__name__)

# Raise it when the HTML of an unchanged text changes: kept renderings are then made again.
PIPELINE_VERSION = 3

_IFRAME = re.compile(
    r"<iframe\b[^>]*?\bsrc=\"([^\"]*)\"[^>]*>(?:.*?</iframe>)?", re.IGNORECASE | re.DOTALL
)
# The converter's work grows with the square of the brackets left open: 5,000 take a minute.
MAX_UNCLOSED = 500
_OPENS_TAG = re.compile(r"<[a-zA-Z/]")
_instances = threading.local()


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article as readers see it (`html`, `toc`) and as search reads it (`sections`, `text`)."""

    html: str
    toc: tuple[TocEntry, ...]
    sections: tuple[Section, ...]
    text: str


def render(
    source: str, *, locale: str, title: str = "", image_size: ImageSize | None = None
) -> Rendered:
    """Return the page of a Markdown text in `locale`; any text is accepted.

    `title` is shown by the page, so a first heading that repeats it is dropped. `image_size` tells
    the width and height in CSS pixels of an image by its `src`, as the source names it.
    The text of sections is as written, without typography: it is what search compares.
    """
    tokens = split(sanitise(_convert(source, locale)))
    outline = settle_headings(tokens, title)
    finished = typeset_html(finish(outline.tokens, locale, image_size), locale)
    toc = tuple(_typeset_entry(entry, locale) for entry in table_of_contents(outline))
    text = plain_text(outline.tokens)
    return Rendered("".join(finished).strip(), toc, sections(outline), text)


def _typeset_entry(entry: TocEntry, locale: str) -> TocEntry:
    children = tuple(_typeset_entry(child, locale) for child in entry.children)
    return TocEntry(entry.anchor, typeset(entry.title, locale), entry.level, children)


def _convert(source: str, locale: str) -> str:
    """Return unsanitised HTML; what the converter cannot digest is shown as it was written."""
    if leaves_brackets_open(source):
        log.info("a text leaves hundreds of brackets open and is shown as written")
        return f"<pre>{html.escape(clean(source))}</pre>"
    try:
        prepared = to_python_markdown(_framed_videos(source), locale)
        converter = _converter(locale)
        return converter.reset().convert(prepared)
    except Exception:  # a page with its source beats no page; the log has the reason
        log.warning("a text could not be converted and is shown as written", exc_info=True)
        _instances.__dict__.clear()
        return f"<pre>{html.escape(clean(source))}</pre>"


def leaves_brackets_open(source: str) -> bool:
    """Tell a text with so many brackets left open that it is shown as it was written."""
    brackets = source.count("[") - source.count("]")
    if max(brackets, source.count("<") - source.count(">")) <= MAX_UNCLOSED:
        return False
    tags = len(_OPENS_TAG.findall(source)) - source.count(">")
    return max(brackets, tags) > MAX_UNCLOSED


def _framed_videos(source: str) -> str:
    """Turn frames of video players into plain links, before frames are removed."""
    if "<iframe" not in source:
        return source
    return _IFRAME.sub(
        lambda match: (
            f"\n\n<{html.unescape(match[1])}>\n\n" if video_at(html.unescape(match[1])) else ""
        ),
        source,
    )


def _converter(locale: str) -> Markdown:
    """Return this thread's converter for a language: building one costs more than a short text."""
    found: Markdown | None = _instances.__dict__.get(locale)
    if found is None:
        found = _instances.__dict__[locale] = _build(locale)
    return found


def _build(locale: str) -> Markdown:
    return Markdown(
        output_format="html",
        extensions=[
            "abbr",
            "admonition",
            "attr_list",
            "def_list",
            "footnotes",
            "sane_lists",
            "tables",
            "pymdownx.details",
            "pymdownx.highlight",
            "pymdownx.magiclink",
            "pymdownx.superfences",
            "pymdownx.tabbed",
            "pymdownx.tilde",
            HelpCentre(),
        ],
        extension_configs={
            "footnotes": {"BACKLINK_TITLE": words_in(locale).footnote_back, "UNIQUE_IDS": False},
            "tables": {"use_align_attribute": True},
            "pymdownx.highlight": {"guess_lang": False, "anchor_linenums": False},
            "pymdownx.magiclink": {"hide_protocol": False},
            "pymdownx.tabbed": {"alternate_style": True},
            "pymdownx.tilde": {"subscript": False},
        },
    )
