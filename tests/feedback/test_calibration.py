"""Claims about what visitors prove, and about `kb calibrate`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from feedback.calibration import End, SearchDegraded, Verdict, observe, verdict, verdicts
from feedback.calibration_cli import calibrate
from feedback.outcomes import Outcome
from feedback.settling import settle
from feedback.visitors import Visitor
from kb.config import Settings
from search import sync
from search.calibration import FILE_NAME, Choice, Effect, write
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, ROBOT, START, WRITER, at, read, search, vote

LATER = at(minutes=120)
FEW = 30  # what it takes to choose


def judge(*ends: End) -> bool | None:
    found = verdict("lamp", "en", ends)
    return found.is_answered if found else None


def test_what_was_voted_helpful_was_answered() -> None:
    assert judge(End(Outcome.ANSWERED, helpful=1)) is True


def test_one_who_was_helped_outweighs_those_who_left() -> None:
    assert judge(End(Outcome.NO_CLICK), End(Outcome.ANSWERED, helpful=1)) is True


@pytest.mark.parametrize(
    "outcome",
    [Outcome.ESCALATED, Outcome.NO_RESULT, Outcome.WEAK, Outcome.REFORMULATED, Outcome.NO_CLICK],
)
def test_what_everybody_gave_up_was_not_answered(outcome: Outcome) -> None:
    assert judge(End(outcome), End(outcome)) is False


def test_what_was_voted_down_was_not_answered_though_it_was_opened() -> None:
    assert judge(End(Outcome.OPENED, unhelpful=1)) is False


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.OPENED])
def test_a_reading_without_a_vote_proves_nothing(outcome: Outcome) -> None:
    assert judge(End(outcome)) is None
    assert judge(End(outcome), End(Outcome.NO_CLICK)) is None


def test_votes_that_disagree_prove_nothing() -> None:
    assert judge(End(Outcome.ANSWERED, helpful=1), End(Outcome.OPENED, unhelpful=1)) is None


@pytest.mark.usefixtures("any_app")
class TestVerdicts:
    def test_a_helpful_vote_answers_the_question_that_led_to_it(self) -> None:
        lamp = factories.article()
        search(ALICE, "lamp flickers", lamp)
        read(ALICE, lamp, seconds=20, query="lamp flickers", moment=at(5))
        vote(ALICE, lamp, helpful=True, query="lamp flickers", moment=at(40))
        settle(LATER)
        assert verdicts(START) == [Verdict("lamp flickers", "en", is_answered=True)]

    def test_the_same_question_of_several_visitors_is_one(self) -> None:
        for who in (ALICE, BOB, CAROL):
            search(who, "gift wrapping", weak=True, matched=0)
        settle(LATER)
        assert verdicts(START) == [Verdict("gift wrapping", "en", is_answered=False, is_left=True)]

    def test_bots_and_staff_prove_nothing(self) -> None:
        for who in (ROBOT, WRITER):
            search(who, "gift wrapping", weak=True, matched=0)
        settle(LATER)
        assert verdicts(START) == []

    def test_older_searches_are_left_out(self) -> None:
        search(ALICE, "gift wrapping", weak=True, matched=0)
        settle(LATER)
        assert verdicts(START + timedelta(days=1)) == []


def test_an_engine_without_its_index_is_no_judge(app: Flask) -> None:
    with pytest.raises(SearchDegraded):
        observe(sync.indexer(app).engine, [Verdict("lamp", "en", is_answered=True)])


def test_a_question_left_where_the_page_quotes_an_answer_proves_nothing(app: Flask) -> None:
    factories.article("Reset a lamp", "Hold the button of the lamp for ten seconds.")
    sync.reconcile(app)
    engine = sync.indexer(app).engine
    assert engine.search("reset a lamp", locale="en").has_answer
    left = Verdict("reset a lamp", "en", is_answered=False, is_left=True)
    voted_down = Verdict("reset a lamp", "en", is_answered=False)
    assert observe(engine, [left]) == []
    assert len(observe(engine, [voted_down])) == 1


@pytest.fixture
def _site(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs on the same site."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_INDEXER", "off")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(calibrate, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


WORDS = [
    "amber",
    "basil",
    "cedar",
    "daisy",
    "ebony",
    "fern",
    "ginger",
    "hazel",
    "iris",
    "jasmine",
    "kale",
    "laurel",
    "maple",
    "nettle",
    "olive",
    "poppy",
    "quince",
    "rose",
    "sage",
    "thyme",
    "umber",
    "violet",
    "walnut",
    "yarrow",
    "zinnia",
    "almond",
    "birch",
    "clover",
    "dill",
    "elder",
]


def customers_who_vote_and_leave(app: Flask, questions: int) -> None:
    """Half of the questions are what an article says; the others want what none speaks of."""
    for number, word in enumerate(WORDS[:questions]):
        article = factories.article(f"Grow {word}", f"Sow {word} in spring.")
        happy, unhappy = (Visitor(f"{number:030d}{letter}{letter}") for letter in "ab")
        search(happy, f"grow {word}", article)
        read(happy, article, seconds=20, query=f"grow {word}", moment=at(5))
        vote(happy, article, helpful=True, query=f"grow {word}", moment=at(40))
        question = f"grow {word} invoice"
        search(unhappy, question, article)
        read(unhappy, article, seconds=20, query=question, moment=at(5))
        vote(unhappy, article, helpful=False, query=question, moment=at(40))
    settle(LATER)
    sync.reconcile(app)


@pytest.fixture
def _blind(settings: Settings) -> None:
    """So far nothing is called weak."""
    nothing = Effect(0.0, 0.0)
    choice = Choice("en", FEW, FEW, 0.0, 0.0, nothing, nothing)
    write(settings.home / "search" / FILE_NAME, [choice], model="off")


@pytest.mark.usefixtures("_site", "_blind")
def test_floors_chosen_from_votes_are_those_that_the_engine_uses(app: Flask) -> None:
    customers_who_vote_and_leave(app, FEW)
    engine = sync.indexer(app).engine
    assert not engine.search("grow basil invoice", locale="en").weak
    (choice,) = json.loads(run("--json", "--days", "3650"))
    assert (choice["answered"], choice["unanswered"]) == (FEW, FEW)
    assert engine.floors["en"] == choice["floor"]
    assert engine.search("grow basil invoice", locale="en").weak
    assert not engine.search("grow basil", locale="en").weak


@pytest.mark.usefixtures("_site")
def test_a_dry_run_writes_nothing(app: Flask, settings: Settings) -> None:
    customers_who_vote_and_leave(app, FEW)
    run("--dry-run", "--days", "3650")
    assert not (settings.home / "search" / FILE_NAME).exists()


@pytest.mark.usefixtures("_site")
def test_a_few_votes_are_too_few_to_tell(app: Flask, settings: Settings) -> None:
    customers_who_vote_and_leave(app, 5)
    assert "too few" in run("--days", "3650")
    assert not (settings.home / "search" / FILE_NAME).exists()


@pytest.mark.usefixtures("_site")
def test_a_site_without_visitors_says_so() -> None:
    assert "No search has an end that is known" in run()


@pytest.mark.usefixtures("_site", "_blind")
def test_judged_queries_choose_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "judged"
    folder.mkdir()
    corpus, queries, judgments = [], [], []
    for number, word in enumerate(WORDS):
        corpus.append({"id": word, "title": f"Grow {word}", "text": f"Sow {word} in spring."})
        queries.append({"id": f"q{number}", "text": f"grow {word}"})
        queries.append({"id": f"x{number}", "text": f"grow {word} invoice"})
        judgments.append(f"q{number}\t{word}\t1\n")
    for name, rows in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels.tsv").write_text("".join(judgments))
    (choice,) = json.loads(run("--judged", str(folder), "--json"))
    assert (choice["answered"], choice["unanswered"]) == (FEW, FEW)
    assert choice["floor"] > choice["floor_before"]
