"""What is typed exactly comes first, in a help centre where words and neighbours say otherwise."""

from pathlib import Path

import pytest

from search.engine import SearchEngine
from search.exact import FIRST, is_unheard_of, lift_of, lifting, run_of
from search.keyword import KeywordIndex
from search.passages import Document, Section
from search.reading.queries import parse
from search.snapshot import Snapshot
from tests.search.conftest import document

TEXTS = {
    "e47": ("Trouble with the box", "When E-47 blinks, move the lamp. It is not serious."),
    "errors": ("Errors, error codes and what errors mean", "Error after error: codes and errors."),
    "timeout": ("Slow networks", "The log then says ERR_TIMEOUT and nothing else."),
    "timing": ("Time out of the lamp: errors of timing", "Times out of time, a timeout, an err."),
    "aurora2": ("Our lamps", "Aurora 2 came after the first lamp."),
    "aurora": ("Aurora, the Aurora lamp", "Aurora shines. Aurora has two years of guarantee."),
    "sepa": ("Payment", "We take cards and SEPA transfers."),
    "cards": ("Payment by card", "How to pay by card: payment, paying, cards of all banks."),
    "us": ("Shipping abroad", "We ship to the US within a week."),
    "home": ("Shipping and us", "Write to us about shipping; tell us more about it."),
    "find": ("Shell", "Use find . -name to look for a name."),
    "set": ("Settings", "The reset button sets the setting to what was set."),
    "setting": ("Setting the lamp", "Settings of the lamp, setting by setting."),
}


def _made(folder: Path, documents: list[Document]) -> SearchEngine:
    index = KeywordIndex(folder)
    index.build(documents)
    return SearchEngine(index)


@pytest.fixture
def site(tmp_path: Path) -> SearchEngine:
    padding = [
        document(f"pad{number}", f"Page {number}", f"Page {number} of the lamp book.")
        for number in range(60)
    ]
    return _made(
        tmp_path,
        [document(key, title, text) for key, (title, text) in TEXTS.items()] + padding,
    )


def _lift(site: SearchEngine, query: str) -> float:
    snapshot = site.snapshot()[0]
    lift = lift_of(list(lifting(parse(query), "en", snapshot)), snapshot)
    return 0.0 if lift is None else float(lift.max())


def _found(site: SearchEngine, query: str, locale: str = "en") -> list[str]:
    return [hit.document_id for hit in site.search(query, locale=locale).hits]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("error E-47", "e47"),
        ("what does the error code e47 mean", "e47"),
        ("E 47", "e47"),
        ("ERR_TIMEOUT", "timeout"),
        ("err_timeout errors of the lamp", "timeout"),
        ("aurora 2", "aurora2"),
        ("is there a guarantee for the Aurora 2 lamp", "aurora2"),
        ("SEPA payment", "sepa"),
        ("sepa payment", "sepa"),
        ("shipping US", "us"),
        ("S.E.P.A.", "sepa"),
        ('settings of the lamp "to look for"', "find"),
    ],
)
def test_what_is_typed_exactly_comes_first(site: SearchEngine, query: str, first: str) -> None:
    assert _found(site, query)[0] == first


def test_few_words_that_one_article_happens_to_put_together_lift_it_a_little(
    site: SearchEngine,
) -> None:
    assert 0.0 < _lift(site, "move the lamp") < FIRST


def test_a_whole_sentence_found_word_for_word_comes_first(site: SearchEngine) -> None:
    assert _lift(site, "move the lamp it is not serious") == FIRST


def test_us_in_small_letters_is_no_country(site: SearchEngine) -> None:
    assert _found(site, "us shipping")[0] == "home"


def test_a_shouted_question_names_nobody(site: SearchEngine) -> None:
    assert _found(site, "TELL ME ABOUT US AND SHIPPING")[0] == "home"


def test_a_quoted_phrase_is_in_every_hit(site: SearchEngine) -> None:
    assert _found(site, '"setting by setting"') == ["setting"]


def test_a_quoted_phrase_is_not_stemmed(site: SearchEngine) -> None:
    assert _found(site, '"sets"') == ["set"]


def test_a_phrase_that_nothing_says_is_told_and_taken_as_words(site: SearchEngine) -> None:
    results = site.search('"paying payment"', locale="en")
    assert results.unmatched_phrases == ("paying payment",)
    assert results.hits[0].document_id == "cards"


def test_a_quotation_within_a_long_sentence_does_not_hide_the_rest(site: SearchEngine) -> None:
    found = _found(site, 'why does my lamp say "sepa" when I want to pay by card here')
    assert found[0] == "sepa"
    assert "cards" in found


def test_an_excluded_word_is_in_no_hit(site: SearchEngine) -> None:
    assert "aurora2" in _found(site, "lamp aurora")
    assert set(_found(site, "lamp aurora -guarantee")).isdisjoint({"aurora"})


@pytest.mark.parametrize("code", ["e47", "E-47", "E47"])
def test_an_excluded_code_is_in_no_hit_however_it_is_written(site: SearchEngine, code: str) -> None:
    assert "e47" not in _found(site, f"lamp -{code}")


def test_an_excluded_word_goes_in_every_inflection(site: SearchEngine) -> None:
    assert set(_found(site, "payment -cards")).isdisjoint({"cards", "sepa"})


def test_an_option_that_an_article_writes_is_searched(site: SearchEngine) -> None:
    assert _found(site, "find -name")[0] == "find"


def test_what_half_of_the_articles_hold_lifts_none(tmp_path: Path) -> None:
    texts = {"right": "Reset the lamp X1: press and hold to reset."}
    texts |= {f"x{number}": f"The lamp X1, page {number}." for number in range(20)}
    site = _made(tmp_path, [document(key, key, text) for key, text in texts.items()])
    assert _found(site, "reset the lamp X1")[0] == "right"


def test_a_phrase_does_not_run_from_one_text_into_the_next(tmp_path: Path) -> None:
    sections = (Section("a", ("One",), "alpha beta " * 20), Section("b", ("Two",), "gamma " * 30))
    index = KeywordIndex(tmp_path)
    index.build([document("1", "Title", "", sections=sections)])
    snapshot: Snapshot = index.snapshot()
    assert len(snapshot.holding(run_of("alpha beta", "en"), "en"))
    assert not len(snapshot.holding(run_of("title one", "en"), "en"))


def test_phrases_are_found_in_every_segment(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path)
    index.build([document("1", "One", "The blue lamp.")])
    index.update([document("2", "Two", "Another blue lamp here.")])
    index.update(removed=["1"])
    snapshot = index.snapshot()
    held = snapshot.holding(run_of("blue lamp", "en"), "en")
    assert [snapshot.entries[number].document_id for number in held.tolist()] == ["2"]


def test_an_article_titled_with_the_very_query_comes_first(tmp_path: Path) -> None:
    texts = {f"a{number}": f"Passport, passports: passport number {number}." for number in range(9)}
    made = [document(key, "Passport renewal of a passport", text) for key, text in texts.items()]
    made.append(document("short", "Passport", "See the town hall."))
    made.append(document("asked", "Papers", "See the town hall.", questions=("Lost my passport",)))
    site = _made(tmp_path, made)
    assert _found(site, "passport")[0] == "short"
    assert _found(site, "lost my passport?")[0] == "asked"


@pytest.mark.parametrize(
    ("query", "is_unheard"),
    [
        ("error E-99", True),
        ("erreur e88", True),
        ("error E-47", False),
        ("error e 47", False),
        ("within 20min", False),
        ("a mattress of 78x36", False),
        ("the lamp", False),
    ],
)
def test_a_code_that_no_article_holds_is_unheard_of(
    site: SearchEngine, query: str, is_unheard: bool
) -> None:
    snapshot, _ = site.snapshot()
    assert is_unheard_of(parse(query), ["en"], snapshot) is is_unheard
