import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kb.config import Settings
from search import sync
from search.taught import vocabulary
from search.taught.cli import phrasings, synonyms
from search.taught.synonyms import parse_rule
from tests import factories
from tests.feedback.cast import ALICE, BOB, search, vote


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command on the site of the test."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_INDEXER", "off")
    monkeypatch.setenv("KB_LOG_LEVEL", "ERROR")

    def invoke(command, *arguments: str, text: str | None = None) -> Result:  # type: ignore[no-untyped-def]
        return CliRunner().invoke(command, arguments, input=text)

    return invoke


def test_what_is_imported_is_exported(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "rules.txt"
    path.write_text("# ours\n[en]\nrefund, money back\naurora => lamp\n")
    assert "2 added" in run(synonyms, "import", str(path)).output
    assert "0 added, 2 there already" in run(synonyms, "import", str(path)).output
    assert run(synonyms, "export").output == "[en]\naurora => lamp\nrefund, money back\n"


def test_a_wrong_line_stops_the_whole_import_and_is_named(run) -> None:  # type: ignore[no-untyped-def]
    result = run(synonyms, "import", "-", text="[en]\nrefund, money back\nalone\n")
    assert result.exit_code == 1
    assert "<stdin>:3: Give at least two words" in result.output
    assert vocabulary.all_rules() == []


def test_a_dry_run_says_what_would_be_done(run) -> None:  # type: ignore[no-untyped-def]
    result = run(synonyms, "import", "-", "--dry-run", text="[en]\nrefund, money back\n")
    assert "1 added" in result.output
    assert vocabulary.all_rules() == []


def test_replacing_forgets_what_the_file_lacks(run) -> None:  # type: ignore[no-untyped-def]
    vocabulary.add_rule("en", parse_rule("bill, invoice", "en"), by="Ada")
    run(synonyms, "import", "-", "--replace", text="[en]\nrefund, money back\n")
    assert [str(rule) for _, rule in vocabulary.all_rules()] == ["refund, money back"]


def test_a_preview_shows_before_and_after(run, app: Flask) -> None:  # type: ignore[no-untyped-def]
    factories.article("Returns", "We give a reimbursement.")
    sync.reconcile(app)
    result = run(synonyms, "preview", "cashback, reimbursement", "--locale", "en")
    assert "cashback\n  now            nothing\n  with the rule  1. Returns" in result.output
    assert vocabulary.all_rules() == []


@pytest.mark.parametrize(
    ("rule", "locale", "why"),
    [("alone", "en", "at least two words"), ("a, b", "de", "not a language of the site")],
)
def test_a_preview_that_cannot_be_made_says_why(run, rule: str, locale: str, why: str) -> None:  # type: ignore[no-untyped-def]
    result = run(synonyms, "preview", rule, "--locale", locale)
    assert result.exit_code
    assert why in result.output


def test_phrasings_are_learnt_and_listed(run, app: Flask) -> None:  # type: ignore[no-untyped-def]
    lamp = factories.article("Reset a lamp")
    for who in (ALICE, BOB):
        search(who, "lost key", lamp)
        vote(who, lamp, helpful=True, query="lost key")
    assert "There is no phrasing yet." in run(phrasings, "list").output
    result = run(phrasings, "learn")
    assert "1 added, 0 faded, 1 in all" in result.output, result.output
    assert "lost key  ->  Reset a lamp [en]" in run(phrasings, "list").output
    (row,) = json.loads(run(phrasings, "list", "--json").output)
    assert (row["question"], row["helpful"], row["decision"]) == ("lost key", 2, None)
