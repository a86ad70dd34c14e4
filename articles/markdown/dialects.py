"""Markdown as the world writes it, turned into the Markdown that Python-Markdown reads.

Python-Markdown follows the original rules of 2004. Writers follow CommonMark, GitHub, GitBook,
MkDocs or Obsidian: lists indented by two spaces or right under a paragraph, `> [!NOTE]`,
`{% hint %}`, `<details>` around Markdown. One pass over the lines brings these to one form; fenced
code passes untouched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from articles.markdown.words import KINDS, callout_title

STEP = 4  # columns of a nested block in Python-Markdown
MAX_QUOTE_DEPTH = 8  # deeper quotations are left as they are
_MAX_LIST_DEPTH = 12

_FENCE = re.compile(r"(`{3,}|~{3,})[ ]*([^`]*)$")
_BULLET = re.compile(r"([-*+])([ ]+|$)(.*)")
_NUMBER = re.compile(r"(\d{1,9})[.)]([ ]+|$)(.*)")
_RULE = re.compile(r"(?:[-*_][ ]*){3,}$")
_CALLOUT = re.compile(r"\[!(\w+)\][+-]?[ ]*(.*)$")
_ADMONITION = re.compile(r"(!!!|\?\?\?\+?)[ ]*([\w -]*?)[ ]*(?:\"(.*)\")?[ ]*$")
_TAB = re.compile(r"===[!+]*[ ]+\"(.*)\"[ ]*$")
_HEADING = re.compile(r"#{1,6}(?:[ ]|$)|#{2,6}[^#]")
_DELIMITER_ROW = re.compile(r"\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
_LIQUID = re.compile(r"\{%-?\s*(/?\w[\w-]*)\s*(.*?)\s*-?%\}")
_LIQUID_NAMES = frozenset(
    f"{end}{name}"
    for name in ("hint", "tabs", "tab", "code", "embed", "file", "content-ref")
    for end in ("", "end")
)
_LIQUID_VALUE = re.compile(r'(\w+)="([^"]*)"')
_DETAILS = re.compile(r"<details\b[^>]*>(.*)$", re.IGNORECASE)
_SUMMARY = re.compile(r"[ ]*<summary\b[^>]*>(.*?)</summary>(.*)$", re.IGNORECASE)
_END_DETAILS = re.compile(r"(.*?)</details>[ ]*(.*)$", re.IGNORECASE)
_VERBATIM = re.compile(r"<(pre|table|script|style|textarea)\b", re.IGNORECASE)
# Wrappers, whose attributes would not survive anyway: without them, Markdown inside is Markdown.
_WRAPPER = re.compile(r"</?(?:div|section|article|center|aside|main|header|footer)\b[^<>]*>[ ]*$")
_TAGS = re.compile(r"<[^<>]*>")
# Adobe's: [!DNL Name] is not to be translated, [!UICONTROL Save] is a label of the interface.
_INLINE_MARK = re.compile(r"\[!([A-Z]{2,})[ ]+([^\[\]]+)\]")
_MISPLACED_ATTRIBUTES = re.compile(r"!\[([^\[\]]*?)[ ]*\{[^{}\[\]]*=[^{}\[\]]*\}[ ]*\]\(")
_BARE_ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?[ ]*$")


@dataclass(slots=True)
class _Container:
    """A block that is open: its content starts at column `source`, and is written at `target`."""

    kind: str  # "item", "block" (both end with their indentation) or the name of an end tag
    source: int
    target: int


@dataclass(slots=True)
class _Rewriter:
    lines: list[str]
    locale: str
    depth: int = 0
    out: list[str] = field(default_factory=list)
    open: list[_Container] = field(default_factory=list)
    after_text: bool = False  # the line before continues a paragraph
    begun_by_item: bool = False  # the lines since the last blank one begin with a list item
    left_item: bool = False  # this line's indentation has closed an item
    list_types: dict[int, str] = field(default_factory=dict)  # column -> type of the last item
    code_title: str = ""
    at: int = 0

    def run(self) -> list[str]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip():
                self._line(line)
            else:
                self.out.append("")
                self.after_text = False
        return self.out

    # One line, once its containers are known

    def _line(self, line: str) -> None:
        indent = len(line) - len(line.lstrip(" "))
        text = line[indent:]
        starts_block = self._starts_block(text)
        if not (self.after_text and not starts_block and self._in_item()):
            self._leave(indent)
        relative = max(0, indent - self._source())
        if relative >= STEP and not self._continues_list(text, relative):
            self._write(" " * relative + text)
            return
        for rule in (self._fence, self._quote, self._item, self._container, self._tag):
            if rule(indent, text):
                return
        self._plain(text, relative)

    def _starts_block(self, text: str) -> bool:
        return text[0] in "-*+>#`~!?={<|" or text[0].isdigit()

    def _continues_list(self, text: str, relative: int) -> bool:
        """Accept list items indented a little too far, right under another item."""
        return bool(
            relative < STEP + 4
            and self._in_item()
            and not self._blank_before()
            and (_BULLET.match(text) or _NUMBER.match(text))
        )

    def _plain(self, text: str, relative: int) -> None:
        if text[0] == "#":
            if not _HEADING.match(text):
                text = "\\" + text
            else:
                self._write(self._inline(text), after_text=False)
                return
        elif self._starts_table(text):
            self._separate()
        elif _BARE_ADDRESS.match(text) and not self.after_text:
            self._write(text)
            return
        self._write(" " * relative + self._inline(text))

    def _starts_table(self, text: str) -> bool:
        return (
            self.after_text
            and "|" in text
            and self.at < len(self.lines)
            and "|" in self.lines[self.at]
            and bool(_DELIMITER_ROW.match(self.lines[self.at].strip()))
        )

    def _inline(self, text: str) -> str:
        if "[!" in text:
            text = _INLINE_MARK.sub(r"\2", text)
        if "![" in text and "{" in text:
            text = _MISPLACED_ATTRIBUTES.sub(r"![\1](", text)
        if text.endswith("\\") and not text.endswith("\\\\"):
            text = text[:-1] + "  "  # a backslash at the end breaks the line in CommonMark
        return text

    # Blocks

    def _fence(self, indent: int, text: str) -> bool:
        match = _FENCE.match(text)
        if not match:
            return False
        marks, info = match.groups()
        language = re.match(r"[{.\s]*([\w#+.-]*)", info)
        header = marks + (language[1].strip(".") if language else "")
        if self.code_title:
            header += ' title="{}"'.format(self.code_title.replace('"', "'"))
            self.code_title = ""
        self._separate()
        self._write(header)
        end = re.compile(rf"[ ]*{re.escape(marks[0])}{{{len(marks)},}}[ ]*$")
        while self.at < len(self.lines) and not end.match(self.lines[self.at]):
            line = self.lines[self.at]
            cut = min(indent, len(line) - len(line.lstrip(" ")))
            self.out.append(" " * self._target() + line[cut:])
            self.at += 1
        self.at += 1
        self._write(marks, after_text=False)
        self.out.append("")
        return True

    def _quote(self, indent: int, text: str) -> bool:
        if text[0] != ">" or self.depth >= MAX_QUOTE_DEPTH:
            return False
        inner = [_unquoted(text)]
        while self.at < len(self.lines) and self.lines[self.at].lstrip(" ").startswith(">"):
            line = self.lines[self.at]
            if len(line) - len(line.lstrip(" ")) >= indent + STEP:
                break
            inner.append(_unquoted(line.lstrip(" ")))
            self.at += 1
        self._separate()
        for kind, title, lines in _callouts(inner):
            rewritten = _Rewriter(lines, self.locale, self.depth + 1).run()
            if kind:
                self._write(f'!!! {kind} "{_title(callout_title(kind, title, self.locale))}"')
                self.out += [" " * (self._target() + STEP) + each for each in rewritten]
            else:
                self.out += [" " * self._target() + f"> {each}".rstrip(" ") for each in rewritten]
            self.out.append("")
        self.after_text = False
        return True

    def _item(self, indent: int, text: str) -> bool:
        match = _BULLET.match(text) or _NUMBER.match(text)
        if not match or _RULE.match(text) or len(self.open) >= _MAX_LIST_DEPTH:
            return False
        marker, gap, rest = match.groups()
        if self.after_text and not self.begun_by_item:
            if marker.isdigit() and marker != "1" and not self.left_item:
                return False  # "…in\n1998. It was" goes on: only a list from 1 may interrupt
            self._separate()
        written = len(marker)
        if marker.isdigit():
            marker, written = f"{marker}.", written + 1
        spaces = len(gap) if 0 < len(gap) <= STEP else 1
        target = self._target()
        if self.list_types.get(target) != marker[-1].replace("*", "-").replace("+", "-"):
            self.list_types[target] = marker[-1].replace("*", "-").replace("+", "-")
            if self.after_text and not self._just_opened(target):
                self._separate()  # bullets right under numbers are another list
        self._write(f"{marker} {self._inline(rest)}" if rest else f"{marker} ")
        self.open.append(_Container("item", indent + written + spaces, target + STEP))
        if rest and rest[0] == "#":
            self.after_text = False
        return True

    def _container(self, indent: int, text: str) -> bool:
        if match := _TAB.match(text):
            self._begin_block(f'=== "{_title(match[1])}"', indent)
            return True
        match = _ADMONITION.match(text)
        if not match or not (match[2] or match[3] is not None):
            return False
        mark, names, title = match.groups()
        kind = KINDS.get(names.split(" ")[0].lower() if names else "", "" if not names else "note")
        if mark != "!!!" and title:
            self._begin_block(f'{mark} {kind} "{_title(title)}"', indent)
        else:
            kind = kind or "note"
            shown = callout_title(kind, title or "", self.locale)
            self._begin_block(f'{mark} {kind} "{_title(shown)}"', indent)
        return True

    def _begin_block(self, header: str, indent: int) -> None:
        self._separate()
        target = self._target()
        self._write(header, after_text=False)
        self.open.append(_Container("block", indent + STEP, target + STEP))

    # Tags on lines of their own

    def _tag(self, indent: int, text: str) -> bool:
        if text[0] == "<" and (_WRAPPER.match(text) or self._verbatim(indent, text)):
            if not self._blank_before():
                self.out.append("")
            self.after_text = False
            return True
        if text.startswith("{%"):
            return self._liquid(indent, text)
        if match := _DETAILS.match(text):
            self._details(indent, match[1])
            return True
        if self._is_open("details") and (match := _END_DETAILS.match(text)):
            before, after = match.groups()
            if before.strip():
                self._write(self._inline(before))
            self._close("details")
            self._resume(indent, after)
            return True
        return False

    def _verbatim(self, indent: int, text: str) -> bool:
        """Copy an element of HTML in which spaces or lines matter, up to its end."""
        match = _VERBATIM.match(text)
        if not match:
            return False
        end = f"</{match[1].lower()}>"
        last = next(
            (n for n in range(self.at - 1, len(self.lines)) if end in self.lines[n].lower()), None
        )
        if last is None:
            return False
        self._separate()
        self._write(text, after_text=False)
        for line in self.lines[self.at : last + 1]:
            cut = min(indent, len(line) - len(line.lstrip(" ")))
            self.out.append(" " * self._target() + line[cut:])
        self.at = max(self.at, last + 1)
        return True

    def _details(self, indent: int, rest: str) -> None:
        """Open `<details>`, whose summary may be on the same line or the next."""
        while not rest.strip() and self.at < len(self.lines):
            rest = self.lines[self.at]
            self.at += 1
        match = _SUMMARY.match(rest)
        title = _TAGS.sub("", match[1]).strip() if match else ""
        self._separate()
        target = self._target()
        self._write(f'??? "{_title(title or "…")}"', after_text=False)
        self.open.append(_Container("details", indent, target + STEP))
        self._resume(indent, match[2] if match else rest)

    def _liquid(self, indent: int, text: str) -> bool:
        match = _LIQUID.match(text)
        if not match or match[1] not in _LIQUID_NAMES:
            return False
        name, values = match[1], dict(_LIQUID_VALUE.findall(match[2]))
        if name in {"endhint", "endtab"}:
            self._close(name)
        elif name == "hint":
            kind = KINDS.get(values.get("style", ""), "note")
            title = callout_title(kind, "", self.locale)
            self._begin_tagged(f'!!! {kind} "{title}"', "endhint", indent)
        elif name == "tab":
            self._begin_tagged(f'=== "{_title(values.get("title", "…"))}"', "endtab", indent)
        elif name == "code":
            self.code_title = values.get("title", "")
        elif name in {"embed", "file"}:
            self._link(values.get("url") or values.get("src") or "")
        self._resume(indent, text[match.end() :])
        return True

    def _link(self, address: str) -> None:
        if not address:
            return
        self._separate()
        named = address.rpartition("/")[2] if "://" not in address else ""
        self._write(f"[{named}](<{address}>)" if named else f"<{address}>", after_text=False)
        self.out.append("")

    def _begin_tagged(self, header: str, end: str, indent: int) -> None:
        self._separate()
        target = self._target()
        self._write(header, after_text=False)
        self.open.append(_Container(end, indent, target + STEP))

    def _is_open(self, end: str) -> bool:
        return any(each.kind == end for each in self.open)

    def _close(self, end: str) -> None:
        if self._is_open(end):
            while self.open.pop().kind != end:
                pass
        self.out.append("")
        self.after_text = False

    def _resume(self, indent: int, rest: str) -> None:
        """Read what follows a tag as a line of its own."""
        if rest.strip():
            self.at -= 1
            self.lines[self.at] = " " * indent + rest.lstrip(" ")

    # Where we are

    def _source(self) -> int:
        return self.open[-1].source if self.open else 0

    def _target(self) -> int:
        return self.open[-1].target if self.open else 0

    def _in_item(self) -> bool:
        return bool(self.open) and self.open[-1].kind == "item"

    def _just_opened(self, target: int) -> bool:
        """Tell whether the line before opened the block that this item stands in."""
        before = self.out[-1]
        return len(before) - len(before.lstrip(" ")) < target

    def _leave(self, indent: int) -> None:
        """Close what this line, by its indentation, is no longer part of."""
        self.left_item = False
        while self.open and self.open[-1].kind in {"item", "block"} and indent < self._source():
            self.left_item = self.open.pop().kind == "item"

    def _blank_before(self) -> bool:
        return not self.out or not self.out[-1].strip()

    def _separate(self) -> None:
        if not self._blank_before():
            self.out.append("")
        self.after_text = False

    def _write(self, text: str, *, after_text: bool = True) -> None:
        if self._blank_before():
            self.begun_by_item = bool(_BULLET.match(text) or _NUMBER.match(text))
        self.out.append(" " * self._target() + text)
        self.after_text = after_text


def _unquoted(line: str) -> str:
    return line[2:] if line.startswith("> ") else line[1:]


def _title(text: str) -> str:
    """Return a title that may stand between double quotes."""
    return text.replace('"', "&quot;")


def _callouts(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Cut a quotation where `[!KIND]` stands alone on a line: (kind or "", title, lines)."""
    kind, title, part = "", "", list[str]()
    for line in lines:
        match = _CALLOUT.match(line.strip())
        if match and (match[1].lower() in KINDS or match[1] == "VIDEO"):
            if any(map(str.strip, part)) or kind:
                yield kind, title, part
            if match[1] == "VIDEO":
                kind, title, part = "", "", [match[2].strip("()")]
            else:
                kind, title, part = KINDS[match[1].lower()], match[2], []
        else:
            part.append(line)
    yield kind, title, part


def _one_tag_a_line(source: str) -> Iterator[str]:
    """Yield lines, those of `{% … %}` tags amid text cut apart."""
    for line in source.split("\n"):
        match = _LIQUID.search(line) if "{%" in line else None
        if match and match[1] in _LIQUID_NAMES and line[: match.start()].strip(" >-*0123456789."):
            yield line[: match.start()]
            yield " " * (len(line) - len(line.lstrip(" "))) + line[match.start() :]
        else:
            yield line


def clean(source: str) -> str:
    """Return text with plain line ends, without a byte order mark or control characters."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", source)


def to_python_markdown(source: str, locale: str) -> str:
    """Return `source` in the form that Python-Markdown reads, callouts named in `locale`."""
    lines = [
        line.expandtabs(STEP) if "\t" in line else line for line in _one_tag_a_line(clean(source))
    ]
    return "\n".join(_Rewriter(lines, locale).run())
