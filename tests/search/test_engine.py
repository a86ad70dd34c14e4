from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.encoders import LazyEncoder
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.ranking import ALWAYS_SHOWN_BY_WORDS
from search.reading.queries import tidy
from search.results import Mode
from tests.search.conftest import document


def _fail() -> object:
    raise OSError("no such model")


def test_a_question_finds_its_article_with_both_retrievers(engine: SearchEngine) -> None:
    results = engine.search("I forgot my password", locale="en")
    assert results.mode is Mode.HYBRID
    assert results.degraded is None
    assert results.hits[0].document_id == "1"


def test_a_hit_leads_to_the_section_that_answers(engine: SearchEngine) -> None:
    hit = engine.search("error E-21", locale="en").hits[0]
    assert (hit.anchor, hit.path) == ("error-e-21", ("Error E-21",))
    assert "<mark>E-21</mark>" in hit.snippet


def test_a_known_question_finds_its_article(engine: SearchEngine) -> None:
    assert engine.search("cannot sign in any more", locale="en").hits[0].document_id == "1"


def test_the_visitor_s_language_comes_first(engine: SearchEngine) -> None:
    french = engine.search("mot de passe", locale="fr")
    assert french.hits[0].locale == "fr"
    assert not french.hits[0].is_other_locale


def test_another_language_shows_where_the_visitor_s_own_has_nothing(engine: SearchEngine) -> None:
    results = engine.search("delivery times", locale="fr")
    assert results.hits[0].document_id == "3"
    assert results.hits[0].is_other_locale


TWINS = (
    document("10", "Code E-47", "The lamp is too hot. Code E-47 is shown.", article="a"),
    document("11", "Code E-47", "La lampe chauffe trop.", "fr", article="a"),
    document("12", "Use Spotify", "Spotify plays on the speaker.", article="b"),
    document("13", "Écouter de la musique", "L’enceinte joue de la musique.", "fr", article="b"),
    document("14", "Gift wrap", "We wrap gifts in paper.", article="c"),
    document("15", "Facture", "La facture est dans le compte.", "fr", article="d"),
)


@pytest.fixture
def bilingual(tmp_path: Path) -> SearchEngine:
    made = KeywordIndex(tmp_path / "bilingual")
    made.build(TWINS)
    return SearchEngine(made)


@pytest.mark.parametrize("query", ["E-47", "e47", "Spotify", "too hot", "speaker"])
def test_an_article_that_exists_in_the_reader_s_language_shows_in_no_other(
    bilingual: SearchEngine, query: str
) -> None:
    hits = bilingual.search(query, locale="fr").hits
    assert hits
    assert not {hit.document_id for hit in hits} & {"10", "12"}


def test_words_of_another_language_find_the_translation(bilingual: SearchEngine) -> None:
    assert bilingual.search("Spotify", locale="fr").hits[0].document_id == "13"


def test_what_exists_in_another_language_alone_is_shown_in_it(bilingual: SearchEngine) -> None:
    assert bilingual.search("gift wrap", locale="fr").hits[0].document_id == "14"


def test_a_translation_stands_by_itself_where_one_language_is_asked_for(
    bilingual: SearchEngine,
) -> None:
    snapshot, _ = bilingual.snapshot()
    order = bilingual.rank(snapshot, "Spotify", locale="fr", only="en").order
    assert [snapshot.entries[number].document_id for number in order.tolist()] == ["12"]


def test_the_language_of_the_reader_leads_where_it_says_the_words(
    bilingual: SearchEngine,
) -> None:
    hits = bilingual.search("facture", locale="fr").hits
    assert [hit.document_id for hit in hits] == ["15"]


@pytest.mark.parametrize("query", ["reset password", "I cannot sign in any more"])
def test_a_passage_that_says_the_words_may_be_quoted(engine: SearchEngine, query: str) -> None:
    assert engine.search(query, locale="en").has_answer


def test_keywords_alone_may_give_an_answer(index: KeywordIndex) -> None:
    assert SearchEngine(index).search("error E-21", locale="en").has_answer


def test_words_that_many_articles_say_make_a_list_and_nothing_that_is_offered(
    tmp_path: Path,
) -> None:
    made = KeywordIndex(tmp_path / "search")
    rooms = ("kitchen", "cellar", "bedroom", "hall", "garden", "attic")
    made.build(
        [
            document(each, f"A lamp for the {each}", f"Put the lamp up in the {each}.")
            for each in rooms
        ]
    )
    words = SearchEngine(made)
    common, named = (words.search(query, locale="en") for query in ("lamp", "lamp for the cellar"))
    assert (len(common.hits), common.weak, common.is_sure, common.has_answer) == (
        6,
        False,
        False,
        False,
    )
    assert (named.hits[0].document_id, named.is_sure) == ("cellar", True)


def test_words_of_another_language_alone_are_never_sure(bilingual: SearchEngine) -> None:
    results = bilingual.search("gift wrap", locale="fr")
    assert (bool(results.hits), results.is_sure, results.has_answer) == (True, False, False)
    assert bilingual.search("gift wrap", locale="en").is_sure


def test_what_both_retrievers_find_is_as_sure_as_it_is_not_weak(engine: SearchEngine) -> None:
    for query in ("reset password", "gift lamp", "weather in paris"):
        results = engine.search(query, locale="en")
        assert results.chance == results.confidence
        assert results.is_sure is not results.weak


@pytest.mark.parametrize("query", ["password of the parcel service", "zxqv wkjh", "gift lamp", ""])
def test_a_passage_that_says_a_part_is_no_answer(engine: SearchEngine, query: str) -> None:
    assert not engine.search(query, locale="en").has_answer


def test_only_the_first_page_has_an_answer(engine: SearchEngine) -> None:
    assert not engine.search("reset password", locale="en", offset=1).has_answer


def test_what_says_a_fraction_of_the_best_is_not_counted(tmp_path: Path) -> None:
    made = KeywordIndex(tmp_path / "search")
    full = document("full", "Pair the speaker", "To pair the speaker, hold its button down.")
    others = (
        document(f"n{n}", f"Note {n}", f"The speaker number {n}, among many other words of a text.")
        for n in range(30)
    )
    made.build([full, *others])
    assert (
        SearchEngine(made).search("pair speaker button", locale="en").total <= ALWAYS_SHOWN_BY_WORDS
    )


def test_a_language_without_articles_gets_those_of_another(engine: SearchEngine) -> None:
    results = engine.search("delivery times", locale="de")
    assert results.hits[0].document_id == "3"


def test_filters_narrow_and_facets_count(engine: SearchEngine) -> None:
    results = engine.search("lamp password delivery", locale="en")
    assert results.facets.categories["help"] == 2
    narrowed = engine.search("lamp password delivery", locale="en", category="help")
    assert {hit.document_id for hit in narrowed.hits} == {"1", "2"}
    guides = engine.search("lamp password delivery", locale="en", kind="guide")
    assert [hit.document_id for hit in guides.hits] == ["2"]


def test_pages_follow_each_other_without_repeats(engine: SearchEngine) -> None:
    whole = engine.search("lamp password delivery", locale="en").hits
    pages = [
        engine.search("lamp password delivery", locale="en", limit=1, offset=n).hits[0]
        for n in range(len(whole))
    ]
    assert [hit.document_id for hit in pages] == [hit.document_id for hit in whole]


def test_while_the_model_loads_keywords_answer_and_say_so(
    index: KeywordIndex, tmp_path: Path
) -> None:
    waiting = SearchEngine(index, tmp_path / "v", LazyEncoder(_fail, name="m"))  # type: ignore[arg-type]
    results = waiting.search("password", locale="en")
    assert results.mode is Mode.KEYWORD
    assert results.degraded == "m is idle"
    assert results.hits[0].document_id == "1"


def test_search_by_keywords_as_configured_is_not_degraded(index: KeywordIndex) -> None:
    assert SearchEngine(index).search("password", locale="en").degraded is None


def test_few_vectors_do_not_take_part(index: KeywordIndex, engine: SearchEngine) -> None:
    index.update([document(f"n{n}", f"Note {n}", "Something new.") for n in range(20)])
    results = engine.search("password", locale="en")
    assert results.mode is Mode.KEYWORD
    assert "passages are encoded" in (results.degraded or "")


def test_without_an_index_the_answer_is_empty_and_says_why(tmp_path: Path) -> None:
    results = SearchEngine(KeywordIndex(tmp_path)).search("password", locale="en")
    assert results.hits == ()
    assert "IndexMissing" in (results.degraded or "")


def test_a_lost_index_is_served_from_memory(engine: SearchEngine, index: KeywordIndex) -> None:
    engine.search("password", locale="en")
    index.manifest_path.unlink()
    results = engine.search("password", locale="en")
    assert results.hits[0].document_id == "1"
    assert results.degraded


def test_an_answer_is_surer_than_noise(engine: SearchEngine) -> None:
    good = engine.search("reset your password", locale="en").confidence
    noise = engine.search("zxqv wkjh", locale="en").confidence
    assert 0 <= noise < good <= 1


@pytest.mark.parametrize(
    "query",
    [
        "", "   ", "\0\x01\x02", "\u202e\u200f\u200b", "🙂", "the of and", "*", "?*~", '"', "-",
        '"unclosed', "-lamp", "NOT (", "a AND OR", "é" * 10_000, "lamp " * 5_000, "\ud800",
    ],
)  # fmt: skip
def test_any_query_gets_a_clear_answer(engine: SearchEngine, query: str) -> None:
    results = engine.search(query, locale="en")
    assert results.total >= len(results.hits)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text(max_size=200), locale=st.sampled_from(["fr", "en", "de", "xx"]))
def test_no_query_raises(engine: SearchEngine, query: str, locale: str) -> None:
    for hit in engine.search(query, locale=locale).hits:
        assert "<script" not in hit.snippet


def test_a_query_is_tidied_to_one_line() -> None:
    assert tidy("  two\n\tlines\u200e ") == "two lines"


@pytest.mark.parametrize("typed", ["%ED%A0%80", "%ff%80", "🙂"])
def test_bytes_that_are_no_text_suggest_nothing(tmp_path: Path, typed: str) -> None:
    made = KeywordIndex(tmp_path / "search")
    made.build([document("1", "A lamp of 800 lumens, edge to edge", "Bright.")])
    assert SearchEngine(made).suggest(typed, locale="en") == []


def test_an_escaped_word_and_a_percentage_stay_as_typed() -> None:
    assert tidy("50% 100%25") == "50% 100%25"


def test_an_answer_begins_at_a_sentence(index: KeywordIndex) -> None:
    results = SearchEngine(index).search("choose forgotten password", locale="en")
    assert results.has_answer
    assert results.hits[0].snippet.startswith("Open the app. <mark>Choose forgotten password.")


def test_related_articles_are_in_the_same_language_and_not_itself(engine: SearchEngine) -> None:
    found = engine.related("4")
    assert found
    assert set(found) <= {"5", "6"}


def test_suggestions_come_from_the_reader_s_language(engine: SearchEngine) -> None:
    assert [s.document_id for s in engine.suggest("mot", locale="fr")] == ["4"]
    assert engine.suggest("mot", locale="en") == []
