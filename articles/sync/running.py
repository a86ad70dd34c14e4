"""`sync_folder`: a folder and the site are brought to say the same, and nothing of either is lost.

Each pass looks at both sides, decides, writes files and then the site. Any step may be the last:
files are only written over what was read, with words that hold what both sides said, and what one
side has already taken in is seen to be equal at the next look. So a sync that was killed is
finished by the next one.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from articles import attachments
from articles.importing import ImportOptions
from articles.importing.writing import write_categories
from articles.publishing import commit_changes
from articles.sync import report as said
from articles.sync.comings import let_wait, make_articles, make_files
from articles.sync.observing import Pair, observe
from articles.sync.report import SyncOptions, SyncReport
from articles.sync.settling import settle
from articles.sync.sides import side_of_site
from articles.sync.state import Run
from articles.sync.threeway import Merged
from articles.sync.tree import sync_categories
from articles.sync.writing_site import Writer
from kb.audit.recording import record
from kb.db import db
from kb.locales import settings

MAX_PASSES = 6  # what is said in one language may have to be written into the files of the others


def sync_folder(path: Path, options: SyncOptions | None = None) -> SyncReport:
    """Bring a folder and the site to say the same; needs an application context.

    With `review`, that of a request: the letters to reviewers lead to the site (`site_context`).

    What both changed in the same place is left alone on both sides and reported.
    """
    options = options or SyncOptions()
    importing = ImportOptions(source=options.source or path.resolve().name)
    with _alone(importing.source):
        report = SyncReport()
        try:
            for _ in range(MAX_PASSES):
                run = Run(observe(path, importing), options, report)
                if not _one_pass(run) or options.dry_run:
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


def _one_pass(run: Run) -> bool:
    """Look, decide and write; tell whether anything was written."""
    view = run.view
    run.report.problems = sorted(set(view.folder.problems))
    run.report.conflicts, run.report.unchanged = [], 0
    make_articles(run, [pair for pair in view.pairs if pair.translation is None])
    if run.did and not run.options.dry_run:
        return True  # with the new ones, everything is looked at again
    troubles = sync_categories(view, run.options, run.report)
    run.did |= troubles.did
    run.touches_site |= troubles.to_site
    for pair in view.pairs:
        if pair.source is not None and pair.translation is not None:
            settle(run, pair)
    make_files(run, [pair for pair in view.pairs if pair.source is None])
    _write_images(run)
    _write_site(run)
    return run.did


def _write_images(run: Run) -> None:
    for name, attachment in sorted(run.view.layout.used.items()):
        target = run.view.root / name
        if target.exists() or not run.options.to_files:
            continue
        run.report.add(name, said.IMAGE)
        if run.options.dry_run:
            continue
        source = attachments.path_of(attachment)
        if not source.is_file():
            run.problem(name, "its content is missing in the home folder", "not written")
        else:
            run.write(name, source.read_bytes(), expected="")


def _write_site(run: Run) -> None:
    if run.options.dry_run:
        db.session.rollback()
        return
    used = {str(merged.fields.get("category") or "") for _, merged, _ in run.changes}
    catalogue = run.view.plan.catalogue
    for node in catalogue.nodes.values():
        node.declared = False
    categories = write_categories(catalogue, used & catalogue.nodes.keys())
    _write_attachments(run)
    writer = Writer(categories, review=run.options.review)
    for pair, merged, agree in run.changes:
        _write_translation(run, writer, pair, merged, agree=agree)
    let_wait(writer.waiting, run.view.options.source)
    if run.touches_site:
        if run.changes:
            changed = [pair.path for pair, _, _ in run.changes]
            record("folder.synced", thing="folder", label=run.view.options.source,
                   files=changed[:100], count=len(changed))  # fmt: skip
        commit_changes()
    else:
        db.session.commit()  # only what is known of the files


def _write_attachments(run: Run) -> None:
    for asset in run.view.plan.linker.assets.values():
        attachments.store_content(asset)
        if attachments.find(asset.digest) is None:
            attachments.record(asset)


def _write_translation(
    run: Run, writer: Writer, pair: Pair, merged: Merged, *, agree: bool
) -> None:
    assert pair.translation is not None
    assert pair.site is not None
    troubles = writer.write(pair.translation, merged.side, pair.site)
    for trouble in troubles:
        run.problem(pair.path, trouble, "the site keeps what it has")
    if agree and not troubles:
        run.note(pair, merged, side_of_site(pair.translation, run.view.layout))
