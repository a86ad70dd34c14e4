"""The room of connections: one page that leads to all that ties this site to other programs."""

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from flask_security import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from feedback.helpdesk.present import desk
from kb.caching import private
from kb.db import db
from kb.deliveries.receivers import adopt
from kb.deliveries.state import Standing, standings
from kb.rights import Right, holds, requires
from kb.webhooks.models import WebhookEndpoint

blueprint = Blueprint("connections", __name__, url_prefix="/studio/connections")


@dataclass(frozen=True, slots=True)
class Door:
    """A page that leads on, what it is for, and how it stands."""

    label: LazyString | str
    url: str
    what: LazyString | str
    standing: str = ""
    is_troubled: bool = False


# Pages of other parts of the program, shown where they are served.
OTHERS = (
    (
        "api_keys.listing",
        _l("API keys"),
        _l("Keys by which your programs read and write here, each with just the rights it needs."),
    ),
    (
        "widget_studio.overview",
        _l("Widget"),
        _l("Search, articles and the request form on your shop or app, by one line of HTML."),
    ),
    (
        "customer_tokens.overview",
        _l("Known customers"),
        _l("Let your shop or app say who is there, by a signed token."),
    ),
)


@blueprint.get("")
@requires(Right.CONNECT)
def overview() -> AnyResponse:
    """Show what is connected, and lead to where it is set up."""
    adopt()
    found = standings()
    doors = [_help_desk(found), _webhooks(found), _deliveries(found), *_others()]
    return private(render_template("feedback/helpdesk/connections.html", doors=doors))


def _help_desk(found: list[Standing]) -> Door:
    kept = desk()
    troubled = any(each.receiver.failing_since for each in found if each.receiver.kind != "webhook")
    return Door(
        _l("Help desk"),
        url_for("help_desk.overview"),
        _l("Send requests on to Zendesk, Freshdesk, Zammad, an address or your own program."),
        _("Requests go to %(name)s.", name=kept.name) if kept else _("Requests stay here."),
        troubled,
    )


def _webhooks(found: list[Standing]) -> Door:
    count = db.session.scalar(select(func.count()).select_from(WebhookEndpoint)) or 0
    troubled = any(each.receiver.failing_since for each in found if each.receiver.kind == "webhook")
    return Door(
        _l("Webhooks"),
        url_for("webhooks.listing"),
        _l("Addresses of your other programs that hear at once what happens here."),
        ngettext("%(num)s address", "%(num)s addresses", count) if count else _("None yet."),
        troubled,
    )


def _deliveries(found: list[Standing]) -> Door:
    waiting = sum(each.waiting for each in found)
    given_up = sum(each.given_up for each in found)
    said = (
        ngettext("%(num)s message waits", "%(num)s messages wait", waiting)
        if waiting
        else _("Nothing waits.")
    )
    return Door(
        _l("Deliveries"),
        url_for("deliveries.listing"),
        _l("What was sent to other programs, what waits, and sending it again."),
        said,
        bool(given_up or any(each.receiver.failing_since for each in found)),
    )


def _others() -> list[Door]:
    found = []
    for endpoint, label, what in OTHERS:
        view = current_app.view_functions.get(endpoint)
        if view is not None and _is_open(view):
            found.append(Door(label, url_for(endpoint), what))
    return found


def _is_open(view: object) -> bool:
    right = getattr(view, "required_right", None)
    return right is None or holds(current_user, right)
