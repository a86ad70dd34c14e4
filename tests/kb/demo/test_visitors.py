"""Claims about the demo's simulated visitors."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from articles.importing import import_folder
from articles.models import Article, Translation
from feedback.gaps.report import GapsReport, gaps_report
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.outcomes import Outcome
from feedback.reports.periods import Period
from feedback.settling import recompute
from kb.db import db
from kb.demo.cli import ARTICLES
from kb.demo.questions import UNANSWERED, UNHELPFUL
from kb.demo.visitors import Simulated, mistyped, simulate
from search.results import Mode, Results

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def articles(app: Flask) -> None:
    """The demo's own articles."""
    import_folder(ARTICLES)


@pytest.fixture
def simulated(articles: None) -> Simulated:
    return simulate(days=60, now=NOW)


@pytest.fixture
def report(simulated: Simulated) -> GapsReport:
    return gaps_report(Period(datetime(2026, 10, 21, tzinfo=UTC), NOW), now=NOW)


def events() -> list[tuple[object, ...]]:
    columns = (
        SearchIntent.query, SearchIntent.locale, SearchIntent.created_at, SearchIntent.outcome,
    )  # fmt: skip
    return [tuple(each) for each in db.session.execute(select(*columns).order_by(SearchIntent.id))]


def test_every_row_is_marked_as_simulated(simulated: Simulated) -> None:
    for model in (Visit, SearchIntent, ArticleRead, Vote):
        total = db.session.scalar(select(func.count()).select_from(model))
        marked = db.session.scalar(select(func.count()).where(model.simulated.is_(True)))
        assert total == marked
        assert total


def test_the_same_seed_gives_the_same_visitors(articles: None) -> None:
    simulate(days=5, now=NOW)
    first = events()
    for model in (Vote, ArticleRead, SearchIntent, Visit):
        db.session.query(model).delete()
    db.session.commit()
    simulate(days=5, now=NOW)
    assert events() == first


def test_outcomes_are_those_that_the_rules_give(simulated: Simulated) -> None:
    before = events()
    recompute(NOW)
    assert events() == before


def test_no_visit_is_still_open_and_none_lies_in_the_future(simulated: Simulated) -> None:
    assert db.session.scalars(select(func.max(Visit.last_seen_at))).one() < NOW
    assert not db.session.scalars(select(Visit.id).where(Visit.settled_at.is_(None))).all()


def test_there_are_readers_of_both_languages_robots_and_staff(simulated: Simulated) -> None:
    assert set(db.session.scalars(select(Visit.locale))) == {"fr", "en"}
    assert {True, False} == set(db.session.scalars(select(Visit.is_bot)))
    assert {True, False} == set(db.session.scalars(select(Visit.is_staff)))


def test_at_least_eight_planted_topics_are_among_the_gaps(report: GapsReport) -> None:
    planted = {
        topic.key for topic in UNANSWERED for gap in report.gaps if gap.name in topic.fr + topic.en
    }
    assert len(planted) >= 8


def test_the_articles_that_do_not_help_are_the_planted_ones_with_words(report: GapsReport) -> None:
    sure = [each for each in report.articles if not each.rate.is_too_few]
    keys = db.session.scalars(
        select(Article.key)
        .join(Translation)
        .where(Translation.id.in_([each.translation_id for each in sure]))
    )
    assert set(keys) == set(UNHELPFUL)
    assert all(each.comments for each in sure)


def test_most_searches_find_an_answer(report: GapsReport) -> None:
    assert 0.5 < report.searches.answered.value < 0.9


def test_outcomes_follow_what_the_engine_shows(articles: None) -> None:
    simulate(days=3, now=NOW, search=lambda query, _locale: Results(query, (), 0, Mode.HYBRID))
    outcomes = set(db.session.scalars(select(SearchIntent.outcome)))
    assert outcomes == {Outcome.NO_RESULT}


def test_a_site_without_articles_only_has_unanswered_questions(app: Flask) -> None:
    assert simulate(days=2, now=NOW).reads == 0


def test_a_typing_error_exchanges_two_letters() -> None:
    assert mistyped("ma lampe clignote") == "ma lampe clingote"


def test_the_engine_is_asked_once_for_each_question(articles: None) -> None:
    asked: list[tuple[str, str]] = []
    record = SimpleNamespace(asked=asked)

    def engine(query: str, locale: str) -> Results:
        record.asked.append((query, locale))
        return Results(query, (), 0, Mode.HYBRID)

    simulate(days=5, now=NOW, search=engine)
    assert len(asked) == len(set(asked))
