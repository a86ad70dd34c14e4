"""What a sync is asked to do, and what it has to say afterwards."""

from dataclasses import dataclass, field
from enum import StrEnum

from articles.importing.report import Problem


class Direction(StrEnum):
    """Which side may be written."""

    BOTH = "both"
    PULL = "pull"  # only the folder
    PUSH = "push"  # only the site


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How to sync. `ours` and `theirs` are paths: in a conflict the file, or the site, is right."""

    source: str = ""
    direction: Direction = Direction.BOTH
    dry_run: bool = False
    review: bool = False  # words of files wait as drafts
    force: bool = False  # archive even when most of the folder has gone
    ours: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()

    @property
    def to_files(self) -> bool:
        """Whether the folder may be written."""
        return self.direction != Direction.PUSH

    @property
    def to_site(self) -> bool:
        """Whether the site may be written."""
        return self.direction != Direction.PULL


@dataclass(slots=True)
class SyncReport:
    """What was written on either side, what waits for a person, and what was wrong."""

    changes: list[tuple[str, str]] = field(default_factory=list)  # (path, what was done)
    conflicts: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0

    def add(self, path: str, what: str) -> None:
        """Note a change, once."""
        if (path, what) not in self.changes:
            self.changes.append((path, what))

    @property
    def exit_status(self) -> int:
        """Return 0 when both sides agree, 1 when something waits for a person."""
        return 1 if self.conflicts or self.problems else 0

    @property
    def files(self) -> list[str]:
        """The files of the folder that were written, created or removed."""
        return sorted({path for path, what in self.changes if what in FILE_CHANGES})


TO_FILE = "site → file"
TO_SITE = "file → site"
MERGED = "both changed: put together"
NEW_FILE = "new on the site: file written"
NEW_ARTICLE = "new file: article created"
BACK = "file was removed, but the site has newer words: file written again"
GONE = "file was removed: article archived"
IMAGE = "image written"
SETTLED = "conflict settled"
WAITS = "file → draft that waits for a review"
FILE_CHANGES = frozenset({TO_FILE, MERGED, NEW_FILE, BACK, IMAGE, SETTLED})
