"""The page of a vendor's chat, in a sandbox, with every other way to a person beside it."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, g, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from feedback.channels.models import ContactChannel
from feedback.channels.offers import offers_now
from feedback.channels.snippets import policy
from feedback.requests.models import Way
from kb.caching import private
from kb.db import db
from kb.extensions import csrf
from kb.locales import settings

blueprint = Blueprint("chat", __name__)
csrf.exempt(blueprint)


@blueprint.get("/<locale:locale>/contact/chat/<int:number>")
def page(number: int) -> AnyResponse:
    """Show the chat while it is open; else when it opens, and what to do meanwhile."""
    channel = db.session.get(ContactChannel, number) if number < 2**31 else None
    if channel is None or not channel.is_active or channel.way is not Way.CHAT:
        abort(HTTPStatus.NOT_FOUND)
    if not channel.snippet:
        abort(HTTPStatus.NOT_FOUND)
    offers = offers_now()
    here = next(each for each in offers if each.id == number)
    html = render_template(
        "feedback/channels/chat.html",
        here=here,
        offers=[each for each in offers if each.id != number],
        snippet=Markup(channel.snippet) if here.is_open else "",  # noqa: S704  (an administrator's, in a sandbox)
        alternates={
            each: url_for(".page", locale=each, number=number) for each in settings().locales
        },
        locale=g.locale,
    )
    response = private(html)
    if here.is_open:
        response.headers["Content-Security-Policy"] = policy(
            channel.snippet, channel.snippet_hosts, keeps=channel.snippet_keeps
        )
        # Every other page of the site is `same-origin`: one that these scripts open in a window, which
        # they may read where the snippet keeps its origin, is thereby cut off from them.
        response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
