"""What was said about each request: answers, replies, notes; who has it, how it came, its tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from articles.models import Article, Translation
from articles.views import address_of
from feedback.channels.models import Topic
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from kb.accounts.models import User
from kb.db import db
from kb.demo.letters import BY_CATEGORY, BY_TOPIC
from kb.demo.reaching import answers
from kb.demo.studio.people import colleague

SEED = 20261122
COLLEAGUES = ("camille", "camille", "jonas", "ines")
BY_MAIL, BY_PHONE = 0.14, 0.05  # of requests
REPLIES = 0.3  # of those answered within the last weeks
NOTED, ASSIGNED = 0.12, 0.6
TALKED_ABOUT = timedelta(days=45)  # older threads are an answer and its end
TOPIC_OF = {
    "order": "order", "delivery": "delivery", "returns": "returns", "issues": "device",
    "account": "account", "brightness": "device", "volume-limit": "device", "saturday": "delivery",
    "after-a-power-cut": "device", "outage": "account", "rise": "device", "spotify": "device",
    "wall-mount": "device", "deliver-elsewhere": "delivery", "gift-wrapping": "order",
    "student-discount": "order",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """What the people who answer have at hand."""

    people: Mapping[str, User]
    links: Mapping[tuple[str, str], str]  # article key and language: a link in Markdown
    nearest: Mapping[int, str]
    topics: Mapping[str, int]
    rng: Random


def answer_the_requests(now: datetime) -> None:
    """Give the requests of the crowd their threads."""
    desk = _desk()
    requests = db.session.scalars(
        select(ContactRequest).where(ContactRequest.simulated).order_by(ContactRequest.id)
    ).all()
    facts, messages = [], []
    for each in requests:
        said = _thread(each, desk, now)
        messages += said
        facts.append(_facts(each, said, desk))
    if messages:
        db.session.execute(insert(RequestMessage), messages)
        db.session.execute(update(ContactRequest), facts)
    db.session.commit()


def _desk() -> Desk:
    published = db.session.scalars(select(Translation).where(Translation.published_at.is_not(None)))
    keys = dict(db.session.execute(select(Article.id, Article.key)).all())
    links = {each: f"[{each.title}]({address_of(each)})" for each in published}
    return Desk(
        people={name: colleague(name) for name in set(COLLEAGUES)},
        links={(keys[each.article_id], each.locale): link for each, link in links.items()},
        nearest={each.id: link for each, link in links.items()},
        topics=dict(db.session.execute(select(Topic.key, Topic.id)).all()),
        rng=Random(SEED),  # noqa: S311  (what was said, no secret)
    )


SUBJECTS = {
    subject: name
    for letters in (BY_TOPIC, BY_CATEGORY)
    for name, by_locale in letters.items()
    for said in by_locale.values()
    for subject, _message in said
}


def _thread(request: ContactRequest, desk: Desk, now: datetime) -> list[dict[str, Any]]:
    """Return the messages of a request; each has every column, as they are inserted together."""
    rng, locale = desk.rng, request.locale
    who = desk.people[rng.choice(COLLEAGUES)]
    is_talked_about = now - request.created_at < TALKED_ABOUT
    said: list[dict[str, Any]] = []

    def say(text: str, at: datetime, *, by: User | None = None, is_note: bool = False) -> None:
        said.append(
            {
                "request_id": request.id,
                "author": Author.STAFF if by else Author.CUSTOMER,
                "user_id": by.id if by else None,
                "is_note": is_note,
                "text": text,
                "via": Way.EMAIL,
                "created_at": at,
                "simulated": True,
            }
        )

    if rng.random() < NOTED and is_talked_about:
        at = request.created_at + timedelta(minutes=25)
        if at < now:
            name = SUBJECTS.get(request.subject, "")
            say(answers.NOTES.get(name, answers.NOTES[""]), at, by=who, is_note=True)
    if request.answered_at is None:
        return said
    words = answers.AROUND[locale].format(words=_answer(request, desk), name=who.name)
    say(words, request.answered_at, by=who)
    if not is_talked_about or rng.random() > REPLIES:
        return said
    if request.resolved_at is not None:
        between = request.answered_at + (request.resolved_at - request.answered_at) / 2
        say(rng.choice(answers.THANKS[locale]), between)
    elif request.answered_at + timedelta(hours=1) < now:
        say(rng.choice(answers.STILL[locale]), request.answered_at + timedelta(hours=1))
    return said


def _answer(request: ContactRequest, desk: Desk) -> str:
    name = SUBJECTS.get(request.subject, "")
    words = (answers.BY_TOPIC.get(name) or answers.BY_CATEGORY.get(name) or {}).get(request.locale)
    if words is None:
        link = desk.nearest.get(request.subject_id or 0)
        if link is None:
            return answers.PLAIN[request.locale]
        return answers.NEAREST[request.locale].format(article=link)
    links = {key: link for (key, locale), link in desk.links.items() if locale == request.locale}
    return words.format_map(links)


def _facts(
    request: ContactRequest, said: Sequence[Mapping[str, Any]], desk: Desk
) -> dict[str, Any]:
    rng, name = desk.rng, SUBJECTS.get(request.subject, "")
    heard = [each for each in said if not each["is_note"]]
    drawn = rng.random()
    way = Way.EMAIL if drawn < BY_MAIL else Way.PHONE if drawn < BY_MAIL + BY_PHONE else Way.FORM
    answering = next((each["user_id"] for each in said if each["user_id"]), None)
    is_taken = answering is not None or rng.random() < ASSIGNED
    return {
        "id": request.id,
        "via": way,
        "topic_id": desk.topics.get(TOPIC_OF.get(name, "")),
        "assigned_to_id": (answering or desk.people["camille"].id) if is_taken else None,
        "tags": [answers.TAGS[name]] if name in answers.TAGS else [],
        "solved_by_id": None,
        "last_at": heard[-1]["created_at"] if heard else request.created_at,
        "last_by": heard[-1]["author"] if heard else Author.CUSTOMER,
        "closed_by": Author.STAFF if request.resolved_at else None,
    }
