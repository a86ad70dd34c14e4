"""Claims about the demo's simulated visitors and what the team of Clairson did about them."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from articles.importing import ImportOptions, import_folder
from articles.models import Article, Translation
from feedback.contact.models import ContactAttempt
from feedback.gaps.models import Gap, GapStatus, GapWording
from feedback.gaps.said import batched
from feedback.models import ArticleRead, BotReason, SearchIntent, Visit, Vote
from feedback.outcomes import Outcome
from feedback.programs import mark
from feedback.requests.models import ContactRequest
from feedback.settling import recompute
from feedback.surveys.models import Survey, SurveyResponse
from feedback.waiting.models import Waiting
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db
from kb.demo.cli import ARTICLES
from kb.demo.crowd.calendar import Calendar
from kb.demo.crowd.dating import date_the_story
from kb.demo.crowd.following import follow_the_gaps
from kb.demo.crowd.needs import REWRITTEN
from kb.demo.crowd.robots import CROWD_VISITORS
from kb.demo.crowd.simulation import SCRAPES_EVERY_DAYS, Simulated, simulate
from kb.demo.crowd.wording import mistyped
from kb.demo.plots import POWER_CUT, TURNED_BAD
from kb.demo.questions import UNANSWERED, UNHELPFUL
from kb.factory import create_app
from search.results import Mode, Results

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CALENDAR = Calendar.before(NOW)
DAYS = 60
TABLES = (
    Visit, SearchIntent, ArticleRead, Vote, ContactAttempt, ContactRequest, SurveyResponse, Waiting,
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: bytes) -> Iterator[Simulated]:
    """The whole story, told once for this module; its tests only read."""
    home = tmp_path_factory.mktemp("story")
    (home / "kb.sqlite3").write_bytes(_migrated_sqlite)
    app = create_app(Settings(home=home, embedding_model="off", indexer="off", log_level="ERROR"))
    with app.app_context():
        import_folder(ARTICLES, options=ImportOptions(source="clairson"))
        add_user("camille@clairson.example", "no matter what", RoleName.WRITER, name="Camille")
        date_the_story(NOW)
        simulated = simulate(days=DAYS, now=NOW)
        follow_the_gaps(None, NOW)
        yield simulated
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def articles(app: Flask) -> None:
    """The demo's own articles, on a site without visitors."""
    import_folder(ARTICLES)


def events() -> list[tuple[object, ...]]:
    columns = (
        SearchIntent.query, SearchIntent.locale, SearchIntent.created_at, SearchIntent.outcome,
    )  # fmt: skip
    return [tuple(each) for each in db.session.execute(select(*columns).order_by(SearchIntent.id))]


def marks() -> dict[int, BotReason | None]:
    rows = db.session.execute(select(Visit.id, Visit.bot_reason))
    return {row.id: row.bot_reason for row in rows}


def helpful_share(key: str, *, since: datetime, until: datetime) -> float:
    votes = db.session.scalars(
        select(Vote.helpful)
        .join(Translation, Translation.id == Vote.translation_id)
        .join(Article)
        .where(Article.key == key, Vote.voted_at.between(since, until))
    ).all()
    return sum(votes) / len(votes)


def test_every_row_is_marked_as_simulated(told: Simulated) -> None:
    for model in TABLES:
        total = db.session.scalar(select(func.count()).select_from(model))
        marked = db.session.scalar(select(func.count()).where(model.simulated.is_(True)))
        assert total == marked, model
        assert total, model


def test_outcomes_are_those_that_the_rules_give(told: Simulated) -> None:
    before = events()
    recompute(NOW)
    assert events() == before


def test_no_visit_is_still_open_and_nothing_lies_in_the_future(told: Simulated) -> None:
    assert not db.session.scalars(select(Visit.id).where(Visit.settled_at.is_(None))).all()
    for moment in (
        Visit.last_seen_at, ContactRequest.answered_at, ContactRequest.resolved_at,
        SurveyResponse.answered_at,
    ):  # fmt: skip
        assert not db.session.scalar(select(func.count()).where(moment >= NOW))


def test_there_are_readers_of_both_languages_robots_of_all_kinds_and_staff(
    told: Simulated,
) -> None:
    assert set(db.session.scalars(select(Visit.locale))) == {"fr", "en"}
    assert {*BotReason, None} == set(db.session.scalars(select(Visit.bot_reason)))
    assert {True, False} == set(db.session.scalars(select(Visit.is_staff)))


def test_all_programs_are_found_by_what_they_did_and_nobody_else_is_taken_for_one(
    told: Simulated,
) -> None:
    planted = marks()
    unnamed = Visit.bot_reason.in_((BotReason.BEHAVIOUR, BotReason.CROWD))
    db.session.execute(update(Visit).where(unnamed).values(is_bot=False, bot_reason=None))
    for visits in batched(planted, 500):
        mark(db.session(), visits)
    found = marks()
    db.session.rollback()
    assert found == planted
    counted = Counter(found.values())
    assert counted[BotReason.BEHAVIOUR] == DAYS // SCRAPES_EVERY_DAYS
    assert counted[BotReason.CROWD] == CROWD_VISITORS


def test_more_than_half_of_the_searches_find_an_answer(told: Simulated) -> None:
    outcomes = db.session.scalars(
        select(SearchIntent.outcome).join(Visit).where(Visit.is_bot.is_(False))
    ).all()
    assert 0.5 < outcomes.count(Outcome.ANSWERED) / len(outcomes) < 0.9


def test_some_who_ask_for_a_person_find_their_answer_on_the_way(told: Simulated) -> None:
    attempts = db.session.scalar(select(func.count(ContactAttempt.id))) or 0
    marked = db.session.scalar(select(func.count()).where(ContactAttempt.answered_at.is_not(None)))
    assert 0 < (marked or 0) < told.requests < attempts


def test_most_requests_are_answered_and_some_are_open(told: Simulated) -> None:
    is_open = db.session.scalar(select(func.count()).where(ContactRequest.resolved_at.is_(None)))
    assert 0 < (is_open or 0) < told.requests / 4


def test_surveys_are_answered_by_some_and_never_asked_twice_within_their_pause(
    told: Simulated,
) -> None:
    for survey in Survey:
        asked = db.session.scalars(
            select(SurveyResponse).where(SurveyResponse.survey == survey)
        ).all()
        assert 0.1 < sum(each.score is not None for each in asked) / len(asked) < 0.5
        assert len({each.visitor for each in asked}) == len(asked)


def test_votes_show_an_article_that_went_bad_and_one_that_was_mended(told: Simulated) -> None:
    turned, mended = CALENDAR.turned_bad, CALENDAR.rewritten
    start = NOW - timedelta(days=DAYS)
    assert helpful_share(TURNED_BAD.key, since=start, until=turned) > 0.6
    assert helpful_share(TURNED_BAD.key, since=turned, until=NOW) < 0.4
    before = helpful_share(REWRITTEN, since=start, until=mended)
    assert helpful_share(REWRITTEN, since=mended, until=NOW) > before + 0.1


def test_votes_are_on_the_revision_that_could_be_read(told: Simulated) -> None:
    votes = db.session.scalars(
        select(Vote.revision_id)
        .join(Translation, Translation.id == Vote.translation_id)
        .join(Article)
        .where(Article.key == REWRITTEN)
    ).all()
    assert len(set(votes)) == 4, "two revisions in each of two languages"


@pytest.mark.parametrize("key", UNHELPFUL)
def test_articles_that_do_not_help_are_voted_down_with_words(told: Simulated, key: str) -> None:
    assert helpful_share(key, since=NOW - timedelta(days=DAYS), until=NOW) < 0.3


def test_many_planted_topics_are_among_the_gaps(told: Simulated) -> None:
    known = set(db.session.scalars(select(GapWording.text)))
    found = [each for each in UNANSWERED if known & {*each.fr, *each.en}]
    assert len(found) >= 8


def test_the_team_has_answered_one_gap_put_one_aside_and_works_on_others(told: Simulated) -> None:
    statuses = set(db.session.scalars(select(Gap.status)))
    assert statuses == set(GapStatus)
    answered = db.session.scalars(select(Gap).where(Gap.status == GapStatus.PUBLISHED)).first()
    assert answered is not None
    assert answered.answered_at is not None
    assert answered.answered_at - CALENDAR.power_cut_published < timedelta(hours=1)


def test_those_who_asked_before_the_article_came_have_been_told(told: Simulated) -> None:
    waiting = db.session.scalars(select(Waiting)).all()
    assert {each.email is None for each in waiting} == {True, False}
    assert all((each.email is None) == (each.told_at is not None) for each in waiting)


def test_nobody_reads_what_is_not_yet_published(told: Simulated) -> None:
    first = db.session.scalar(
        select(func.min(ArticleRead.opened_at))
        .join(Translation, Translation.id == ArticleRead.translation_id)
        .join(Article)
        .where(Article.key == POWER_CUT)
    )
    assert first is not None
    assert first > CALENDAR.power_cut_published


def test_the_same_seed_gives_the_same_visitors(articles: None) -> None:
    simulate(days=4, now=NOW)
    first = events()
    for model in reversed(TABLES):
        db.session.query(model).delete()
    db.session.commit()
    simulate(days=4, now=NOW)
    assert events() == first


def test_outcomes_follow_what_the_engine_shows(articles: None) -> None:
    simulate(days=2, now=NOW, search=lambda query, _locale: Results(query, (), 0, Mode.HYBRID))
    outcomes = set(db.session.scalars(select(SearchIntent.outcome)))
    assert outcomes <= {Outcome.NO_RESULT, Outcome.ESCALATED}


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

    simulate(days=3, now=NOW, search=engine)
    assert len(asked) == len(set(asked))


def test_the_articles_of_the_story_exist() -> None:
    keys = {Path(each).stem for each in ARTICLES.rglob("*.md")}
    assert {POWER_CUT, TURNED_BAD.key, REWRITTEN, *UNHELPFUL} <= keys
