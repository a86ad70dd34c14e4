"""Claims about the numbers of the gaps report, on both databases."""

import dataclasses

import pytest

from articles.models import Translation
from feedback.gaps.report import GapsReport, answered_in_other_words, gaps_report
from feedback.outcomes import Outcome
from feedback.reports.helpfulness import Helpfulness, helpfulness, not_helping
from feedback.reports.periods import Period
from feedback.settling import settle
from feedback.statistics import wilson
from feedback.visitors import Visitor
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, ROBOT, WRITER, at, read, search, vote

pytestmark = pytest.mark.usefixtures("any_app")

PERIOD = Period(at(days=-1), at(days=29))


def report() -> GapsReport:
    return gaps_report(PERIOD, now=at(days=29))


def ask_in_vain(*visitors: Visitor, query: str = "gift wrapping", days: float = 0) -> None:
    for number, who in enumerate(visitors):
        search(who, query, weak=True, matched=0, moment=at(minutes=number, days=days))


def crowd(size: int) -> list[Visitor]:
    return [Visitor(f"{number:032x}") for number in range(size)]


def test_a_question_that_two_visitors_asked_in_vain_is_a_gap() -> None:
    ask_in_vain(ALICE, BOB)
    assert [(gap.name, gap.visitors, gap.outcomes) for gap in report().gaps] == [
        ("gift wrapping", 2, {Outcome.NO_RESULT: 2})
    ]


def test_what_one_visitor_asked_is_counted_but_not_listed() -> None:
    ask_in_vain(ALICE)
    assert (report().gaps, report().single) == ((), 1)


def test_robots_and_staff_make_no_gap_and_are_counted_apart() -> None:
    ask_in_vain(ROBOT, WRITER, ALICE)
    found = report()
    assert (found.gaps, found.searches.bots, found.searches.staff) == ((), 1, 1)
    assert found.searches.answered.trials == 1


def test_a_search_of_a_visit_that_is_not_over_waits_for_the_next_report() -> None:
    ask_in_vain(ALICE, BOB)
    found = gaps_report(PERIOD, now=at(minutes=15))
    assert (found.searches.open, found.searches.answered.trials) == (2, 0)


def test_the_answered_rate_is_answered_searches_over_all_that_are_over() -> None:
    lamp = factories.article()
    search(ALICE, "lamp", lamp)
    read(ALICE, lamp, seconds=30, moment=at(3))
    ask_in_vain(BOB)
    rate = report().searches.answered
    assert (rate.successes, rate.trials) == (1, 2)


def test_the_previous_period_is_reported_beside() -> None:
    ask_in_vain(ALICE, BOB, days=-10)
    ask_in_vain(CAROL, BOB)
    found = report()
    assert (found.previous.answered.trials, found.searches.answered.trials) == (2, 2)
    assert [(gap.visitors, gap.visitors_before) for gap in found.gaps] == [(2, 2)]


def test_a_question_answered_in_other_words_is_no_gap() -> None:
    wrap = factories.article("Gift wrapping")
    for who in (ALICE, BOB):
        search(who, "wrapping gifts", weak=True, matched=0)
        search(who, "gift wrapping", wrap, moment=at(20))
        read(who, wrap, seconds=30, query="gift wrapping", moment=at(25))
    found = report()
    assert (found.gaps, found.searches.reworded) == ((), 2)


def test_the_nearest_article_is_named_while_the_public_can_read_it() -> None:
    cards, draft = factories.article("Gift cards"), factories.article("Secret", draft=True)
    for who in (ALICE, BOB):
        search(who, "gift wrapping", cards, weak=True)
        search(who, "black friday", draft, weak=True, moment=at(minutes=5))
    found = report()
    titles = {
        gap.name: nearest.title if (nearest := found.nearest_to(gap)) else None
        for gap in found.gaps
    }
    assert titles == {"gift wrapping": "Gift cards", "black friday": None}


def ask_where_english_is_shown(english: Translation, **queries: str) -> dict[str, str]:
    """Let two visitors ask in each language; return the language of the nearest article by gap."""
    for locale, query in queries.items():
        for who in (ALICE, BOB):
            search(who, query, english, weak=True, locale=locale)
    found = report()
    return {gap.name: near.locale for gap in found.gaps if (near := found.nearest_to(gap))}


def test_the_nearest_article_is_named_in_the_language_of_the_question() -> None:
    english = factories.article("Gift cards")
    factories.article("Cartes cadeaux", locale="fr", of=english.article)
    languages = ask_where_english_is_shown(english, fr="emballage cadeau", en="gift wrapping")
    assert languages == {"emballage cadeau": "fr", "gift wrapping": "en"}


def test_the_nearest_article_without_a_translation_is_named_as_it_was_shown() -> None:
    english = factories.article("Gift cards")
    assert ask_where_english_is_shown(english, fr="emballage cadeau") == {"emballage cadeau": "en"}


def test_a_report_on_an_empty_site_is_empty() -> None:
    found = report()
    assert (found.gaps, found.articles, found.searches.answered.trials) == ((), (), 0)


def test_simulated_visitors_are_declared() -> None:
    ask_in_vain(ALICE)
    assert not report().simulated


def test_articles_that_surely_help_less_come_first_and_few_votes_last() -> None:
    bad, worse, few, good = (factories.article(each) for each in ("Bad", "Worse", "Few", "Good"))
    for number, who in enumerate(crowd(40)):
        vote(who, bad, helpful=number < 6, limit="99 per hour")
        vote(who, worse, helpful=number < 2, limit="99 per hour")
        vote(who, good, helpful=True, limit="99 per hour")
    for who in crowd(3):
        vote(who, few, helpful=False, limit="99 per hour")
    listed = [(each.title, each.rate.is_too_few) for each in report().articles]
    assert listed == [("Worse", False), ("Bad", False), ("Few", True)]


def test_many_votes_against_rank_before_few_that_may_be_chance() -> None:
    """By the lower bound 0 of 30 would come first; by the upper, 5 of 300 is surely worse."""
    few, many, good = (factories.article(each) for each in ("Few", "Many", "Good"))
    votes = [
        dataclasses.replace(_votes_for(few), rate=wilson(0, 30)),
        dataclasses.replace(_votes_for(many), rate=wilson(5, 300)),
        dataclasses.replace(_votes_for(good), rate=wilson(280, 300)),
    ]
    assert votes[0].rate.lower < votes[1].rate.lower
    assert [each.title for each in not_helping(votes, wilson(285, 630))] == ["Many", "Few"]


def _votes_for(article: Translation) -> Helpfulness:
    nothing = wilson(0, 0)
    return Helpfulness(
        article.id, article.title, article.slug, article.locale, nothing, nothing, {}, ()
    )


def test_two_votes_against_do_not_put_an_article_on_the_list() -> None:
    article = factories.article()
    vote(ALICE, article, helpful=False)
    vote(BOB, article, helpful=False)
    assert report().articles == ()


def test_helpfulness_leaves_robots_out_and_shows_the_raw_count_beside() -> None:
    article = factories.article()
    for who in crowd(4):
        vote(who, article, helpful=False)
    vote(ROBOT, article, helpful=True)
    [listed] = report().articles
    assert (listed.rate.trials, listed.raw.trials, listed.raw.successes) == (4, 5, 1)


def test_not_helping_means_that_even_the_upper_bound_is_under_the_whole_site() -> None:
    article = factories.article()
    for number, who in enumerate(crowd(30)):
        vote(who, article, helpful=number < 15)
    votes = report().articles or ()
    assert votes == ()  # alone on the site, it cannot be under its average
    whole = wilson(90, 100)
    assert [each.title for each in not_helping(helpfulness(PERIOD), whole)] == ["Reset a lamp"]


def test_a_chain_of_rewordings_that_ends_in_an_answer_is_answered_throughout() -> None:
    chain = {1: None, 2: 1, 3: 2, 4: None}
    assert answered_in_other_words(chain, [3]) == {1, 2}


def test_reports_settle_what_is_over_by_themselves() -> None:
    ask_in_vain(ALICE, BOB)
    report()
    assert settle(at(days=29)) == 0
    assert db.session.is_active
