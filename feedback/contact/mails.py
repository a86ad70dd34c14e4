"""The messages that a request causes: one to whoever answers, a copy to whoever asked."""

from collections.abc import Iterable
from datetime import timedelta

from babel import Locale
from flask import url_for
from flask_babel import force_locale, format_timedelta, get_locale
from flask_babel import gettext as _
from sqlalchemy import inspect

from articles.models import Translation
from articles.views import address_of, site_root
from feedback.letters import Part, as_html, as_text
from feedback.requests.models import ContactRequest
from feedback.requests.trail import trail_of
from kb.locales import settings
from kb.mail import outbox

DAY = timedelta(days=1)
MANY = 1_000  # of a unit before the next one: 45 days, not 2 months


def to_staff(request: ContactRequest) -> None:
    """Put the message for the people who answer into the outbox, where the settings name them.

    It is in the default language of the site and answers to the customer.
    """
    config = settings()
    if not config.contact_email:
        return
    assert inspect(request).persistent, "its visit and its reference must be known"
    with force_locale(config.default_locale):
        outbox.send(
            config.contact_email,
            kind="request",
            subject=outbox.one_line(f"[{request.reference}] {request.subject}"),
            text=_staff_text(request),
            reply_to=request.email,
        )


def _staff_text(request: ContactRequest) -> str:
    trail = trail_of(request)
    page = url_for("requests.request_page", reference=request.reference)
    return "\n\n".join(
        part
        for part in (
            request.message,
            "— "
            + _(
                "From %(address)s, in %(language)s",
                address=request.email,
                language=_language(request.locale),
            ),
            _listed(_("Searched in this visit:"), trail.searched),
            _listed(_("Articles read:"), _addresses(trail.read)),
            _listed(_("Articles offered while writing:"), _addresses(trail.suggested)),
            _("The request in the studio: %(address)s", address=site_root() + page),
        )
        if part
    )


def copy_to_sender(request: ContactRequest, delay: timedelta | None) -> None:
    """Put a copy for the person who wrote into the outbox, in their language."""
    with force_locale(request.locale):
        subject = _("We have received your request (%(reference)s)", reference=request.reference)
        parts = _copy(request, delay)
        outbox.send(
            request.email,
            kind="request-copy",
            subject=outbox.one_line(subject),
            text=as_text(parts),
            html=as_html(subject, parts, request.locale),
            reply_to=settings().contact_email,
        )


def _copy(request: ContactRequest, delay: timedelta | None) -> list[Part]:
    return [
        _("Hello,"),
        _(
            "We have received your request. Its reference is %(reference)s.",
            reference=request.reference,
        ),
        promised(delay),
        _("This is what you wrote:"),
        request.subject,
        request.message,
        settings().site_name,
    ]


def promised(delay: timedelta | None) -> str:
    """Return what may be said about how long an answer takes: measured, else the hours, else nothing."""
    if delay is not None:
        return str(_("We answer nine requests in ten within %(time)s.", time=shown_delay(delay)))
    hours = settings().contact_hours.get(str(get_locale()), "")
    return str(_("A person answers you: %(hours)s.", hours=hours)) if hours else ""


def shown_delay(delay: timedelta) -> str:
    """Return a delay in words, in the language of the page: "5 hours", "2 days"."""
    if delay <= DAY:
        return str(format_timedelta(delay, granularity="hour", threshold=MANY))
    return str(format_timedelta(delay, granularity="day", threshold=MANY))


def _language(code: str) -> str:
    return Locale.parse(code).get_display_name(get_locale()) or code


def _listed(heading: str, lines: Iterable[str]) -> str:
    listed = [f"  · {line}" for line in lines]
    return "\n".join([heading, *listed]) if listed else ""


def _addresses(translations: Iterable[Translation]) -> list[str]:
    return [f"{each.title}\n    {address_of(each, external=True)}" for each in translations]
