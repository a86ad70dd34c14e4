import re

from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyzer
from search.snippets import (
    QUOTATION_CHARACTERS,
    SNIPPET_CHARACTERS,
    Quotation,
    highlight,
    quote,
    snippet,
)

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


def _quote(text: str, query: str, told: str = "") -> Quotation:
    return quote(text, dict.fromkeys(_terms(query), 1.0), "fr", told=_terms(told))


def test_a_quotation_lights_the_sentence_that_answers() -> None:
    shown = _quote(TEXT, "rembourser lampe").html
    assert "<mark>Pour être remboursé, renvoyez la lampe.</mark>" in shown


def test_a_quotation_begins_with_the_passage_where_that_fits() -> None:
    assert _quote(TEXT, "rembourser lampe").html.startswith("Nos lampes sont fabriquées")


def test_words_that_the_title_says_choose_no_sentence() -> None:
    text = "La banque a dit non. Les critères du paiement en trois fois sont plus stricts."
    quoted = _quote(text, "paiement refusé", told="Mon paiement est refusé")
    assert quoted.sentence == "La banque a dit non."


def test_what_says_little_of_the_query_is_no_better_than_the_opening() -> None:
    text = "Branchez la lampe et attendez. Le câble noir va dans la prise."
    query = "câble d’une enceinte portable achetée hier"
    assert _quote(text, query).sentence == "Branchez la lampe et attendez."


def test_a_sentence_that_refers_back_is_quoted_with_the_one_before() -> None:
    text = "Bonjour à vous tous. Les critères sont stricts. Ils figurent dans le contrat de vente."
    assert _quote(text, "contrat vente").sentence == (
        "Les critères sont stricts. Ils figurent dans le contrat de vente."
    )


def test_a_passage_does_not_open_with_a_sentence_that_refers_back() -> None:
    text = "Ils figurent plus haut dans la page. Ouvrez les réglages de la lampe."
    assert _quote(text, "prix").sentence == "Ouvrez les réglages de la lampe."


def test_a_passage_does_not_open_with_what_it_announces() -> None:
    text = "Où trouver l’étiquette et qui paie le port. Vous avez trente jours pour le retour."
    assert _quote(text, "prix").sentence == "Vous avez trente jours pour le retour."


def test_a_question_of_the_text_is_no_opening() -> None:
    text = "Le voyant ne clignote plus du tout ? Débranchez la lampe une minute."
    assert _quote(text, "prix").sentence == "Débranchez la lampe une minute."


def test_a_short_answer_is_quoted_with_its_reason() -> None:
    text = "Non. Un seul code par commande est accepté. Le reste suit."
    assert _quote(text, "cumuler").sentence == "Non. Un seul code par commande est accepté."


def test_a_table_is_not_quoted_for_what_none_of_its_rows_says() -> None:
    assert _quote("Pays – Frais\nFrance – Gratuit – 2 jours", "carton").html == ""


def test_a_row_that_says_it_is_quoted_and_the_head_of_its_table_is_not() -> None:
    text = "Mode de paiement – Délai de paiement\nPayPal – le jour même, en général"
    assert _quote(text, "paypal paiement").sentence == "PayPal – le jour même, en général"


def test_what_the_title_says_counts_less() -> None:
    text = "Le chargeur se branche ici. La batterie se change chez nous."
    quoted = _quote(text, "chargeur batterie", told="chargeur")
    assert quoted.sentence == "La batterie se change chez nous."


def test_rare_words_choose_the_sentence() -> None:
    text = "La lampe et le câble sont fournis. Le firmware se met à jour seul."
    quoted = quote(text, {"lamp": 0.3, "cabl": 0.3, "firmwar": 4.0}, "fr")
    assert quoted.sentence.startswith("Le firmware")


def test_a_label_is_no_answer() -> None:
    text = "Livraison\nNous livrons en France et en Belgique."
    assert _quote(text, "livraison").sentence == "Nous livrons en France et en Belgique."


def test_where_no_sentence_says_the_words_the_first_one_answers() -> None:
    assert _quote(TEXT, "prix").sentence == "Nos lampes sont fabriquées à Lyon."


def test_a_quotation_of_a_long_sentence_begins_with_its_first_word() -> None:
    text = "Nous vendons " + "des ampoules et " * 30 + "une lampe."
    assert _quote(text, "lampe").html.startswith("<mark>Nous vendons")


def test_a_quotation_of_an_item_begins_with_the_sentence_that_leads_to_it() -> None:
    text = "Bonjour. Vous pouvez payer par :\nVisa ;\nune carte cadeau de la maison."
    shown = "Vous pouvez payer par : Visa ; <mark>une carte cadeau de la maison.</mark>"
    assert shown in _quote(text, "carte cadeau").html


def test_the_first_item_is_quoted_with_the_line_that_leads_to_it() -> None:
    text = "Vous pouvez payer par :\nune carte bancaire de la maison ;\nvirement."
    assert _quote(text, "prix").sentence == (
        "Vous pouvez payer par : une carte bancaire de la maison ;"
    )


def test_lines_that_are_no_sentences_are_kept_apart() -> None:
    text = "Attention\nSi l’alimentation bourdonne, débranchez.\nVisa – oui\nCB – oui"
    assert snippet(text, [], "fr") == (
        "Attention · Si l’alimentation bourdonne, débranchez. Visa – oui · CB – oui"
    )


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


@given(st.text(max_size=900), st.text(max_size=50))
def test_any_quotation_is_short_safe_and_lights_one_sentence(text: str, query: str) -> None:
    quoted = quote(text, dict.fromkeys(analyzer("en").terms(query), 1.0), "en")
    bare = re.sub("</?mark>", "", quoted.html)
    assert "<" not in bare
    assert len(re.sub("&[a-z#0-9]+;", "x", bare)) <= QUOTATION_CHARACTERS + 8
    assert quoted.html.count("<mark>") == (1 if quoted.sentence else 0)
    assert bool(quoted.html) == bool(quoted.sentence)
