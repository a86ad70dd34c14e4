"""Claims about what dishonest visitors can do to the reports: move them by less than 1%.

Some hundred honest visits are there; then somebody attacks through HTTP as any visitor could.
"""

from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from articles.models import Translation
from feedback.gaps.keeping import keep_gaps
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.reports import rollups
from feedback.reports.filters import Filters
from feedback.reports.periods import period_between
from feedback.reports.registry import report
from feedback.spool.draining import drain
from kb.config import Settings
from kb.db import db, utc_now
from kb.factory import create_app
from tests import factories

HONEST = 320  # visits
ASKING = ("lamp flickers", "lamp stays dark", "bulb does not fit", "button is stuck")
UNANSWERED = ("dimmer for the garden", "change the delivery day")
ATTACKS = 150  # what a machine sends in a test; a thousand more would only take longer
MACHINE = "203.0.113.9"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0"
PLANTED = "planted gap about pumpkins"
THANKS = ("Thank you", "glad")


class Attacker(FlaskClient):
    """Sends each request in a context of its own, and waits for nothing to enter."""

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request."""
        options.setdefault("buffered", True)
        options.setdefault("environ_base", {"REMOTE_ADDR": MACHINE})
        return Context().run(super().open, *args, **options)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reports show."""

    answered: float
    helpfulness: float
    gaps: tuple[str, ...]


@pytest.fixture
def articles(app: Flask) -> list[Translation]:
    return [factories.article(title, slug=f"a-{n}") for n, title in enumerate(ASKING * 2)]


@pytest.fixture(autouse=True)
def honest(articles: list[Translation]) -> None:
    """People of a day: four in five find an article, read it and vote, mostly yes."""
    begun = utc_now() - timedelta(days=1, hours=3)
    for number in range(HONEST):
        _visit(number, begun + timedelta(seconds=31 * number), articles)
    db.session.commit()


def _visit(number: int, at: datetime, articles: list[Translation]) -> None:
    is_found = number % 5 > 0
    article = articles[number % len(articles)]
    query = ASKING[number % 4] if is_found else UNANSWERED[number // 5 % 2]
    visit = Visit(
        visitor=f"{number:032x}", number=1, locale="en", started_at=at,
        last_seen_at=at + timedelta(minutes=2), origin=f"{number // 3:032x}",
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    intent = SearchIntent(
        visit_id=visit.id, query=query, normalised=query, locale="en", retrieved=3, matched=3,
        confidence=0.9 if is_found else 0.1, weak=not is_found, mode="hybrid",
        shown=[article.id], created_at=at, searched_at=at,
    )  # fmt: skip
    db.session.add(intent)
    db.session.flush()
    if not is_found:
        return
    opened = at + timedelta(seconds=8)
    db.session.add(
        ArticleRead(
            visit_id=visit.id, translation_id=article.id, revision_id=article.public_revision_id,
            intent_id=intent.id, rank=1, opened_at=opened, last_opened_at=opened, read_seconds=40,
        )
    )  # fmt: skip
    db.session.add(
        Vote(
            revision_id=article.public_revision_id, translation_id=article.id,
            visitor=visit.visitor, visit_id=visit.id, intent_id=intent.id, helpful=number % 3 > 0,
            locale="en", voted_at=opened + timedelta(seconds=45), created_at=opened,
        )
    )  # fmt: skip


def shown() -> Shown:
    """Return what a lead reads once everything is over."""
    drain(wait_seconds=30)
    later = utc_now() + timedelta(hours=2)
    rollups.refresh(later)
    keep_gaps(now=later)
    filters = Filters(period_between(None, None, now=later, timezone="Europe/Paris"))
    figures = {each.key: each for each in report("overview", filters).figures}
    gaps = {each.name: each for each in report("gaps", filters).tables}["gaps"]
    return Shown(
        figures["answered"].value or 0,
        figures["helpfulness"].value or 0,
        tuple(str(row[0]) for row in gaps.rows),
    )


@pytest.fixture
def before(honest: None) -> Shown:
    return shown()


@pytest.fixture
def attacker(app: Flask, before: Shown) -> FlaskClient:
    return Attacker(app, TestResponse, use_cookies=True)


def restarted(settings: Settings) -> Iterator[FlaskClient]:
    """Yield clients of one new process after the other: nothing that stood in memory counts."""
    while True:
        again = create_app(settings)
        again.testing = True
        with again.app_context():
            yield Attacker(again, TestResponse, use_cookies=False)
            db.engine.dispose()


def named(number: int) -> dict[str, str]:
    browser = FIREFOX.format(number, number)
    return {"User-Agent": browser, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}


def send(client: FlaskClient, slug: str, who: int = 1, answer: str = "no") -> TestResponse:
    return client.post(f"/en/articles/{slug}/vote", data={"helpful": answer}, headers=named(who))


def votes() -> int:
    return db.session.scalar(select(func.count()).select_from(Vote)) or 0


def assert_unmoved(before: Shown) -> None:
    after = shown()
    assert after.answered == pytest.approx(before.answered, abs=0.01)
    assert after.helpfulness == pytest.approx(before.helpfulness, abs=0.01)
    assert after.gaps == before.gaps


def assert_thanked_for_what_was_kept(answers: list[TestResponse]) -> None:
    for each in answers:
        is_kept = each.status_code == 200
        assert is_kept or not any(words in each.text for words in THANKS), each.text


def test_the_reports_have_something_to_lose(before: Shown) -> None:
    assert before.answered == pytest.approx(0.8 * 2 / 3, abs=0.05)
    assert 0.6 < before.helpfulness < 0.75
    assert len(before.gaps) == 2


@pytest.mark.parametrize("cookies", [True, False])
def test_one_visitor_who_votes_without_end(
    app: Flask, before: Shown, articles: list[Translation], cookies: bool
) -> None:
    client = Attacker(app, TestResponse, use_cookies=cookies)
    there = votes()
    answers = [send(client, articles[number % len(articles)].slug) for number in range(ATTACKS)]
    assert votes() - there <= len(articles)
    assert_thanked_for_what_was_kept(answers)
    assert_unmoved(before)


def test_votes_replayed_after_every_restart(
    settings: Settings, before: Shown, articles: list[Translation]
) -> None:
    there = votes()
    processes = restarted(settings)
    answers = [send(next(processes), "a-0") for _ in range(8)]
    processes.close()  # type: ignore[attr-defined]
    assert votes() - there == 1
    assert_thanked_for_what_was_kept(answers)
    assert_unmoved(before)


def test_a_thousand_visitors_from_one_machine(settings: Settings, before: Shown) -> None:
    there = votes()
    answers = []
    processes = restarted(settings)
    for number in range(ATTACKS):
        if number % 50 == 0:  # before the limit of a process's memory is reached
            client = next(processes)
        answers.append(send(client, f"a-{number % 2}", who=number))
    processes.close()  # type: ignore[attr-defined]
    assert votes() - there == 60
    assert {each.status_code for each in answers} == {200, 429}
    assert_thanked_for_what_was_kept(answers)
    assert_unmoved(before)


def test_a_machine_that_also_says_that_it_read(
    app: Flask, attacker: FlaskClient, before: Shown
) -> None:
    for number in range(50):
        page = {"article": f"a-{number % 8}"}
        attacker.post("/en/events/read", data=page, headers=named(number))
        attacker.post("/en/events/read", data={**page, "seconds": 30}, headers=named(number))
        send(attacker, f"a-{number % 8}", who=number)
        attacker.delete_cookie("kb_visitor")
    assert_unmoved(before)


def test_a_machine_that_asks_not_to_be_observed(
    app: Flask, attacker: FlaskClient, before: Shown
) -> None:
    for number in range(50):
        attacker.post(
            f"/en/articles/a-{number % 8}/vote",
            data={"helpful": "no"},
            headers=named(number) | {"Sec-GPC": "1"},
        )
        attacker.delete_cookie("kb_visitor")
    assert_unmoved(before)


def test_questions_made_up_by_one_visitor(attacker: FlaskClient, before: Shown) -> None:
    for number in range(ATTACKS):
        attacker.get(f"/en/search?q={PLANTED}+{number}", headers=named(1))
    assert_unmoved(before)


def test_questions_made_up_under_many_names(attacker: FlaskClient, before: Shown) -> None:
    for number in range(ATTACKS):
        attacker.get(f"/en/search?q={PLANTED}", headers=named(number))
    assert_unmoved(before)


@pytest.mark.parametrize(
    "origin",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example", "Sec-Fetch-Site": None}],
)
def test_events_posted_from_other_origins(
    attacker: FlaskClient, before: Shown, origin: dict[str, str | None]
) -> None:
    headers = {name: value for name, value in (named(1) | origin).items() if value}
    answers = []
    for number in range(8):
        page = f"a-{number}"
        answers += [
            attacker.post(f"/en/articles/{page}/vote", data={"helpful": "no"}, headers=headers),
            attacker.post("/en/events/read", data={"article": page}, headers=headers),
        ]
    assert {each.status_code for each in answers} == {403}
    assert_thanked_for_what_was_kept(answers)
    assert_unmoved(before)


def test_another_visitor_s_follow_up_and_altered_ids(
    app: Flask, attacker: FlaskClient, before: Shown
) -> None:
    token = send(attacker, "a-0").text.split('name="token" value="')[1].split('"')[0]
    stranger = Attacker(app, TestResponse, use_cookies=False)
    address = "/en/articles/a-0/vote/details"
    answers = [
        stranger.post(address, data={"token": each, "comment": "forged"}, headers=named(2))
        for each in (token, token[:-4] + "xxxx", "", "[1,1]")
    ]
    stranger_with_cookie = Attacker(app, TestResponse, use_cookies=True)
    stranger_with_cookie.set_cookie("kb_visitor", "WzEsICJhIl0.forged")
    answers.append(
        stranger_with_cookie.post(
            address, data={"token": token, "comment": "forged"}, headers=named(2)
        )
    )
    assert {each.status_code for each in answers} == {403, 409}
    assert_thanked_for_what_was_kept(answers)
    assert set(db.session.scalars(select(Vote.comment))) == {""}
    assert_unmoved(before)
