from pathlib import Path

import pytest

from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.taught.preview import SHOWN_QUERIES, Change, FrequentQuery, Preview, preview
from search.taught.synonyms import parse_rule
from tests.search.conftest import document

ASKED = [
    FrequentQuery("money back", 9),
    FrequentQuery("how long is delivery", 7),
    FrequentQuery("do I get my money back?", 2),
]


@pytest.fixture
def keywords(tmp_path: Path) -> SearchEngine:
    index = KeywordIndex(tmp_path / "index")
    index.build(
        [
            document("1", "Returns", "We give a reimbursement within two weeks."),
            document("2", "Delivery", "Parcels arrive within two days."),
            document("3", "Banks", "We never keep the number of your money card."),
        ]
    )
    return SearchEngine(index)


def changes(engine: SearchEngine, *after: str, before: tuple[str, ...] = ()) -> Preview:
    old = [parse_rule(line, "en") for line in before]
    new = [parse_rule(line, "en") for line in after]
    return preview(engine, ASKED, locale="en", before=old, after=new)


def test_the_questions_that_change_are_shown_before_and_after(keywords: SearchEngine) -> None:
    found = changes(keywords, "money back, reimbursement")
    assert (found.looked_at, found.touched) == (3, 2)
    assert found.changes[0] == Change("money back", 9, ("Banks",), ("Returns", "Banks"))


def test_questions_without_the_words_are_not_touched(keywords: SearchEngine) -> None:
    assert changes(keywords, "parcel, packet") == Preview(3, 0, ())


def test_a_rule_that_is_taken_away_shows_what_is_lost(keywords: SearchEngine) -> None:
    found = changes(keywords, before=("money back, reimbursement",))
    assert found.changes[0].after == ("Banks",)


def test_five_changes_at_most_are_shown_the_greatest_first(keywords: SearchEngine) -> None:
    asked = [FrequentQuery(f"money back {word}", 1) for word in "abcdefgh"]
    rule = parse_rule("money back, reimbursement", "en")
    found = preview(keywords, asked, locale="en", before=[], after=[rule])
    sizes = [change.size for change in found.changes]
    assert len(sizes) == SHOWN_QUERIES
    assert sizes == sorted(sizes, reverse=True)


def test_without_an_index_the_questions_are_only_counted(tmp_path: Path) -> None:
    found = changes(SearchEngine(KeywordIndex(tmp_path / "nothing")), "money back, refund")
    assert found == Preview(3, 2, ())
