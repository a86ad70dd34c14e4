"""A translation beside its source, section by section, with what changed in the source lit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.wrappers import Response as AnyResponse

from articles import aligning
from articles.drafting import newest, without_notes
from articles.models import Revision, Translation
from articles.rights import may
from articles.studio.editing import expiry, pages
from articles.studio.editing.editor import translation_at
from articles.studio.editing.forms import Form, typed
from articles.studio.editing.saving import save_form
from articles.studio.publishing import publication
from articles.studio.publishing.differences import Line, compare
from articles.translating import bring_up_to, changes_behind, translated
from articles.translation_source import offered, source_of
from articles.translation_standing import standing_after
from articles.translation_state import counted
from kb.caching import private
from kb.db import db
from kb.rights import Right, requires

PART = "section"  # name of the fields that hold the text, one for each section

blueprint = Blueprint("translate", __name__, url_prefix="/studio/drafts")
expiry.keep_words(blueprint)


@dataclass(frozen=True, slots=True)
class Beside:
    """A section of the source, as lines with what changed in them, beside its translation.

    `lines` is None for a section that the source never had. `is_changed` tells that there is something
    to do: it is new, it has changed, or it is gone.
    """

    lines: Sequence[Line] | None
    source: str
    target: str
    is_changed: bool
    is_new: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the source that stands beside a field: title, summary or questions."""

    lines: Sequence[Line]
    is_changed: bool
    source: str


@blueprint.get("/<int:number>/translate")
@requires(Right.WRITE)
def page(number: int) -> AnyResponse:
    """Show the newest words beside the source, or those that were typed and not saved."""
    translation = translation_at(number)
    form, token = pages.wanted(translation)
    return _page(translation, form, token=token)


@blueprint.post("/<int:number>/translate")
@requires(Right.WRITE)
def save(number: int) -> AnyResponse:
    """Save the translation; it may be called up to date, or be published, in the same click.

    Or show how it looks, with nothing saved.
    """
    translation = translation_at(number)
    _put_together(translation)
    if "preview" in request.form:
        return _page(translation, typed(translation), token=request.form.get("page", ""))
    source = _source_shown(translation, request.form.get("done", type=int))
    show = partial(_page_again, token=request.form.get("page", ""))
    return save_form(translation, partial(_saved, source=source), page=show)


def _put_together(translation: Translation) -> None:
    """Make the text of the request from its sections, as if it had been sent in one field."""
    parts = request.form.getlist(PART)
    if not parts:
        return
    last = newest(translation)
    fields = MultiDict(request.form.items(multi=True))
    fields.poplist(PART)
    fields["body"] = aligning.composed(parts, last.body)
    request.form = ImmutableMultiDict(fields)


def _source_shown(translation: Translation, number: int | None) -> Revision | None:
    """Return the revision of the source that the words are said to translate."""
    if number is None:
        return None
    source = source_of(translation.article)
    found = select(Revision).where(Revision.translation_id == source.id, Revision.number == number)
    return db.session.scalar(found) or abort(HTTPStatus.BAD_REQUEST)


def _saved(revision: Revision, *, source: Revision | None) -> AnyResponse:
    number = revision.translation_id
    if source is not None:
        bring_up_to(revision, source)
    if "publish" in request.form and may(Right.PUBLISH, revision.translation.article):
        return publication.publish_words(revision)
    if "ask" in request.form:
        return publication.submit_words(revision)
    if source is None:
        flash(_("Saved. It is not called up to date yet."), "done")
    else:
        flash(
            _(
                "Saved: revision %(number)s translates revision %(source)s of the source.",
                number=revision.number,
                source=source.number,
            ),
            "done",
        )
    return redirect(url_for(".page", number=number), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:number>/up-to-date")
@requires(Right.WRITE)
def confirm(number: int) -> AnyResponse:
    """Say that there is nothing to change: the words there are translate the source as it is."""
    translation = translation_at(number)
    source = _source_shown(translation, request.form.get("done", type=int))
    last = newest(translation)
    if source is None or request.form.get("revision", type=int) != last.number:
        flash(_("Somebody has saved other words in the meantime: look at them first."), "error")
    else:
        bring_up_to(last, source)
        flash(_("It is up to date with revision %(number)s.", number=source.number), "done")
    return redirect(url_for(".page", number=number), HTTPStatus.SEE_OTHER)


def _page_again(
    translation: Translation, form: Form, status: HTTPStatus, *, token: str
) -> AnyResponse:
    return _page(translation, form, status, token=token)


def _page(
    translation: Translation, form: Form, status: HTTPStatus = HTTPStatus.OK, *, token: str = ""
) -> AnyResponse:
    source = source_of(translation.article)
    if source is translation:
        return redirect(url_for("drafts.draft", number=translation.id), HTTPStatus.SEE_OTHER)
    shown = offered(source)
    assert shown is not None, "a translation always has a revision"
    last = newest(translation)
    base = translated(last, source)
    changes = changes_behind(last, source)
    html = render_template(
        "articles/studio/translate.html",
        **pages.form_context(translation, form, token),
        preview=pages.preview(translation, form),
        offer_endpoint="translate.page",
        copies=[] if token else pages.unsaved(translation),
        source=source,
        shown=shown,
        base=base,
        rows=_rows(base, shown, form.words.body),
        beside=_fields(base, shown),
        standing=standing_after(changes),
        changes=changes,
        counted=counted(changes),
        is_current=last.translated_from == shown.id,
        may_publish=may(Right.PUBLISH, translation.article),
    )
    return private(html, status)


def _rows(base: Revision | None, shown: Revision, body: str) -> list[Beside]:
    """Return the sections of both texts beside each other."""
    now = aligning.split(without_notes(shown.body))
    before = aligning.split(without_notes(base.body)) if base is not None else None
    rows = aligning.align(before, now, aligning.split(body))
    return [_beside(row, knows=before is not None) for row in rows if _says(row)]


def _says(row: aligning.Row) -> bool:
    return any(text and text.strip() for text in (row.source, row.before, row.target))


def _beside(row: aligning.Row, *, knows: bool) -> Beside:
    before, source = (row.before or "").strip("\n"), (row.source or "").strip("\n")
    lines = compare(before if knows else source, source).lines
    is_gone = row.source is None and row.before is not None
    is_new = knows and row.before is None and row.source is not None
    return Beside(
        lines=None if row.source is None and not is_gone else lines,
        source=source,
        target=(row.target or "").strip("\n"),
        is_changed=knows and before != source,
        is_new=is_new and bool(source),
        is_gone=is_gone,
    )


def _fields(base: Revision | None, shown: Revision) -> dict[str, Field]:
    found = {}
    for name in ("title", "summary", "answers", "synonyms", "keywords"):
        now = _text_of(shown, name)
        before = _text_of(base, name) if base is not None else now
        found[name] = Field(compare(before, now).lines, before != now, now)
    return found


def _text_of(revision: Revision, name: str) -> str:
    value = getattr(revision, name)
    return value if isinstance(value, str) else "\n".join(value)


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
