import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from kb.config import Settings
from search import sync
from search.evaluation.cli import evaluate as command
from tests import factories


def invoke(folder: Path, *arguments: str) -> Result:
    given = [str(folder), "--model", "hashing", "--cache", str(folder.parent / "v"), *arguments]
    return CliRunner().invoke(command, given)


def figures(folder: Path, *arguments: str) -> dict[str, Any]:
    result = invoke(folder, "--json", *arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)[folder.name]
    return found


def test_the_command_prints_the_figures_of_three_modes_as_json(judged_folder: Path) -> None:
    found = figures(judged_folder)
    assert found["queries"] == 3
    means = {name for name in found["hybrid"] if not name.endswith("_interval")}
    assert means == {"ndcg@10", "recall@10", "mrr", "hit@1"}
    assert found["keyword"]["hit@1"] == 1.0
    assert 0 <= found["confidence"]["auroc"] <= 1


def test_every_mean_has_its_interval(judged_folder: Path) -> None:
    hybrid = figures(judged_folder)["hybrid"]
    for name in ("ndcg@10", "recall@10", "mrr", "hit@1"):
        low, high = hybrid[f"{name}_interval"]
        assert low <= hybrid[name] <= high


def test_sets_of_one_name_are_told_apart(judged_folder: Path) -> None:
    twin = judged_folder.parent / "twin" / judged_folder.name
    shutil.copytree(judged_folder, twin)
    result = invoke(judged_folder, str(twin), "--json", "--keywords")
    assert len(json.loads(result.stdout)) == 2


def test_people_get_tables(judged_folder: Path) -> None:
    result = invoke(judged_folder, "--worst", "2", "--typos", "--phrasings")
    assert result.exit_code == 0, result.output
    assert "judged-set: hybrid is" in result.stdout
    assert "came instead" in result.stdout
    assert "misspelt" in result.stdout


def test_the_worst_queries_say_what_came_instead(judged_folder: Path) -> None:
    worst = figures(judged_folder, "--worst", "3")["worst"]
    assert len(worst) == 3
    assert worst[0]["expected"][0]["title"]
    assert worst[0]["expected"][0]["rank"]["keyword"] == 1
    assert worst[0]["instead"][0]["semantic"] > 0


def test_keywords_alone_need_no_model(judged_folder: Path) -> None:
    found = figures(judged_folder, "--keywords")
    assert "hybrid" not in found
    assert found["keyword"]["hit@1"] == 1.0
    assert "degraded" not in found


def test_typos_are_compared_with_the_same_queries_typed_right(judged_folder: Path) -> None:
    typos = figures(judged_folder, "--typos")["typos"]
    assert typos["per_query"] == 1.0
    assert typos["hybrid"]["queries"] == 3
    assert typos["hybrid"]["with"] <= typos["hybrid"]["without"]


def test_a_saved_run_can_be_compared_with(judged_folder: Path) -> None:
    path = str(judged_folder.parent / "run.json")
    figures(judged_folder, "--save", path)
    found = figures(judged_folder, "--against", path)["against"]
    assert found["other"] == "run.json"
    assert found["hybrid"] == {
        "queries": 3,
        "difference": 0.0,
        "interval": [0.0, 0.0],
        "wins": 0,
        "ties": 3,
        "losses": 0,
        "p": 1.0,
    }


def test_two_models_can_be_compared(judged_folder: Path) -> None:
    found = figures(judged_folder, "--compare-model", "off")["against"]
    assert found["other"] == "off"
    assert found["keyword"]["ties"] == 3


def test_a_file_that_is_no_saved_run_is_named(judged_folder: Path) -> None:
    result = invoke(judged_folder, "--against", str(judged_folder / "qrels.tsv"))
    assert result.exit_code == 1
    assert "qrels.tsv is no run" in result.stderr


def test_a_model_that_cannot_be_had_is_told(judged_folder: Path) -> None:
    given = [str(judged_folder), "--model", "no/such-model", "--cache", str(judged_folder / "v")]
    result = CliRunner().invoke(command, given)
    assert result.exit_code == 1
    assert "no/such-model" in result.stderr


@pytest.fixture
def site_folder(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Judgments of the articles of a site, by their addresses."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_INDEXER", "off")
    factories.article("Reset a lamp", "Hold the button for ten seconds.", slug="reset-a-lamp")
    factories.article("Delivery times", "Parcels take two days.", slug="delivery-times")
    sync.reconcile(app)
    folder = tmp_path / "our-questions"
    folder.mkdir()
    (folder / "queries.jsonl").write_text('{"id": "1", "text": "reset my lamp", "lang": "en"}\n')
    (folder / "qrels.tsv").write_text("1\t/en/articles/reset-a-lamp\t1\n")
    return folder


@pytest.mark.parametrize("host", ["", "https://help.example.com"])
def test_without_a_corpus_the_articles_of_the_site_are_searched(
    host: str, site_folder: Path
) -> None:
    (site_folder / "qrels.tsv").write_text(f"1\t{host}/en/articles/reset-a-lamp\t1\n")
    found = figures(site_folder, "--keywords")
    assert found["keyword"]["hit@1"] == 1.0


def test_a_judgment_of_what_is_not_published_is_told(site_folder: Path) -> None:
    (site_folder / "qrels.tsv").write_text("1\t/en/nothing-here\t1\n")
    result = invoke(site_folder, "--keywords")
    assert result.exit_code == 1
    assert "query 1 expects /en/nothing-here, which is not published" in result.stderr


def test_a_site_without_an_index_is_told_what_to_do(
    site_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_HOME", str(tmp_path / "elsewhere"))
    result = invoke(site_folder, "--keywords")
    assert result.exit_code == 1
    assert "kb reindex" in result.stderr
