"""Put a request together for a help desk, from what the site knows of it."""

from collections.abc import Iterable
from pathlib import Path

from babel import Locale
from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from articles.models import Translation
from articles.views import address_of, site_root
from feedback.channels.models import Topic
from feedback.channels.topics import answers_in_words, in_language
from feedback.helpdesk.case import Case, CaseFile, Page, Words
from feedback.helpdesk.files import lent
from feedback.requests.files.awaiting import is_here
from feedback.requests.files.keeping import files_of, first_files, path_of
from feedback.requests.models import ContactRequest, RequestFile
from feedback.requests.sender.links import door_of
from feedback.requests.trail import trail_of
from kb.customers.models import Customer
from kb.db import db
from kb.locales import settings


def case_of(request: ContactRequest) -> Case:
    """Return a request with all that belongs to its first message."""
    topic = db.session.get(Topic, request.topic_id) if request.topic_id else None
    customer = db.session.get(Customer, request.customer_id) if request.customer_id else None
    trail = trail_of(request)
    locale = settings().default_locale
    details = request.details or {}
    return Case(
        reference=request.reference,
        subject=request.subject,
        message=request.message,
        email=request.email,
        name=request.name or (customer.name if customer else ""),
        locale=request.locale,
        language=in_own_words(request.locale),
        topic=in_language(topic.names, locale, topic.key) if topic else "",
        topic_key=topic.key if topic else "",
        via=request.via.value,
        channel=request.channel.value,
        customer_reference=customer.reference if customer else "",
        plan=customer.plan if customer else "",
        page=site_root() + url_for("requests.request_page", reference=request.reference),
        thread=door_of(request),
        answers=answers_in_words(request.topic_id, details, request.locale),
        details={key: str(value) for key, value in details.items() if value not in (None, "")},
        searched=trail.searched,
        read=_pages(trail.read),
        offered=_pages(trail.suggested),
        files=files_from(first_files(request)),
    )


def in_own_words(locale: str) -> str:
    """Return what a language is called in the language of the desk."""
    return Locale.parse(locale).get_display_name(settings().default_locale) or locale


def files_of_message(request: ContactRequest, message_id: int) -> tuple[CaseFile, ...]:
    """Return the files that came with a later message."""
    return files_from(each for each in files_of(request) if each.message_id == message_id)


def files_from(files: Iterable[RequestFile]) -> tuple[CaseFile, ...]:
    """Return files with where their content lies."""
    return tuple(
        CaseFile(each.name, each.media_type, each.size, Path(path_of(each.key)), lent(each))
        for each in files
        if is_here(each)
    )


def _pages(translations: Iterable[Translation]) -> tuple[Page, ...]:
    return tuple(Page(each.title, address_of(each, external=True)) for each in translations)


def words() -> Words:
    """Return the headings of what the staff of the desk read, in the language of the site."""
    with force_locale(settings().default_locale):
        return Words(
            written_by=str(_("From")),
            language=str(_("Language")),
            topic=str(_("Topic")),
            searched=str(_("Searched in this visit")),
            read=str(_("Articles read")),
            offered=str(_("Articles offered while writing")),
            nothing=str(_("Nothing was searched or read before.")),
            page=str(_("The request on the site")),
        )
