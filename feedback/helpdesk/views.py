"""The help desk in the studio: none, one by e-mail, by a signed webhook, or by the API of a vendor."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from feedback.helpdesk import connections, fetching, files, hooks, leaving, setting
from feedback.helpdesk.desks import APIS
from feedback.helpdesk.models import DeskKind, HeardEvent, HelpDesk
from feedback.helpdesk.present import FILES, KIND, desk
from feedback.helpdesk.setting import Wish, wish_of
from feedback.helpdesk.templates import TEMPLATES
from feedback.requests.models import ContactRequest
from kb.caching import private
from kb.db import db
from kb.deliveries import queue
from kb.deliveries.outcomes import NotTaken
from kb.deliveries.receivers import open_receiver
from kb.deliveries.state import standing_of
from kb.deliveries.words import reason_in_words
from kb.rights import Right, requires
from kb.sealing import Unreadable

LAST = 10  # things that the desk told, on its page
KINDS = {
    DeskKind.ZENDESK: ("Zendesk", _l("Requests become tickets, by its API.")),
    DeskKind.FRESHDESK: ("Freshdesk", _l("Requests become tickets, by its API.")),
    DeskKind.ZAMMAD: ("Zammad", _l("Requests become tickets, by its API.")),
    DeskKind.WEBHOOK: (
        _l("Another program"),
        _l("A CRM or a desk of your own: each request reaches it as a signed message."),
    ),
    DeskKind.EMAIL: (
        _l("By e-mail"),
        _l("Any desk that has an address: each request arrives as a letter with everything."),
    ),
}

blueprint = Blueprint("help_desk", __name__, url_prefix="/studio/help-desk")


@blueprint.get("")
@requires(Right.CONNECT)
def overview() -> AnyResponse:
    """Show the help desk in use, or how to connect one."""
    kept = desk()
    if kept is None:
        return _choice()
    return _page(kept)


def _choice() -> AnyResponse:
    return private(render_template("feedback/helpdesk/choice.html", kinds=KINDS))


@blueprint.get("/connect/<any(email,webhook,zendesk,freshdesk,zammad):kind>")
@requires(Right.CONNECT)
def form(kind: str) -> AnyResponse:
    """Ask what it takes to connect a help desk."""
    return _form(Wish(DeskKind(kind)))


def _form(wish: Wish, wrong: dict[str, str] | None = None) -> AnyResponse:
    page = render_template(
        "feedback/helpdesk/connect.html",
        wish=wish,
        wrong=wrong or {},
        kinds=KINDS,
        in_use=desk(),
        has_api=wish.kind in APIS,
    )
    return private(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else None)


@blueprint.post("/connect/<any(email,webhook,zendesk,freshdesk,zammad):kind>")
@requires(Right.CONNECT)
def connect(kind: str) -> AnyResponse:
    """Connect a help desk, and show its secret this once."""
    wish = _wish(DeskKind(kind))
    wrong = setting.problems(wish, None)
    if wrong:
        return _form(wish, wrong)
    kept, secret = setting.connect(wish)
    return _page(kept, secret=secret)


@blueprint.post("")
@requires(Right.CONNECT)
def act() -> AnyResponse:
    """Change the help desk, try it out, send on what is open, renew its secret, or let go of it."""
    kept = desk()
    if kept is None:
        abort(HTTPStatus.NOT_FOUND)
    match request.form.get("act"):
        case "change":
            return _change(kept)
        case "try":
            _try_out(kept)
        case "send":
            count = setting.send_left(kept)
            flash(
                ngettext(
                    "%(num)s request is on its way.", "%(num)s requests are on their way.", count
                ),
                "done",
            )
        case "secret":
            return _page(kept, secret=setting.renew_secret(kept))
        case "remove":
            setting.let_go(kept)
            flash(_("Requests are answered here again."), "done")
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    return redirect(url_for(".overview"), HTTPStatus.SEE_OTHER)


def _change(kept: HelpDesk) -> AnyResponse:
    wish = _wish(kept.kind)
    wrong = setting.problems(wish, kept)
    if wrong:
        return _page(kept, wish=wish, wrong=wrong)
    setting.change(kept, wish)
    flash(_("The help desk was changed."), "done")
    return redirect(url_for(".overview"), HTTPStatus.SEE_OTHER)


def _try_out(kept: HelpDesk) -> None:
    try:
        who = setting.try_out(kept)
    except (NotTaken, Unreadable) as error:
        flash(_("It does not work: %(reason)s", reason=reason_in_words(str(error))), "error")
    else:
        flash(_("It works: the site is known there as %(name)s.", name=who), "done")


def _wish(kind: DeskKind) -> Wish:
    typed = request.form
    return Wish(
        kind=kind,
        name=typed.get("name", ""),
        address=typed.get("address", "").strip(),
        user=typed.get("user", "").strip()[: setting.MAX_KEY],
        key=typed.get("key", "").strip()[: setting.MAX_KEY],
        foreign_secret=typed.get("foreign_secret", "").strip()[: setting.MAX_KEY],
        tags=typed.get("tags", ""),
        fields=typed.get("fields", ""),
        group=typed.get("group", ""),
        tells_customers="tells_customers" in typed,
    )


def _page(
    kept: HelpDesk,
    *,
    secret: str = "",
    wish: Wish | None = None,
    wrong: dict[str, str] | None = None,
) -> AnyResponse:
    is_mail = kept.kind is DeskKind.EMAIL
    last = db.session.execute(
        select(HeardEvent, ContactRequest.reference)
        .outerjoin(ContactRequest, ContactRequest.id == HeardEvent.request_id)
        .where(HeardEvent.desk_id == kept.id)
        .order_by(HeardEvent.id.desc())
        .limit(LAST)
    ).all()
    page = render_template(
        "feedback/helpdesk/desk.html",
        kept=kept,
        wish=wish or wish_of(kept),
        wrong=wrong or {},
        kinds=KINDS,
        has_api=kept.kind in APIS,
        is_mail=is_mail,
        standing=None if is_mail else standing_of(open_receiver(KIND, kept.id)),
        hook=url_for("help_desk_hooks.hear", number=kept.id, _external=True),
        templates=TEMPLATES.get(kept.kind, ()),
        secret=secret,
        left=0 if is_mail else len(setting.left_here(kept)),
        last=last,
        reason_in_words=reason_in_words,
    )
    return private(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else None)


def init_app(app: Flask) -> None:
    """Serve the pages and the hook, listen to requests, and let their messages be sent."""
    for each in (blueprint, connections.blueprint, files.blueprint, hooks.blueprint):
        app.register_blueprint(each)
    queue.register(app, KIND, leaving.send, leaving.address_of)
    queue.register(app, FILES, fetching.send, fetching.address_of)
    leaving.init_app(app)
