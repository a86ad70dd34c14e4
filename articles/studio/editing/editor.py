"""The page to write on: fields, text, what readers will see of it, and panels beside it."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from articles import limits
from articles.models import Revision, Translation
from articles.rights import demand
from articles.studio.editing import expiry, form_limits, pages
from articles.studio.editing.filing import has_changed_for_readers
from articles.studio.editing.forms import typed
from articles.studio.editing.saving import save_form
from kb.db import db
from kb.rights import Right, requires

blueprint = Blueprint("drafts", __name__, url_prefix="/studio/drafts")
expiry.keep_words(blueprint)


def translation_at(number: int) -> Translation:
    """Return a translation that the signed-in person may write, or end with 404 or 403."""
    found = db.session.get(Translation, number)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    demand(Right.WRITE, found.article)
    return found


@blueprint.get("/<int:number>")
@requires(Right.WRITE)
def draft(number: int) -> AnyResponse:
    """Show the newest words of a translation, or those that were typed and not saved."""
    translation = translation_at(number)
    form, page = pages.wanted(translation)
    return pages.editor_page(translation, form, page=page)


@blueprint.post("/<int:number>")
@requires(Right.WRITE)
def save(number: int) -> AnyResponse:
    """Save what was written, or show how it looks."""
    translation = translation_at(number)
    if "preview" in request.form:
        form = typed(translation)
        return pages.editor_page(translation, form, page=request.form.get("page", ""))
    return save_form(translation, _saved)


def _saved(revision: Revision) -> AnyResponse:
    number = revision.translation_id
    saved = "beside" if has_changed_for_readers() else "1"
    return redirect(url_for("drafts.draft", number=number, saved=saved), HTTPStatus.SEE_OTHER)


def init_app(app: Flask) -> None:
    """Serve the page."""
    form_limits.init_app(app)
    app.jinja_env.globals["article_limits"] = limits
    app.register_blueprint(blueprint)
