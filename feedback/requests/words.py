"""What is said of requests."""

from collections.abc import Mapping

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.channels.words import WAYS as CHANNEL_WAYS
from feedback.requests.models import Author, ContactRequest, Way
from feedback.requests.resolving import State
from kb.formats import shown_moment

STATES: Mapping[State, LazyString] = {
    State.OPEN: _l("open"),
    State.ANSWERED: _l("answer sent"),
    State.RESOLVED: _l("resolved"),
}
WAYS: Mapping[Way, LazyString] = {**CHANNEL_WAYS, Way.API: _l("API")}


def whereabouts(request: ContactRequest) -> str:
    """Return where a request stands, as its sender reads it."""
    if request.resolved_at is not None:
        moment = shown_moment(request.resolved_at)
        if request.closed_by is Author.CUSTOMER:
            return str(_("You closed this request on %(moment)s.", moment=moment))
        return str(_("This request was closed on %(moment)s.", moment=moment))
    if request.waiting_since is not None:
        return str(_("We have your message, and have not answered it yet."))
    return str(_("We have answered: it is your turn."))


def note_words(locale: str, asked: str) -> str:
    """Return what a draft says to its writer of the request it came from, in the draft's language."""
    with force_locale(locale):
        return str(_("What the customer wrote:")) + "\n" + asked
