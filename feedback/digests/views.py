"""The digest: a lead's wish for it in the studio, and the page that ends it."""

import base64
import re
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Flask, abort, g, make_response, redirect, render_template, request
from flask import url_for as _url
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from feedback.digests import sending
from feedback.digests.content import content_of
from feedback.digests.letters import Letter, said_days
from feedback.digests.models import Frequency, Subscription
from feedback.reports import pages
from feedback.reports.filters import Filters
from kb.caching import private
from kb.extensions import FLOOD, csrf, limiter
from kb.locales import current_locale, settings
from kb.mail.speaking import speaking
from kb.mail.state import missing
from kb.rights import Right, requires
from kb.worker import tasks

EVERY = timedelta(minutes=10)
SENT_BY_HAND = "20 per hour"
# The letter says its styles itself, as it must in a mail program; nothing else is let in.
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"

blueprint = Blueprint("digests", __name__, template_folder="templates")


@blueprint.get("/studio/reports/digest")
@requires(Right.SEE_REPORTS)
def subscription() -> AnyResponse:
    """Show whether the digest comes, how often, and what it looks like."""
    wish = sending.subscription_of(current_user)
    html = render_template(
        "feedback/digests/subscription.html",
        wish=wish,
        chosen=_chosen(wish),
        frequencies=tuple(Frequency),
        previews={each: said_days(each, sending.newest(each).period) for each in Frequency},
        is_mail_ready=not missing(settings()),
        said=request.args.get("done", ""),
        **pages.frame("digest", pages.asked()),
    )
    return private(html)


def _chosen(wish: Subscription | None) -> tuple[Frequency, str]:
    return (wish.frequency, wish.locale) if wish else (Frequency.WEEKLY, current_locale())


@blueprint.post("/studio/reports/digest")
@requires(Right.SEE_REPORTS)
@limiter.limit(SENT_BY_HAND, exempt_when=lambda: request.form.get("act") != "send")
def decide() -> AnyResponse:
    """Keep a wish, end it, or send the newest digest at once."""
    act = request.form.get("act")
    if act == "stop":
        sending.unsubscribe(current_user.id)
        return _back("stopped")
    frequency, locale = _asked_frequency(request.form), _asked_locale(request.form)
    if act == "keep":
        sending.subscribe(current_user, frequency, locale)
        return _back("kept")
    if act != "send":
        abort(HTTPStatus.BAD_REQUEST)
    sending.send_now(current_user, frequency, locale)
    return _back("sent")


def _back(done: str) -> AnyResponse:
    return redirect(_url(".subscription", done=done), HTTPStatus.SEE_OTHER)


def _asked_frequency(values: "dict[str, str]") -> Frequency:
    try:
        return Frequency(values.get("frequency", ""))
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)


def _asked_locale(values: "dict[str, str]") -> str:
    locale = values.get("language", "")
    if locale not in settings().locales:
        abort(HTTPStatus.BAD_REQUEST)
    return locale


@blueprint.get("/studio/reports/digest/preview")
@requires(Right.SEE_REPORTS)
def preview() -> AnyResponse:
    """Show the newest digest as a mail program would, the weekly one unless asked otherwise."""
    frequency = _asked_frequency({"frequency": "weekly", **request.args})
    locale = _asked_locale({"language": current_locale(), **request.args})
    with speaking(locale):
        content = content_of(Filters(sending.newest(frequency).period))
        letter = sending.letter_for(current_user, frequency, content, locale)
    response = make_response(_with_pictures(letter))
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return private(response)


def _with_pictures(letter: Letter) -> str:
    """Return the HTML of a letter with its pictures inside, as a browser knows no parts."""

    def inside(found: re.Match[str]) -> str:
        encoded = base64.b64encode(letter.images[found[1]]).decode("ascii")
        return f'src="data:image/png;base64,{encoded}"'

    return re.sub(r'src="cid:([\w-]+)"', inside, letter.html)


@blueprint.get("/<locale:locale>/digest/<token>")
def stop(token: str) -> AnyResponse:
    """Ask whether the digest should end: a mail program that opens links ends nothing."""
    if sending.user_id_of(token) is None:
        abort(HTTPStatus.NOT_FOUND)
    return _stop_page(token, is_stopped=False)


@blueprint.post("/<locale:locale>/digest/<token>")
@limiter.limit(FLOOD)
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF carries no types
def stop_now(token: str) -> AnyResponse:
    """End the digest (RFC 8058): the signed token says who asks, as mail programs send no cookies."""
    user_id = sending.user_id_of(token)
    if user_id is None:
        abort(HTTPStatus.NOT_FOUND)
    sending.unsubscribe(user_id)
    return _stop_page(token, is_stopped=True)


def _stop_page(token: str, *, is_stopped: bool) -> AnyResponse:
    alternates = {each: _url(".stop", locale=each, token=token) for each in settings().locales}
    html = render_template(
        "feedback/digests/stop.html",
        token=token,
        is_stopped=is_stopped,
        alternates=alternates,
        locale=g.locale,
    )
    return private(html)


def init_app(app: Flask) -> None:
    """Serve the pages of the digest, and send it by the clock."""
    app.register_blueprint(blueprint)
    pages.add_room(app, "digest", "digests.subscription", _l("Digest"))
    tasks.register(app, "digests", EVERY, sending.send_due)
