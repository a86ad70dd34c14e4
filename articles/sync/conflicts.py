"""A file that both sides changed in the same place: a copy beside it shows both, for a person.

`lamp.md` and the site stay as they are. `lamp.conflict.md` holds all that could be put together, and
both versions between markers where it could not. The conflict is settled by an edit of the copy that
removes the markers, by an edit of the file and removal of the copy, or by `--ours` and `--theirs`.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from articles.importing.folder import CONFLICT_SUFFIX
from articles.studio.merging import Agreed
from articles.sync.heads import field_lines, parts, with_fields
from articles.sync.threeway import Disagreement, Merged

MINE = "<<<<<<< this file"
BETWEEN = "======="
THEIRS = ">>>>>>> the site"
_MARKER = re.compile(rf"^(?:{MINE}|{THEIRS})[ ]*\r?$", re.MULTILINE)


def copy_path(path: str) -> str:
    """Return where the copy of a file in conflict lies."""
    return posixpath.splitext(path)[0] + CONFLICT_SUFFIX


def is_settled(text: str) -> bool:
    """Tell whether somebody has removed all markers."""
    return not _MARKER.search(text)


def copy_of(text: str, merged: Merged, shown: Callable[[str], str]) -> str:
    """Return the copy of a file that shows both sides. `shown` gives a body as files write it."""
    text = with_fields(text, merged.for_file)
    opening, head, closing, _ = parts(text)
    for each in merged.disagreements:
        head = _both_fields(opening, head, closing, each)
    body = shown("\n".join(_lines(merged)))
    return f"{opening}{head}{closing}{_gap(closing)}{body}"


def _gap(closing: str) -> str:
    return "" if closing.endswith("\n\n") else "\n"


def _both_fields(opening: str, head: str, closing: str, each: Disagreement) -> str:
    """Return the head with both values of a field, at its end."""
    mine = field_lines(each.name, each.file) if each.file is not None else ""
    theirs = field_lines(each.name, each.site) if each.site is not None else ""
    both = f"{MINE}\n{mine}{BETWEEN}\n{theirs}{THEIRS}\n"
    whole = f"{opening}{head}{closing}"
    without = parts(with_fields(whole, {each.name: None}))[1] if head else ""
    return f"{without}{both}"


def _lines(merged: Merged) -> Iterator[str]:
    for piece in merged.pieces:
        if isinstance(piece, Agreed):
            yield from piece.lines
        else:
            yield from (MINE, *piece.mine, BETWEEN, *piece.theirs, THEIRS)


def lines_in_conflict(text: str) -> list[int]:
    """Return the numbers of the lines of a copy at which a person has to decide."""
    return [number for number, line in enumerate(text.split("\n"), 1) if line.rstrip("\r") == MINE]


def read_copy(root: Path, path: str) -> str | None:
    """Return the text of the copy beside a file, None when there is none."""
    try:
        return (root / copy_path(path)).read_text()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return MINE  # damaged: not settled
