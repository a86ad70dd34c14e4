"""Sanitised HTML as nested lists, from which the widget builds elements one by one.

A page of another site may forbid to read HTML from text (Trusted Types), and should not have to trust
ours: what arrives are names, attributes and words, and the widget makes only what it knows.
"""

from html.parser import HTMLParser
from typing import Any

Node = str | list[Any]
"""Words, or `[name, {attribute: value}, *nodes]`."""

VOID = frozenset({"img", "br", "hr", "wbr", "col"})
MOST_HEADING = 6
KEPT_ATTRIBUTES = frozenset(
    {
        "href", "src", "alt", "width", "height", "title", "lang", "dir", "id", "class", "colspan",
        "rowspan", "scope", "start", "reversed", "type", "span", "open", "name", "datetime", "role",
        "tabindex", "aria-label",
    }
)  # fmt: skip


class _Builder(HTMLParser):
    def __init__(self, deeper: int) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = []
        self._deeper = deeper
        self._open: list[tuple[str, list[Any]]] = [("", self.root)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: value or "" for name, value in attrs if name in KEPT_ATTRIBUTES}
        if tag == "a" and kept.get("class") == "heading-link":
            self._open.append((tag, self._here))  # its words alone: nobody copies addresses there
            return
        node: list[Any] = [self._named(tag), kept]
        self._here.append(node)
        if tag not in VOID:
            self._open.append((tag, node))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _node in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        here = self._here
        if here and isinstance(here[-1], str):
            here[-1] += data
        else:
            here.append(data)

    @property
    def _here(self) -> list[Any]:
        return self._open[-1][1]

    def _named(self, tag: str) -> str:
        is_heading = len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()
        return f"h{min(int(tag[1]) + self._deeper, MOST_HEADING)}" if is_heading else tag


def tree(html: str, *, deeper: int = 0) -> list[Node]:
    """Return what sanitised HTML holds; headings stand `deeper` levels further down."""
    builder = _Builder(deeper)
    builder.feed(html)
    builder.close()
    return builder.root
