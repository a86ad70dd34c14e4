"""The HTML of a mail: made safe, and read as plain text where a mail has no other.

Pictures go: a remote one tells its sender that somebody has read, and one that came with the mail is
kept as a file.
"""

import re
from html.parser import HTMLParser

import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol",
    "p", "pre", "s", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "u", "ul",
}  # fmt: skip
_SILENT = {"script", "style", "title", "template", "object", "noscript", "svg", "math"}
_BLOCKS = {
    "p", "div", "h1", "h2", "h3", "h4", "ul", "ol", "li", "tr", "table", "pre", "blockquote", "hr",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "pre"}
# Where programs put what they repeat; what follows says who wrote it, in their own language.
_REPEATS = re.compile(
    r"\b(?:gmail_quote|gmail_quote_container|yahoo_quoted|moz-cite-prefix|protonmail_quote"
    r"|ms-outlook-mobile-reference-message|divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION"
    r"|zmail_extra|tutanota_quote)\b",
    re.IGNORECASE,
)
_MANY_BLANKS = re.compile(r"\n{3,}")


def cleaned(html: str) -> str:
    """Return HTML that can do nothing but be read: no scripts, styles, pictures or forms."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_SILENT,
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def text_of(html: str) -> str:
    """Return HTML as plain text: paragraphs apart, lists with hyphens, what is quoted behind ">".

    The sanitiser closes what is left open first: Python's reader takes minutes over a mail of nothing
    but beginnings of tags.
    """
    whole = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_SILENT,
        attributes={"a": {"href"}, "blockquote": {"class", "id", "type"}},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(whole)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects the lines of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._quotes = 0
        self._preformatted = 0
        self._link = ""
        self._lists: list[int | None] = []  # the number of the last item, None where they have none

    def text(self) -> str:
        """Return what was read."""
        self._break()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return _MANY_BLANKS.sub("\n\n", "\n".join(self._lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what a tag begins."""
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._break()
        elif tag in _BLOCKS:
            self._open_block(tag, given)
        elif tag == "td" and self._line.strip():
            self._line += " "
        elif tag == "a":
            self._link = given.get("href", "")

    def _open_block(self, tag: str, given: dict[str, str]) -> None:
        if self._line.strip():
            self._break()
        if tag in _PARAGRAPHS:
            self._blank()
        is_repeat = _REPEATS.search(f"{given.get('class', '')} {given.get('id', '')}")
        if tag == "blockquote" and (given.get("type") == "cite" or not is_repeat):
            self._quotes += 1
        if tag == "pre":
            self._preformatted += 1
        if tag in {"ol", "ul"}:
            self._lists.append(0 if tag == "ol" else None)
        if tag == "li":
            self._line = self._bullet()

    def handle_endtag(self, tag: str) -> None:
        """End what a tag ends."""
        if tag in _BLOCKS:
            if self._line.strip():
                self._break()
            if tag in _PARAGRAPHS:
                self._blank()
            if tag == "blockquote":
                self._quotes = max(self._quotes - 1, 0)
            if tag in {"ol", "ul"} and self._lists:
                self._lists.pop()
            if tag == "pre":
                self._preformatted = max(self._preformatted - 1, 0)
        elif tag == "a":
            self._name_link()

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "

    def _name_link(self) -> None:
        """Keep where a link leads, unless its words say so."""
        if self._link.startswith(("http://", "https://")) and self._link not in self._line:
            self._line += f" <{self._link}>"
        self._link = ""

    def handle_data(self, data: str) -> None:
        """Add words."""
        if self._preformatted:
            first, *others = data.split("\n")
            self._line += first
            for each in others:
                self._break()
                self._line = each
            return
        words = re.sub(r"\s+", " ", data)
        self._line += words.lstrip() if not self._line or self._line.endswith(" ") else words

    def _break(self) -> None:
        self._lines.append("> " * self._quotes + self._line.rstrip())
        self._line = ""

    def _blank(self) -> None:
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append("> " * self._quotes)
