"""Claims about `kb search` and `kb overlaps`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from articles.publishing import archive
from kb.config import Settings
from kb.db import db
from search import cli, sync
from tests import factories

WARRANTY = (
    "The lamp has a warranty of three years from the day of delivery. Keep the invoice, for it is "
    "the proof of purchase. A broken shade is not covered by it."
)


@pytest.fixture(autouse=True)
def _site(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two articles about lamps; the command runs on the same site."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_INDEXER", "off")
    lamps = factories.category("lamps", en="Lamps", fr="Lampes")
    factories.article("Reset a lamp", slug="reset", category=lamps)
    factories.article("Warranty of lamps", WARRANTY, slug="warranty", key="warranty")
    sync.reconcile(app)


def _run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(getattr(cli, command), ["--locale", "en", *arguments])


def _draft(folder: Path, text: str, name: str = "draft.md") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_it_searches_as_a_visitor_would() -> None:
    answer = _run("search", "reset", "a", "lamp")
    assert answer.exit_code == 0, answer.output
    assert "1. Reset a lamp" in answer.output


@pytest.mark.parametrize("query", ["", "  ", "?!"])
def test_a_query_without_a_word_is_refused_in_words(query: str) -> None:
    answer = _run("search", query)
    assert answer.exit_code == 2
    assert "give at least one word to search for" in " ".join(answer.output.split())


def test_its_json_is_what_pages_are_made_of() -> None:
    found = json.loads(_run("search", "reset", "--json").stdout)
    assert found["hits"][0]["title"] == "Reset a lamp"


def test_it_explains_each_place_where_it_is_asked_to() -> None:
    assert "score" not in _run("search", "reset").output
    output = _run("search", "reset", "--explain").output
    assert "at most" in output
    assert "reset: as reset, in a name too; rarity" in output


def test_its_json_explains_too() -> None:
    found = json.loads(_run("search", "reset", "--explain", "--json").stdout)["hits"][0]
    shares = [share["value"] for share in found["explanation"]["shares"]]
    assert sum(shares) == pytest.approx(found["score"])


def test_a_correction_is_told_and_can_be_refused() -> None:
    assert "searched for “warranty” as well" in _run("search", "waranty").output
    assert "as well" not in _run("search", "waranty", "--as-typed").output


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--category", "lamp", "'lamp' is no category of the site: lamps"),
        ("--kind", "question", "'question' is no kind of article: faq"),
        ("--locale", "xx", "'xx' is not a language of the site: fr, en"),
    ],
)
def test_a_filter_that_the_site_does_not_know_is_refused(
    option: str, value: str, said: str
) -> None:
    answer = _run("search", "reset", option, value)
    assert answer.exit_code == 2
    assert said in " ".join(answer.output.split())


def test_a_filter_that_the_site_knows_is_obeyed() -> None:
    found = json.loads(_run("search", "lamp", "--category", "lamps", "--json").stdout)
    assert [hit["title"] for hit in found["hits"]] == ["Reset a lamp"]


def test_it_names_what_says_the_same_as_a_file(tmp_path: Path) -> None:
    answer = _run("overlaps", _draft(tmp_path, f"# How long is it covered?\n\n{WARRANTY}"))
    assert answer.exit_code == 0, answer.output
    assert "1. Warranty of lamps" in answer.output
    assert "100% of its pairs of words" in answer.output


def test_it_says_so_where_nothing_says_the_same(tmp_path: Path) -> None:
    answer = _run("overlaps", _draft(tmp_path, "Our shop in Lyon opens at ten on Mondays."))
    assert "Nothing on the site says this already." in answer.output


def test_an_article_that_is_written_again_is_not_compared_with_itself(tmp_path: Path) -> None:
    text = f"---\nkey: warranty\ntitle: Warranty\n---\n{WARRANTY}"
    found = json.loads(_run("overlaps", _draft(tmp_path, text), "--json").stdout)
    assert found["found"] == []
    assert found["passages"] == 1


def test_what_the_public_may_not_read_is_not_named(app: Flask, tmp_path: Path) -> None:
    hidden = factories.article("Old warranty", WARRANTY, slug="old")
    sync.reconcile(app)
    archive(hidden)
    db.session.commit()
    found = json.loads(_run("overlaps", _draft(tmp_path, WARRANTY), "--json").stdout)
    assert [each["title"] for each in found["found"]] == ["Warranty of lamps"]


def test_a_file_with_broken_front_matter_is_refused_in_words(tmp_path: Path) -> None:
    answer = _run("overlaps", _draft(tmp_path, "---\ntitle: [\n---\nText"))
    assert answer.exit_code == 1
    assert "broken YAML" in answer.output
