"""From a gap to a draft in one click: its questions, what customers wrote, and an outline."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import func, select

from articles.drafting import draft_article, draft_translation, writer_note
from articles.models import Category, Translation
from articles.publishing import Words
from articles.studio.editing.outlines import outline
from feedback.gaps.actions import noted
from feedback.gaps.facts import Source
from feedback.gaps.models import Act, Gap, GapEvent, GapStatus, GapWording
from feedback.gaps.outlines import kind_of, phrases, title_of
from feedback.intents import normalise
from feedback.models import Vote
from feedback.redaction import redact
from feedback.requests.models import ContactRequest
from kb.db import db
from search.analysis import language_of

SAME_QUESTION = 88  # of 100, how alike two questions must be written to be one
MAX_QUESTIONS = 8  # under `answers:`; more of the same teaches search nothing
MAX_EXCERPTS = 6
EXCERPT_LENGTH = 400  # characters


class NothingToTranslate(ValueError):
    """No article is near the gap, or it is there in the language already."""


def write(gap: Gap, *, by: str, category: Category | None = None) -> Translation:
    """Begin the article that a gap asks for, and return the draft; the one begun already if any.

    A `category` files it from the start, for writers who may not write outside of some.
    """
    known = _begun(gap)
    if known is not None:
        return known
    questions = own_questions(gap)
    kind = kind_of(gap.name, gap.locale)
    body = _notes(gap, questions) + outline(kind, gap.locale)
    words = Words(
        title=title_of(gap.name, gap.locale), body=body, answers=questions[:MAX_QUESTIONS]
    )
    draft = draft_article(
        words, gap.locale, kind=kind, category=category, by=by, message=f"gap {gap.id}"
    )
    return _bound(gap, draft, Act.DRAFTED, by=by)


def translate(gap: Gap, *, by: str) -> Translation:
    """Begin the nearest article in the language of those who ask; raises `NothingToTranslate`.

    The draft holds the questions only: the other language stands beside it while it is written.
    """
    source = _nearest(gap)
    if source is None or source.public_revision is None:
        raise NothingToTranslate(str(gap.id))
    there = source.article.in_locale(gap.locale)
    if there is not None and there.public_revision_id is not None:
        raise NothingToTranslate(str(gap.id))
    questions = own_questions(gap)
    words = Words(
        title=title_of(gap.name, gap.locale),
        body=_notes(gap, questions),
        answers=questions[:MAX_QUESTIONS],
    )
    draft = draft_translation(source.article, words, gap.locale, by=by, message=f"gap {gap.id}")
    return _bound(gap, draft, Act.TRANSLATING, by=by)


def improve(gap: Gap, *, by: str) -> Translation:
    """Name the nearest article as what must change; raises `NothingToTranslate` where none is."""
    article = _nearest(gap)
    if article is None:
        raise NothingToTranslate(str(gap.id))
    return _bound(gap, article, Act.IMPROVING, by=by)


def begun_from(gap: Gap, way: str) -> Translation | None:
    """Return what is there already of what a way of closing a gap would write in."""
    return _begun(gap) if way == "write" else _nearest(gap)


def _begun(gap: Gap) -> Translation | None:
    """Return the draft that was begun for a gap and is still there."""
    return db.session.get(Translation, gap.answer_id) if gap.answer_id else None


def _nearest(gap: Gap) -> Translation | None:
    """Return the nearest article, in the language of the gap where it is public in it."""
    found = db.session.get(Translation, gap.nearest_id) if gap.nearest_id else None
    if found is None:
        return None
    own = found.article.in_locale(gap.locale)
    return own if own is not None and own.public_revision_id is not None else found


def _bound(gap: Gap, draft: Translation, act: Act, *, by: str) -> Translation:
    """Make a translation the answer that the gap waits for."""
    if gap.answer_id == draft.id and gap.status is GapStatus.IN_PROGRESS:
        return draft
    gap.answer_id = draft.id
    gap.answer_after = draft.public_revision_id or 0
    gap.status = GapStatus.IN_PROGRESS
    noted(gap, act, draft.title, by=by, translation=draft.id)
    db.session.commit()
    return draft


@dataclass(frozen=True, slots=True)
class Question:
    """A search of a gap as most wrote it, and how many visitors left it without an answer."""

    text: str
    visitors: int


def own_questions(gap: Gap) -> tuple[str, ...]:
    """Return the searches of a gap in its language, the most asked first, its name before all."""
    return tuple(each.text for each in asked_questions(gap))


def asked_questions(gap: Gap) -> tuple[Question, ...]:
    """Return the searches of a gap in its language, the most asked first, its name before all.

    What one visitor alone typed is left out where others say more; slips of the keyboard count for
    what was meant.
    """
    visitors = func.count(func.distinct(GapEvent.visitor))
    rows = db.session.execute(
        select(GapWording.text, GapWording.locale, visitors.label("visitors"))
        .join(GapEvent, GapEvent.wording_id == GapWording.id)
        .where(GapEvent.gap_id == gap.id, GapWording.source == Source.SEARCH, ~GapEvent.is_answered)
        .group_by(GapWording.id, GapWording.text, GapWording.locale)
        .order_by(visitors.desc(), GapWording.id)
    ).all()
    own = [row for row in rows if language_of(row.locale) == language_of(gap.locale)]
    counts = {gap.name: 0}
    for row in [row for row in own if row.visitors > 1] or own:
        same = next((each for each in counts if _is_same(row.text, each)), row.text)
        counts[same] = counts.get(same, 0) + row.visitors
    return tuple(Question(text, count) for text, count in counts.items())


def _is_same(one: str, other: str) -> bool:
    return fuzz.ratio(normalise(one), normalise(other)) >= SAME_QUESTION


def excerpts(gap: Gap) -> list[str]:
    """Return the beginnings of the newest requests that a gap caused, without personal data.

    A request that follows two searches belongs to the one that it speaks of, where that is known.
    """
    elsewhere = select(GapEvent.event_id).where(
        GapEvent.source == Source.REQUEST, GapEvent.gap_id != gap.id
    )
    caused = select(GapEvent.request_id).where(
        GapEvent.gap_id == gap.id, GapEvent.request_id.is_not(None)
    )
    rows = db.session.scalars(
        select(ContactRequest)
        .where(ContactRequest.id.in_(caused), ContactRequest.id.not_in(elsewhere))
        .order_by(ContactRequest.created_at.desc(), ContactRequest.id.desc())
        .limit(5 * MAX_EXCERPTS)  # people write the same
    )
    texts = (_short(redact(_letter(each.subject, each.message))) for each in rows)
    return list(dict.fromkeys(texts))[:MAX_EXCERPTS]


def comments(gap: Gap) -> list[str]:
    """Return the newest comments under a “no” that belong to a gap."""
    rows = db.session.scalars(
        select(Vote.comment)
        .join(GapEvent, (GapEvent.event_id == Vote.id) & (GapEvent.source == Source.COMMENT))
        .where(GapEvent.gap_id == gap.id, Vote.comment != "")
        .order_by(Vote.voted_at.desc(), Vote.id.desc())
        .limit(5 * MAX_EXCERPTS)
    )
    return list(dict.fromkeys(map(_short, rows)))[:MAX_EXCERPTS]


def _letter(subject: str, message: str) -> str:
    """Return a letter as running text; "Gift wrapping?" needs no full stop of ours."""
    return (
        f"{subject} {message}"
        if subject.endswith((".", "?", "!", "…"))
        else f"{subject}. {message}"
    )


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= EXCERPT_LENGTH:
        return text
    return text[:EXCERPT_LENGTH].rsplit(" ", 1)[0] + " …"


def _notes(gap: Gap, questions: Sequence[str]) -> str:
    """Return what customers said, as a part of the draft that is never published."""
    said = phrases(gap.locale)
    parts = (
        (said.asked, questions[:MAX_QUESTIONS]),
        (said.requests, excerpts(gap)),
        (said.comments, comments(gap)),
    )
    lines = [
        line
        for heading, texts in parts
        if texts
        for line in (heading + said.colon, *(f"- {text}" for text in texts), "")
    ]
    return writer_note("\n".join(lines)) + "\n"


def source_of(draft: Translation) -> Translation | None:
    """Return the public translation of the same article in another language, to be translated."""
    return next(
        (
            each
            for each in draft.article.translations
            if each.id != draft.id and each.public_revision_id is not None
        ),
        None,
    )
