import logging
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from articles.publishing import commit_changes
from kb.config import Settings
from kb.db import db, utc_now
from search import sync
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.models import Decision, PhrasingRow, SynonymRule
from search.taught import learning, phrasings, vocabulary
from search.taught.learning import Learner
from search.taught.synonyms import FILE_NAME, Rule, SynonymBook, parse_rule
from tests import factories

PATIENCE_SECONDS = 120.0  # for a busy machine; nothing here measures time
processes = multiprocessing.get_context("fork")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the encoder made for tests, which needs no model."""
    return settings.model_copy(update={"embedding_model": "hashing"})


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """Expect a warning, and keep it from the terminal."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


def rule(text: str, language: str = "en") -> Rule:
    return parse_rule(text, language)


def add(text: str, locale: str = "en") -> SynonymRule:
    return vocabulary.add_rule(locale, rule(text, locale), by="Ada")


def found(app: Flask, query: str) -> list[str]:
    return [hit.title for hit in sync.indexer(app).engine.search(query, locale="en").hits]


def phrasing(
    translation_id: int, text: str = "lost key", *, decision: Decision | None = None
) -> PhrasingRow:
    row = PhrasingRow(
        translation_id=translation_id,
        key=text,
        text=text,
        helpful=2,
        votes=2,
        trust=0.6,
        voted_at=utc_now(),
        decision=decision,
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_a_rule_is_kept_with_who_changed_it_and_when(any_app: Flask) -> None:
    add("refund, money back")
    db.session.expire_all()
    row = db.session.scalars(select(SynonymRule)).one()
    assert (row.sources, row.targets, row.changed_by) == (["refund", "money back"], [], "Ada")
    assert row.changed_at.tzinfo is not None


def test_the_same_words_are_kept_once_in_a_language(any_app: Flask) -> None:
    add("refund, money back")
    with pytest.raises(vocabulary.RuleExists):
        add("Money back, refund")
    add("refund, money back", "fr")
    assert len(vocabulary.all_rules()) == 2


def test_a_rule_cannot_be_changed_into_another(any_app: Flask) -> None:
    add("refund, money back")
    row = add("bill, invoice")
    with pytest.raises(vocabulary.RuleExists):
        vocabulary.change_rule(row, "en", rule("money back, refund"), by="Ada")
    assert [str(kept) for _, kept in vocabulary.all_rules()] == [
        "bill, invoice",
        "refund, money back",
    ]


def test_an_import_twice_changes_nothing_the_second_time(any_app: Flask) -> None:
    rules = [("en", rule("refund, money back")), ("fr", rule("facture, note", "fr"))]
    assert vocabulary.import_rules(rules, by="kb") == vocabulary.Imported(2, 0, 0)
    assert vocabulary.import_rules(rules, by="kb") == vocabulary.Imported(0, 2, 0)


def test_an_import_that_replaces_leaves_other_languages_alone(any_app: Flask) -> None:
    add("bill, invoice")
    add("facture, note", "fr")
    done = vocabulary.import_rules([("en", rule("refund, money back"))], by="kb", replace=True)
    assert done == vocabulary.Imported(1, 0, 1)
    assert {locale for locale, _ in vocabulary.all_rules()} == {"en", "fr"}


def test_a_dry_run_writes_nothing(any_app: Flask) -> None:
    done = vocabulary.import_rules([("en", rule("refund, money back"))], by="kb", dry_run=True)
    assert (done.added, vocabulary.all_rules()) == (1, [])


def test_a_rule_acts_at_once_and_its_removal_too(app: Flask) -> None:
    factories.article("Returns", "We give a reimbursement.")
    sync.reconcile(app)
    row = add("cashback, reimbursement")
    assert found(app, "cashback")[:1] == ["Returns"]
    book = SynonymBook(sync.indexer(app).home / FILE_NAME)
    assert len(book.rules("en")) == 2
    vocabulary.remove_rule(row)
    assert len(book.rules("en")) == 0


def _answers(folder: Path, pipe: Connection) -> None:
    """Be another process: say what is found, each time it is asked."""
    engine = SearchEngine(KeywordIndex(folder), synonyms=SynonymBook(folder / FILE_NAME))
    while query := pipe.recv():
        pipe.send([hit.title for hit in engine.search(query, locale="en").hits])


def test_a_rule_acts_in_another_process(app: Flask) -> None:
    factories.article("Returns", "We give a reimbursement.")
    sync.reconcile(app)
    here, there = processes.Pipe()
    other = processes.Process(target=_answers, args=(sync.indexer(app).home, there))
    other.start()

    def ask() -> list[str]:
        here.send("cashback")
        assert here.poll(PATIENCE_SECONDS)
        answer: list[str] = here.recv()
        return answer

    before = ask()
    add("cashback, reimbursement")
    after = ask()
    here.send("")
    other.join()
    assert (before, after) == ([], ["Returns"])


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_change_by_another_machine_is_followed(app: Flask) -> None:
    learner = Learner(app)
    learner.start()
    book = SynonymBook(sync.indexer(app).home / FILE_NAME)
    try:
        row = SynonymRule(locale="en", changed_by="Ada")
        row.key, row.sources, row.targets = "x", ["refund", "money back"], []
        db.session.add(row)
        commit_changes()  # and no file is written here
        wait_until(lambda: len(book.rules("en")) == 2)
    finally:
        learner.stop()


def test_a_file_that_cannot_be_read_shows_in_the_health(app: Flask) -> None:
    add("refund, money back")
    assert learning.check(app).state == "ok"
    with quiet("search.taught.synonyms"):
        (sync.indexer(app).home / FILE_NAME).write_text("{")
        assert learning.check(app).state == "degraded"
    assert vocabulary.project(app), "the next look writes it anew"
    assert learning.check(app).state == "ok"


def test_a_kept_phrasing_leads_and_a_revoked_one_is_silent(any_app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    row = phrasing(lamp.id)
    assert [(each.trust, each.leads) for each in vocabulary.acting_phrasings()] == [(0.6, False)]
    vocabulary.decide(row, Decision.KEPT, by="Ada")
    assert [(each.trust, each.leads) for each in vocabulary.acting_phrasings()] == [(1.0, True)]
    vocabulary.decide(row, Decision.REVOKED, by="Ada")
    assert vocabulary.acting_phrasings() == []
    vocabulary.decide(row, None, by="Ada")
    assert (row.decided_by, row.decided_at) == ("", None)


def test_phrasings_of_an_article_that_is_not_public_do_not_act(any_app: Flask) -> None:
    phrasing(factories.article("Secret", draft=True).id)
    assert vocabulary.acting_phrasings() == []


def test_phrasings_vanish_with_their_article(any_app: Flask) -> None:
    lamp = factories.article("Reset a lamp")
    phrasing(lamp.id)
    db.session.delete(lamp.article)
    db.session.commit()
    assert db.session.scalars(select(PhrasingRow)).all() == []


def test_phrasings_are_encoded_once_and_as_questions(app: Flask) -> None:
    phrasing(factories.article("Reset a lamp").id, "lamp is broken")
    made = sync.indexer(app)
    assert made.encoder is not None
    encoder = made.encoder.wait()
    assert vocabulary.encode_phrasings(encoder, made.store) == 1
    assert vocabulary.encode_phrasings(encoder, made.store) == 0
    assert vocabulary.project(app)
    assert not vocabulary.project(app)


@pytest.mark.parametrize("damage", ["lost", "garbage"])
@pytest.mark.parametrize("rebuild", [False, True])
def test_indexing_brings_back_what_was_taught(app: Flask, damage: str, rebuild: bool) -> None:
    factories.article("Returns", "We give a reimbursement.")
    sync.reconcile(app)
    add("cashback, reimbursement")
    for name in (FILE_NAME, phrasings.FILE_NAME):
        path = sync.indexer(app).home / name
        path.unlink() if damage == "lost" else path.write_text("garbage")
    with quiet("search.taught"), quiet("search.sync"):
        assert learning.check(app).state == "degraded"
        sync.reconcile(app, rebuild=rebuild)
    assert learning.check(app).state == "ok"
    assert found(app, "cashback") == ["Returns"]


def test_a_server_brings_back_what_was_taught_and_says_so(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    factories.article("Returns", "We give a reimbursement.")
    add("cashback, reimbursement")
    caplog.set_level(logging.INFO, "search")
    made = sync.indexer(app)
    made.start()
    try:
        wait_until(lambda: found(app, "cashback") == ["Returns"])
        caplog.clear()
        shutil.rmtree(made.home)
        wait_until((made.home / FILE_NAME).exists)
        wait_until(lambda: learning.check(app).state == "ok")
    finally:
        made.stop()
    assert any("building it anew" in line for line in caplog.messages)


def test_a_taught_word_that_no_article_says_is_as_sure_as_the_word_it_means(app: Flask) -> None:
    for title in ("Stereo speakers", "Delivery of parcels", "Warranty of lamps"):
        factories.article(title)
    factories.article("Returns", "We give a reimbursement.")
    sync.reconcile(app)
    add("qzflash, reimbursement")
    engine = sync.indexer(app).engine
    taught, plain = (engine.search(word, locale="en") for word in ("qzflash", "reimbursement"))
    assert taught.hits[0].title == "Returns"
    assert taught.confidence == pytest.approx(plain.confidence, abs=0.05)
