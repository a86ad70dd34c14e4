import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from search.evaluation import (
    JudgmentsInvalid,
    auroc,
    load_set,
    ndcg,
    recall,
    reciprocal_rank,
    sample,
)
from search.evaluation_cli import evaluate as command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "little-set"
    home.mkdir()
    corpus = [
        {"id": "a", "title": "Passwords", "text": "How to reset a password.", "lang": "en"},
        {"id": "b", "title": "Delivery", "text": "Parcels take two days.", "lang": "en"},
        {"id": "c", "title": "Mot de passe", "text": "Comment le changer.", "lang": "fr"},
    ]
    queries = [
        {"id": "1", "text": "reset my password", "lang": "en"},
        {"id": "2", "text": "when does my parcel come", "lang": "en"},
        {"id": "3", "text": "passe password", "lang": "en", "target_lang": "fr"},
        {"id": "4", "text": "quantum chromodynamics", "lang": "en"},
    ]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (home / f"{name}.jsonl").write_text(lines)
    (home / "qrels.tsv").write_text("1\ta\t1\n2\tb\t1\n3\tc\t2\n")
    return home


def test_ndcg_is_one_for_the_ideal_order_and_falls_with_rank() -> None:
    assert ndcg(["a", "b"], {"a": 2, "b": 1}) == 1.0
    assert 0 < ndcg(["x", "a"], {"a": 1}) < 1.0


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.sets(st.sampled_from("abcdefgh")))
def test_every_figure_is_a_share(ranking: list[str], relevant: set[str]) -> None:
    grades = dict.fromkeys(relevant, 1)
    for figure in (ndcg, recall, reciprocal_rank):
        assert 0 <= figure(ranking, grades) <= 1


def test_auroc_counts_pairs_and_halves_ties() -> None:
    assert auroc([0.9, 0.8], [0.1]) == 1.0
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.1], [0.9, 0.5]) == 0.0
    assert auroc([0.1], []) is None


def test_queries_without_a_judgment_are_out_of_scope(folder: Path) -> None:
    judged = load_set(folder)
    assert [query.id for query in judged.judged] == ["1", "2", "3"]
    assert [query.id for query in judged.out_of_scope] == ["4"]


def test_a_sample_is_the_same_each_time(folder: Path) -> None:
    queries = load_set(folder).queries
    assert sample(queries, 2) == sample(queries, 2)
    assert len(sample(queries, 2)) == 2
    assert sample(queries, None) == queries


def test_a_broken_line_is_named(folder: Path) -> None:
    (folder / "queries.jsonl").write_text('{"id": "1", "text": "x"}\n{"id": \n')
    with pytest.raises(JudgmentsInvalid, match=r"queries\.jsonl:2"):
        load_set(folder)


def test_the_command_prints_the_figures_of_three_modes_as_json(
    folder: Path, tmp_path: Path
) -> None:
    arguments = [str(folder), "--json", "--model", "hashing", "--cache", str(tmp_path / "v")]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)["little-set"]
    assert figures["queries"] == 3
    means = {name for name in figures["hybrid"] if not name.endswith("_interval")}
    assert means == {"ndcg@10", "recall@10", "mrr", "hit@1"}
    low, high = figures["hybrid"]["ndcg@10_interval"]
    assert low <= figures["hybrid"]["ndcg@10"] <= high
    assert figures["keyword"]["hit@1"] == 1.0
    assert 0 <= figures["confidence"]["auroc"] <= 1


def test_a_target_language_counts_only_its_articles(folder: Path, tmp_path: Path) -> None:
    arguments = [str(folder), "--model", "hashing", "--cache", str(tmp_path / "v")]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    assert "little-set" in result.output
