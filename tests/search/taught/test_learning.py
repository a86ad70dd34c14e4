from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from articles.models import Translation
from kb.config import Settings
from kb.db import db
from search import sync
from search.models import Decision, PhrasingRow
from search.taught import learning, vocabulary
from search.taught.learning import Learnt, VotedQuery, gather
from search.taught.phrasings import HALF_LIFE_DAYS
from tests import factories

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ENGLISH = {1: "en"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the encoder made for tests, which needs no model."""
    return settings.model_copy(update={"embedding_model": "hashing"})


def voted(
    query: str = "lost key",
    visitor: str = "alice",
    *,
    article: int = 1,
    helpful: bool = True,
    days_ago: float = 0.0,
    simulated: bool = False,
) -> VotedQuery:
    at = NOW - timedelta(days=days_ago)
    return VotedQuery(article, query, visitor, helpful, at, simulated)


def learnt(*votes: VotedQuery) -> list[Learnt]:
    return gather(votes, ENGLISH, NOW)


def test_two_visitors_who_agree_make_a_phrasing() -> None:
    (found,) = learnt(voted(), voted(visitor="bob"))
    assert (found.text, found.helpful, found.votes) == ("lost key", 2, 2)


def test_one_visitor_alone_makes_none_however_often() -> None:
    assert learnt(voted(), voted(days_ago=1), voted(days_ago=2)) == []


def test_wordings_of_the_same_stems_are_one_question() -> None:
    (found,) = learnt(voted("lost key"), voted("I lost my keys", "bob"), voted("lost key", "carol"))
    assert (found.text, found.helpful) == ("lost key", 3)


def test_the_last_vote_of_a_visitor_counts() -> None:
    changed = voted(visitor="bob", helpful=False)
    assert learnt(voted(), voted(visitor="bob", days_ago=1), changed) == []


def test_unhelpful_votes_lower_trust() -> None:
    agreed = [voted(), voted(visitor="bob")]
    (sure,) = learnt(*agreed)
    (doubted,) = learnt(*agreed, voted(visitor="carol", helpful=False))
    assert doubted.trust < sure.trust


def test_old_votes_fade_and_are_forgotten() -> None:
    (fresh,) = learnt(voted(), voted(visitor="bob"))
    (old,) = learnt(*(voted(visitor=name, days_ago=HALF_LIFE_DAYS) for name in "ab"))
    assert old.trust < fresh.trust
    assert learnt(*(voted(visitor=name, days_ago=2 * HALF_LIFE_DAYS) for name in "ab")) == []


def test_personal_data_makes_no_phrasing() -> None:
    assert learnt(voted("mail [e-mail]"), voted("mail [e-mail]", "bob")) == []


def test_a_phrasing_of_invented_visitors_alone_says_so() -> None:
    (invented,) = learnt(voted(simulated=True), voted(visitor="bob", simulated=True))
    (mixed,) = learnt(voted(), voted(visitor="bob", simulated=True))
    assert (invented.simulated, mixed.simulated) == (True, False)


# With the database


def teach(app: Flask, *votes: VotedQuery) -> learning.Learning:
    learning.register(app, lambda: votes)
    return learning.learn(app, now=NOW)


def rows() -> list[PhrasingRow]:
    return list(db.session.scalars(select(PhrasingRow).order_by(PhrasingRow.text)))


def about(lamp: Translation, query: str = "lost key") -> list[VotedQuery]:
    return [voted(query, name, article=lamp.id) for name in ("alice", "bob")]


def test_learning_keeps_and_forgets_with_the_votes(any_app: Flask) -> None:
    votes = about(factories.article("Reset a lamp"))
    assert teach(any_app, *votes) == learning.Learning(added=1, faded=0, total=1)
    assert teach(any_app, *votes) == learning.Learning(added=0, faded=0, total=1)
    assert teach(any_app) == learning.Learning(added=0, faded=1, total=0)
    assert rows() == []


@pytest.mark.parametrize("decision", Decision)
def test_what_a_writer_decided_outlives_its_votes(any_app: Flask, decision: Decision) -> None:
    votes = about(factories.article("Reset a lamp"))
    teach(any_app, *votes)
    vocabulary.decide(rows()[0], decision, by="Ada")
    teach(any_app)
    teach(any_app, *votes)
    assert [row.decision for row in rows()] == [decision]


def test_an_article_that_is_gone_teaches_nothing(any_app: Flask) -> None:
    assert teach(any_app, voted(article=99), voted(visitor="bob", article=99)).total == 0


def test_learning_nothing_new_leaves_caches_alone(app: Flask) -> None:
    from articles.queries import freshness

    votes = about(factories.article("Reset a lamp"))
    teach(app, *votes)
    before = freshness()
    teach(app, *votes)
    assert freshness() == before


def test_a_phrasing_may_lead_where_the_texts_put_its_article_first(app: Flask) -> None:
    lamp = factories.article("Reset a lamp", "Hold the button of the lamp.")
    factories.article("Delivery", "Parcels arrive within two days.")
    sync.reconcile(app)
    teach(app, *about(lamp, "reset my lamp"), *about(lamp, "delivery of parcels"))
    assert [(row.text, row.is_first) for row in rows()] == [
        ("delivery of parcels", False),
        ("reset my lamp", True),
    ]


def test_without_an_index_nothing_may_lead(app: Flask) -> None:
    teach(app, *about(factories.article("Reset a lamp"), "reset my lamp"))
    assert [row.is_first for row in rows()] == [False]


def test_twenty_dishonest_visitors_do_not_change_what_is_first(app: Flask) -> None:
    lamp = factories.article("Reset a lamp", "Hold the button of the lamp.")
    wrong = factories.article("Lamp colours", "The lamp has a button for colours.")
    sync.reconcile(app)
    engine = sync.indexer(app).engine
    query = "reset the lamp"

    def first() -> int:
        return int(engine.search(query, locale="en").hits[0].document_id)

    assert first() == lamp.id
    teach(app, *(voted(query, f"liar {number}", article=wrong.id) for number in range(20)))
    assert [row.helpful for row in rows()] == [20]
    assert first() == lamp.id
