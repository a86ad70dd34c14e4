"""Off the site and back: a date on which an article leaves, archiving, and bringing it back."""

from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from articles.addresses import SuccessorLoops, succeed
from articles.models import Article, Status, Translation
from articles.noting import note
from articles.publishing import archive, commit_changes, restore
from articles.rights import demand, right_to_change, within
from articles.studio.publishing import moments
from articles.studio.publishing.publication import fault_said, page, translation_or_404
from articles.studio.publishing.standing import zone
from kb.db import db, utc_now
from kb.formats import shown_moment
from kb.rights import Right, requires

blueprint = Blueprint("ending", __name__, url_prefix="/studio/drafts/<int:number>")


class NoSuchArticle(LookupError):
    """What was typed names no article."""


def article_named(text: str, locale: str) -> Article:
    """Return the article that an address, a key or a title means. Raises `NoSuchArticle`."""
    typed = text.strip()
    segment = unquote(urlsplit(typed).path.rstrip("/").rpartition("/")[2])
    query = (
        select(Translation)
        .join(Article)
        .where(
            or_(
                Translation.slug == segment,
                Article.key == typed.removeprefix("article:"),
                Translation.title == typed,
            )
        )
        .order_by((Translation.locale == locale).desc(), Translation.id)
        .limit(1)
    )
    found = db.session.scalar(within(query)) if segment else None
    if found is None:
        raise NoSuchArticle(typed)
    return found.article


@blueprint.post("/archive")
@requires(Right.WRITE)
def take_off(number: int) -> Response:
    """Take an article off the site now, or put a draft aside, and say where its address leads."""
    translation = translation_or_404(number, Right.WRITE)
    demand(right_to_change(translation.article), translation.article)
    wanted = request.form.get("successor", "").strip()
    try:
        successor = article_named(wanted, translation.locale) if wanted else None
        was_public = translation.status() is Status.PUBLISHED
        archive(translation)
        succeed(translation.article, successor)
    except NoSuchArticle:
        said = _("No article is called “%(text)s”: paste its address.", text=wanted[:200])
        return page(translation, {"successor": said}, HTTPStatus.BAD_REQUEST)
    except SuccessorLoops:
        db.session.rollback()
        translation = translation_or_404(number, Right.WRITE)
        said = _("The addresses of that article lead here: it cannot follow this one.")
        return page(translation, {"successor": said}, HTTPStatus.CONFLICT)
    note(
        "article.archived",
        translation,
        translation.public_revision,
        successor=successor.key if successor else "",
    )
    commit_changes()
    flash(
        _("It has left the site. “Put it back” below undoes that.")
        if was_public
        else _("The draft is put aside. “Put it back” below undoes that."),
        "done",
    )
    return redirect(url_for("publication.overview", number=number), 303)


@blueprint.post("/restore")
@requires(Right.WRITE)
def put_back(number: int) -> Response:
    """Put an archived article back as it was, or a draft that was put aside."""
    translation = translation_or_404(number, Right.WRITE)
    if translation.public_revision_id is not None:
        demand(Right.PUBLISH, translation.article)
    restore(translation)
    succeed(translation.article, None)
    note("article.restored", translation, translation.public_revision)
    commit_changes()
    is_public = translation.status() is Status.PUBLISHED
    flash(_("It is public again.") if is_public else _("It is a draft again."), "done")
    return redirect(url_for("publication.overview", number=number), 303)


@blueprint.post("/end")
@requires(Right.PUBLISH)
def end_on(number: int) -> Response:
    """Choose the date on which an article leaves the site, another one, or none."""
    translation = translation_or_404(number, Right.PUBLISH)
    if translation.status() in {Status.DRAFT, Status.ARCHIVED}:
        said = _("Only what is public, or planned, can leave the site.")
        return page(translation, {"end_on": said}, HTTPStatus.CONFLICT)
    if "cancel" in request.form:
        restore(translation)
        note("article.end-cancelled", translation, translation.public_revision)
        commit_changes()
        flash(_("It stays on the site."), "done")
        return redirect(url_for("publication.overview", number=number), 303)
    try:
        at = moments.parse(request.form.get("end_on", ""), zone(), now=utc_now())
    except moments.NotAMoment as error:
        return page(translation, {"end_on": fault_said(error.fault)}, HTTPStatus.BAD_REQUEST)
    begins = max(filter(None, (translation.published_at, translation.next_at)), default=at)
    if at <= begins:
        said = _("It becomes public on %(moment)s, after that.", moment=shown_moment(begins))
        return page(translation, {"end_on": said}, HTTPStatus.BAD_REQUEST)
    archive(translation, at=at)
    words, moment = translation.public_revision, at.isoformat(timespec="minutes")
    note("article.end-planned", translation, words, at=moment)
    commit_changes()
    flash(_("It leaves the site on %(moment)s.", moment=shown_moment(at)), "done")
    return redirect(url_for("publication.overview", number=number), 303)


def init_app(app: Flask) -> None:
    """Serve the acts; the page is that of the publication."""
    app.register_blueprint(blueprint)
