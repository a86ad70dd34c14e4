"""Claims about those who asked to be told: one message about one question, then no address is left."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from articles.models import Article, Translation
from feedback.contact import limits
from feedback.gaps.models import Gap, GapStatus, GapWording
from feedback.gaps.signals import gap_answered
from feedback.waiting.asking import NothingAsked, forget_untold, wait_for
from feedback.waiting.models import Waiting
from feedback.waiting.telling import bind, tell, tell_all
from kb import worker
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests import factories
from tests.feedback.browsers import BROWSER, BY_FORM, ELSEWHERE
from tests.feedback.cast import ALICE, BOB

EMAIL = "alice@example.com"
LONG_AGO = utc_now() - timedelta(days=3)


def waiting() -> list[Waiting]:
    db.session.expire_all()
    return list(db.session.scalars(select(Waiting).order_by(Waiting.id)))


def mails() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def gap(name: str, *wordings: str, answer: Translation | None = None, locale: str = "en") -> Gap:
    now = utc_now()
    made = Gap(
        name=name,
        locale=locale,
        status=GapStatus.PUBLISHED if answer else GapStatus.OPEN,
        answer_id=answer.id if answer else None,
        answered_at=now if answer else None,
        first_seen=now,
        last_seen=now,
    )
    db.session.add(made)
    db.session.flush()
    for words in (name, *wordings):
        db.session.add(GapWording(gap_id=made.id, locale=locale, normalised=words, text=words))
    db.session.commit()
    return made


def ask(client: FlaskClient, headers: dict[str, str] = BY_FORM, **changes: str) -> TestResponse:
    data = {"q": "gift wrapping", "email": EMAIL, **changes}
    return client.post("/en/tell-me", data=data, headers=headers)


def test_a_search_without_an_answer_offers_to_tell(client: FlaskClient) -> None:
    page = client.get("/en/search?q=gift+wrapping", headers=BROWSER).text
    assert 'action="/en/tell-me"' in page
    assert 'value="gift wrapping"' in page


def test_what_is_kept_is_said_and_can_be_taken_back(client: FlaskClient) -> None:
    page = client.get(ask(client).location, headers=BY_FORM)
    assert "gift wrapping" in page.text
    assert EMAIL not in page.text
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    assert [each.email for each in waiting()] == [EMAIL]
    client.post("/en/tell-me/forget", data={"token": token[1]}, headers=BY_FORM)
    assert waiting() == []


def test_asking_twice_is_asking_once(client: FlaskClient) -> None:
    assert [ask(client).status_code, ask(client, q="Gift wrapping!").status_code] == [303, 303]
    assert len(waiting()) == 1
    assert mails() == []


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_origin_cannot_leave_an_address(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert ask(client, headers).status_code == 403
    assert waiting() == []


def test_a_program_is_thanked_by_nobody(client: FlaskClient) -> None:
    assert ask(client, website="https://spam.example").status_code == 400
    assert waiting() == []


def test_a_wrong_address_is_said_beside_its_field(client: FlaskClient) -> None:
    page = ask(client, email="alice")
    assert page.status_code == 422
    assert 'aria-describedby="waiting-hint waiting-error"' in page.text
    assert waiting() == []


@pytest.mark.usefixtures("app")
def test_a_question_without_words_is_none() -> None:
    with pytest.raises(NothingAsked):
        wait_for(ALICE, " ?! ", "en", EMAIL)


def test_a_forged_token_shows_nobody_s_question(client: FlaskClient) -> None:
    ask(client)
    page = client.get("/en/tell-me?token=1.abc", headers=BY_FORM)
    assert "gift wrapping" not in page.text


@pytest.mark.usefixtures("app")
def test_nobody_s_address_is_bound_to_many_questions() -> None:
    for number in range(limits.WAITING_PER_ADDRESS):
        wait_for(
            ALICE, f"question {number}", "en", EMAIL, at=LONG_AGO + timedelta(hours=2 * number)
        )
    with pytest.raises(limits.TooMany):
        wait_for(BOB, "one question more", "en", EMAIL)


@pytest.mark.usefixtures("app")
def test_a_visitor_reaches_a_limit() -> None:
    for number in range(5):
        wait_for(ALICE, f"question {number}", "en", f"{number}@example.com")
    with pytest.raises(limits.TooMany):
        wait_for(ALICE, "one question more", "en", EMAIL)


# Telling


@pytest.mark.usefixtures("any_app")
def test_who_waits_is_told_once_in_their_language_and_no_address_is_left() -> None:
    wait_for(ALICE, "emballage cadeau alice@example.com", "fr", EMAIL, at=LONG_AGO)
    both = Article(key="wrapping")
    db.session.add(both)
    answer = factories.article("Gift wrapping", slug="gift-wrapping", of=both)
    factories.article("Emballage cadeau", locale="fr", slug="emballage", of=both)
    gap("emballage cadeau e mail", "paquet cadeau", answer=answer, locale="fr")
    assert (tell_all(), tell_all()) == (1, 0)
    [mail] = mails()
    assert mail.recipient == EMAIL
    for body in (mail.text, mail.html):
        assert "/fr/articles/emballage" in body
    assert '<html lang="fr">' in mail.html
    assert "alice@example.com" not in mail.text, "what stood in the question was redacted"
    [told] = waiting()
    assert told.email is None
    assert told.told_at is not None


def test_who_waits_is_told_as_soon_as_the_gap_is_answered(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.worker.soon", worker.run_task)
    wait_for(ALICE, "gift wrapping", "en", EMAIL, at=LONG_AGO)
    answer = factories.article("Gift wrapping", slug="gift-wrapping")
    answered = gap("wrapping gifts", answer=answer)
    gap_answered.send(app, gap_id=answered.id, translation_id=answer.id)
    assert [each.recipient for each in mails()] == [EMAIL]


@pytest.mark.usefixtures("app")
def test_an_article_that_says_it_answers_the_question_is_told_without_a_gap() -> None:
    wait_for(ALICE, "Gift wrapping?", "en", EMAIL, at=LONG_AGO)
    wait_for(BOB, "gift wrapping", "fr", "bob@example.com", at=LONG_AGO)
    factories.article("Presents", slug="presents", answers=("gift wrapping",))
    tell_all()
    assert [each.recipient for each in mails()] == [EMAIL]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("draft", [True, False])
def test_nobody_is_told_of_what_nobody_may_read_or_what_was_there_before(draft: bool) -> None:
    answer = factories.article("Gift wrapping", slug="gift-wrapping", draft=draft)
    gap("gift wrapping", answer=answer)
    asked_at = LONG_AGO if draft else utc_now() + timedelta(seconds=1)
    wait_for(ALICE, "gift wrapping", "en", EMAIL, at=asked_at)
    assert tell_all() == 0


@pytest.mark.usefixtures("app")
def test_two_workers_tell_once() -> None:
    wait_for(ALICE, "gift wrapping", "en", EMAIL, at=LONG_AGO)
    answer = factories.article("Gift wrapping", slug="gift-wrapping")
    [first] = waiting()
    assert tell(first, answer)
    assert not tell(first, answer)
    assert len(mails()) == 1


@pytest.mark.usefixtures("app")
def test_a_gap_that_comes_up_later_finds_those_who_wait() -> None:
    wait_for(ALICE, "wrap my gift please", "en", EMAIL, at=LONG_AGO)
    later = gap("wrapping a gift")
    bind()
    assert [each.gap_id for each in waiting()] == [later.id]


@pytest.mark.usefixtures("any_app")
def test_who_was_not_told_within_a_year_is_forgotten() -> None:
    now = utc_now()
    wait_for(ALICE, "gift wrapping", "en", EMAIL, at=now - timedelta(days=366))
    wait_for(BOB, "gift wrapping", "en", "bob@example.com", at=now - timedelta(days=364))
    assert forget_untold(now) == 1
    assert [each.email for each in waiting()] == ["bob@example.com"]
