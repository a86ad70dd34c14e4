import re

from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyzer
from search.snippets import SNIPPET_CHARACTERS, best_sentence, highlight, snippet

TEXT = (
    "Nos lampes sont fabriquées à Lyon. Elles éclairent bien. "
    "Pour être remboursé, renvoyez la lampe. Les remboursements prennent cinq jours."
)


def _terms(query: str) -> list[str]:
    return analyzer("fr").terms(query)


def test_words_are_lit_by_their_stems() -> None:
    lit = re.findall("<mark>(.*?)</mark>", highlight(TEXT, _terms("remboursement lampe"), "fr"))
    assert lit == ["lampes", "remboursé", "lampe", "remboursements"]


def test_a_snippet_begins_at_the_sentence_that_says_most() -> None:
    assert snippet(TEXT, _terms("rembourser lampe"), "fr").startswith("… Pour être")


def test_a_quotation_begins_with_its_sentence() -> None:
    shown = snippet(TEXT, _terms("rembourser lampe"), "fr", is_quotation=True)
    assert shown.startswith("Pour être")


def test_a_quotation_of_a_long_sentence_begins_with_its_first_word() -> None:
    text = "Nous vendons " + "des ampoules et " * 30 + "une lampe."
    shown = snippet(text, _terms("lampe"), "fr", is_quotation=True)
    assert shown.startswith("Nous vendons")


def test_a_quotation_of_an_item_begins_with_the_sentence_that_leads_to_it() -> None:
    text = "Bonjour. Vous pouvez payer par :\nVisa ;\nune carte cadeau."
    shown = snippet(text, _terms("carte cadeau"), "fr", is_quotation=True)
    assert shown.startswith("Vous pouvez payer par")


def test_lines_that_are_no_sentences_are_kept_apart() -> None:
    text = "Attention\nSi l’alimentation bourdonne, débranchez.\nVisa – oui\nCB – oui"
    assert snippet(text, [], "fr") == (
        "Attention · Si l’alimentation bourdonne, débranchez. Visa – oui · CB – oui"
    )


def test_the_best_sentence_is_the_one_with_most_terms() -> None:
    assert best_sentence(TEXT, _terms("rembourser lampe"), "fr").startswith("Pour être")


def test_text_that_looks_like_html_is_escaped() -> None:
    shown = snippet("A <script>alert(1)</script> lamp", ["lamp"], "en")
    assert "<script" not in shown
    assert "<mark>lamp</mark>" in shown


@given(st.text(max_size=1_500), st.text(max_size=50))
def test_any_snippet_is_short_and_safe(text: str, query: str) -> None:
    shown = snippet(text, analyzer("en").terms(query), "en")
    bare = re.sub("</?mark>", "", shown)
    assert "<" not in bare
    assert len(re.sub("&[a-z#0-9]+;", "x", bare)) <= SNIPPET_CHARACTERS + 8


@given(st.text(max_size=600), st.text(max_size=50))
def test_any_quotation_is_short_and_safe(text: str, query: str) -> None:
    shown = snippet(text, analyzer("en").terms(query), "en", is_quotation=True)
    bare = re.sub("</?mark>", "", shown)
    assert "<" not in bare
    assert len(re.sub("&[a-z#0-9]+;", "x", bare)) <= SNIPPET_CHARACTERS + 8
