"""What is there on one side only: new, or gone from the other."""

from collections.abc import Collection, Sequence

from flask import Flask, current_app
from sqlalchemy import select

from articles.importing import ImportOptions, import_folder
from articles.models import ImportedFile, Revision, Status, Translation
from articles.publishing import archive, commit_changes
from articles.signals import words_wait
from articles.sync import report as said
from articles.sync.observing import Pair
from articles.sync.state import Run
from articles.sync.writing_files import new_path, new_text
from kb.db import db


def make_articles(run: Run, pairs: list[Pair]) -> None:
    """Make articles of new files, by an import of these."""
    if not (pairs and run.options.to_site):
        return
    for pair in pairs:
        run.report.add(pair.path, said.NEW_ARTICLE)
    run.did = True
    if run.options.dry_run:
        return
    only = frozenset(pair.path for pair in pairs)
    made = import_folder(
        run.view.root,
        options=ImportOptions(
            source=run.view.options.source, only=only, as_drafts=run.options.review
        ),
    )
    if not made.written:
        run.did = False
    elif run.options.review:
        let_wait(_newest(run.view.options.source, only), run.view.options.source)
        commit_changes()


def _newest(source: str, paths: Collection[str]) -> list[Revision]:
    """Return the words that files of a folder have just brought."""
    query = (
        select(Translation)
        .join(ImportedFile, ImportedFile.translation_id == Translation.id)
        .where(ImportedFile.source == source, ImportedFile.path.in_(paths))
        .order_by(Translation.id)
    )
    return [each.revisions[-1] for each in db.session.scalars(query) if each.revisions]


def let_wait(revisions: Sequence[Revision], source: str) -> None:
    """Tell the studio of words that are to be reviewed. Uncommitted."""
    if revisions:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        words_wait.send(app, revisions=revisions, source=source)


def make_files(run: Run, pairs: list[Pair]) -> None:
    """Write files for what is new on the site; archive there what has lost its file."""
    gone = [pair for pair in pairs if pair.row is not None]
    if gone and not run.view.plan.sources.seen:
        gone = []  # an empty folder is filled, not a site cleared
    elif _is_clearing(run, gone):
        return
    for pair in pairs:
        if pair in gone:
            _follow_removal(run, pair)
        elif run.options.to_files:
            _make_file(run, pair, said.NEW_FILE)


def _is_clearing(run: Run, gone: list[Pair]) -> bool:
    """Tell whether most files have gone, which a wrong folder explains better than a person."""
    known = [row for row in run.view.rows.values() if row.translation_id is not None]
    still = [pair for pair in gone if not _is_archived(pair)]
    if run.options.force or not run.options.to_site or len(still) * 2 <= len(known):
        return False
    reason = f"{len(still)} of the {len(known)} files of this folder are gone"
    run.problem(".", reason, "nothing archived; if that is meant, say --force")
    return True


def _follow_removal(run: Run, pair: Pair) -> None:
    """Archive what lost its file; but words that the site has since then come back as a file."""
    assert pair.site is not None
    assert pair.row is not None
    if _is_archived(pair):
        run.forget(pair)
    elif pair.base is not None and pair.base.site != pair.site:
        if run.options.to_files:
            _make_file(run, pair, said.BACK)
    elif run.options.to_site:
        run.report.add(pair.path, said.GONE)
        run.did = run.touches_site = True
        if not run.options.dry_run and pair.translation is not None:
            archive(pair.translation)
            run.forget(pair)


def _make_file(run: Run, pair: Pair, what: str) -> None:
    translation, site = pair.translation, pair.site
    assert translation is not None
    assert site is not None
    view = run.view
    path = new_path(view.folder, view.layout, translation, run.taken)
    view.layout.paths[translation.id] = path
    run.report.add(path, what)
    run.did = True
    if run.options.dry_run:
        return
    text = new_text(translation, view.layout).encode()
    if run.write(path, text, expected=""):
        if pair.row is not None:
            run.forget(pair)
        run.know(path, translation)


def _is_archived(pair: Pair) -> bool:
    assert pair.translation is not None
    return pair.translation.status() is Status.ARCHIVED
