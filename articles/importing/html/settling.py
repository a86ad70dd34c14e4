"""HTML put right before it is written as Markdown: emphasis, lists, boxes, frames, headings."""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from articles.markdown.video import video_at
from articles.markdown.words import ENGLISH, FRENCH, KINDS

BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "details", "div", "dl", "dt", "dd",
    "figure", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "section", "summary", "table", "td", "th", "tr", "ul", "video", "iframe",
}  # fmt: skip
HEADING = re.compile(r"h[1-6]")
_BOX = {"callout", "admonition", "notice", "notification", "panel", "infobox", "hint", "alertbox"}
_BOX_KINDS = {"alert": "warning", "notice": "note", "primary": "note", "default": "note"}
_USUAL_TITLES = {
    title.lower() for each in (ENGLISH, FRENCH) for title in each.callouts.values()
} | set(KINDS)
SPACES = re.compile(r"[ \t\r\n\f]+")


def settle(soup: BeautifulSoup, losses: list[str]) -> None:
    """Put the tree right, in place; what cannot be carried over is added to `losses`."""
    for tag in soup.find_all(["strong", "b", "em", "i"]):
        _settle_emphasis(tag)
    for tag in soup.find_all("span"):
        _settle_span(tag)
    for tag in soup.find_all(HEADING):
        _settle_heading(tag)
    for tag in soup.find_all(["ul", "ol"]):
        _settle_list(soup, tag)
    for tag in soup.find_all("table"):
        _settle_table(tag)
    for tag in soup.find_all("iframe"):
        _settle_frame(tag, losses)
    for tag in soup.find_all(["div", "aside", "section"]):
        _settle_box(tag)
    _settle_headings(soup)


def _settle_heading(heading: Tag) -> None:
    """Leave headings to the text itself: in items and cells they are but bold words."""
    if heading.find_parent(["li", "td", "th", "summary", *(f"h{n}" for n in range(1, 7))]):
        heading.name = "strong"
    elif not heading.get_text(strip=True) and not heading.find("img"):
        heading.unwrap()


def _settle_frame(frame: Tag, losses: list[str]) -> None:
    address = str(frame.get("src") or "")
    if address.startswith("//"):
        frame["src"] = address = f"https:{address}"
    if not address.startswith(("http:", "https:")):
        losses.append("a frame without an address; left out")
        frame.decompose()
    elif video_at(address) is None:
        losses.append(f"a frame ({address[:200]}); kept as a link")


def _settle_box(box: Tag) -> None:
    """Take the title of a box out of its text, unless it says no more than the kind of box."""
    if not callout(box):
        return
    first = next((child for child in box.children if isinstance(child, Tag)), None)
    if first is None or not any("title" in name.lower() for name in classes(first)):
        return
    words = SPACES.sub(" ", first.get_text(" ")).strip()
    first.decompose()
    if words.lower() not in _USUAL_TITLES:
        box["data-title"] = words


def _settle_emphasis(tag: Tag) -> None:
    """Join what follows itself, and take emphasis off headings and off nothing at all."""
    if tag.parent is None:
        return
    other = {"b": "strong", "i": "em"}
    tag.name = other.get(tag.name, tag.name)
    while isinstance(following := tag.next_sibling, Tag) and (
        other.get(following.name, following.name) == tag.name
    ):
        for child in list(following.contents):
            tag.append(child)
        following.decompose()
    blocks = tag.find_all(list(BLOCKS))
    if blocks or tag.find_parent(HEADING) or tag.find_parent(tag.name):
        tag.unwrap()


def _settle_span(tag: Tag) -> None:
    """Say with tags what a pasted text says with styles."""
    style = str(tag.get("style") or "").replace(" ", "").lower()
    if not tag.find(list(BLOCKS)) and not tag.find_parent(HEADING):
        if re.search(r"font-weight:(?:bold|[6-9]00)", style) and not tag.find_parent("strong"):
            tag.name = "strong"
            return
        if "font-style:italic" in style and not tag.find_parent("em"):
            tag.name = "em"
            return
    tag.unwrap()


def _settle_list(soup: BeautifulSoup, items: Tag) -> None:
    """Put what stands between the items of a list into the item before it."""
    last: Tag | None = None
    for child in list(items.children):
        if isinstance(child, Tag) and child.name == "li":
            last = child
        elif isinstance(child, Tag) or (isinstance(child, NavigableString) and child.strip()):
            if last is None:
                last = soup.new_tag("li")
                child.insert_before(last)
            last.append(child.extract())


def _settle_table(table: Tag) -> None:
    """Take a table of one cell for what it is: a box around some text."""
    if len(table.find_all(["td", "th"])) != 1 or table.find("table"):
        return
    for name in ("td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "caption"):
        for tag in table.find_all(name):
            if name in {"td", "th", "caption"}:
                tag.name = "div"
            else:
                tag.unwrap()
    table.name = "div"


def _settle_headings(soup: BeautifulSoup) -> None:
    """Let headings begin at the second level, below the title, and leave none out."""
    above: list[int] = []
    for heading in soup.find_all(HEADING):
        level = int(heading.name[1])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        heading.name = f"h{min(len(above) + 1, 6)}"


def classes(el: Tag) -> list[str]:
    """Return the classes of an element."""
    found: Any = el.get("class") or []
    return [found] if isinstance(found, str) else [str(each) for each in found]


def callout(el: Tag) -> str:
    """Return the kind of callout that a class stands for, empty if it is no box."""
    words = [word for name in classes(el) for word in re.split(r"[-_]+", name.lower()) if word]
    kinds = [word for word in words if word in KINDS and word != "quote"]
    if not kinds and not (set(words) & (_BOX | {"alert", "note"})):
        return ""
    plain = [name.lower() for name in classes(el)]
    is_box = set(words) & (_BOX | {"alert"}) or any(name in KINDS for name in plain)
    if not is_box:
        return ""
    named = [KINDS[word] for word in kinds if word not in {"alert", "notice"}]
    return (
        named[0]
        if named
        else _BOX_KINDS.get(next((w for w in words if w in _BOX_KINDS), ""), "note")
    )
