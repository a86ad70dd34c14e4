"""What the team of Clairson did about its gaps: owners, dates, an answer, and one put aside."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from articles.models import Article, Translation
from feedback.gaps import actions
from feedback.gaps.answering import close_answered
from feedback.gaps.facts import Encode, Source
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Gap, GapNote, GapWording
from feedback.intents import normalise
from kb.accounts.models import User
from kb.db import db
from kb.demo.crowd.calendar import Calendar
from kb.demo.plots import POWER_CUT, UNTRANSLATED
from kb.demo.questions import UNANSWERED

WRITER, LEAD = "Camille", "Ines"


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody did about a gap. `due_in`, `ago`: days."""

    ago: int
    owner: str = ""
    due_in: int | None = None
    is_started: bool = False
    note: str = ""
    dismissal: str = ""


WORK = {
    "gift-wrapping": Work(
        ago=6,
        owner=WRITER,
        due_in=5,
        is_started=True,
        note="L’atelier confirme : emballage offert du 25 novembre au 24 décembre, un mot de 200 signes.",
    ),
    "deliver-elsewhere": Work(
        ago=13,
        owner=WRITER,
        due_in=16,
        note="Luxembourg et Allemagne ouvrent en janvier. Attendre les prix du transporteur.",
    ),
    "motion-sensor": Work(
        ago=20, owner="Jonas", note="Pas de capteur prévu : le dire franchement."
    ),
    "black-friday": Work(ago=3, owner=WRITER, due_in=1, is_started=True),
    "curtains": Work(ago=31, dismissal="Nous ne vendons ni volets ni rideaux, et n’y pensons pas."),
    UNTRANSLATED.topic: Work(
        ago=4, owner=WRITER, due_in=8, note="Deux parents par jour. À traduire avant Noël."
    ),
}


def follow_the_gaps(encode: Encode | None, now: datetime) -> None:
    """Find the gaps as they were five weeks ago and as they are now, and do the team's work on them."""
    published = Calendar.before(now).power_cut_published
    if keep_gaps(encode, now=published - timedelta(hours=1)) is not None:
        _answer_power_cuts(published)
    keep_gaps(encode, now=now)
    for topic, work in WORK.items():
        gap = _gap_of(_wordings(topic))
        if gap is not None:
            _work(gap, work, now)


def _answer_power_cuts(published: datetime) -> None:
    """Close the gap with the article that was written for it, on the day on which it was."""
    answers = db.session.scalars(
        select(Translation).join(Article).where(Article.key == POWER_CUT).order_by(Translation.id)
    ).all()
    for answer in answers:
        revision = answer.public_revision
        gap = _gap_of([(answer.locale, each) for each in (revision.answers if revision else [])])
        if gap is not None and gap.answer_id is None:
            before = _last_note()
            actions.assign(gap, _user(WRITER), by=LEAD)
            gap.answer_id, gap.answer_after = answer.id, 0
            db.session.commit()
            _date_notes(before, published - timedelta(days=4))
            close_answered(published + timedelta(minutes=2))


def _work(gap: Gap, work: Work, now: datetime) -> None:
    """Do one piece of work, on the day on which it was done."""
    before, day = _last_note(), now - timedelta(days=work.ago)
    if work.owner:
        actions.assign(gap, _user(work.owner), by=LEAD)
    if work.due_in is not None:
        actions.set_due(gap, (now + timedelta(days=work.due_in)).date(), by=LEAD)
    if work.is_started:
        actions.start(gap, by=work.owner)
    actions.note(gap, work.note, by=work.owner or LEAD)
    if work.dismissal:
        actions.dismiss(gap, work.dismissal, by=LEAD, now=day)
    _date_notes(before, day)


def _wordings(topic: str) -> list[tuple[str, str]]:
    asked = {
        each.key: [(locale, text) for locale in ("fr", "en") for text in each.phrasings(locale)]
        for each in UNANSWERED
    }
    plotted = [(locale, text) for locale, texts in UNTRANSLATED.asked.items() for text in texts]
    return asked.get(topic, plotted)


def _gap_of(wordings: list[tuple[str, str]]) -> Gap | None:
    """Return the gap that holds the first of these questions that any gap holds."""
    for locale, text in wordings:
        found = db.session.scalar(
            select(Gap)
            .join(GapWording, GapWording.gap_id == Gap.id)
            .where(
                GapWording.locale == locale,
                GapWording.normalised == normalise(text),
                GapWording.source == Source.SEARCH,
                Gap.merged_into_id.is_(None),
            )
        )
        if found is not None:
            return found
    return None


def _user(name: str) -> User | None:
    return db.session.scalar(select(User).where(User.name == name))


def _last_note() -> int:
    return db.session.scalar(select(GapNote.id).order_by(GapNote.id.desc()).limit(1)) or 0


def _date_notes(after: int, day: datetime) -> None:
    db.session.execute(update(GapNote).where(GapNote.id > after).values(at=day))
    db.session.commit()
