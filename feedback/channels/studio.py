"""Channels in the studio: in order, each with its form, and what customers see at a moment."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from articles.markdown.anchors import fold
from articles.studio import undo
from articles.studio.models import ChangeSet
from articles.studio.undo import Undone
from feedback.channels import forms, opening, targets
from feedback.channels.models import ContactChannel
from feedback.channels.offers import offered
from feedback.channels.ordering import moved
from feedback.channels.public_holidays import COUNTRIES, part_names
from feedback.channels.topics import topics
from feedback.channels.words import WAYS
from feedback.requests.models import Way
from kb.audit.recording import record
from kb.caching import private
from kb.db import db, utc_now
from kb.locales import current_locale, settings
from kb.mail.speaking import speaking
from kb.rights import Right, holds, requires

REMOVE = "channel.remove"
# What a lead may add; the API is no channel that customers are told of.
ADDED = tuple(each for each in WAYS if each is not Way.API)
MOST = 40
KEPT = (
    "position", "is_active", "target", "snippet", "snippet_hosts", "snippet_keeps", "words",
    "locales", "topic_ids", "timezone", "hours", "holidays_of", "exceptions", "stated_minutes",
)  # fmt: skip

blueprint = Blueprint("channels", __name__, url_prefix="/studio/channels")


def in_order() -> list[ContactChannel]:
    """Return all channels in the order in which the lead put them."""
    query = select(ContactChannel).order_by(ContactChannel.position, ContactChannel.id)
    return list(db.session.scalars(query))


def name_of(channel: ContactChannel) -> str:
    """Return what a channel is called in the language of the page."""
    own = channel.words.get(current_locale(), {}).get("name")
    return own or str(WAYS[channel.way])


@blueprint.get("/")
@requires(Right.MANAGE_CHANNELS)
def listing() -> AnyResponse:
    """List them, with how they stand now."""
    now = {each.id: each for each in offered(current_locale())}
    html = render_template(
        "feedback/channels/list.html",
        channels=in_order(),
        now=now,
        ways=WAYS,
        added=ADDED,
        name_of=name_of,
        moment=_local(utc_now()),
        country=targets.country_of_zone(settings().timezone),
    )
    return private(html)


def _local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings().timezone)).strftime("%Y-%m-%dT%H:%M")


@blueprint.post("/<int:number>/move")
@requires(Right.MANAGE_CHANNELS)
def move(number: int) -> AnyResponse:
    """Move a channel in the list."""
    channel = _found(number)
    if moved(in_order(), number, request.form):
        channel.updated_at = utc_now()
        record("channel.moved", thing="channel", thing_id=number, label=name_of(channel))
        db.session.commit()
        place = [each.id for each in in_order()].index(number) + 1
        flash(_("“%(name)s” is now number %(place)s.", name=name_of(channel), place=place), "done")
    else:
        flash(_("“%(name)s” can go no further that way.", name=name_of(channel)))
    return redirect(url_for(".listing", _anchor=f"channel-{number}"), HTTPStatus.SEE_OTHER)


@blueprint.get("/new/<way>")
@requires(Right.MANAGE_CHANNELS)
def new(way: str) -> AnyResponse:
    """Show an empty form for a kind of channel."""
    return _page(ContactChannel(way=_way(way)), forms.form_of(_blank(_way(way))), is_new=True)


@blueprint.post("/new/<way>")
@requires(Right.MANAGE_CHANNELS)
def add(way: str) -> AnyResponse:
    """Add a channel."""
    channel = _blank(_way(way))
    last = db.session.scalar(select(func.max(ContactChannel.position)))
    channel.position = 0 if last is None else last + 1
    if len(in_order()) >= MOST:
        abort(HTTPStatus.CONFLICT)
    return _taken(channel, is_new=True)


def _way(name: str) -> Way:
    if name not in {each.value for each in ADDED}:
        abort(HTTPStatus.NOT_FOUND)
    return Way(name)


def _blank(way: Way) -> ContactChannel:
    return ContactChannel(
        way=way, is_active=True, target="", snippet="", snippet_hosts=[], snippet_keeps=False,
        words={}, locales=[], topic_ids=[], timezone="", hours=[], holidays_of="", exceptions=[],
        stated_minutes=None,
    )  # fmt: skip


@blueprint.get("/<int:number>")
@requires(Right.MANAGE_CHANNELS)
def channel(number: int) -> AnyResponse:
    """Show a channel's form."""
    found = _found(number)
    return _page(found, forms.form_of(found))


@blueprint.post("/<int:number>")
@requires(Right.MANAGE_CHANNELS)
def save(number: int) -> AnyResponse:
    """Keep a channel's form; what is not right yet is said, and nothing typed is lost."""
    return _taken(_found(number))


def _taken(found: ContactChannel, *, is_new: bool = False) -> AnyResponse:
    form, asked = request.form.copy(), request.form.get("act", "save")
    if asked == "more":
        form["lines"] = str(opening.lines_of(form) + 3)
        return _page(found, form, is_new=is_new)
    if asked in {"copy-week", "copy-all"}:
        days = range(1, 5) if asked == "copy-week" else range(1, 7)
        return _page(found, opening.copied(form, days), is_new=is_new)
    known = {each.id for each in topics(current_locale())}
    checked = forms.check(form, found, known, may_embed=holds(current_user, Right.CONNECT))
    if checked.errors:
        db.session.rollback()
        return _page(found, form, checked.errors, is_new=is_new)
    for name, value in checked.values.items():
        setattr(found, name, value)
    found.updated_at = utc_now()
    db.session.add(found)
    db.session.flush()
    act = "channel.added" if is_new else "channel.changed"
    record(act, thing="channel", thing_id=found.id, label=name_of(found), kind=found.way.value,
           hosts=found.snippet_hosts)  # fmt: skip
    db.session.commit()
    flash(_("“%(name)s” is kept. Customers see it from now on.", name=name_of(found))
          if found.is_active else
          _("“%(name)s” is kept. Customers do not see it.", name=name_of(found)), "done")  # fmt: skip
    return redirect(url_for(".listing", _anchor=f"channel-{found.id}"), HTTPStatus.SEE_OTHER)


def _page(
    found: ContactChannel,
    form: "MultiDict[str, str]",
    errors: dict[str, str] | None = None,
    *,
    is_new: bool = False,
) -> AnyResponse:
    html = render_template(
        "feedback/channels/channel.html",
        channel=found,
        form=form,
        errors=errors or {},
        is_new=is_new,
        name=name_of(_blank(found.way) if is_new else found),
        kind=str(WAYS[found.way]),
        is_number=found.way in targets.NUMBERS,
        is_page=found.way in targets.PAGES,
        days=opening.day_names(),
        lines=opening.lines_of(form),
        topics=topics(current_locale()),
        countries=_countries(),
        parts=part_names(form.get("country", "")) if form.get("country") in COUNTRIES else [],
        zones=sorted(available_timezones()),
        units=_units(),
        may_embed=holds(current_user, Right.CONNECT),
    )
    return private(html, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


def _countries() -> list[tuple[str, str]]:
    """Return the countries whose holidays are known, by their names in the language of the page."""
    names = (get_locale() or Locale.parse(settings().default_locale)).territories
    named = ((code, names.get(code, code)) for code in COUNTRIES)
    return sorted(named, key=lambda each: fold(each[1]))  # Égypte is not behind Zimbabwe


def _units() -> list[tuple[str, str]]:
    return [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))]


@blueprint.post("/<int:number>/remove")
@requires(Right.MANAGE_CHANNELS)
def remove(number: int) -> AnyResponse:
    """Take a channel away; it can be brought back."""
    found = _found(number)
    memory: dict[str, Any] = {name: getattr(found, name) for name in KEPT}
    change = undo.keep(REMOVE, [{"way": found.way.value, **memory}])
    record("channel.removed", thing="channel", thing_id=number, label=name_of(found))
    name = name_of(found)
    db.session.delete(found)
    db.session.commit()
    flash(_("“%(name)s” is gone.", name=name), "done")
    undo.offer(change)
    return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)


def _unremove(change: ChangeSet) -> Undone:
    for each in change.before:
        values = {name: each[name] for name in KEPT if name in each}
        db.session.add(ContactChannel(way=Way(each["way"]), **values))
    return Undone(len(change.before))


@blueprint.get("/preview")
@requires(Right.MANAGE_CHANNELS)
def preview() -> AnyResponse:
    """Show what customers see at a moment, in one language, so that Christmas is right before it."""
    locale = request.args.get("language", current_locale())
    if locale not in settings().locales:
        abort(HTTPStatus.BAD_REQUEST)
    at = _moment(request.args.get("at", ""))
    is_phone = request.args.get("phone") == "yes"
    with speaking(locale):
        offers = offered(locale, at=at, on_phone=is_phone) if at else []
        shown = render_template("feedback/channels/_offers.html", offers=offers, at=at)
    html = render_template(
        "feedback/channels/preview.html",
        shown=shown,
        at=at,
        moment=_local(at) if at else request.args.get("at", ""),
        language=locale,
        is_phone=is_phone,
    )
    return private(html, HTTPStatus.OK if at else HTTPStatus.UNPROCESSABLE_ENTITY)


def _moment(text: str) -> datetime | None:
    """Read a moment of the site's time zone, the present one where nothing is written."""
    if not text:
        return utc_now()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(settings().timezone))
    except ValueError:
        return None


def _found(number: int) -> ContactChannel:
    found = db.session.get(ContactChannel, number) if number < 2**31 else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def init_app(app: Flask) -> None:
    """Serve the room, and know how a channel comes back."""
    app.register_blueprint(blueprint)
    undo.register(app, REMOVE, _l("Channel removed"), _unremove)
