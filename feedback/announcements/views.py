"""What customers see of announcements: banners, their pages, the feed, and how to hear of them."""

from datetime import timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    abort,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from articles.views import public_page, site_root
from feedback.announcements import feed as atom_feed
from feedback.announcements import showing, studio, subscribing, telling
from feedback.announcements.models import Announcement
from feedback.announcements.showing import Shown, shown_one
from feedback.announcements.subscribing import Wish
from feedback.contact.form import TRAP, address, email_problem
from feedback.contact.limits import TooMany
from feedback.contact.words import PROBLEMS
from feedback.visitors import current_visitor
from feedback.writing import NotRecorded
from kb import pagecache
from kb.caching import private
from kb.db import db, utc_now
from kb.extensions import FLOOD, csrf, limiter
from kb.locales import settings
from kb.security import from_elsewhere
from kb.worker import tasks

REMEMBERED = timedelta(days=30)  # how long what is over stays on the page of announcements
IN_FEED = 30
TELL_EVERY, FORGET_EVERY = timedelta(minutes=1), timedelta(days=1)

blueprint = Blueprint("announcements", __name__)
csrf.exempt(blueprint)


def _recent(locale: str) -> list[Shown]:
    """Return what stands, and what stood within a month, newest first."""
    now = utc_now()
    query = (
        select(Announcement)
        .options(selectinload(Announcement.texts))
        .where(
            Announcement.starts_at <= now,
            or_(
                Announcement.ends_at.is_(None),
                Announcement.ends_at > now - REMEMBERED,
            ),
            or_(Announcement.fixed_at.is_(None), Announcement.fixed_at > now - REMEMBERED),
        )
        .order_by(Announcement.starts_at.desc(), Announcement.id.desc())
        .limit(IN_FEED)
    )
    return [shown_one(each, locale) for each in db.session.scalars(query) if each.texts]


@blueprint.get("/<locale:locale>/announcements")
def listing() -> AnyResponse:
    """Show what stands, what is over since a short while, and how to hear of it."""
    recent = _recent(g.locale)
    now = {each.id for each in db.session.scalars(showing.visible(utc_now()))}
    html = render_template(
        "feedback/announcements/page.html",
        standing=[each for each in recent if each.id in now and not each.is_fixed],
        over=[each for each in recent if each.id not in now or each.is_fixed],
        alternates={each: url_for(".listing", locale=each) for each in settings().locales},
    )
    return public_page(make_response(html))


@blueprint.get("/<locale:locale>/announcements/<int:number>")
def one(number: int) -> AnyResponse:
    """Show an announcement with all its words."""
    notice = db.session.get(Announcement, number) if number < 2**31 else None
    if notice is None or notice.starts_at > utc_now() or not notice.texts:
        abort(HTTPStatus.NOT_FOUND)
    is_over = notice.ends_at is not None and notice.ends_at <= utc_now()
    html = render_template(
        "feedback/announcements/one.html",
        notice=shown_one(notice, g.locale),
        is_over=is_over,
        alternates={
            each: url_for(".one", locale=each, number=number) for each in settings().locales
        },
    )
    return public_page(make_response(html))


@blueprint.get("/<locale:locale>/announcements.atom")
def feed() -> AnyResponse:
    """Tell feed readers."""
    xml = atom_feed.atom(
        _recent(g.locale),
        title=_("%(site)s: announcements", site=settings().site_name),
        locale=g.locale,
        home=site_root() + url_for(".listing"),
        here=site_root() + url_for(".feed"),
    )
    response = make_response(xml)
    response.mimetype = "application/atom+xml"
    return public_page(response)


@blueprint.post("/<locale:locale>/announcements/follow")
@limiter.limit(FLOOD)
def follow() -> AnyResponse:
    """Keep an address, and ask its owner by e-mail; what a program typed is thanked by nobody."""
    email, about = request.form.get("email", "").strip(), request.form.get("about", type=int)
    if request.form.get(TRAP, "").strip():
        abort(HTTPStatus.BAD_REQUEST)
    if about is not None and (about >= 2**31 or db.session.get(Announcement, about) is None):
        abort(HTTPStatus.NOT_FOUND)
    if problem := email_problem(email):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _follow_page(email=email, about=about, problem=PROBLEMS[problem], status=status)
    wish = Wish(address(email) or email, g.locale, about)
    try:
        subscribing.subscribe(current_visitor(request), wish)
    except TooMany:
        said = _(
            "Too many addresses have come from here, so this one was not kept. Try again later."
        )
        status = HTTPStatus.TOO_MANY_REQUESTS
        return _follow_page(email=email, about=about, problem=said, status=status)
    except NotRecorded:
        said = _("We could not keep your address just now. Please try again in a moment.")
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _follow_page(email=email, about=about, problem=said, status=status)
    return redirect(url_for(".asked"), HTTPStatus.SEE_OTHER)


def _follow_page(*, status: HTTPStatus = HTTPStatus.OK, **context: object) -> AnyResponse:
    return private(
        render_template("feedback/announcements/follow.html", state="form", **context), status
    )


@blueprint.get("/<locale:locale>/announcements/asked")
def asked() -> AnyResponse:
    """Say that a letter is on its way; the same words whoever the address belongs to."""
    return private(render_template("feedback/announcements/follow.html", state="asked"))


@blueprint.get("/<locale:locale>/announcements/confirm/<token>")
def confirm(token: str) -> AnyResponse:
    """Show the button that confirms: programs that open links in letters press none."""
    row = subscribing.subscription_of(token)
    state = "gone" if row is None else "confirmed" if row.confirmed_at else "confirm"
    return _token_page(state, token)


@blueprint.post("/<locale:locale>/announcements/confirm/<token>")
@limiter.limit(FLOOD)
def confirm_now(token: str) -> AnyResponse:
    """Count an address from now on."""
    row = subscribing.subscription_of(token)
    if row is None:
        return _token_page("gone", token)
    subscribing.confirm(row)
    return redirect(url_for(".confirm", token=token), HTTPStatus.SEE_OTHER)


@blueprint.get("/<locale:locale>/announcements/stop/<token>")
def stop(token: str) -> AnyResponse:
    """Ask whether to end it."""
    return _token_page("stop" if subscribing.subscription_of(token) else "stopped", token)


@blueprint.post("/<locale:locale>/announcements/stop/<token>")
@limiter.limit(FLOOD)
@from_elsewhere
def stop_now(token: str) -> AnyResponse:
    """End it (RFC 8058): the signed token says who asks, as mail programs send no cookies."""
    row = subscribing.subscription_of(token)
    if row is not None:
        subscribing.unsubscribe(row)
    return _token_page("stopped", token)


def _token_page(state: str, token: str) -> AnyResponse:
    row = subscribing.subscription_of(token) if state in {"confirm", "stop"} else None
    html = render_template(
        "feedback/announcements/follow.html",
        state=state,
        token=token,
        email=row.email if row is not None else "",
        followed=subscribing.what_is_followed(row) if row is not None else "",
    )
    return private(html, HTTPStatus.NOT_FOUND if state == "gone" else None)


def init_app(app: Flask) -> None:
    """Serve announcements, let finished pages depend on them, and write to those who asked."""
    app.register_blueprint(blueprint)
    studio.init_app(app)
    pagecache.depends_on(app, showing.state)
    tasks.register(app, telling.TASK, TELL_EVERY, telling.tell_all)
    tasks.register(app, "forget-unconfirmed-addresses", FORGET_EVERY, forget)
    app.jinja_env.globals["announcements_here"] = showing.banners


def forget() -> int:
    """Erase the addresses that serve for nothing any more; return how many."""
    return subscribing.forget_unconfirmed() + telling.forget_told()
