"""HTML as help centres write it, to Markdown as this site reads it. Pure: no files, no database.

Nothing that a reader would read is dropped: what Markdown has no form for (tables with joined cells,
underlined words) stays HTML, which the site shows as well.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import nh3
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement
from markdownify import ATX, MarkdownConverter

from articles.importing.html.settling import BLOCKS, SPACES, callout, classes, settle
from articles.importing.html.tables import head_row, is_plain_table
from articles.markdown.sanitising import ALLOWED_TAGS, DROPPED_WHOLE, SCHEMES

MAX_CHARACTERS = 1_000_000  # of HTML in one article; the longest of a real help centre are 200,000
MAX_DEPTH = 120  # of elements in each other
Rewrite = Callable[[str], str]
"""Given the address of a link or an image, returns what to write instead."""

_KEPT = DROPPED_WHOLE - {"iframe", "video", "audio"}
_TAGS = (ALLOWED_TAGS | {"iframe", "video", "audio", "source", "tt", "strike", "big"}) | {
    "section", "article", "center", "font",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href", "name"},
    "abbr": {"title"},
    "audio": {"src"},
    "img": {"src", "alt", "width", "height"},
    "iframe": {"src", "title"},
    "ol": {"start"},
    "source": {"src"},
    "span": {"style"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "video": {"src", "title"},
}
_INLINE_HTML = ("u", "mark", "kbd", "samp", "sub", "sup", "ins", "small", "abbr", "var", "cite")
_LANGUAGE = re.compile(r"(?:language-|lang(?:uage)?[-_]|brush:\s*)([\w+#-]+)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG_LIKE = re.compile(r"<(?=[a-zA-Z/!?])")
_BRACKETS = re.compile(r"\[(?=[\^!])|\[(?=[ xX]\])|\](?=[(:\[])")
_UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_BRACES = re.compile(r"\{(?=[:#.%{])")
_LINE_START = re.compile(r"[#>+~|-]|!!!")
# These begin a block as well, and a backslash does not help against them.
_LINE_START_PLAIN = re.compile(r":(?=\s|$)|=|\?\?\?")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


class Unconvertible(ValueError):
    """The HTML cannot be turned into an article; the message says why."""


@dataclass(frozen=True, slots=True)
class Converted:
    """The Markdown, and what could not be carried over, in words."""

    markdown: str
    losses: tuple[str, ...] = ()


@dataclass(slots=True)
class Options:
    """How addresses are rewritten, and which anchors something leads to."""

    link: Rewrite = field(default=lambda address: address)
    image: Rewrite = field(default=lambda address: address)
    anchors: frozenset[str] = frozenset()


def to_markdown(document: str, options: Options | None = None) -> Converted:
    """Return a piece of HTML as Markdown. Raises `Unconvertible`."""
    if len(document) > MAX_CHARACTERS:
        raise Unconvertible(f"{len(document):,} characters of HTML; {MAX_CHARACTERS:,} at most")
    soup = BeautifulSoup(_cleaned(document), "html.parser")
    if depth_of(soup) > MAX_DEPTH:
        raise Unconvertible(f"elements more than {MAX_DEPTH} deep in each other")
    for link in soup.find_all("a", href=re.compile(r"^\s*data:", re.IGNORECASE)):
        del link["href"]
    losses: list[str] = []
    settle(soup, losses)
    converter = _Converter(options or Options(), losses)
    text = converter.convert_soup(soup)
    text = re.sub(r"[ \t]+\n", _hard_break, text)
    text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
    return Converted(f"{text}\n" if text.strip() else "", tuple(dict.fromkeys(losses)))


def _hard_break(match: re.Match[str]) -> str:
    return "  \n" if match[0].startswith("  ") else "\n"


def words_of(document: str) -> str:
    """Return the words of a piece of HTML, on one line."""
    text = BeautifulSoup(document, "html.parser").get_text(" ")
    return " ".join(text.split())


def _cleaned(document: str) -> str:
    """Return well-formed HTML without what could run, its dangerous addresses gone."""
    return nh3.clean(
        document,
        tags=_TAGS,
        clean_content_tags=_KEPT,
        attributes=_ATTRIBUTES,
        url_schemes=SCHEMES | {"data"},  # images written into the page
        link_rel=None,
        strip_comments=True,
    )


def depth_of(soup: Tag) -> int:
    """Return how deep elements stand in each other, one more than `MAX_DEPTH` for all beyond."""
    deepest, level = 0, [soup]
    while level:
        deepest += 1
        level = [child for each in level for child in each.children if isinstance(child, Tag)]
        if deepest > MAX_DEPTH:
            break
    return deepest


# How each thing is written


_Base: Any = MarkdownConverter  # whose methods its types leave out


class _Converter(_Base):  # type: ignore[misc]
    """Writes what our Markdown has a form for, and leaves the rest as HTML."""

    def __init__(self, options: Options, losses: list[str]) -> None:
        super().__init__(heading_style=ATX, bullets="-", wrap=True, wrap_width=None)
        self.to = options
        self.losses = losses
        self.numbers: dict[int, int] = {}  # of list items, by identity

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape what Markdown would read as more than the words that they are."""
        if not text:
            return ""
        text = text.replace("\\", "\\\\").replace("*", "\\*").replace("`", "\\`")
        text = text.replace("~~", "\\~\\~")
        text = _ENTITY.sub("&amp;", text)
        text = _TAG_LIKE.sub("&lt;", text)
        text = _BRACKETS.sub(r"\\\g<0>", text)
        text = _UNDERSCORES.sub(lambda run: run[0].replace("_", "\\_"), text)
        text = _BRACES.sub(r"\\{", text)
        return text.replace("|", "\\|") if "td" in parent_tags or "th" in parent_tags else text

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        """Write words; those that begin a line must not look like a list or a heading."""
        tags = parent_tags or set()
        if not tags & {"pre", "code"}:
            tags = tags - {"_noformat"}  # keys and output are HTML here, with Markdown inside
        text: str = super().process_text(el, parent_tags=tags)
        if "_noformat" in tags or "_inline" in tags or not _begins_line(el):
            return text
        words = text.lstrip()
        space = text[: len(text) - len(words)]
        if _LINE_START.match(words):
            return f"{space}\\{words}"
        if _LINE_START_PLAIN.match(words):
            return f"{space}&#{ord(words[0])};{words[1:]}"
        numbered = _NUMBERED.match(words)
        return f"{space}{numbered[1]}\\{words[len(numbered[1]) :]}" if numbered else text

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a link; one without words vanishes, unless something leads to it."""
        anchor = self._anchor(el)
        address = str(el.get("href") or "").strip()
        if "_noformat" in parent_tags or not address or not text.strip():
            return anchor + text
        target = self.to.link(address)
        if not target:
            return anchor + text
        before = text[: len(text) - len(text.lstrip())].replace("\n", " ")
        after = text[len(text.rstrip()) :].replace("\n", " ")
        if "\n\n" in text.strip():
            return f"{anchor}{text}"
        words = re.sub(r"\n", " ", text.strip())
        return f"{anchor}{before}[{words}]({_target(target)}){after}"

    def _anchor(self, el: Tag) -> str:
        name = str(el.get("id") or el.get("name") or "")
        return f'<a id="{name}"></a>' if name in self.to.anchors and _is_plain(name) else ""

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802
        """Write a heading, with the anchor that something leads to."""
        if "_inline" in parent_tags:
            return text
        words = SPACES.sub(" ", text).strip()
        words = re.sub(r"#+$", lambda run: "\\#" * len(run[0]), words)  # these would vanish
        name = str(el.get("id") or "")
        mark = f" {{#{name}}}" if name in self.to.anchors and _is_plain(name) else ""
        return f"\n\n{'#' * n} {words}{mark}\n\n" if words else ""

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a paragraph; one that holds nothing but a space vanishes."""
        if not text.strip():
            return " " if "_inline" in parent_tags else ""
        return str(super().convert_p(el, text, parent_tags))

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a line break; in a cell as HTML, in a heading as a space."""
        del text
        if "td" in parent_tags or "th" in parent_tags:
            return "<br>"
        if "_inline" in parent_tags:
            return " "
        return "  \n" if _goes_on(el) else ""

    def convert_div(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a box as a callout, any other division as what is in it."""
        kind = callout(el)
        if not kind or "_inline" in parent_tags or not text.strip():
            return self._anchored(el) + str(super().convert_div(el, text, parent_tags))
        quoted = "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))
        title = f" {el['data-title']}" if el.get("data-title") else ""
        return f"\n\n> [!{kind.upper()}]{title}\n{quoted}\n\n"

    def _anchored(self, el: Tag) -> str:
        anchor = self._anchor(el)
        return f"\n\n{anchor}\n\n" if anchor else ""

    convert_aside = convert_div
    convert_section = convert_div
    convert_article = convert_div
    convert_center = convert_div
    convert_figure = convert_div

    def convert_figcaption(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a caption below its picture."""
        del el, parent_tags
        return f"\n\n*{text.strip()}*\n\n" if text.strip() else ""

    def convert_blockquote(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a quotation, or the callout that its class says it is."""
        kind = callout(el)
        quoted = str(super().convert_blockquote(el, text, parent_tags))
        return f"\n> [!{kind.upper()}]{quoted}" if kind and quoted.strip() else f"\n{quoted}"

    def convert_details(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write what is folded as HTML around Markdown."""
        del parent_tags
        summary = el.find("summary")
        words = SPACES.sub(" ", summary.get_text(" ")).strip() if summary else "…"
        return f"\n\n<details>\n<summary>{_escaped(words)}</summary>\n\n{text.strip()}\n\n</details>\n\n"

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write nothing: `details` has written it."""
        del el, text, parent_tags
        return ""

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write an image, with the width that it was given."""
        del text, parent_tags
        address = self.to.image(str(el.get("src") or "").strip())
        if not address:
            return ""
        alt = SPACES.sub(" ", str(el.get("alt") or "")).strip()
        alt = re.sub(r"([\[\]\\`*_|<])", r"\\\1", alt)
        width = str(el.get("width") or "").removesuffix("px")
        size = f'{{width="{width}"}}' if width.isascii() and width.isdigit() and int(width) else ""
        return f"![{alt}]({_target(address)}){size}"

    def convert_iframe(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a frame as a link on a line of its own, which shows a video where it is one."""
        del text
        address = str(el["src"])
        words = SPACES.sub(" ", str(el.get("title") or "")).strip()
        link = f"[{_bracketed(words)}]({_target(address)})" if words else f"<{address}>"
        return f" {link} " if "_inline" in parent_tags else f"\n\n{link}\n\n"

    def convert_video(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a video file as a link on a line of its own, which becomes a player."""
        source = el.get("src") or next((s["src"] for s in el.find_all("source", src=True)), "")
        address = self.to.image(str(source).strip())
        if not address:
            return text
        words = str(el.get("title") or "") or text.strip() or address.rsplit("/", 1)[-1]
        link = f"[{_bracketed(SPACES.sub(' ', words))}]({_target(address)})"
        return f" {link} " if "_inline" in parent_tags else f"\n\n{link}\n\n"

    convert_audio = convert_video

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write an item, indented by four columns or the width of its number."""
        del parent_tags
        text = text.strip()
        parent = el.parent
        bullet = "- "
        if parent is not None and parent.name == "ol":
            bullet = f"{self._number(parent)}. "
        if not text:
            return ""
        indent = " " * max(len(bullet), 2)
        lines = text.split("\n")
        rest = [f"{indent}{line}" if line else "" for line in lines[1:]]
        gap = "\n" if _is_rich(el) else ""
        return "\n".join([bullet + lines[0], *rest]) + "\n" + gap

    def _number(self, items: Tag) -> int:
        start = str(items.get("start") or "1")
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
        self.numbers[id(items)] = self.numbers.get(id(items), first - 1) + 1
        return self.numbers[id(items)]

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write code between fences longer than any in it, in the language that it names."""
        del parent_tags, text
        code = el.get_text().strip("\n")
        if not code.strip():
            return ""
        names = classes(el) + [name for tag in el.find_all("code") for name in classes(tag)]
        language = _LANGUAGE.search(" ".join(names))
        longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
        fence = "`" * (longest + 1)
        return f"\n\n{fence}{language[1].lower() if language else ''}\n{code}\n{fence}\n\n"

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a plain table with pipes, any other as HTML."""
        del text
        if "table" in parent_tags or "li" in parent_tags or not is_plain_table(el):
            return f"\n\n{self._table_html(el)}\n\n"
        rows = [self._cells(row, is_head=at == 0) for at, row in enumerate(el.find_all("tr"))]
        rows = [row for row in rows if row]
        caption = el.find("caption")
        title = caption.get_text(" ", strip=True) if caption else ""
        width = len(rows[0])
        lines = [f"| {' | '.join(row)} |" for row in rows]
        lines.insert(1, "| " + " | ".join(["---"] * width) + " |")
        return (
            "\n\n"
            + (f"{self.escape(title, set())}\n\n" if title else "")
            + "\n".join(lines)
            + "\n\n"
        )

    def _cells(self, row: Tag, *, is_head: bool) -> list[str]:
        tags = {"td", "th", "_inline", "table"}
        cells: list[str] = []
        for cell in row.find_all(["td", "th"]):
            for strong in cell.find_all("strong") if is_head else ():
                strong.unwrap()
            inner = "".join(self.process_element(each, parent_tags=tags) for each in cell.children)
            cells.append(re.sub(r"(?:\s|<br>)+$", "", SPACES.sub(" ", inner)).strip())
        return cells

    def _table_html(self, el: Tag) -> str:
        """Return a table as HTML on lines without a gap, its addresses rewritten."""
        for link in el.find_all("a", href=True):
            link["href"] = self.to.link(str(link["href"]))
        for image in el.find_all("img", src=True):
            image["src"] = self.to.image(str(image["src"]))
        for tag in [el, *el.find_all(True)]:
            tag.attrs = {
                name: value
                for name, value in tag.attrs.items()
                if name != "class" and (name != "id" or value in self.to.anchors)
            }
        head_row(el)
        return re.sub(r"\s*\n\s*", "\n", str(el)).strip()


def _inline_html(name: str) -> Callable[[Any, Tag, str, set[str]], str]:
    def write(self: Any, el: Tag, text: str, parent_tags: set[str]) -> str:
        del self
        if not text.strip() or "_noformat" in parent_tags - {name}:
            return text
        title = el.get("title") if name == "abbr" else None
        attribute = f' title="{_escaped(str(title))}"' if title else ""
        return f"<{name}{attribute}>{text}</{name}>"

    return write


def _marked(mark: str) -> Callable[[Any, Tag, str, set[str]], str]:
    """Return what puts marks around words; spaces at their ends stay, outside of the marks."""

    def write(self: Any, el: Tag, text: str, parent_tags: set[str]) -> str:
        del self, el
        words = text.strip()
        if not words or parent_tags & {"pre", "code"}:
            return text
        start = text.index(words)
        return f"{text[:start]}{mark}{words}{mark}{text[start + len(words) :]}"

    return write


for _name, _mark in {
    "strong": "**",
    "b": "**",
    "em": "*",
    "i": "*",
    "del": "~~",
    "s": "~~",
}.items():
    setattr(_Converter, f"convert_{_name}", _marked(_mark))
for _name in _INLINE_HTML:
    setattr(_Converter, f"convert_{_name}", _inline_html(_name))


def _is_rich(item: Tag) -> bool:
    """Tell an item after which the next one needs a gap to be seen as one."""
    lists = item.find_all(["ul", "ol"])
    other = item.parent is not None and any(each.name != item.parent.name for each in lists)
    return other or item.find(["p", "pre", "table", "blockquote", "div", "details"]) is not None


def _begins_line(el: PageElement) -> bool:
    """Tell whether a text is the first thing on its line of Markdown."""
    place: PageElement | None = el
    while place is not None:
        before = place.previous_sibling
        while isinstance(before, NavigableString) and not before.strip():
            before = before.previous_sibling
        if before is not None:
            return isinstance(before, Tag) and (before.name == "br" or before.name in BLOCKS)
        parent = place.parent
        if parent is None or parent.name in BLOCKS or parent.name == "[document]":
            return True
        if parent.name in {"strong", "em", "del", "s", "code", *_INLINE_HTML}:
            return False  # its mark begins the line
        place = parent
    return True


def _goes_on(el: Tag) -> bool:
    """Tell whether anything follows a line break in its block."""
    following = el.next_sibling
    while following is not None:
        if isinstance(following, Tag):
            return following.name not in BLOCKS
        if str(following).strip():
            return True
        following = following.next_sibling
    return bool(el.parent is not None and el.parent.name not in BLOCKS and _goes_on(el.parent))


def _target(address: str) -> str:
    """Return an address as Markdown takes it between round brackets."""
    if re.search(r"[\s()<>]", address):
        for mark, code in ((" ", "%20"), ("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E")):
            address = address.replace(mark, code)
        address = re.sub(r"\s", "", address)
    return address


def _bracketed(words: str) -> str:
    return re.sub(r"([\[\]\\])", r"\\\1", words.strip())


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[\w.-]{1,100}", name) is not None


def anchors_in(document: str) -> Iterator[str]:
    """Yield the anchors that something in a piece of HTML leads to, on any page."""
    for match in re.finditer(r"href\s*=\s*[\"'][^\"'#]*#([\w.-]+)[\"']", document):
        yield match[1]
