import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.reading.queries import Query, parse, tidy


@pytest.mark.parametrize(
    "quoted", ['"mot de passe"', "“mot de passe”", "« mot de passe »", "„mot de passe“"]
)
def test_quotation_marks_of_any_kind_make_a_phrase(quoted: str) -> None:
    found = parse(f"{quoted} oublié")
    assert found == Query("mot de passe oublié", ("mot de passe",), (), "oublié")


def test_a_phrase_keeps_its_place_in_what_is_asked() -> None:
    assert parse('why is it "pending" still').text == "why is it pending still"


def test_a_word_behind_a_dash_is_excluded() -> None:
    assert parse("wifi -bluetooth") == Query("wifi", (), ("bluetooth",), "wifi")


@pytest.mark.parametrize("word", ["e21", "E-21", "5ghz", "2.4GHz", "v2", "4g", "e-mail", "KB-1042"])
def test_a_code_behind_a_dash_is_excluded(word: str) -> None:
    assert parse(f"wifi -{word}").excluded == (word,)


def test_a_phrase_behind_a_dash_is_excluded() -> None:
    assert parse('lamp -"smart plug"') == Query("lamp", (), ("smart plug",), "lamp")


@pytest.mark.parametrize(
    "text",
    [
        "e-mail wi-fi E-47", "il fait -5 °C", "il fait -5°C", "freezes at -5c", "level of -60dBm",
        "10 -5", "of -2.5V", "remise -50€", "les -26ans", "tarif -12h30", "ls -1",
        "prix -10 %", 'an open "quote', 'a 27" screen',
        'a 5" or 6" pipe', "lamp - cable", "lamp -", "-foo", "-", '""', '"-"', "-foo -bar",
        "ls -l", "git --force", "can't log in",
    ],
)  # fmt: skip
def test_what_is_no_operator_is_ordinary_text(text: str) -> None:
    assert parse(text) == Query(text, outside=text)


def test_a_dash_that_the_articles_write_themselves_excludes_nothing() -> None:
    assert parse("find -name", lambda word: word == "-name").excluded == ()


@given(st.text(max_size=200) | st.text(alphabet='ab -"«»“”', max_size=40))
def test_any_text_is_taken_apart_without_inventing_words(text: str) -> None:
    found = parse(tidy(text))
    assert bool(found.text.strip()) == bool(tidy(text))
    assert set("".join(found.text.split())) <= set(text) | set(tidy(text))


def test_of_very_many_phrases_the_last_are_ordinary_text() -> None:
    found = parse(" ".join(f'"{number}"' for number in range(100)))
    assert len(found.phrases) < 20
    assert '"99"' in found.text
