"""A file that both sides changed in the same place: a copy beside it shows both, for a person.

`lamp.md` and the site stay as they are. `lamp.conflict.md` holds all that could be put together, and
both versions between markers where it could not. The conflict is settled by an edit of the copy that
removes the markers, by an edit of the file and removal of the copy, or by `--ours` and `--theirs`.
"""

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from articles.importing.folder import CONFLICT_SUFFIX
from articles.merging import Agreed
from articles.sync.files import digest_of, remove
from articles.sync.heads import field_lines, parts, with_fields
from articles.sync.observing import Pair
from articles.sync.state import Run
from articles.sync.threeway import Disagreement, Merged
from articles.sync.writing_files import shown_by
from kb.db import db

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


def end_conflict(run: Run, pair: Pair) -> None:
    """Remove the copy that showed a conflict which is no more, unless somebody works in it."""
    if pair.row is None or pair.row.conflict is None or run.options.dry_run:
        return
    place = run.view.root / copy_path(pair.path)
    remove(place, expected=str(pair.row.conflict.get("copy", "")))
    pair.row.conflict = None
    run.touches_site = True


def show_conflict(run: Run, pair: Pair, merged: Merged, copy: str | None) -> None:
    """Put both versions into a copy beside the file, and say where they differ."""
    assert pair.file is not None
    assert pair.site is not None
    assert pair.translation is not None
    text = run.text(pair)
    if text is None:
        return
    made = copy_of(text, merged, shown_by(run.view.layout, pair.translation))
    place = copy_path(pair.path)
    where = run.view.root / place
    if not run.options.dry_run and _write_copy(run, pair, where, made):
        copy = made
    names = ", ".join(each.name for each in merged.disagreements)
    what = f"changed on both sides ({names})" if names else "changed on both sides"
    lines = lines_in_conflict(copy or made)
    run.conflict(
        place, lines[0] if lines else 0, f"{pair.path}: {what}", "decide there, and sync again"
    )
    for line in lines[1:]:
        run.conflict(place, line, f"{pair.path}: here too", "decide there")


def _write_copy(run: Run, pair: Pair, where: Path, made: str) -> bool:
    """Write a copy unless somebody works in the one that is there; tell whether it is this one.

    What is about to be written is noted before, so that a sync that dies in between neither
    takes its own copy for the work of a person, nor a missing one for a decision.
    """
    assert pair.file is not None
    assert pair.site is not None
    row = run.row(pair)
    there, new = digest_of(where), hashlib.sha256(made.encode()).hexdigest()
    known = row.conflict or {}
    if there not in {"", new, known.get("copy")}:
        return False
    then = {"file": pair.file.plain(), "site": pair.site.plain(), "copy": new, "shown": False}
    if known | {"shown": False} != then:
        row.conflict = then
        db.session.commit()
    if there != new and not run.write(copy_path(pair.path), made.encode(), expected=there):
        return False
    row.conflict = then | {"shown": True}
    return True
