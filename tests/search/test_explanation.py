"""Why an article stands where it stands: the shares add up, and say what is true."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from search.encoders import HashingEncoder, LazyEncoder
from search.engine import SearchEngine
from search.explanation import Evidence, Explainer, Explanation, source
from search.keyword import KeywordIndex
from search.ranking import Ranking
from search.results import Mode
from search.taught.phrasings import Phrasing, Phrasings
from search.taught.synonyms import Rules, parse_rule
from search.vectors import VectorIndex
from tests.search.conftest import DOCUMENTS, document

WORDS = [
    "password", "reset", "lamp", "E-21", "Wi-Fi", "wifi", "5 GHz", '"working days"', "paswword",
    "mot de passe", "abonnement", "résilier", "-network", "the", "delivery", "parcel", "sign in",
]  # fmt: skip
ASKED_BEFORE = Phrasings((Phrasing("1", "en", "I forgot how to sign in", 1.0, leads=True),))
TWINS = (
    document("en", "Opening hours", "The shop opens at nine, every day.", article="hours"),
    document("fr", "Horaires", "Le magasin est ouvert.", "fr", article="hours"),
    document("other", "Livraison", "Le colis arrive en deux jours.", "fr", article="delivery"),
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """An engine over the small help centre and an article in two languages."""
    return _engine(tmp_path_factory.mktemp("explained"))


def _engine(folder: Path) -> SearchEngine:
    index = KeywordIndex(folder / "index")
    index.build((*DOCUMENTS, *TWINS))
    engine = SearchEngine(
        index, folder / "vectors.bin", LazyEncoder(HashingEncoder, name="hashing")
    )
    assert engine.encoder is not None
    texts = index.snapshot().evidence()
    encoder = engine.encoder.wait()
    made = encoder.encode_passages([str(text) for text in texts.values()])
    VectorIndex.write(folder / "vectors.bin", "hashing", dict(zip(texts, made, strict=True)))
    return engine


def _rules(language: str) -> Rules:
    rule = parse_rule("box, router", "en") if language == "en" else None
    return Rules([rule] if rule else [], language=language)


def _rank(
    engine: SearchEngine, query: str, locale: str = "en", mode: Mode | None = None
) -> Ranking:
    snapshot, _ = engine.snapshot()
    return engine.rank(
        snapshot, query, locale=locale, mode=mode, rules=_rules, phrasings=ASKED_BEFORE
    )


def _explained(engine: SearchEngine, query: str, document_id: str) -> Explanation:
    snapshot, _ = engine.snapshot()
    return Explainer(snapshot, _rank(engine, query)).explain(snapshot.by_id[document_id])


def _share(found: Explanation, evidence: Evidence) -> float:
    return sum(each.value for each in found.shares if each.evidence is evidence)


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    locale=st.sampled_from(["en", "fr", "de"]),
    mode=st.sampled_from([None, Mode.KEYWORD, Mode.SEMANTIC]),
)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
def test_shares_add_up_to_the_score(
    known: SearchEngine, words: list[str], locale: str, mode: Mode | None
) -> None:
    snapshot, _ = known.snapshot()
    ranking = _rank(known, " ".join(words), locale, mode)
    explainer = Explainer(snapshot, ranking)
    for number in ranking.order.tolist():
        found = explainer.explain(number)
        assert sum(each.value for each in found.shares) == pytest.approx(found.score, abs=1e-6)
        assert all(0.0 <= each.value <= each.most + 1e-9 for each in found.shares)


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
@hypothesis_settings(max_examples=40)
def test_points_of_words_add_up_to_those_of_the_article(
    known: SearchEngine, words: list[str]
) -> None:
    snapshot, _ = known.snapshot()
    ranking = _rank(known, " ".join(words))
    explainer = Explainer(snapshot, ranking)
    for number in ranking.order.tolist():
        found = explainer.explain(number)
        assert sum(word.points for word in found.words) == pytest.approx(found.keyword_points)


def test_a_word_is_shown_as_typed_and_as_the_article_says_it(known: SearchEngine) -> None:
    word = _explained(known, "networks", "2").words[0]
    assert (word.typed, word.said) == ("networks", ("network",))
    assert not word.is_in_name


def test_a_synonym_is_shown_by_the_words_of_the_article(known: SearchEngine) -> None:
    word = _explained(known, "router", "2").words[0]
    assert (word.typed, word.said) == ("router", ("box",))


def test_a_word_that_the_article_does_not_say_has_no_points(known: SearchEngine) -> None:
    words = {word.typed: word for word in _explained(known, "lamp password", "2").words}
    assert (words["password"].said, words["password"].points) == ((), 0.0)
    assert words["lamp"].is_in_name


def test_an_exact_code_has_a_share_of_its_own(known: SearchEngine) -> None:
    assert "E-21" in _explained(known, "E-21", "2").named
    assert _share(_explained(known, "E-21", "2"), Evidence.EXACT) > 0.0


def test_a_phrasing_is_quoted(known: SearchEngine) -> None:
    found = _explained(known, "I forgot how to sign in", "1")
    assert found.phrasing == "I forgot how to sign in"
    assert _share(found, Evidence.PHRASING) > 0.0


def test_the_nearest_title_or_question_is_named(known: SearchEngine) -> None:
    found = known.explain("I cannot sign in any more", ["1"], locale="en")["1"]
    assert found.label is not None
    assert found.label.text == "I cannot sign in any more"


def test_by_words_alone_nothing_is_said_of_meaning(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path / "index")
    index.build(DOCUMENTS)
    found = SearchEngine(index).explain("password", ["1"], locale="en")["1"]
    assert (found.passage_similarity, found.label) == (None, None)
    assert not {each.evidence for each in found.shares} & {Evidence.PASSAGE, Evidence.LABEL}


def test_what_another_language_found_says_so(known: SearchEngine) -> None:
    snapshot, _ = known.snapshot()
    query = "the shop opens at nine every day"
    ranking = _rank(known, query, "fr")
    number = snapshot.by_id["fr"]
    assert number in ranking.order.tolist()
    assert source(snapshot, ranking, number) == snapshot.by_id["en"]
    assert Explainer(snapshot, ranking).explain(number).ranked_as == "en"


def test_without_an_index_nothing_is_explained(tmp_path: Path) -> None:
    assert SearchEngine(KeywordIndex(tmp_path / "none")).explain("lamp", ["1"], locale="en") == {}


def test_an_article_that_is_gone_is_left_out(known: SearchEngine) -> None:
    assert set(known.explain("lamp", ["2", "404"], locale="en")) == {"2"}
