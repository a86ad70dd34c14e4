"""What years of questions to people leave: requests with their threads, deliveries, customers, notices.

Rows, written beside the articles of `studio_material`.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert

from articles.models import Translation
from feedback.announcements.models import Announcement, AnnouncementText, Scope, Severity
from feedback.channels.models import ContactChannel, Topic, TopicField
from feedback.models import ArticleRead, Channel, SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from feedback.requests.references import ALPHABET, GROUP, GROUPS, spelt
from kb.customers.models import Customer
from kb.db import db, utc_now
from kb.deliveries.models import Delivery
from kb.webhooks.endpoints import Wanted, add
from tests.benchmarks.studio_material import writer_of

LOCALES = ("fr", "en")
ROWS_AT_ONCE = 5_000
OPEN = 2_000  # of the requests, the newest, are not resolved
TALKS = 3  # messages after the first of each request, every tenth of them a note
RECEIVERS = 4
DAYS = 90
WAYS: tuple[tuple[Way, str], ...] = (
    (Way.FORM, ""),
    (Way.EMAIL, "help@clairson.example"),
    (Way.PHONE, "+33 1 23 45 67 89"),
    (Way.SMS, "+33 6 12 34 56 78"),
    (Way.MESSAGING, "https://wa.me/33612345678"),
    (Way.SOCIAL, "https://social.example/clairson"),
    (Way.POST, "Clairson\n1 rue de la Paix\n75002 Paris"),
    (Way.SHOP, "Clairson\n2 rue de Rivoli\n75004 Paris"),
)
WORKING_WEEK = [[["09:00", "19:00"]]] * 5 + [[], []]

Row = dict[str, Any]
Words = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    articles: int = 20_000
    requests: int = 50_000
    customers: int = 10_000
    deliveries: int = 200_000
    waiting: int = 5_000
    announcements: int = 300
    visits: int = 60_000


def fill(size: Size, colleague_id: int, receiver: str, *, seed: int) -> None:
    """Write everything but the articles; `receiver`: the program that deliveries go to."""
    chance, now = random.Random(seed), utc_now()
    words = writer_of(chance)
    _channels(words)
    _write(Customer, _customers(size, now))
    _write(ContactRequest, _requests(size, chance, words, now, colleague_id))
    _write(RequestMessage, _messages(size, chance, words, now, colleague_id))
    _announcements(size, chance, words, now)
    _visits(size, chance, words, now)
    _deliveries(size, chance, now, receiver)
    db.session.commit()


def _write(table: Any, rows: Iterable[Row]) -> None:
    rest = iter(rows)
    while some := list(islice(rest, ROWS_AT_ONCE)):
        db.session.execute(insert(table), some, execution_options={"render_nulls": True})


def _channels(words: Words) -> None:
    for place, (way, target) in enumerate(WAYS):
        said = {
            each: {"name": words(2), "note": words(8), "meanwhile": words(8)} for each in LOCALES
        }
        db.session.add(
            ContactChannel(
                way=way, position=place, target=target, words=said, hours=WORKING_WEEK,
                holidays_of="FR", stated_minutes=240,
            )
        )  # fmt: skip
    for place in range(8):
        asked = TopicField(
            key="order", kind="text", labels=dict.fromkeys(LOCALES, "Number of the order")
        )
        names = {each: words(2).capitalize() for each in LOCALES}
        db.session.add(Topic(key=f"topic-{place}", position=place, names=names, fields=[asked]))
    db.session.flush()


def _customers(size: Size, now: datetime) -> Iterator[Row]:
    for number in range(1, size.customers + 1):
        yield {
            "id": number, "reference": f"c-{number}", "email": _email(number), "locale": "fr",
            "name": f"Person {number}", "plan": ("", "basic", "pro")[number % 3],
            "created_at": now, "seen_at": now - timedelta(minutes=number),
        }  # fmt: skip


def _email(number: int) -> str:
    return f"person.{number}@example.org"


def reference(number: int) -> str:
    """Return what the request of a number is called."""
    said = ""
    for _ in range(GROUP * GROUPS):
        number, rest = divmod(number, len(ALPHABET))
        said = ALPHABET[rest] + said
    return spelt(said)


def _requests(
    size: Size, chance: random.Random, words: Words, now: datetime, colleague_id: int
) -> Iterator[Row]:
    ways = (Way.FORM, Way.FORM, Way.EMAIL, Way.API)
    for number in range(1, size.requests + 1):
        back = size.requests - number
        at = now - timedelta(minutes=18 * back, seconds=chance.randrange(600))
        is_done = back >= OPEN or chance.random() < 0.3
        answered = (
            at + timedelta(minutes=chance.randrange(1_200)) if is_done or number % 2 else None
        )
        customer = number % (2 * size.customers)  # every other one is known
        yield {
            "id": number, "reference": reference(number), "locale": LOCALES[number % 2],
            "subject": words(6).capitalize(), "message": words(60), "email": _email(number % 20_000),
            "via": ways[number % 4], "channel": (Channel.SITE, Channel.WIDGET)[number % 2],
            "topic_id": number % 8 + 1, "created_at": at, "answered_at": answered,
            "resolved_at": answered + timedelta(hours=9) if is_done and answered else None,
            "customer_id": customer if 0 < customer <= size.customers else None,
            "assigned_to_id": colleague_id if number % 3 == 0 else None,
            "tags": ["urgent"] if number % 50 == 0 else [], "subject_id": number % min(size.articles, 1_000) + 2,
            "last_at": answered or at, "last_by": Author.STAFF if answered else Author.CUSTOMER,
            "waiting_since": None if answered else at,
        }  # fmt: skip


def _messages(
    size: Size, chance: random.Random, words: Words, now: datetime, colleague_id: int
) -> Iterator[Row]:
    for number in range(1, size.requests + 1):
        at = now - timedelta(minutes=18 * (size.requests - number))
        for turn in range(TALKS):
            is_staff = turn % 2 == 0
            yield {
                "request_id": number, "author": Author.STAFF if is_staff else Author.CUSTOMER,
                "user_id": colleague_id if is_staff else None, "text": words(50),
                "is_note": is_staff and chance.random() < 0.1, "message_id": f"<{number}.{turn}@kb>",
                "created_at": at + timedelta(minutes=30 * (turn + 1)),
            }  # fmt: skip


def _announcements(size: Size, chance: random.Random, words: Words, now: datetime) -> None:
    """All but three are over; one of these is for a category."""
    for number in range(size.announcements):
        begins = now - timedelta(days=number, hours=1)
        db.session.add(
            Announcement(
                severity=chance.choice(tuple(Severity)), is_issue=number % 3 == 0,
                scopes=[Scope.CATEGORY if number == 2 else Scope.SITE, Scope.WIDGET],
                category_ids=[3] if number == 2 else [], starts_at=begins,
                ends_at=begins + timedelta(hours=5) if number > 2 else None, created_at=begins,
                texts=[AnnouncementText(locale=each, title=words(6), body=words(30)) for each in LOCALES],
            )
        )  # fmt: skip
    db.session.flush()


def _visits(size: Size, chance: random.Random, words: Words, now: datetime) -> None:
    channels = (Channel.SITE,) * 6 + (Channel.WIDGET,) * 2 + (Channel.API, Channel.MCP)
    asked = [words(3) for _ in range(3_000)]
    outcomes = (
        Outcome.ANSWERED,
        Outcome.ANSWERED,
        Outcome.NO_CLICK,
        Outcome.WEAK,
        Outcome.NO_RESULT,
    )
    texts = db.session.query(Translation).count()
    visits, intents, reads = [], [], []
    for number in range(1, size.visits + 1):
        at = now - timedelta(days=1, seconds=int(DAYS * 86_400 * number / size.visits))
        common = {"channel": chance.choice(channels), "locale": LOCALES[number % 2]}
        visits.append({
            "id": number, "visitor": f"{number:032x}", "number": 1, "started_at": at,
            "last_seen_at": at, "settled_at": now, **common,
            "customer_id": number % size.customers + 1 if number % 4 == 0 else None,
        })  # fmt: skip
        query, outcome, found = (
            chance.choice(asked),
            chance.choice(outcomes),
            number % (texts - 2) + 2,
        )
        intents.append({
            "id": number, "visit_id": number, "query": query, "normalised": query, "retrieved": 9,
            "matched": 3, "confidence": 0.6, "weak": outcome is Outcome.WEAK, "mode": "keyword",
            "shown": [found], "created_at": at, "searched_at": at, "outcome": outcome,
            "subject_id": found, **common,
        })  # fmt: skip
        if number % 2:
            reads.append({
                "visit_id": number, "translation_id": min(found, texts), "intent_id": number,
                "rank": 1, "opened_at": at, "last_opened_at": at, "read_seconds": 40,
            })  # fmt: skip
    for table, rows in ((Visit, visits), (SearchIntent, intents), (ArticleRead, reads)):
        _write(table, rows)


def _deliveries(size: Size, chance: random.Random, now: datetime, receiver: str) -> None:
    endpoints = [add(Wanted(f"{receiver}/{number}"))[0].id for number in range(RECEIVERS)]
    _write(Delivery, delivered(size, chance, now, endpoints))


def delivered(
    size: Size, chance: random.Random, now: datetime, endpoints: list[int]
) -> Iterator[Row]:
    """Yield deliveries, of which the newest wait."""
    arrived = size.deliveries - size.waiting
    for number in range(size.deliveries):
        at = now - timedelta(minutes=(size.deliveries - number) / 5)
        request = chance.randint(1, size.requests)
        yield {
            "kind": "webhook", "target_id": endpoints[number % len(endpoints)],
            "event_id": f"event-{number // len(endpoints)}", "event": "request.answered",
            "payload": {"request": {"reference": reference(request), "subject": "A lamp"}},
            "thing": "request", "thing_id": request, "created_at": at, "due_at": at,
            "attempts": 1 if number < arrived else 0, "status": 200 if number < arrived else None,
            "delivered_at": at if number < arrived else None,
        }  # fmt: skip
