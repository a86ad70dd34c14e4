"""Claims about letters: line ends that stay, and words that name nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import render
from feedback.requests.lines import kept_lines
from feedback.requests.studio.impersonal import impersonal

LINES = st.lists(
    st.sampled_from(["Hello Ann,", "", "- one", "1. two", "# Title", "> said", "| a |", "```", "    x"])
)  # fmt: skip


def html(text: str) -> str:
    return render(kept_lines(text), locale="en", title="").html


def test_a_line_that_ends_in_a_letter_ends_on_the_page() -> None:
    assert html("Kind regards,\nTom") == "<p>Kind regards,<br>\nTom</p>"


def test_what_follows_a_list_is_no_part_of_it() -> None:
    assert html("- one\n- two\nKind regards").endswith("</ul>\n<p>Kind regards</p>")


def test_code_and_tables_stay_as_they_are() -> None:
    for text in ("```\na\nb\n```", "| a | b |\n| --- | --- |\n| 1 | 2 |"):
        assert kept_lines(text) == text


@given(LINES)
def test_no_word_is_lost_and_twice_is_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    made = kept_lines(text)
    assert made.split() == text.split()
    assert kept_lines(made) == made


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Hello Alice,\n\nPress it.\n\nKind regards,\nJonas", "Press it."),
        ("Bonjour Madame Martin,\nAppuyez.\n\nBien à vous,\nCamille", "Appuyez."),
        ("Hello, your parcel leaves today. It comes by six.", "Hello, your parcel leaves today. It comes by six."),
        ("Bonne journée à tous les clients : le magasin ouvre.", "Bonne journée à tous les clients : le magasin ouvre."),
        ("Write to Alice Martin (alice@example.com), Martinique.", "Write to [name] ([e-mail]), Martinique."),
        ("", ""),
    ],
)  # fmt: skip
def test_an_answer_names_nobody(said: str, left: str) -> None:
    assert impersonal(said, ["Alice Martin", ""]) == left


@given(st.text(max_size=200), st.sampled_from(["Alice", "Jean Dupont"]))
def test_no_name_is_left(text: str, name: str) -> None:
    made = impersonal(f"{text} {name} {text}", [name])
    assert name not in made.replace("[name]", "").split()
