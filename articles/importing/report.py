"""What an import is asked to do, and what it has to say afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how many are done, how many there are)."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import. Empty values stand for the folder's name and the site's languages."""

    source: str = ""
    locale: str = ""
    locales: tuple[str, ...] = ()
    dry_run: bool = False
    strict: bool = False
    archive_missing: bool = False
    force: bool = False  # archive even when most of the folder has gone
    only: frozenset[str] | None = None  # paths to write; the others are there for links only
    leave: frozenset[str] = frozenset()  # paths not to write; links still lead there
    keep_addresses: bool = False  # articles that are there stay where they are
    as_drafts: bool = False  # with `only`: readers see nothing of them yet
    place: Path | None = None  # where the folder is remembered to lie, if not where it is read

    def with_defaults(self, source: str, locales: tuple[str, ...]) -> "ImportOptions":
        """Return them with what they leave open: the name of the source, the languages."""
        return replace(self, source=self.source or source, locales=self.locales or locales)


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Something wrong in a file. `line` counts from 1; 0 stands for the whole file."""

    file: str
    line: int
    reason: str
    action: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.reason}; {self.action}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many translations were created, updated, …; what was wrong; what was left out on purpose."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    archived: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    attachments: int = 0
    written: bool = False

    def exit_status(self, *, strict: bool) -> int:
        """Return 0 when nothing was wrong, else 1, or 2 when that stopped the import."""
        if not self.problems:
            return 0
        return 2 if strict else 1
