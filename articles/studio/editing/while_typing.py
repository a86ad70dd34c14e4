"""What the page of a draft asks of the server while somebody types: keep it, show it, who is here."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, redirect, render_template, request, url_for
from flask_security import current_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from articles.drafting import free_slug, newest
from articles.markdown import slugify
from articles.models import Translation
from articles.studio.editing import filing, pages, working_copies
from articles.studio.editing.editor import translation_at
from articles.studio.editing.forms import typed
from articles.studio.editing.saving import reason_of
from kb.caching import private
from kb.db import db
from kb.formats import shown_time
from kb.rights import Right, requires

MAX_COPY = 4_000_000  # characters of one field: far more than is ever saved, and not without end

blueprint = Blueprint("keeping", __name__, url_prefix="/studio/drafts")


@blueprint.get("/<int:number>/pulse")
@requires(Right.WRITE)
def pulse(number: int) -> AnyResponse:
    """Tell who is here, what is newer, and a token for what is sent next."""
    return _pulse(translation_at(number))


@blueprint.post("/<int:number>/pulse")
@requires(Right.WRITE)
def here(number: int) -> AnyResponse:
    """Note that the page is open."""
    translation = translation_at(number)
    working_copies.show_up(translation)
    return _pulse(translation)


@blueprint.post("/<int:number>/autosave")
@requires(Right.WRITE)
def autosave(number: int) -> AnyResponse:
    """Keep what is being typed for its writer; nothing is saved, nobody else sees it."""
    translation = translation_at(number)
    fields = {name: request.form[name] for name in working_copies.FIELDS if name in request.form}
    page = request.form.get("page", "")
    after = request.form.get("revision", type=int)
    if not page or after is None or not fields:
        abort(HTTPStatus.BAD_REQUEST)
    if max(map(len, fields.values())) > MAX_COPY:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    at = working_copies.keep(translation, fields, after=after, page=page)
    return _pulse(translation, kept_at=at)


def _pulse(translation: Translation, **more: object) -> AnyResponse:
    last = newest(translation)
    after = request.values.get("revision", type=int)
    html = render_template(
        "articles/studio/_pulse.html",
        people=working_copies.others(translation),
        person=current_user.id,
        newer=last if after is not None and last.number > after else None,
        **more,
    )
    return private(html)


@blueprint.post("/<int:number>/leave")
@requires(Right.WRITE)
def leave(number: int) -> AnyResponse:
    """Forget words that were typed and not saved, because their writer says so."""
    translation = translation_at(number)
    working_copies.drop(translation, request.form.get("page", ""))
    db.session.commit()
    return redirect(url_for("drafts.draft", number=number), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:number>/preview")
@requires(Right.WRITE)
def preview(number: int) -> AnyResponse:
    """Show what readers would see of the fields as they are, with nothing saved."""
    translation = translation_at(number)
    form = typed(translation)
    html = render_template(
        "articles/studio/_seen.html",
        translation=translation,
        form=form,
        preview=pages.preview(translation, form),
        slug_shown=_slug_to_be(translation, form.words.title),
    )
    return private(html)


def _slug_to_be(translation: Translation, title: str) -> str:
    """Return the address that the title would give, "" where it does not follow the title."""
    if translation.published_at or not filing.follows(translation.slug, newest(translation).title):
        return ""
    if filing.follows(translation.slug, title):
        return translation.slug
    return free_slug(title, translation.locale) if slugify(title) else ""


@blueprint.errorhandler(OperationalError)
def unanswered(error: OperationalError) -> AnyResponse:
    """Say in words why nothing was kept; the page keeps it meanwhile."""
    db.session.rollback()
    return private(
        render_template("articles/studio/_reason.html", reason=reason_of(error)),
        HTTPStatus.SERVICE_UNAVAILABLE,
    )


def init_app(app: Flask) -> None:
    """Answer the page."""
    app.jinja_env.filters.setdefault("shown_time", shown_time)
    app.register_blueprint(blueprint)
