"""`sync_folder`: a folder and the site are brought to say the same, and nothing of either is lost.

Each pass looks at both sides, decides, writes files and then the site. Any step may be the last:
files are only written over what was read, with words that hold what both sides said, and what one
side has already taken in is seen to be equal at the next look. So a sync that was killed is
finished by the next one.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from articles import attachments
from articles.importing import ImportOptions, import_folder
from articles.importing.folder import read_text
from articles.importing.report import Problem
from articles.importing.writing import write_categories
from articles.models import ImportedFile, Status, SyncedFile, Translation
from articles.publishing import archive, commit_changes
from articles.sync import report as said
from articles.sync.bases import inferred
from articles.sync.conflicts import copy_of, copy_path, is_settled, lines_in_conflict, read_copy
from articles.sync.files import FileMoved, digest_of, remove, write_over
from articles.sync.observing import Pair, View, observe
from articles.sync.report import SyncOptions, SyncReport
from articles.sync.sides import Side, side_from, side_of_site
from articles.sync.threeway import Base, Merged, merge
from articles.sync.tree import sync_categories
from articles.sync.writing_files import changed_text, new_path, new_text, shown_by
from articles.sync.writing_site import Writer, set_aside
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.locales import settings

MAX_PASSES = 6  # what is said in one language may have to be written into the files of the others


def sync_folder(path: Path, options: SyncOptions | None = None) -> SyncReport:
    """Bring a folder and the site to say the same; needs an application context.

    What both changed in the same place is left alone on both sides and reported.
    """
    options = options or SyncOptions()
    importing = ImportOptions(source=options.source or path.resolve().name)
    with _alone(importing.source):
        report = SyncReport()
        try:
            for _ in range(MAX_PASSES):
                run = _Pass(observe(path, importing), options, report)
                if not run.run() or options.dry_run:
                    break
        finally:
            db.session.rollback()
        return report


@contextmanager
def _alone(source: str) -> Iterator[None]:
    """Let one process at a time sync a folder."""
    home = settings().home
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"sync-{source.replace('/', '-')}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(slots=True)
class _Pass:
    view: View
    options: SyncOptions
    report: SyncReport
    did: bool = False  # something was written, so that another look is worth while
    taken: set[str] = field(default_factory=set)  # paths given to new files
    changes: list[tuple[Pair, Merged, bool]] = field(default_factory=list)
    touches_site: bool = False

    def run(self) -> bool:
        """Look, decide and write; tell whether anything was written."""
        view = self.view
        self.report.problems = sorted(set(view.folder.problems))
        self.report.conflicts, self.report.unchanged = [], 0
        self._make_articles([pair for pair in view.pairs if pair.translation is None])
        if self.did and not self.options.dry_run:
            return True  # with the new ones, everything is looked at again
        troubles = sync_categories(view, self.options, self.report)
        self.did |= troubles.did
        self.touches_site |= troubles.to_site
        for pair in view.pairs:
            if pair.source is not None and pair.translation is not None:
                self._settle(pair)
        self._make_files([pair for pair in view.pairs if pair.source is None])
        self._write_images()
        self._write_site()
        return self.did

    # New on one side only

    def _make_articles(self, pairs: list[Pair]) -> None:
        if not (pairs and self.options.to_site):
            return
        for pair in pairs:
            self.report.add(pair.path, said.NEW_ARTICLE)
        self.did = True
        if self.options.dry_run:
            return
        only = frozenset(pair.path for pair in pairs)
        made = import_folder(
            self.view.root,
            options=ImportOptions(
                source=self.view.options.source, only=only, as_drafts=self.options.review
            ),
        )
        if not made.written:
            self.did = False

    def _make_files(self, pairs: list[Pair]) -> None:
        gone = [pair for pair in pairs if pair.row is not None]
        if gone and not self.view.plan.sources.seen:
            gone = []  # an empty folder is filled, not a site cleared
        elif self._is_clearing(gone):
            return
        for pair in pairs:
            if pair in gone:
                self._follow_removal(pair)
            elif self.options.to_files:
                self._make_file(pair, said.NEW_FILE)

    def _is_clearing(self, gone: list[Pair]) -> bool:
        """Tell whether most files have gone, which a wrong folder explains better than a person."""
        known = [row for row in self.view.rows.values() if row.translation_id is not None]
        still = [pair for pair in gone if not _is_archived(pair)]
        if self.options.force or not self.options.to_site or len(still) * 2 <= len(known):
            return False
        reason = f"{len(still)} of the {len(known)} files of this folder are gone"
        self._problem(".", reason, "nothing archived; if that is meant, say --force")
        return True

    def _follow_removal(self, pair: Pair) -> None:
        """Archive what lost its file; but words that the site has since then come back as a file."""
        assert pair.site is not None
        assert pair.row is not None
        if _is_archived(pair):
            self._forget(pair)
        elif pair.base is not None and pair.base.site != pair.site:
            if self.options.to_files:
                self._make_file(pair, said.BACK)
        elif self.options.to_site:
            self.report.add(pair.path, said.GONE)
            self.did = self.touches_site = True
            if not self.options.dry_run and pair.translation is not None:
                archive(pair.translation)
                self._forget(pair)

    def _forget(self, pair: Pair) -> None:
        assert pair.row is not None
        if self.options.dry_run:
            return
        file = self.view.plan.memory.files.pop(pair.row.path, None)
        db.session.delete(pair.row)
        if file is not None:
            db.session.delete(file)
        db.session.flush()  # before another file comes to its place
        self.touches_site = True

    def _make_file(self, pair: Pair, what: str) -> None:
        translation, site = pair.translation, pair.site
        assert translation is not None
        assert site is not None
        view = self.view
        path = new_path(view.folder, view.layout, translation, self.taken)
        view.layout.paths[translation.id] = path
        self.report.add(path, what)
        self.did = True
        if self.options.dry_run:
            return
        text = new_text(translation, view.layout).encode()
        if self._write(path, text, expected=""):
            if pair.row is not None:
                self._forget(pair)
            self._know(path, translation)

    # On both sides

    def _settle(self, pair: Pair) -> None:
        assert pair.file is not None
        assert pair.site is not None
        imported = self.view.plan.memory.files.get(pair.path)
        base = inferred(pair, imported)
        merged = self._decided(pair, _restored(merge(base, pair.file, pair.site), pair))
        if merged is None:
            return
        is_new_for_file = bool(merged.for_file) or merged.file_body != pair.file.body
        is_new_for_site = not _is_said(merged, pair.site)
        if is_new_for_file and self.options.to_files:
            what = said.MERGED if is_new_for_site else said.TO_FILE
            if not self._rewrite(pair, merged, what):
                return
        if is_new_for_site and self.options.to_site:
            agree = self.options.to_files or not is_new_for_file
            self.changes.append((pair, merged, agree))
            if not (is_new_for_file and self.options.to_files):
                self.report.add(pair.path, said.WAITS if self.options.review else said.TO_SITE)
            self.did = self.touches_site = True
        if not (is_new_for_file or is_new_for_site):
            self.report.unchanged += 1
        left_to_file = is_new_for_file and not self.options.to_files
        left_to_site = is_new_for_site and not self.options.to_site
        if not is_new_for_site and not left_to_file and not left_to_site:
            self._note(pair, merged, pair.site)

    def _decided(self, pair: Pair, merged: Merged) -> Merged | None:
        """Return what both sides should say once a person has settled what they disagree on."""
        assert pair.file is not None
        assert pair.site is not None
        copy = read_copy(self.view.root, pair.path)
        if not merged.is_clean and pair.path in self.options.ours | self.options.theirs:
            return self._chosen(pair, merged)
        then = pair.row.conflict if pair.row is not None else None
        if then is not None and copy is not None and is_settled(copy):
            return self._settled_by_copy(pair, side_from(then["file"]), side_from(then["site"]))
        if merged.is_clean:
            self._end_conflict(pair)
            return merged
        is_decided = then is not None and copy is None and bool(then.get("shown"))
        if then is not None and is_decided and side_from(then["file"]) != pair.file:
            again = merge(_base_of(then, pair.file), pair.file, pair.site)
            if again.is_clean:
                self._end_conflict(pair)
                return again
        self._show_conflict(pair, merged, copy)
        return None

    def _chosen(self, pair: Pair, merged: Merged) -> Merged:
        """Decide a conflict for one side, as asked; what the file said stays in a revision."""
        assert pair.file is not None
        assert pair.site is not None
        assert pair.translation is not None
        is_file = pair.path in self.options.ours
        if not is_file and not self.options.dry_run:
            set_aside(pair.translation, pair.file, pair.site)
            self.touches_site = True
        self._end_conflict(pair)
        return merged.decided(for_the_file=is_file)

    def _settled_by_copy(self, pair: Pair, file: Side, site: Side) -> Merged | None:
        """Take over what a person made of a conflict, unless the file has changed as well."""
        assert pair.file is not None
        assert pair.source is not None
        assert pair.site is not None
        place = copy_path(pair.path)
        if pair.file != file:
            reason = f"both this file and {place} were changed"
            self._conflict(pair.path, 0, reason, "remove the one that is not right")
            return None
        self.report.add(pair.path, said.SETTLED)
        self.did = True
        if self.options.dry_run:
            return None
        content = (self.view.root / place).read_bytes()
        if self._write(pair.path, content, expected=pair.source.digest):
            assert pair.row is not None
            # From here on the file has changed from what the site said when they disagreed.
            pair.row.base = {"file": _against(site, file).plain(), "site": site.plain()}
            pair.row.conflict = None
            commit_changes()
            remove(self.view.root / place, expected=digest_of(self.view.root / place))
        return None

    def _end_conflict(self, pair: Pair) -> None:
        """Remove the copy that showed a conflict which is no more, unless somebody works in it."""
        if pair.row is None or pair.row.conflict is None or self.options.dry_run:
            return
        place = self.view.root / copy_path(pair.path)
        remove(place, expected=str(pair.row.conflict.get("copy", "")))
        pair.row.conflict = None
        self.touches_site = True

    def _show_conflict(self, pair: Pair, merged: Merged, copy: str | None) -> None:
        """Put both versions into a copy beside the file, and say where they differ."""
        assert pair.file is not None
        assert pair.site is not None
        assert pair.translation is not None
        text = self._text(pair)
        if text is None:
            return
        made = copy_of(text, merged, shown_by(self.view.layout, pair.translation))
        place = copy_path(pair.path)
        where = self.view.root / place
        if not self.options.dry_run and self._write_copy(pair, where, made):
            copy = made
        names = ", ".join(each.name for each in merged.disagreements)
        what = f"changed on both sides ({names})" if names else "changed on both sides"
        lines = lines_in_conflict(copy or made)
        self._conflict(
            place, lines[0] if lines else 0, f"{pair.path}: {what}", "decide there, and sync again"
        )
        for line in lines[1:]:
            self._conflict(place, line, f"{pair.path}: here too", "decide there")

    def _write_copy(self, pair: Pair, where: Path, made: str) -> bool:
        """Write a copy unless somebody works in the one that is there; tell whether it is this one.

        What is about to be written is noted before, so that a sync that dies in between neither
        takes its own copy for the work of a person, nor a missing one for a decision.
        """
        assert pair.file is not None
        assert pair.site is not None
        row = self._row(pair)
        there, new = digest_of(where), hashlib.sha256(made.encode()).hexdigest()
        known = row.conflict or {}
        if there not in {"", new, known.get("copy")}:
            return False
        then = {"file": pair.file.plain(), "site": pair.site.plain(), "copy": new, "shown": False}
        if known | {"shown": False} != then:
            row.conflict = then
            db.session.commit()
        if there != new and not self._write(copy_path(pair.path), made.encode(), expected=there):
            return False
        row.conflict = then | {"shown": True}
        return True

    # Writing

    def _text(self, pair: Pair) -> str | None:
        """Return the text of a file as it was read, None if it has changed since."""
        assert pair.source is not None
        text = read_text(self.view.folder, pair.path)
        return text.text if text is not None and text.digest == pair.source.digest else None

    def _rewrite(self, pair: Pair, merged: Merged, what: str) -> bool:
        """Bring a file to what both sides should say; tell whether that was done."""
        assert pair.file is not None
        assert pair.source is not None
        assert pair.translation is not None
        text = self._text(pair)
        if text is None:
            return False
        shown = shown_by(self.view.layout, pair.translation)
        text = changed_text(text, pair.file, merged.for_file, merged.file_body, shown)
        self.report.add(pair.path, what)
        self.did = True
        if self.options.dry_run:
            return True
        if b"\r\n" in (self.view.root / pair.path).read_bytes():
            text = text.replace("\n", "\r\n")
        return self._write(pair.path, text.encode(), expected=pair.source.digest)

    def _write(self, path: str, content: bytes, *, expected: str) -> bool:
        try:
            write_over(self.view.root / path, content, expected=expected)
        except FileMoved:
            self._problem(path, "changed while it was read", "left for the next sync")
            return False
        except OSError as error:
            self._problem(path, f"cannot be written ({error.strerror})", "left as it is")
            return False
        return True

    def _write_images(self) -> None:
        for name, attachment in sorted(self.view.layout.used.items()):
            target = self.view.root / name
            if target.exists() or not self.options.to_files:
                continue
            self.report.add(name, said.IMAGE)
            if self.options.dry_run:
                continue
            source = attachments.path_of(attachment)
            if not source.is_file():
                self._problem(name, "its content is missing in the home folder", "not written")
            else:
                self._write(name, source.read_bytes(), expected="")

    def _write_site(self) -> None:
        if self.options.dry_run:
            db.session.rollback()
            return
        used = {str(merged.fields.get("category") or "") for _, merged, _ in self.changes}
        catalogue = self.view.plan.catalogue
        for node in catalogue.nodes.values():
            node.declared = False
        categories = write_categories(catalogue, used & catalogue.nodes.keys())
        self._write_attachments()
        writer = Writer(categories, review=self.options.review)
        for pair, merged, agree in self.changes:
            self._write_translation(writer, pair, merged, agree=agree)
        if self.touches_site:
            if self.changes:
                changed = [pair.path for pair, _, _ in self.changes]
                record("folder.synced", thing="folder", label=self.view.options.source,
                       files=changed[:100], count=len(changed))  # fmt: skip
            commit_changes()
        else:
            db.session.commit()  # only what is known of the files

    def _write_attachments(self) -> None:
        for asset in self.view.plan.linker.assets.values():
            attachments.store_content(asset)
            if attachments.find(asset.digest) is None:
                attachments.record(asset)

    def _write_translation(
        self, writer: Writer, pair: Pair, merged: Merged, *, agree: bool
    ) -> None:
        assert pair.translation is not None
        assert pair.site is not None
        troubles = writer.write(pair.translation, merged.side, pair.site)
        for trouble in troubles:
            self._problem(pair.path, trouble, "the site keeps what it has")
        if agree and not troubles:
            self._note(pair, merged, side_of_site(pair.translation, self.view.layout))

    # What is known of the files

    def _row(self, pair: Pair) -> SyncedFile:
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

    def _note(self, pair: Pair, merged: Merged, site: Side) -> None:
        """Remember that both sides agree: the file as it now is, and what the site says."""
        if self.options.dry_run or pair.file is None or pair.translation is None:
            return
        fields = {**pair.file.fields, **merged.for_file}
        stated = {name: value for name, value in fields.items() if value not in (None, "", [])}
        base = {"file": Side(stated, merged.file_body).plain(), "site": site.plain()}
        row = self._row(pair)
        if row.base != base or row.conflict is not None:
            row.base, row.conflict, row.synced_at = base, None, utc_now()
        self._know(pair.path, pair.translation, row)

    def _know(self, path: str, translation: Translation, row: SyncedFile | None = None) -> None:
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

    # What a person has to know

    def _problem(self, path: str, reason: str, action: str) -> None:
        self.report.problems.append(Problem(path, 0, reason, action))

    def _conflict(self, path: str, line: int, reason: str, action: str) -> None:
        self.report.conflicts.append(Problem(path, line, reason, action))


def _is_archived(pair: Pair) -> bool:
    assert pair.translation is not None
    return pair.translation.status() is Status.ARCHIVED


def _is_said(merged: Merged, site: Side) -> bool:
    """Tell whether the site says already what it should."""
    return merged.side.body == site.body and dict(merged.fields) == dict(site.fields)


def _restored(merged: Merged, pair: Pair) -> Merged:
    """Bring back what was archived when its file went, now that the file is there again."""
    assert pair.file is not None
    if pair.row is None and "archived" in merged.fields and "archived" not in pair.file.fields:
        imported_away = {name: v for name, v in merged.fields.items() if name != "archived"}
        return Merged(
            imported_away, merged.for_file, merged.pieces, merged.file_body, merged.disagreements
        )
    return merged


def _against(side: Side, stated: Side) -> Side:
    """Return a side as the other one would state it: what it does not state is left out."""
    return Side({n: v for n, v in side.fields.items() if n in stated.fields}, side.body)


def _base_of(then: dict[str, dict[str, object]], file: Side) -> Base:
    """Return the base of a file that a person has changed so that it settles a conflict."""
    site = side_from(then["site"])
    return Base(_against(site, file), site)
