"""What colleagues are told by mail: a new request, words of a customer, that a request is theirs.

An answer to such a mail goes to the customer: so everything that is not for them stands below a mark,
and only what is written above it is sent on.
"""

from collections.abc import Iterable

from babel import Locale
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from articles.models import Translation
from articles.views import address_of, site_root
from feedback.letters import Link, Part, Quiet, Quote
from feedback.mailbox.addressing import takes_mail
from feedback.mailbox.quoting import MARK
from feedback.requests.models import ContactRequest, RequestMessage
from feedback.requests.trail import trail_of
from kb.locales import settings


def subject_of(request: ContactRequest) -> str:
    """Return the subject of every notice of a request."""
    return f"[{request.reference}] {request.subject}"


def opened(request: ContactRequest) -> list[Part]:
    """Return a new request, with what its sender had searched and read."""
    trail = trail_of(request)
    return [
        *_mark(),
        request.message,
        "— " + _from(request),
        _listed(_("Searched in this visit:"), trail.searched),
        _listed(_("Articles read:"), _addresses(trail.read)),
        _listed(_("Articles offered while writing:"), _addresses(trail.suggested)),
        _door(request),
    ]


def answered(request: ContactRequest, message: RequestMessage) -> list[Part]:
    """Return what a customer has added."""
    return [
        *_mark(),
        _("The customer has written again:"),
        Quote(message.text),
        "— " + _from(request),
        _door(request),
    ]


def assigned(request: ContactRequest, *, by: str) -> list[Part]:
    """Return that a request has been given to a colleague; `by`: who gave it, where it was a person."""
    said = (
        _("%(name)s has given you this request.", name=by)
        if by
        else _("This request is yours now.")
    )
    return [*_mark(), said, Quote(request.message), "— " + _from(request), _door(request)]


def undelivered(request: ContactRequest, message: RequestMessage, said: str) -> list[Part]:
    """Return that an answer did not arrive: nothing that could be answered."""
    return [
        _("This answer did not reach %(address)s:", address=request.email),
        Quote(message.text),
        _("Their mail server says: %(said)s", said=said),
        _door(request),
    ]


def _mark() -> list[Part]:
    if not takes_mail(settings()):
        return []
    words = _("Write above this line to answer the customer")
    return [Quiet(f"{MARK} {words} {MARK}")]


def _from(request: ContactRequest) -> str:
    who = f"{request.name} <{request.email}>" if request.name else request.email
    return str(
        _("From %(address)s, in %(language)s", address=who, language=_language(request.locale))
    )


def _door(request: ContactRequest) -> Link:
    page = url_for("requests.request_page", reference=request.reference)
    return Link(site_root() + page, _("Open the request in the studio"))


def _language(code: str) -> str:
    return Locale.parse(code).get_display_name(get_locale()) or code


def _listed(heading: str, lines: Iterable[str]) -> str:
    listed = [f"  · {line}" for line in lines]
    return "\n".join([heading, *listed]) if listed else ""


def _addresses(translations: Iterable[Translation]) -> list[str]:
    return [f"{each.title}\n    {address_of(each, external=True)}" for each in translations]
