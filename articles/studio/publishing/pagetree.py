"""HTML as a tree that writes itself again byte for byte. For what our own pipeline has made."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)  # no end tag, by the standard
_NAME = re.compile(r"<([^\s/>]+)")
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
_ANCHORS = re.compile(r'\sid="[^"]*"')
# What would lead somewhere, be pointed at, or be worked by a script in a copy of what is gone.
_LIVE = re.compile(
    r"\s(?:id|href|name|for|popovertarget|aria-labelledby|aria-describedby|aria-controls"
    r'|tabindex|data-[\w-]+)(?:="[^"]*")?(?=[\s/>])'
)


@dataclass(slots=True)
class Text:
    """Characters, as they are written in HTML."""

    raw: str


@dataclass(slots=True)
class Element:
    """An element: its start tag as written, what it holds, and its end tag ("" where it has none)."""

    tag: str
    start: str
    children: "list[Node]" = field(default_factory=list)
    end: str = ""


Node = Text | Element


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Element("", "")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        element = self._add(tag)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._add(tag)

    def _add(self, tag: str) -> Element:
        element = Element(tag, self.get_starttag_text() or "")
        self.open[-1].children.append(element)
        return element

    def handle_endtag(self, tag: str) -> None:
        depth = next((i for i in range(len(self.open) - 1, 0, -1) if self.open[i].tag == tag), 0)
        if not depth:
            return
        for element in self.open[depth:]:
            name = _NAME.match(element.start)
            element.end = f"</{name[1] if name else element.tag}>"
        del self.open[depth:]

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(Text(data))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def parse(html: str) -> list[Node]:
    """Return the nodes of a piece of HTML; texts that touch are one."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    _join_texts(builder.root)
    return builder.root.children


def _join_texts(root: Element) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        joined: list[Node] = []
        for child in element.children:
            last = joined[-1] if joined else None
            if isinstance(child, Text) and isinstance(last, Text):
                last.raw += child.raw
            else:
                joined.append(child)
                if isinstance(child, Element):
                    waiting.append(child)
        element.children = joined


def written(nodes: list[Node]) -> str:
    """Return nodes as HTML."""
    parts: list[str] = []
    waiting: list[Node | str] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, Text):
            parts.append(node.raw)
        else:
            parts.append(node.start)
            waiting.append(node.end)
            waiting.extend(reversed(node.children))
    return "".join(parts)


def without_anchors(html: str) -> str:
    """Return HTML without ids, which follow from the words beside them."""
    return _ANCHORS.sub("", html)


def disarmed(html: str) -> str:
    """Return HTML that leads nowhere and that nothing points at."""
    return _TAG.sub(lambda found: _LIVE.sub("", found[0]), html)
