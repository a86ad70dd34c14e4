"""One look at both sides, and what is written and noted in its course."""

from dataclasses import dataclass, field

from articles.importing.folder import read_text
from articles.importing.report import Problem
from articles.models import ImportedFile, SyncedFile, Translation
from articles.sync.files import FileMoved, digest_of, write_over
from articles.sync.observing import Pair, View
from articles.sync.report import SyncOptions, SyncReport
from articles.sync.sides import Side
from articles.sync.threeway import Merged
from kb.db import db, utc_now


@dataclass(slots=True)
class Run:
    """What was seen, what is asked for, and what has been done."""

    view: View
    options: SyncOptions
    report: SyncReport
    did: bool = False  # something was written, so that another look is worth while
    touches_site: bool = False
    taken: set[str] = field(default_factory=set)  # paths given to new files
    changes: list[tuple[Pair, Merged, bool]] = field(default_factory=list)
    """What the site has to take over, and whether both sides agree once it has."""

    def text(self, pair: Pair) -> str | None:
        """Return the text of a file as it was read, None if it has changed since."""
        assert pair.source is not None
        text = read_text(self.view.folder, pair.path)
        return text.text if text is not None and text.digest == pair.source.digest else None

    def write(self, path: str, content: bytes, *, expected: str) -> bool:
        """Write a file over what was read; tell whether that was done."""
        try:
            write_over(self.view.root / path, content, expected=expected)
        except FileMoved:
            self.problem(path, "changed while it was read", "left for the next sync")
            return False
        except OSError as error:
            self.problem(path, f"cannot be written ({error.strerror})", "left as it is")
            return False
        return True

    def problem(self, path: str, reason: str, action: str) -> None:
        """Report what was wrong with a file."""
        self.report.problems.append(Problem(path, 0, reason, action))

    def conflict(self, path: str, line: int, reason: str, action: str) -> None:
        """Report what a person has to decide."""
        self.report.conflicts.append(Problem(path, line, reason, action))

    def row(self, pair: Pair) -> SyncedFile:
        """Return the row that remembers a pair, a new one if need be."""
        assert pair.translation is not None
        row = pair.row
        if row is None:
            row = self.view.rows.get(pair.path)
        if row is None:
            row = SyncedFile(source=self.view.options.source, path=pair.path, digest="", base={})
            self.view.rows[pair.path] = row
            db.session.add(row)
        if (row.path, row.translation_id) != (pair.path, pair.translation.id):
            row.path, row.translation_id = pair.path, pair.translation.id
        return row

    def note(self, pair: Pair, merged: Merged, site: Side) -> None:
        """Remember that both sides agree: the file as it now is, and what the site says."""
        if self.options.dry_run or pair.file is None or pair.translation is None:
            return
        fields = {**pair.file.fields, **merged.for_file}
        stated = {name: value for name, value in fields.items() if value not in (None, "", [])}
        base = {"file": Side(stated, merged.file_body).plain(), "site": site.plain()}
        row = self.row(pair)
        if row.base != base or row.conflict is not None:
            row.base, row.conflict, row.synced_at = base, None, utc_now()
        self.know(pair.path, pair.translation, row)

    def know(self, path: str, translation: Translation, row: SyncedFile | None = None) -> None:
        """Remember a file under its digest, for this and for `kb import`."""
        digest = digest_of(self.view.root / path)
        if row is not None and (row.digest, row.revision_id) != (
            digest,
            translation.public_revision_id,
        ):
            row.digest, row.revision_id = digest, translation.public_revision_id
        memory = self.view.plan.memory
        file = memory.files.get(path)
        if file is None:
            file = next(
                (f for f in memory.files.values() if f.translation_id == translation.id), None
            )
        if file is None:
            source = self.view.options.source
            file = ImportedFile(
                source=source, path=path, digest=digest, translation_id=translation.id
            )
            db.session.add(file)
        elif (file.path, file.digest, file.translation_id) != (path, digest, translation.id):
            file.path, file.digest, file.translation_id = path, digest, translation.id
        memory.files[path] = file

    def forget(self, pair: Pair) -> None:
        """Forget a file that is no more."""
        assert pair.row is not None
        if self.options.dry_run:
            return
        file = self.view.plan.memory.files.pop(pair.row.path, None)
        db.session.delete(pair.row)
        if file is not None:
            db.session.delete(file)
        db.session.flush()  # before another file comes to its place
        self.touches_site = True
