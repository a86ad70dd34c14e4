from datetime import timedelta

from flask import Flask

from feedback.phrasings import frequent_queries, voted_queries
from kb.db import utc_now
from search.taught import learning
from search.taught.preview import FrequentQuery
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, ROBOT, WRITER, search, vote

RECENTLY = utc_now() - timedelta(days=1)


def test_a_vote_after_a_question_can_be_learnt_from(any_app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    search(ALICE, "lost key", lamp, moment=RECENTLY)
    vote(ALICE, lamp, helpful=True, query="lost key", moment=RECENTLY)
    (found,) = voted_queries()
    assert (found.query, found.visitor, found.helpful) == ("lost key", ALICE.id, True)
    assert (found.translation_id, found.voted_at) == (lamp.id, RECENTLY)


def test_a_vote_without_a_question_teaches_nothing(any_app: Flask) -> None:
    vote(ALICE, factories.article("Reset a lamp"), helpful=True, moment=RECENTLY)
    assert list(voted_queries()) == []


def test_nobody_ties_an_article_to_a_question_that_did_not_show_it(any_app: Flask) -> None:
    lamp, other = factories.article("Reset a lamp"), factories.article("Delivery")
    search(ALICE, "lost key", lamp, moment=RECENTLY)
    vote(ALICE, other, helpful=True, query="lost key", moment=RECENTLY)
    assert list(voted_queries()) == []


def test_robots_and_staff_teach_nothing(any_app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    for who in (ROBOT, WRITER):
        search(who, "lost key", lamp, moment=RECENTLY)
        vote(who, lamp, helpful=True, query="lost key", moment=RECENTLY)
    assert list(voted_queries()) == []


def test_votes_of_years_ago_are_left_out(any_app: Flask) -> None:
    lamp, long_ago = factories.article("Reset a lamp"), RECENTLY - timedelta(days=1_500)
    search(ALICE, "lost key", lamp, moment=long_ago)
    vote(ALICE, lamp, helpful=True, query="lost key", moment=long_ago)
    assert list(voted_queries()) == []


def test_what_was_asked_is_counted_by_visitor(any_app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    for who in (ALICE, BOB, CAROL, ROBOT):
        search(who, "lost key", lamp, moment=RECENTLY)
    search(ALICE, "delivery", lamp, moment=RECENTLY)
    search(ALICE, "livraison", lamp, moment=RECENTLY, locale="fr")
    assert frequent_queries("en", 10) == [
        FrequentQuery("lost key", 3),
        FrequentQuery("delivery", 1),
    ]
    assert len(frequent_queries("en", 1)) == 1


def test_search_learns_from_these_votes(app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    for who in (ALICE, BOB):
        search(who, "lost key", lamp, moment=RECENTLY)
        vote(who, lamp, helpful=True, query="lost key", moment=RECENTLY)
    assert learning.learn(app) == learning.Learning(added=1, faded=0, total=1)
