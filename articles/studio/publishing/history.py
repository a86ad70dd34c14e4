"""The revisions of a text: who wrote what and why, what was public when, and any two compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Row, select
from sqlalchemy.orm import defer
from werkzeug.wrappers import Response

from articles import publications
from articles.drafting import Overtaken, bring_back, newest, without_notes
from articles.models import Revision, Significance, Translation
from articles.noting import note
from articles.rendering import preview_html
from articles.studio.models import Review, Verdict
from articles.studio.publishing.differences import Comparison, compare, folded
from articles.studio.publishing.pagediff import Labels, compare_pages
from articles.studio.publishing.publication import revision_or_404, translation_or_404
from articles.studio.publishing.standing import publication_of
from articles.views import address_of
from kb.accounts.present import who
from kb.caching import private
from kb.db import db, utc_now
from kb.rights import Right, requires

SHOWN = 100  # revisions on a page
BESIDE = 4  # in the panel
MAX_ROWS = 3_000  # lines of a comparison on a page: more make it slow to scroll
VIEWS = ("inline", "side", "page")

blueprint = Blueprint("history", __name__, url_prefix="/studio/drafts/<int:number>")


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a revision was, is or will be what readers see; `until` None: open."""

    since: datetime
    until: datetime | None
    by: str

    @property
    def is_now(self) -> bool:
        """Tell whether readers see it now."""
        now = utc_now()
        return self.since <= now and (self.until is None or self.until > now)

    @property
    def is_to_come(self) -> bool:
        """Tell whether it is planned."""
        return self.since > utc_now()


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision in the list, without its words."""

    revision: Row[int, int, str, str, str, Significance, datetime]
    spans: tuple[Span, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Field:
    """One of the short texts of two revisions, compared."""

    name: str
    comparison: Comparison


def spans_of(translation: Translation) -> dict[int, list[Span]]:
    """Return when each revision was public, by its id."""
    rows = list(db.session.scalars(publications.of(translation)))
    found: dict[int, list[Span]] = {}
    for row, after in zip(rows, [*rows, None][1:], strict=True):
        if row.revision_id is not None:
            until = after.at if after is not None else None
            found.setdefault(row.revision_id, []).append(Span(row.at, until, row.by))
    public = translation.public_revision_id
    if public is not None and public not in found and translation.published_at is not None:
        # Published before anybody took notes of it.
        since = max(translation.published_at, translation.updated_at)
        found[public] = [Span(since, translation.archived_at, "")]
    return found


@blueprint.get("/revisions")
@requires(Right.READ_STUDIO)
def revisions(number: int) -> Response:
    """List the revisions, the newest first."""
    translation = translation_or_404(number, Right.READ_STUDIO)
    before = request.args.get("before", type=int)
    query = (
        select(
            Revision.id,
            Revision.number,
            Revision.title,
            Revision.author,
            Revision.message,
            Revision.significance,
            Revision.created_at,
        )
        .where(Revision.translation_id == translation.id)
        .order_by(Revision.number.desc())
        .limit(SHOWN)
    )
    if before is not None:
        query = query.where(Revision.number < before)
    spans, verdicts = spans_of(translation), _verdicts(translation)
    entries = [
        Entry(row, tuple(spans.get(row.id, ())), verdicts.get(row.id))
        for row in db.session.execute(query)
    ]
    html = render_template(
        "articles/studio/revisions.html",
        translation=translation,
        article=translation.article,
        standing=publication_of(translation),
        entries=entries,
        older=entries[-1].revision.number if entries and entries[-1].revision.number > 1 else None,
        significances=list(Significance),
    )
    return private(html)


def _verdicts(translation: Translation) -> dict[int, Verdict]:
    """Return what became of the last review of each revision, by its id."""
    rows = db.session.execute(
        select(Review.revision_id, Review.verdict)
        .where(Review.translation_id == translation.id, Review.verdict != Verdict.WITHDRAWN)
        .order_by(Review.id)
    )
    return dict(rows.all())


@blueprint.get("/differences")
@requires(Right.READ_STUDIO)
def differences(number: int) -> Response:
    """Compare two revisions: `from` and `to`, as text or as the page that readers get."""
    translation = translation_or_404(number, Right.READ_STUDIO)
    to = request.args.get("to", type=int) or newest(translation).number
    since = request.args.get("from", type=int)
    if since is None:
        since = _default_from(translation, to)
    view = request.args.get("as", "inline")
    if view not in VIEWS:
        abort(HTTPStatus.BAD_REQUEST)
    before, after = revision_or_404(translation, since), revision_or_404(translation, to)
    shown = _page_shown(translation, before, after) if view == "page" else _text(before, after)
    numbers = db.session.scalars(
        select(Revision.number)
        .where(Revision.translation_id == translation.id)
        .order_by(Revision.number.desc())
        .limit(SHOWN)
    ).all()
    html = render_template(
        "articles/studio/differences.html",
        translation=translation,
        article=translation.article,
        before=before,
        after=after,
        view=view,
        numbers=sorted({*numbers, since, to}, reverse=True),
        fields=fields_compared(before, after),
        **shown,
    )
    return private(html)


def recent_revisions(translation: Translation) -> Sequence[Revision]:
    """Return the last few, for the panel beside the text."""
    return db.session.scalars(
        select(Revision)
        .where(Revision.translation_id == translation.id)
        .order_by(Revision.number.desc())
        .limit(BESIDE)
        .options(defer(Revision.body))
    ).all()


def _default_from(translation: Translation, to: int) -> int:
    """Return what a revision is compared with unless told: the public one, else the one before."""
    public = translation.public_revision
    if public is not None and public.number < to:
        return public.number
    return max(to - 1, 1)


def _text(before: Revision, after: Revision) -> dict[str, object]:
    compared = compare(before.body, after.body)
    is_whole = "whole" in request.args
    rows = list(compared.lines) if is_whole else folded(compared.lines)
    return {
        "rows": rows[:MAX_ROWS] if compared.is_changed else [],
        "rows_left": max(len(rows) - MAX_ROWS, 0),
        "is_changed": compared.is_changed,
        "is_coarse": compared.is_coarse,
        "is_whole": is_whole,
    }


def _page_shown(translation: Translation, before: Revision, after: Revision) -> dict[str, object]:
    pages = [
        preview_html(without_notes(each.body), each.title, translation.locale, address_of)
        for each in (before, after)
    ]
    labels = Labels(str(_("Added:")), str(_("Removed:")))
    return {
        "page": compare_pages(pages[0], pages[1], labels),
        "is_changed": pages[0] != pages[1],
    }


def fields_compared(before: Revision | None, after: Revision) -> Sequence[Field]:
    """Return the short texts that differ: title, summary, questions, other names, keywords."""
    names = {
        "title": _("Title"),
        "summary": _("Summary"),
        "answers": _("Questions that it answers"),
        "synonyms": _("Other names of the same thing"),
        "keywords": _("Words to be found by"),
    }
    found = []
    for name, label in names.items():
        compared = compare(_value(before, name), _value(after, name))
        if compared.is_changed:
            found.append(Field(str(label), compared))
    return found


def _value(revision: Revision | None, name: str) -> str:
    value = getattr(revision, name) if revision is not None else ""
    return value if isinstance(value, str) else "\n".join(value)


@blueprint.post("/revisions/<int:revision>/restore")
@requires(Right.WRITE)
def restore(number: int, revision: int) -> Response:
    """Write the words of an old revision anew, as the newest draft."""
    translation = translation_or_404(number, Right.WRITE)
    old = revision_or_404(translation, revision)
    message = str(_("Restores revision %(number)s", number=old.number))
    try:
        written = bring_back(translation, old, message=message, by=who())
    except Overtaken:
        flash(_("Somebody saved at the same moment. Look at their words, then try again."), "error")
        return redirect(url_for(".revisions", number=number), 303)
    note("revision.restored", translation, written, restored=old.number)
    db.session.commit()
    flash(
        _(
            "Revision %(new)s says again what revision %(old)s said. Nothing has changed for "
            "readers yet.",
            new=written.number,
            old=old.number,
        ),
        "done",
    )
    return redirect(url_for("drafts.draft", number=number), 303)


@blueprint.post("/revisions/<int:revision>/significance")
@requires(Right.REVIEW)
def weigh(number: int, revision: int) -> Response:
    """Say how much a revision changes for readers: translations and reports go by it."""
    translation = translation_or_404(number, Right.REVIEW)
    found = revision_or_404(translation, revision)
    wanted = request.form.get("significance", "")
    if wanted not in set(Significance):
        abort(HTTPStatus.BAD_REQUEST)
    was = found.significance
    if was.value != wanted:
        found.significance = Significance(wanted)
        note("revision.weighed", translation, found, was=was.value, now=wanted)
        db.session.commit()
    return redirect(url_for(".revisions", number=number, _anchor=f"revision-{revision}"), 303)


def init_app(app: Flask) -> None:
    """Serve the pages."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["recent_revisions"] = recent_revisions
