"""Claims about what the home page says of other readers."""

from datetime import datetime

import pytest
from flask import Flask

from articles.publishing import archive, commit_changes
from feedback.popular import asked_most, most_helpful
from feedback.visitors import Visitor
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, ROBOT, at, publish_again, read, search, vote


def crowd(size: int) -> list[Visitor]:
    return [Visitor(f"{number:032x}") for number in range(size)]


def questions(app: Flask, now: datetime | None = None) -> list[tuple[str, str]]:
    with app.test_request_context("/en/"):
        return asked_most("en", now=now or at(days=1))


@pytest.mark.usefixtures("any_app")
def test_the_surest_article_comes_first_not_the_one_with_the_single_yes() -> None:
    sure, lucky, one = (factories.article(each) for each in ("Sure", "Lucky", "One"))
    for number, who in enumerate(crowd(20)):
        vote(who, sure, helpful=number > 0)
        if number < 3:
            vote(who, lucky, helpful=True)
    vote(ALICE, one, helpful=True)
    assert [each.title for each in most_helpful("en")] == ["Sure", "Lucky"]


@pytest.mark.usefixtures("app")
def test_an_archived_article_is_not_recommended() -> None:
    lamp = factories.article()
    for who in crowd(5):
        vote(who, lamp, helpful=True)
    archive(lamp)
    commit_changes()
    assert most_helpful("en") == []


@pytest.mark.usefixtures("app")
def test_votes_on_old_words_do_not_recommend_new_ones() -> None:
    lamp = factories.article()
    for who in crowd(5):
        vote(who, lamp, helpful=True)
    publish_again(lamp)
    assert most_helpful("en") == []


def asked_and_read(who: Visitor, query: str, what: object, seconds: int = 30) -> None:
    search(who, query, what)  # type: ignore[arg-type]
    read(who, what, seconds=seconds, query=query, moment=at(4))  # type: ignore[arg-type]


def test_what_two_visitors_asked_and_read_is_shown_by_its_title(app: Flask) -> None:
    lamp = factories.article("My lamp flickers", slug="flickers", answers=("candle scene",))
    for who in (ALICE, BOB):
        asked_and_read(who, "lamp flicker!!", lamp)
    assert questions(app) == [("My lamp flickers", "/en/articles/flickers")]


def test_what_a_stranger_types_never_shows_on_the_home_page(app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    for who in (ALICE, BOB):
        asked_and_read(who, "buy pills at evil.example", lamp)
    assert [text for text, _ in questions(app)] == ["Reset a lamp"]


def test_one_visitor_and_a_robot_are_not_two_visitors(app: Flask) -> None:
    lamp = factories.article()
    for who in (ALICE, ROBOT):
        asked_and_read(who, "lamp", lamp)
    assert questions(app) == []


def test_a_glance_is_not_an_answer(app: Flask) -> None:
    lamp = factories.article()
    for who in (ALICE, BOB, CAROL):
        asked_and_read(who, "lamp", lamp, seconds=5)
    assert questions(app) == []


def test_last_week_s_questions_are_gone(app: Flask) -> None:
    lamp = factories.article()
    for who in (ALICE, BOB):
        asked_and_read(who, "lamp", lamp)
    assert questions(app, now=at(days=8)) == []
