"""What the widget asks while somebody looks for an answer: the first view, searches, articles."""

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, current_app, g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from articles.models import Translation
from feedback.contact import attempts
from feedback.contact.attempts import Step
from feedback.models import Channel
from feedback.recording import note_read
from feedback.widget import cors, showing, suggesting, words
from feedback.widget.news import news, popular
from feedback.widget.present import (
    answer,
    is_preview,
    remembered,
    said,
    text_of,
    visitor,
)
from feedback.widget.trees import tree
from kb.customers.present import current_customer, session_here
from kb.extensions import csrf, limiter
from kb.locales import settings
from search.filters import MAX_QUERY_LENGTH
from search.results import Results
from search.showing import ShownHit, inside_quotes, shown, visible
from search.signals import search_performed
from search.views import MAX_SUGGESTIONS, NEAREST_WHEN_WEAK, audiences, engine, wants_person

# Whole offices share an address: these only stop a flood.
PER_ADDRESS = "600 per minute"
MOST_HITS = 8
MAX_RANK = 50
FORGOTTEN = timedelta(hours=1)  # a reading that is longer is a forgotten tab

blueprint = Blueprint("widget_reading", __name__, url_prefix="/widget/<locale:locale>")
csrf.exempt(blueprint)
cors.init_blueprint(blueprint)


@blueprint.post("/start")
@limiter.limit(PER_ADDRESS)
def start() -> Response:
    """Give what the widget shows once it is opened: its words, and what may help on this page."""
    facts: dict[str, object] = {
        "words": words.after_opening(),
        "site": settings().site_name,
        "suggested": _suggested(),
        "news": news(g.locale),
        "popular": popular(g.locale),
    }
    customer = current_customer()
    if customer is not None:
        # The token of the company lasts for minutes, what stands for it for hours.
        facts["customer"] = {
            "session": session_here(customer),
            "name": customer.name,
            "email": customer.email,
        }
    return answer(facts)


@blueprint.post("/suggested")
@limiter.limit(PER_ADDRESS)
def suggested() -> Response:
    """Give what may help on the page that the visitor has gone to."""
    return answer({"suggested": _suggested()})


def _suggested() -> list[dict[str, object]]:
    named = request.form.getlist("article")
    if named:
        found = suggesting.of_slugs(named, g.locale)
    else:
        found = suggesting.suggested(g.locale, said("page", 2_000), said("title"))
    return [showing.row(each) for each in found]


@blueprint.post("/suggest")
@limiter.limit(PER_ADDRESS)
def suggest() -> Response:
    """Give the articles whose titles or known questions begin with what is being typed."""
    typed = said("q", MAX_QUERY_LENGTH)
    found = (
        engine().suggest(typed, locale=g.locale, limit=MAX_SUGGESTIONS, audiences=audiences())
        if typed
        else []
    )
    readable = visible({each.document_id for each in found})
    rows = [
        {
            "slug": readable[each.document_id].slug,
            "locale": readable[each.document_id].locale,
            "title": tree(each.html),
            "text": [each.title] if each.title != each.text else [],
        }
        for each in found
        if each.document_id in readable
    ]
    return answer({"rows": rows, "said": _counted(len(rows))})


def _counted(number: int) -> str:
    return str(ngettext("%(num)s suggestion", "%(num)s suggestions", number)) if number else ""


@blueprint.post("/search")
@limiter.limit(PER_ADDRESS)
def search() -> Response:
    """Answer a question as the page of results does, with the same floor."""
    query = said("q", MAX_QUERY_LENGTH)
    if not query:
        return answer({"error": "no-question"}, HTTPStatus.BAD_REQUEST)
    results = engine().search(query, locale=g.locale, limit=MOST_HITS, audiences=audiences())
    is_for_person = wants_person(query, results.corrected)
    hits = shown(results.hits)
    if results.weak or is_for_person:
        hits = hits[:NEAREST_WHEN_WEAK]
    who = visitor()
    if not is_preview():
        search_performed.send(
            current_app._get_current_object(),  # type: ignore[attr-defined]
            query=query,
            locale=g.locale,
            results=results,
            page=1,
            channel=Channel.WIDGET.value,
        )
    is_sure = results.has_answer and not results.unmatched_phrases and not is_for_person
    quoted = inside_quotes(query, g.locale)
    return answer(
        {
            "heading": _heading(quoted, results, hits, is_for_person=is_for_person),
            "note": _note(results, hits, is_for_person=is_for_person),
            "corrected": _corrected(results),
            "answer": showing.hit(hits[0]) if is_sure and hits else None,
            "hits": [showing.hit(each) for each in (hits[1:] if is_sure else hits)],
            "isSure": bool(hits) and not results.weak and not is_for_person,
            "count": len(hits),
            **remembered(who),
        }
    )


def _heading(quoted: str, results: Results, hits: list[ShownHit], *, is_for_person: bool) -> str:
    if is_for_person:
        return str(_("Talk to a person"))
    if not hits:
        return str(_("We found nothing for “%(words)s”", words=quoted))
    if results.weak:
        return str(_("We have no sure answer to “%(words)s”", words=quoted))
    number = results.total
    return str(
        ngettext("%(num)s article for “%(words)s”", "%(num)s articles for “%(words)s”", number, words=quoted)
    )  # fmt: skip


def _note(results: Results, hits: list[ShownHit], *, is_for_person: bool) -> str:
    if is_for_person:
        return ""
    if not hits:
        return str(_("Check the spelling, try fewer or other words, or ask a person:"))
    if results.weak:
        return str(
            _("These are the nearest pages. If none is right, try other words, or ask a person:")
        )
    return ""


def _corrected(results: Results) -> str:
    if not results.corrected:
        return ""
    return str(_("Searched for “%(words)s” as well.", words=results.corrected))


@blueprint.post("/article")
@limiter.limit(PER_ADDRESS)
def article() -> Response:
    """Give an article to read, and note that it was opened."""
    translation = text_of()
    _note_reading(translation, 0)
    if said("offer") and not is_preview():
        attempts.note(Step.OPENED, visitor(), g.locale, [translation.id], channel=Channel.WIDGET)
    return answer(showing.article(translation))


@blueprint.post("/read")
@limiter.limit(PER_ADDRESS)
def read() -> Response:
    """Note for how long an article has been read."""
    translation = text_of()
    seconds = request.form.get("seconds", 0, type=int)
    if 0 < seconds <= FORGOTTEN.total_seconds():
        _note_reading(translation, seconds)
    return answer({})


def _note_reading(translation: Translation, seconds: int) -> None:
    who = visitor()
    if is_preview():
        return
    rank = request.form.get("rank", type=int)
    note_read(
        who,
        translation,
        query=said("q", MAX_QUERY_LENGTH),
        rank=rank if rank is not None and 1 <= rank <= MAX_RANK else None,
        seconds=seconds,
        channel=Channel.WIDGET,
    )
