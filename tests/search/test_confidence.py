import pytest

from search.confidence import Quotation, is_answer

# As measured with the bundled model on the demo.
ANSWERS = {
    "E-47": Quotation(1.0, 0.46, 0.898, 0.96),
    "garantie": Quotation(1.0, 0.86, 0.863, 0.77),
    "je n'arrive pas à connecter ma lampe au wifi": Quotation(0.34, 0.85, 0.939, 0.98),
}
STRAYS = {
    "appairer mon enceinte": Quotation(0.5, 0.91, 0.876, 0.84),
    "je veux parler à un humain": Quotation(0.33, 1.0, 0.864, 0.56),
    "quel temps fait-il à Paris": Quotation(0.0, 1.0, 0.846, 0.50),
    "emballage cadeau": Quotation(0.41, 0.84, 0.864, 0.67),
    "gift wrap": Quotation(0.29, 0.76, 0.832, 0.51),
}


@pytest.mark.parametrize("query", ANSWERS)
def test_what_says_the_query_or_knows_it_may_be_quoted(query: str) -> None:
    assert is_answer(ANSWERS[query])


@pytest.mark.parametrize("query", STRAYS)
def test_what_says_a_part_among_equals_may_not_be_quoted(query: str) -> None:
    assert not is_answer(STRAYS[query])
