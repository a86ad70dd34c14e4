"""A new article: its kind, language, category and title, then the editor with the headings to fill."""

from http import HTTPStatus

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from articles import limits
from articles.drafting import draft_article
from articles.models import Category, Kind
from articles.publishing import Words
from articles.rights import may_file
from articles.studio.editing.forms import too_long
from articles.studio.editing.outlines import outline
from articles.studio.editing.pages import categories, options
from kb.accounts.present import who
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.locales import current_locale, settings
from kb.rights import Right, requires

blueprint = Blueprint("new_article", __name__, url_prefix="/studio/articles/new")


@blueprint.get("")
@requires(Right.WRITE)
def form() -> AnyResponse:
    """Ask what the article is to be."""
    asked = request.args
    return _page(
        {
            "title": asked.get("title", ""),
            "kind": asked.get("kind", Kind.FAQ.value),
            "language": asked.get("language", current_locale()),
            "category": asked.get("category", ""),
        },
        {},
    )


@blueprint.post("")
@requires(Right.WRITE)
def begin() -> AnyResponse:
    """Begin it from the template of its kind, and open the editor."""
    sent = {name: request.form.get(name, "").strip() for name in ("kind", "language", "category")}
    sent["title"] = " ".join(request.form.get("title", "").replace("\0", "").split())
    category = _category(sent["category"])
    errors = _errors(sent, category)
    if errors:
        return _page(sent, errors, HTTPStatus.BAD_REQUEST)
    kind, locale = Kind(sent["kind"]), sent["language"]
    words = Words(title=sent["title"], body=outline(kind, locale))
    draft = draft_article(words, locale, kind=kind, category=category, by=who())
    draft.article.source_locale = locale
    draft.article.owner = draft.article.owner or current_user.email
    record("article.begun", thing="article", thing_id=draft.article.id, label=draft.title)
    db.session.commit()
    return redirect(url_for("drafts.draft", number=draft.id), HTTPStatus.SEE_OTHER)


def _category(key: str) -> Category | None:
    return db.session.query(Category).filter_by(key=key).one_or_none() if key else None


def _errors(sent: dict[str, str], category: Category | None) -> dict[str, str]:
    errors = {}
    if not sent["title"]:
        errors["title"] = str(_("Give it a title."))
    elif len(sent["title"]) > limits.TITLE:
        errors["title"] = too_long(len(sent["title"]), limits.TITLE)
    if sent["kind"] not in set(Kind):
        errors["kind"] = str(_("Choose one of the kinds."))
    if sent["language"] not in settings().locales:
        errors["language"] = str(_("Choose one of the languages."))
    if not may_file(category):
        errors["category"] = str(_("Choose a category in which you may write."))
    return errors


def _page(
    sent: dict[str, str], errors: dict[str, str], status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    html = render_template(
        "articles/studio/new.html",
        sent=sent,
        form={"errors": errors},
        kinds=list(Kind),
        locales=settings().locales,
        categories=options(filter(may_file, categories())),
        may_leave_unfiled=may_file(None),
    )
    return private(html, status)


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
