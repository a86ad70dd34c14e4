"""What the mails of a request say to its customer, in their language: short, and by a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from articles.views import site_root
from feedback.contact.promises import promises
from feedback.letters import Link, Part, Quiet, Quote, Rich
from feedback.mailbox.addressing import takes_mail
from feedback.mailbox.bodies import text_of
from feedback.mailbox.threading import last_words
from feedback.requests.models import ContactRequest, RequestMessage
from feedback.requests.sender.links import door_of
from feedback.requests.showing import answer_html
from kb.locales import settings

ANSWERS = "Re:"  # in every language: what mail programs know a thread by


@dataclass(frozen=True, slots=True)
class Offer:
    """An article that may answer, and where its reader says that it does."""

    title: str
    url: str
    solved_url: str


def subject_of(request: ContactRequest) -> str:
    """Return the subject of every mail of a thread; the reference brings back what lost its headers."""
    return f"{ANSWERS} {request.subject} [{request.reference}]"


def received(request: ContactRequest) -> str:
    """Return the subject of the confirmation of what a form sent."""
    return str(_("We have received your request (%(reference)s)", reference=request.reference))


def copy(request: ContactRequest, offers: Sequence[Offer] = ()) -> list[Part]:
    """Return the confirmation that a request has come, with what the customer wrote."""
    return [
        _("Hello,"),
        _(
            "We have received your request. Its reference is %(reference)s.",
            reference=request.reference,
        ),
        " ".join(promises(request.locale, request.topic_id)),
        *_offered(offers),
        _("This is what you wrote:"),
        Quote(f"{request.subject}\n\n{request.message}"),
        *_ways_on(request, _("Follow your request")),
        settings().site_name,
    ]


def _offered(offers: Sequence[Offer]) -> list[Part]:
    if not offers:
        return []
    parts: list[Part] = [
        ngettext(
            "While you wait: this page may already have the answer.",
            "While you wait: these pages may already have the answer.",
            len(offers),
        )
    ]
    parts.extend(Rich(_offer_html(each), _offer_text(each)) for each in offers)
    parts.append(Quiet(_("If none does, you need not do anything: a person reads your message.")))
    return parts


def _offer_html(offer: Offer) -> Markup:
    return Markup('<p><a href="{}">{}</a><br><a class="quiet" href="{}">{}</a></p>').format(
        offer.url, offer.title, offer.solved_url, _("This answers my question")
    )


def _offer_text(offer: Offer) -> str:
    words = _("This answers my question")
    return f"{offer.title}\n{offer.url}\n→ {words}\n{offer.solved_url}"


@dataclass(frozen=True, slots=True)
class Named:
    """Files of an answer by their names. `are_here`: they are attached, else fetched from the thread."""

    names: Sequence[str] = ()
    are_here: bool = False


def answer(
    request: ContactRequest, message: RequestMessage, *, name: str, files: Named
) -> list[Part]:
    """Return what a colleague wrote, where its files are, and how to go on."""
    html = _whole(answer_html(message.text, request.locale, external=True))
    return [
        Rich(html, text_of(html)) if html else "",
        _attached(request, files),
        f"{name}\n{settings().site_name}" if name else settings().site_name,
        *_ways_on(request, _("See the whole conversation")),
        Quiet(_("You had written:")),
        Quote(last_words(request)),
    ]


def _whole(html: Markup) -> Markup:
    """Return HTML whose addresses on this site are whole, as a mail needs them."""
    root = site_root()
    return Markup(str(html).replace('href="/', f'href="{root}/').replace('src="/', f'src="{root}/'))  # noqa: S704  # as it was


def _attached(request: ContactRequest, files: Named) -> Part:
    if not files.names:
        return ""
    names = ", ".join(files.names)
    if files.are_here:
        return str(_("Attached, and kept with your request: %(names)s", names=names))
    words = ngettext(
        "With this message comes a file, which is kept with your request: %(names)s",
        "With this message come files, which are kept with your request: %(names)s",
        len(files.names),
        names=names,
    )
    return Rich(
        Markup('<p>{}<br><a href="{}">{}</a></p>').format(
            words, door_of(request), _("Fetch it there")
        ),
        f"{words}\n{door_of(request)}",
    )


def resolved(request: ContactRequest) -> list[Part]:
    """Return that a request is closed, where no question about it says so."""
    return [
        _("Hello,"),
        _(
            "As far as we can see, your request “%(subject)s” (%(reference)s) is settled, so we have closed it.",
            subject=request.subject,
            reference=request.reference,
        ),
        _("If something is still open, just answer this message: that opens it again.")
        if is_answered_by_mail()
        else _("If something is still open, say so there: that opens it again."),
        Link(door_of(request), _("See the whole conversation")),
        settings().site_name,
    ]


def is_answered_by_mail() -> bool:
    """Tell whether somebody gets an answer to a mail of ours: this program, or the company's mailbox."""
    return takes_mail(settings()) or bool(settings().contact_email)


def _ways_on(request: ContactRequest, words: str) -> list[Part]:
    return [
        Link(door_of(request), words),
        Quiet(_("To add something, just answer this message.")) if is_answered_by_mail() else "",
    ]
