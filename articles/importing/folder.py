"""A folder as found in the world: which files it holds, read without ever leaving it."""

import hashlib
import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from articles.importing.report import Problem

MAX_MARKDOWN_BYTES = 2_000_000
SUFFIXES = (".md", ".markdown", ".mdx")
CONFLICT_SUFFIX = ".conflict.md"  # what `kb sync` leaves beside a file for a person to settle
_TOOL_FOLDERS = {".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__", ".obsidian"}

Report = Callable[[str, int, str, str], None]


@dataclass(frozen=True, slots=True)
class TextFile:
    """A Markdown file that could be read. `path` is relative, with / on every system."""

    path: str
    text: str
    digest: str


@dataclass(slots=True)
class Folder:
    """The files under a root. Nothing outside is ever opened: only what the walk found is."""

    root: Path
    paths: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    _by_lower_case: dict[str, str] = field(default_factory=dict)
    _by_name: dict[str, list[str]] = field(default_factory=dict)

    def report(self, file: str, line: int, reason: str, action: str) -> None:
        """Keep a problem for the report."""
        self.problems.append(Problem(file, line, reason, action))

    def markdown(self) -> list[str]:
        """Return the paths of the Markdown files, in order."""
        return sorted(
            path
            for path in self.paths
            if path.lower().endswith(SUFFIXES) and not path.endswith(CONFLICT_SUFFIX)
        )

    def find(self, path: str) -> str | None:
        """Return the path of an existing file, forgiving about case."""
        return path if path in self.paths else self._by_lower_case.get(path.lower())

    def find_by_end(self, path: str) -> str | None:
        """Return the file whose path ends with `path`; None when none or several do."""
        name = posixpath.basename(path).lower()
        ending = f"/{path.lower()}"
        found = [
            each for each in self._by_name.get(name, ()) if f"/{each.lower()}".endswith(ending)
        ]
        return found[0] if len(found) == 1 else None

    def read(self, path: str) -> bytes:
        """Return the content of a file that the walk has found."""
        if path not in self.paths:
            raise FileNotFoundError(path)
        return (self.root / path).read_bytes()

    def size(self, path: str) -> int:
        """Return the size of a file in bytes."""
        return (self.root / path).stat().st_size


def open_folder(path: Path) -> Folder:
    """Walk a folder. Symbolic links to folders, and those that lead out of it, are reported."""
    root = path.resolve()
    folder = Folder(root)
    for parent, names, files in os.walk(root):
        names[:] = sorted(set(names) - _TOOL_FOLDERS)
        relative = Path(parent).relative_to(root)
        for name in list(names):
            if (Path(parent) / name).is_symlink():
                names.remove(name)
                place = (relative / name).as_posix()
                folder.report(place, 0, "a symbolic link to a folder", "not followed")
        for name in sorted(files):
            _take(folder, Path(parent) / name, (relative / name).as_posix())
    _leave_second_names(folder)
    return folder


def _leave_second_names(folder: Folder) -> None:
    """Read a Markdown file once, under its own name; links to its other names lead to it."""
    for path in folder.markdown():
        if not (folder.root / path).is_symlink():
            continue
        own = (folder.root / path).resolve().relative_to(folder.root).as_posix()
        if own in folder.paths and own.lower().endswith(SUFFIXES):
            folder.report(path, 0, f"a symbolic link to {own}", "not read twice")
            folder.paths.remove(path)
            folder._by_lower_case[path.lower()] = own


def _take(folder: Folder, file: Path, path: str) -> None:
    if file.is_symlink() and not file.resolve().is_relative_to(folder.root):
        folder.report(path, 0, "a symbolic link that leads out of the folder", "not read")
        return
    if not file.is_file():
        if file.is_symlink():
            folder.report(path, 0, "a symbolic link to nothing", "not read")
        return
    folder.paths.add(path)
    folder._by_lower_case.setdefault(path.lower(), path)
    folder._by_name.setdefault(posixpath.basename(path).lower(), []).append(path)


def read_text(folder: Folder, path: str) -> TextFile | None:
    """Return a Markdown file with plain line ends, None when there is nothing to be had from it.

    What had to be put right (encoding, byte order mark, line ends) is reported.
    """
    if folder.size(path) > MAX_MARKDOWN_BYTES:
        limit = f"larger than {MAX_MARKDOWN_BYTES // 1_000_000} MB"
        folder.report(path, 0, limit, "skipped")
        return None
    try:
        content = folder.read(path)
    except OSError as reason:
        folder.report(path, 0, f"cannot be read ({reason.strerror})", "skipped")
        return None
    text = _decode(folder, path, content)
    if text is None:
        return None
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        folder.report(path, line, "line ends of another system (CRLF)", "read as plain line ends")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        folder.report(path, 0, "an empty file", "skipped")
        return None
    return TextFile(path, text, hashlib.sha256(content).hexdigest())


def _decode(folder: Folder, path: str, content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        folder.report(path, 1, "not UTF-8 but UTF-16", "read as UTF-16")
        return content.decode("utf-16", errors="replace")
    try:
        text = content.decode()
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        if b"\0" in content:
            folder.report(path, line, "not a text", "skipped")
            return None
        folder.report(path, line, "not UTF-8", "read as Windows-1252")
        return content.decode("cp1252", errors="replace")
    if text.startswith("\ufeff"):
        folder.report(path, 1, "a byte order mark at the start", "left out")
        text = text[1:]
    if "\0" in text:
        folder.report(path, 0, "not a text", "skipped")
        return None
    return text
