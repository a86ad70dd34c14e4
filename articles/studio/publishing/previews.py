"""Links that show what is not public yet to people without an account: signed, expiring, ended at will."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from articles.attachments import with_passes
from articles.categories import path_to, tree
from articles.drafting import newest, without_notes
from articles.markdown import render
from articles.models import Revision, Status, Translation
from articles.noting import note
from articles.queries import in_categories
from articles.rendering import image_size, preview_html
from articles.studio.publishing.publication import PREVIEW_DAYS, page, translation_or_404
from articles.views import address_of, site_root
from kb.caching import private
from kb.db import db, utc_now
from kb.locales import settings
from kb.rights import Right, requires
from kb.signing import NotSigned, Signed

TOKENS = Signed("preview of what is not public")

blueprint = Blueprint("previews", __name__)


class PreviewEnded(LookupError):
    """A link that was never given out, has expired, or was ended."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of an article needs of a translation, with the words of one revision."""

    id: int
    locale: str
    slug: str
    title: str
    summary: str
    updated_at: datetime


def token_of(translation: Translation, revision: Revision | None, until: datetime) -> str:
    """Return what a link holds: which words (None: the newest at any time), until when."""
    held = [
        translation.id,
        revision.number if revision is not None else 0,
        translation.previews_ended,
        int(until.timestamp()),
    ]
    return TOKENS.text(held)


def read(token: str, *, now: datetime) -> tuple[Translation, Revision, datetime]:
    """Return the words that a link shows, and until when. Raises `PreviewEnded`."""
    try:
        number, revision_number, ended, until = TOKENS.read(token)
    except NotSigned as error:
        raise PreviewEnded from error
    translation = db.session.get(Translation, number)
    if until <= now.timestamp() or translation is None or translation.previews_ended != ended:
        raise PreviewEnded
    revision = newest(translation) if not revision_number else _revision(number, revision_number)
    if revision is None:
        raise PreviewEnded
    return translation, revision, datetime.fromtimestamp(until, UTC)


def _revision(translation_id: int, number: int) -> Revision | None:
    return db.session.scalar(
        select(Revision).where(Revision.translation_id == translation_id, Revision.number == number)
    )


@blueprint.get("/preview/<token>")
def preview(token: str) -> Response:
    """Show the words as readers would see them, with a band that says what they are."""
    try:
        translation, revision, until = read(token, now=utc_now())
    except PreviewEnded:
        abort(HTTPStatus.NOT_FOUND)
    g.locale = translation.locale if translation.locale in settings().locales else g.get("locale")
    body = without_notes(revision.body)
    shown = Shown(
        translation.id,
        translation.locale,
        translation.slug,
        revision.title,
        revision.summary,
        revision.created_at,
    )
    made = render(body, locale=shown.locale, title=shown.title, image_size=image_size)
    html = render_template(
        "articles/studio/preview.html",
        translation=shown,
        article=translation.article,
        body=with_passes(preview_html(body, shown.title, shown.locale, address_of)),
        toc=made.toc,
        is_preview=True,
        until=until,
        number=revision.number,
        is_public=revision.id == translation.public_revision_id
        and translation.status() is Status.PUBLISHED,
        **_around(translation),
    )
    return _unseen(html)


def _around(translation: Translation) -> Mapping[str, object]:
    """Return where the article would stand: its trail, and what stands beside it for everyone."""
    trail = path_to(tree(translation.locale), translation.article.category_id)
    if not trail:
        return {"trail": [], "siblings": [], "alternates": {}}
    beside = db.session.scalars(in_categories(translation.locale, [trail[-1].id])).all()
    others = [each for each in beside if each.id != translation.id]
    return {"trail": trail, "siblings": [translation, *others], "alternates": {}}


def _unseen(html: str) -> Response:
    """Keep the page out of caches and search engines, and its address out of what links tell."""
    response = private(html)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.post("/studio/drafts/<int:number>/preview-links")
@requires(Right.WRITE)
def make_link(number: int) -> Response:
    """Make a link and show it, once: it is kept nowhere."""
    translation = translation_or_404(number, Right.WRITE)
    days = request.form.get("days", type=int)
    if days not in PREVIEW_DAYS:
        abort(HTTPStatus.BAD_REQUEST)
    revision = newest(translation) if request.form.get("words") == "these" else None
    until = utc_now() + timedelta(days=days)
    link = site_root() + url_for(".preview", token=token_of(translation, revision, until))
    note("preview.given", translation, revision, days=days)
    db.session.commit()
    return page(translation, link=link, link_until=until)


@blueprint.post("/studio/drafts/<int:number>/preview-links/end")
@requires(Right.WRITE)
def end_links(number: int) -> Response:
    """Let no link that was given out for this text show anything any more."""
    translation = translation_or_404(number, Right.WRITE)
    translation.previews_ended += 1
    note("preview.ended", translation)
    db.session.commit()
    flash(_("All links to previews of this text are ended."), "done")
    return redirect(url_for("publication.overview", number=number), 303)


def init_app(app: Flask) -> None:
    """Serve previews."""
    app.register_blueprint(blueprint)
