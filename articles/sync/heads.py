"""The head of a Markdown file, changed line by line, so that Git shows nothing else."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from articles.exporting import protected, yaml_of
from articles.importing.frontmatter import BrokenFrontMatter, split
from articles.sync.sides import EXTRA, FIELDS, MOMENTS, TEXTS

_HEAD = re.compile(
    r"(\s*---[ \t]*\n)(.*?)((?:^---|^\.\.\.)[ \t]*(?:\n|\Z))", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(
    r"(?:\"([^\"\n]+)\"|'([^'\n]+)'|([^\s#\"'\-?:,\[\]{}&*!|>%@`][^:#\n]*?))[ \t]*:(?=\s|$)"
)
# Under which names a file may say a field; the first that it has is the one that is changed.
_ALIASES = {
    "summary": ("summary", "description", "excerpt"),
    "published": ("published", "date", "published_at"),
    "owner": ("owner", "author"),
    "category": ("category",),
    "draft": ("draft", "status", "published"),
    "archived": ("archived", "status"),
}


def with_fields(text: str, values: Mapping[str, Any]) -> str:
    """Return a file with some fields set in its head; None takes one out.

    Lines of other fields stay as they are, comments included.
    """
    opening, head, closing, rest = parts(text)
    blocks = _blocks(head)
    for name, value in values.items():
        _set(blocks, name, value)
    new = "".join("".join(lines) for _, lines in blocks)
    if not new:
        return text if not head else rest
    made = f"{opening}{new}{closing}{rest}"
    try:
        split(made)
    except BrokenFrontMatter:
        return _anew(text, values)
    return made


def parts(text: str) -> tuple[str, str, str, str]:
    """Return the line above the head, the head, the line below, and all that comes after."""
    match = _HEAD.match(text)
    if match is None or not isinstance(split(text)[0], dict) or split(text)[2] == 1:
        return "---\n", "", "---\n\n", text.lstrip("\n")
    return match[1], match[2], match[3], text[match.end() :]


def field_lines(name: str, value: Any) -> str:
    """Return the lines of YAML that state a field."""
    key = name.removeprefix(EXTRA)
    if name in MOMENTS and isinstance(value, str):
        value = datetime.fromisoformat(value)
    if name in TEXTS:
        value = protected(value)
    return yaml_of({key: value})


def _blocks(head: str) -> list[tuple[str, list[str]]]:
    """Return the lines of a head by the key that they belong to, empty for those before the first."""
    blocks: list[tuple[str, list[str]]] = []
    for line in head.splitlines(keepends=True):
        match = _KEY.match(line)
        if match:
            blocks.append((next(filter(None, match.groups())), [line]))
        elif blocks and not line.startswith("#"):
            blocks[-1][1].append(line)
        else:
            blocks.append(("", [line]))
    return blocks


def _set(blocks: list[tuple[str, list[str]]], name: str, value: Any) -> None:
    aliases = _ALIASES.get(name, (name.removeprefix(EXTRA),))
    places = [at for at, (key, _) in enumerate(blocks) if key in aliases]
    if value in (None, "", [], False):
        for at in reversed(places):
            del blocks[at]
        return
    if not places:
        blocks.insert(_place(blocks, name), (name, field_lines(name, value).splitlines(True)))
        return
    at = places[0]
    key = blocks[at][0]
    lines = field_lines(name, value)
    if key != name.removeprefix(EXTRA) and key not in {"status", "published"}:
        lines = f"{key}:{lines.partition(':')[2]}"
    blocks[at] = (key, lines.splitlines(keepends=True))


def _place(blocks: list[tuple[str, list[str]]], name: str) -> int:
    """Return where a field that was not there goes: after those that come before it."""
    order = list(FIELDS)
    if name not in order:
        return len(blocks)
    before = set(order[: order.index(name)]) | {"key"}
    return max((at + 1 for at, (key, _) in enumerate(blocks) if key in before), default=0)


def _anew(text: str, values: Mapping[str, Any]) -> str:
    """Return the file with a head written from its values, where its lines could not be changed."""
    head, body, _ = split(text)
    for name, value in values.items():
        for alias in _ALIASES.get(name, (name.removeprefix(EXTRA),)):
            head.pop(alias, None)
        if value not in (None, "", [], False):
            plain = field_lines(name, value)
            head |= split(f"---\n{plain}---\n")[0]
    return f"---\n{yaml_of(head)}---\n\n{body}"
