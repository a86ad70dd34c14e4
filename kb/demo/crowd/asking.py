"""Asking a person: the contact form, what it offers first, and what the staff make of it."""

from datetime import datetime, timedelta
from random import Random

from feedback.intents import normalise
from feedback.models import Channel
from kb.demo.crowd.drafts import Row
from kb.demo.crowd.needs import Need
from kb.demo.crowd.showing import Known
from kb.demo.crowd.stay import Stay
from kb.demo.letters import AROUND, BY_CATEGORY, BY_TOPIC, Letter

OPENS_THE_FORM = 0.22  # of visits that leave a need open
ASKS_WITHOUT_SEARCHING = 0.045  # of visits
STARTS_TYPING = 0.85
OPENS_A_SUGGESTION = 0.5
OPENS_THE_RIGHT_ONE, MARKS_IT = 0.75, 0.7
SENDS, SENDS_AFTER_READING = 0.68, 0.4
ASKS_TO_BE_TOLD = 0.05  # of visits that leave a need open
SUGGESTED_AT_MOST = 3
IN_THE_WORDS_OF_ITS_CATEGORY = 0.3

REFERENCE_LETTERS = "2346789BCDFGHJKMNPQRTVWXYZ"
OPENS_AT, CLOSES_AT = 8, 18  # UTC; nobody answers on Sundays
MEDIAN_ANSWER_HOURS, MEDIAN_REPAIR_HOURS = 3.2, 7.0
NEVER_RESOLVED = 0.03


def ask_a_person(stay: Stay, need: Need) -> None:
    """Open the contact form for a need; read what it offers, mark an answer, send, or leave."""
    rng = stay.world.rng
    stay.spend(5, 40)
    attempt: Row = {
        "visit": stay.place,
        "visitor": stay.visitor.id,
        "locale": stay.visitor.locale,
        "channel": Channel.SITE,
        "opened_at": stay.clock,
        "started_at": None,
        "suggested": [],
        "opened": [],
        "first_opened_at": None,
        "answered_at": None,
        "answered_by_id": None,
        "simulated": True,
    }
    stay.world.drafts.attempts.append(attempt)
    if rng.random() > STARTS_TYPING:
        return
    stay.spend(4, 20)
    attempt["started_at"] = stay.clock
    offered = _offered(stay, need)
    attempt["suggested"] = [each.translation_id for each in offered]
    read = _read_one(stay, need, offered, attempt)
    if attempt["answered_at"] is None and rng.random() < (SENDS_AFTER_READING if read else SENDS):
        stay.spend(30, 240)
        _send(stay, need, offered)


def ask_to_be_told(stay: Stay, need: Need) -> None:
    """Leave an address for one question; whoever asked before the answer came has been told."""
    query = need.phrasings[0]
    told_at = None
    published = [
        each.public_since
        for each in stay.world.shop.articles.values()
        if each.article_id == need.article_id and each.locale == stay.visitor.locale
    ]
    if published and published[0] > stay.clock:
        told_at = published[0] + timedelta(minutes=3)
    elif published or stay.visitor.id in {each["visitor"] for each in stay.world.drafts.waiting}:
        return
    stay.spend(10, 40)
    stay.world.drafts.waiting.append(
        {
            "query": query,
            "normalised": normalise(query),
            "locale": stay.visitor.locale,
            "email": None if told_at else stay.world.people.address_of(stay.visitor),
            "visitor": stay.visitor.id,
            "origin": stay.visitor.origin_on(stay.clock),
            "created_at": stay.clock,
            "told_at": told_at,
            "simulated": True,
        }
    )


def _offered(stay: Stay, need: Need) -> list[Known]:
    """Return what the form shows while the subject is typed: nothing where nothing answers."""
    results = stay.world.shop.results(need.phrasings[0], stay.visitor.locale, stay.clock)
    if results.weak:
        return []
    known = stay.world.shop.articles
    return [known[int(hit.document_id)] for hit in results.hits[:SUGGESTED_AT_MOST]]


def _read_one(stay: Stay, need: Need, offered: list[Known], attempt: Row) -> bool:
    """Open a suggestion, if one tempts, and mark it where it answers; tell whether one was opened."""
    rng = stay.world.rng
    right = [each for each in offered if each.article_id == need.article_id]
    if not offered or rng.random() > (OPENS_THE_RIGHT_ONE if right else OPENS_A_SUGGESTION / 3):
        return False
    article = (right or offered)[0]
    stay.spend(5, 30)
    attempt["opened"] = [article.translation_id]
    attempt["first_opened_at"] = stay.clock
    stay.read(article, None, seconds=stay.reading_time() if right else 7, rank=None)
    if right and rng.random() < MARKS_IT * need.helps_at(stay.clock):
        attempt["answered_at"] = stay.clock
        attempt["answered_by_id"] = article.translation_id
        stay.met.append(article)
    return True


def _send(stay: Stay, need: Need, offered: list[Known]) -> None:
    rng, world = stay.world.rng, stay.world
    subject, message = _letter(rng, need, offered, stay.visitor.locale)
    answered, resolved = _staff_times(rng, stay.clock, world.end)
    letters = "".join(rng.choices(REFERENCE_LETTERS, k=8))
    world.drafts.requests.append(
        {
            "reference": f"{letters[:4]}-{letters[4:]}",
            "visit": stay.place,
            "visitor": stay.visitor.id,
            "origin": stay.visitor.origin_on(stay.clock),
            "channel": Channel.SITE,
            "locale": stay.visitor.locale,
            "subject": subject,
            "message": message,
            "email": world.people.address_of(stay.visitor),
            "subject_id": offered[0].translation_id if offered else None,
            "created_at": stay.clock,
            "answered_at": answered,
            "resolved_at": resolved,
            "simulated": True,
        }
    )


def _letter(rng: Random, need: Need, offered: list[Known], locale: str) -> Letter:
    by_locale = BY_TOPIC.get(need.topic, {})
    if letters := by_locale.get(locale):
        return rng.choice(letters)
    category = offered[0].category if offered else ""
    if category in BY_CATEGORY and rng.random() < IN_THE_WORDS_OF_ITS_CATEGORY:
        return rng.choice(BY_CATEGORY[category][locale])
    question = rng.choice(need.phrasings).rstrip(" ?")
    subject = question[0].upper() + question[1:]
    return subject, rng.choice(AROUND[locale]).format(question=question)


def _staff_times(
    rng: Random, sent: datetime, end: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return when the staff answered and when it was resolved, None for what has not happened yet."""
    answered = _in_office(sent + timedelta(hours=rng.lognormvariate(0, 0.8) * MEDIAN_ANSWER_HOURS))
    repair = timedelta(hours=rng.lognormvariate(0, 1.0) * MEDIAN_REPAIR_HOURS)
    resolved = _in_office(answered + repair)
    is_resolved = rng.random() > NEVER_RESOLVED and resolved < end
    return (answered if answered < end else None), (resolved if is_resolved else None)


def _in_office(moment: datetime) -> datetime:
    """Return the moment, or the next at which somebody works."""
    if moment.hour >= CLOSES_AT:
        moment = moment.replace(hour=OPENS_AT) + timedelta(days=1)
    elif moment.hour < OPENS_AT:
        moment = moment.replace(hour=OPENS_AT)
    is_sunday = moment.weekday() == 6
    return moment + timedelta(days=1) if is_sunday else moment
