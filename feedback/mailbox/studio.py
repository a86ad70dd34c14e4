"""Mails to look at, in the studio."""

from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback.mailbox import held, keeping
from feedback.mailbox.models import IncomingMail
from feedback.mailbox.taking import ACKNOWLEDGING
from feedback.mailbox.words import REASONS
from kb.caching import private
from kb.db import db
from kb.rights import Right, requires
from kb.worker.queue import soon

blueprint = Blueprint("incoming_mail", __name__, url_prefix="/studio/mail")


@blueprint.get("")
@requires(Right.ANSWER_REQUESTS)
def listing() -> AnyResponse:
    """List the mails that wait for a person, or what was set aside as advertising."""
    is_set_aside = request.args.get("show") == "set-aside"
    return private(
        render_template(
            "feedback/mailbox/held.html",
            mails=held.listed(is_set_aside=is_set_aside),
            is_set_aside=is_set_aside,
            total=held.waiting(),
            laid=request.args.get("laid", type=int),
            reasons=REASONS,
        )
    )


@blueprint.get("/<int:number>/message.eml")
@requires(Right.ANSWER_REQUESTS)
def raw(number: int) -> AnyResponse:
    """Give a mail as it came, to be saved: no browser shows it."""
    found = keeping.read(_row(number).raw)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    response = Response(found, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{number}.eml"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return private(response)


@blueprint.post("/<int:number>")
@requires(Right.ANSWER_REQUESTS)
def act(number: int) -> AnyResponse:
    """Let a mail be a request or words of one, or lay it aside."""
    row, chosen = _row(number), request.form.get("act", "")
    try:
        if chosen == "request":
            made = held.make_request(row)
        elif chosen == "thread":
            made = held.put_into_thread(row)
        elif chosen in {"aside", "back"}:
            return _laid(row, is_back=chosen == "back")
        else:
            abort(HTTPStatus.BAD_REQUEST)
    except held.NotPossible:
        db.session.rollback()
        flash(_("This mail cannot be answered, so no request can be made of it."), "error")
        return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)
    reference = made.reference
    db.session.commit()
    soon(current_app._get_current_object(), ACKNOWLEDGING)  # type: ignore[attr-defined]
    return redirect(url_for("requests.request_page", reference=reference), HTTPStatus.SEE_OTHER)


def _laid(row: IncomingMail, *, is_back: bool) -> AnyResponse:
    if is_back:
        held.take_back(row)
    else:
        held.lay_aside(row)
    number = row.id
    db.session.commit()
    undo = None if is_back else number
    return redirect(url_for(".listing", laid=undo), HTTPStatus.SEE_OTHER)


def _row(number: int) -> IncomingMail:
    row = db.session.get(IncomingMail, number)
    if row is None or not row.raw:
        abort(HTTPStatus.NOT_FOUND)
    return row


def init_app(app: Flask) -> None:
    """Serve the room."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(mails_to_look_at=held.waiting)
