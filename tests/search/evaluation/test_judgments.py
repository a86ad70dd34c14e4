from pathlib import Path

import pytest

from search.evaluation.judgments import Half, JudgmentsInvalid, Query, halve, load_set, sample

QUERIES = tuple(Query(str(number), f"question {number}", "en") for number in range(200))


def test_queries_without_a_judgment_are_out_of_scope(judged_folder: Path) -> None:
    judged = load_set(judged_folder)
    assert [query.id for query in judged.judged] == ["1", "2", "3"]
    assert [query.id for query in judged.out_of_scope] == ["4"]


def test_a_set_without_a_corpus_is_about_the_site(judged_folder: Path) -> None:
    (judged_folder / "corpus.jsonl").unlink()
    assert load_set(judged_folder).documents is None


def test_a_broken_line_is_named(judged_folder: Path) -> None:
    (judged_folder / "queries.jsonl").write_text('{"id": "1", "text": "x"}\n{"id": \n')
    with pytest.raises(JudgmentsInvalid, match=r"queries\.jsonl:2"):
        load_set(judged_folder)


def test_a_sample_is_the_same_each_time() -> None:
    assert sample(QUERIES, 2) == sample(QUERIES, 2)
    assert len(sample(QUERIES, 2)) == 2
    assert sample(QUERIES, None) == QUERIES


def test_each_query_is_in_one_half() -> None:
    tune, report = halve(QUERIES, Half.TUNE), halve(QUERIES, Half.REPORT)
    assert sorted(tune + report, key=lambda query: int(query.id)) == list(QUERIES)
    assert 70 <= len(tune) <= 130


def test_a_query_stays_in_its_half_when_others_join() -> None:
    assert set(halve(QUERIES[:50], Half.TUNE)) <= set(halve(QUERIES, Half.TUNE))
