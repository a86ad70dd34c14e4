"""What customers wait for, on the desk: one's own requests, and those of nobody that wait longest."""

from collections.abc import Sequence

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import Select, func, select

from articles.studio.desk import SHOWN, Act, DeskList, Item, register_list
from feedback.requests.models import ContactRequest
from feedback.requests.studio.queue import View, Wanted, conditions, order
from kb.db import db, utc_now
from kb.formats import shown_duration
from kb.rights import Right, holds


def mine() -> DeskList | None:
    """Return the requests of the reader whose turn it is, who waits longest first."""
    if not holds(current_user, Right.ANSWER_REQUESTS):
        return None
    query = _waiting(View.MINE)
    count = _count(query)
    return DeskList(
        "requests",
        str(_("Your requests")),
        str(
            ngettext(
                "%(num)s customer waits for your answer.",
                "%(num)s customers wait for your answer.",
                count,
            )
        ),
        count,
        [_item(each) for each in _first(query)],
        url_for("inbox.listing", view=View.MINE.value),
    )


def nobodys() -> DeskList | None:
    """Return the requests that nobody has taken, who waits longest first."""
    if not holds(current_user, Right.ANSWER_REQUESTS):
        return None
    query = _waiting(View.UNASSIGNED)
    count = _count(query)
    return DeskList(
        "nobodys-requests",
        str(_("Requests that are nobody’s")),
        str(
            ngettext(
                "%(num)s customer waits, and nobody has taken the request.",
                "%(num)s customers wait, and nobody has taken their requests.",
                count,
            )
        ),
        count,
        [_item(each, take=True) for each in _first(query)],
        url_for("inbox.listing", view=View.UNASSIGNED.value),
    )


def _waiting(view: View) -> Select[ContactRequest]:
    wanted = Wanted(view, current_user.id)
    return (
        select(ContactRequest)
        .where(*conditions(wanted), ContactRequest.waiting_since.is_not(None))
        .order_by(*order(View.OPEN))
    )


def _count(query: Select[ContactRequest]) -> int:
    plain = query.order_by(None).with_only_columns(func.count(ContactRequest.id))
    return db.session.scalar(plain) or 0


def _first(query: Select[ContactRequest]) -> Sequence[ContactRequest]:
    return db.session.scalars(query.limit(SHOWN)).all()


def _item(request: ContactRequest, *, take: bool = False) -> Item:
    since = request.waiting_since or request.created_at
    waits = shown_duration((utc_now() - since).total_seconds())
    act = Act(
        str(_("Take it")),
        url_for("request_acts.act", reference=request.reference),
        {"act": "take"},
    )
    return Item(
        request.subject or request.reference,
        url_for("requests.request_page", reference=request.reference),
        str(_("waiting for %(time)s", time=waits)),
        request.locale,
        (act,) if take else (),
    )


def init_app(app: Flask) -> None:
    """Put the lists on the desk."""
    register_list(app, "requests", mine)
    register_list(app, "nobodys-requests", nobodys)
