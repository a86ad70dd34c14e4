from search.keyword import KeywordIndex
from search.neighbours import said_together
from search.reading.queries import query_terms


def _share(index: KeywordIndex, query: str, article: str, language: str = "fr") -> float | None:
    snapshot = index.snapshot()
    weights = snapshot.score(query_terms(query, language), language).weights
    found = said_together(snapshot, query, language, weights)
    return None if found is None else float(found[snapshot.by_id[article]])


def test_an_article_that_says_all_neighbours_side_by_side_gets_a_whole(index: KeywordIndex) -> None:
    assert _share(index, "réinitialiser le mot de passe", "4") == 1.0


def test_accents_and_the_words_between_do_not_matter(index: KeywordIndex) -> None:
    assert _share(index, "Reinitialiser LE mot de passe ?", "4") == 1.0


def test_words_in_another_order_say_less(index: KeywordIndex) -> None:
    assert _share(index, "passe mot réinitialiser", "4") == 0.0


def test_a_half_that_stands_together_counts_by_its_rarity(index: KeywordIndex) -> None:
    share = _share(index, "reset password delivery", "1", "en")
    assert share is not None
    assert 0.0 < share < 1.0


def test_a_single_word_has_no_neighbours(index: KeywordIndex) -> None:
    assert _share(index, "mot", "4") is None


def test_a_word_repeated_is_not_its_own_neighbour(index: KeywordIndex) -> None:
    assert _share(index, "lien lien lien", "4") is None


def test_a_pasted_page_costs_no_more_than_a_question(index: KeywordIndex) -> None:
    assert _share(index, "mot de passe " * 5_000, "4") is not None


def test_all_distances_at_once_find_what_each_finds(index: KeywordIndex) -> None:
    snapshot = index.snapshot()
    one_by_one = {
        int(number)
        for distance in (1, 2, 3)
        for number in snapshot.holding(((0, "mot"), (distance, "passe")), "fr")
    }
    together = snapshot.soon_after("mot", "passe", (1, 2, 3), "fr").tolist()
    assert together == sorted(one_by_one)
    assert together
