"""A plain page to write on: title, questions, text, and what readers will see of it.

Every save says on which revision it was written. Where somebody else has saved meanwhile, the page
comes back with both texts, and nothing is lost.
"""

from dataclasses import dataclass
from difflib import unified_diff
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.drafting import (
    Overtaken,
    has_unpublished,
    newest,
    publish_draft,
    save_draft,
    without_notes,
)
from articles.models import Category, Kind, Revision, Stage, Translation
from articles.publishing import SlugTaken, Words, words_of
from articles.rendering import preview_html
from articles.views import address_of
from kb.accounts.present import who
from kb.db import db
from kb.locales import current_locale
from kb.rights import Right, holds, requires

MAX_TITLE, MAX_SUMMARY, MAX_BODY = 200, 500, 200_000  # characters
MAX_ANSWERS = 30

blueprint = Blueprint("drafts", __name__, url_prefix="/studio/drafts")


@dataclass(frozen=True, slots=True)
class Form:
    """What the page holds: as stored, or as typed."""

    words: Words
    slug: str
    after: int
    errors: dict[str, str]
    diff: tuple[str, ...] = ()
    overtaken_by: str = ""


@blueprint.get("/<int:number>")
@requires(Right.WRITE)
def draft(number: int) -> AnyResponse:
    """Show the newest words of a translation, to be changed."""
    translation = _translation(number)
    last = newest(translation)
    return _page(translation, Form(words_of(last), translation.slug, last.number, {}))


@blueprint.post("/<int:number>")
@requires(Right.WRITE)
def save(number: int) -> AnyResponse:
    """Save what was written, show how it looks, or publish it."""
    translation = _translation(number)
    form = _typed(translation)
    if "preview" in request.form:
        return _page(translation, form)
    if not form.words.title:
        form.errors["title"] = str(_("Give it a title."))
        return _page(translation, form, HTTPStatus.BAD_REQUEST)
    try:
        revision = save_draft(translation, form.words, after=form.after, by=who())
    except Overtaken as error:
        return _page(_translation(number), _beside(form, error.newest), HTTPStatus.CONFLICT)
    if translation.public_revision_id is None:
        _file(translation)
    if "publish" not in request.form:
        return redirect(url_for(".draft", number=number, saved=1), HTTPStatus.SEE_OTHER)
    return _publish(translation, revision, form)


def _publish(translation: Translation, revision: Revision, form: Form) -> AnyResponse:
    if not holds(current_user, Right.PUBLISH):
        abort(HTTPStatus.FORBIDDEN)
    try:
        publish_draft(translation, revision, slug=form.slug or translation.slug, by=who())
    except SlugTaken as error:
        db.session.rollback()
        form.errors["slug"] = str(
            _(
                "The address “%(slug)s” belongs to “%(title)s”. Choose another one.",
                slug=error.slug,
                title=error.title,
            )
        )
        refused = Form(form.words, form.slug, revision.number, form.errors)
        return _page(_translation(translation.id), refused, HTTPStatus.CONFLICT)
    return redirect(url_for(".draft", number=translation.id, published=1), HTTPStatus.SEE_OTHER)


def _translation(number: int) -> Translation:
    found = db.session.get(Translation, number)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _typed(translation: Translation) -> Form:
    """Return what was sent; what the page does not show stays as it was."""
    stored = words_of(newest(translation))
    sent = request.form
    answers = [" ".join(line.split()) for line in sent.get("answers", "").splitlines()]
    words = Words(
        title=" ".join(sent.get("title", "").split())[:MAX_TITLE],
        body=sent.get("body", "").replace("\r\n", "\n")[:MAX_BODY],
        summary=" ".join(sent.get("summary", "").split())[:MAX_SUMMARY],
        answers=tuple(dict.fromkeys(filter(None, answers)))[:MAX_ANSWERS],
        synonyms=stored.synonyms,
        keywords=stored.keywords,
        extra=stored.extra,
    )
    after = sent.get("revision", type=int)
    if after is None:
        abort(HTTPStatus.BAD_REQUEST)
    return Form(words, sent.get("slug", "").strip(), after, {})


def _beside(form: Form, theirs: Revision) -> Form:
    """Return the form as typed, now on top of what somebody else has saved, with the difference."""
    diff = unified_diff(theirs.body.splitlines(), form.words.body.splitlines(), lineterm="", n=1)
    by = theirs.author or str(_("somebody else"))
    return Form(form.words, form.slug, theirs.number, {}, tuple(diff)[2:], by)


def _file(translation: Translation) -> None:
    """Keep where an article belongs, which only counts while nobody has seen it."""
    article, sent = translation.article, request.form
    if sent.get("kind") in set(Kind):
        article.kind = Kind(sent["kind"])
    if "stage" in sent:
        article.stage = Stage(sent["stage"]) if sent["stage"] in set(Stage) else None
    if "category" in sent:
        article.category = db.session.scalar(
            select(Category).where(Category.key == sent["category"])
        )
    db.session.commit()


def _page(translation: Translation, form: Form, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    html = render_template(
        "articles/studio/draft.html",
        translation=translation,
        article=translation.article,
        form=form,
        preview=preview_html(
            without_notes(form.words.body), form.words.title, translation.locale, address_of
        ),
        is_public=translation.public_revision_id is not None,
        is_changed=has_unpublished(translation),
        may_publish=holds(current_user, Right.PUBLISH),
        categories=_categories(),
        kinds=list(Kind),
        stages=list(Stage),
        address=address_of(translation),
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _categories() -> list[tuple[str, str]]:
    """Return (key, name) of every category, in the language of the page."""
    found = db.session.scalars(select(Category).order_by(Category.position, Category.id))
    return [(each.key, each.name_in(current_locale()).name) for each in found]


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
