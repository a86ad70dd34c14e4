from hypothesis import given
from hypothesis import strategies as st

from search.passages import (
    MAX_WORDS,
    Document,
    Section,
    cut,
    labels,
    sentences,
    standalone_lines,
    windows_of,
)


def _document(*sections: Section, **more: object) -> Document:
    return Document("1", "en", "Lamps", "", sections, **more)  # type: ignore[arg-type]


def test_each_section_is_a_passage_with_its_anchor_and_path() -> None:
    text = " ".join(["word"] * 40) + "."
    passages = cut(_document(Section("", (), text), Section("wifi", ("Wi-Fi",), text)))
    assert [(p.anchor, p.path) for p in passages] == [("", ()), ("wifi", ("Wi-Fi",))]


def test_the_encoded_text_begins_with_title_and_headings() -> None:
    passage = cut(_document(Section("wifi", ("Setup", "Wi-Fi"), "Turn it on.")))[0]
    assert passage.evidence == "Lamps\nSetup › Wi-Fi\nTurn it on."


def test_a_tiny_section_joins_the_one_before_with_its_heading() -> None:
    long = " ".join(["word"] * 40) + "."
    passages = cut(_document(Section("", (), long), Section("a", ("Note",), "Short.")))
    assert len(passages) == 1
    assert passages[0].text.endswith("Note\nShort.")


def test_a_long_section_is_cut_between_sentences_with_overlap() -> None:
    text = " ".join(f"Sentence number {n} says a little more than nothing." for n in range(60))
    windows = list(windows_of(text))
    assert len(windows) > 2
    assert all(window.endswith(".") for window in windows)
    assert windows[0].splitlines()[-1] in windows[1]


def test_an_empty_article_still_has_one_passage() -> None:
    assert [p.evidence for p in cut(_document())] == ["Lamps"]


def test_equal_texts_share_a_fingerprint_and_other_titles_do_not() -> None:
    section = Section("", (), "The same words.")
    first = cut(_document(section))[0]
    moved = cut(_document(section, category="elsewhere"))[0]
    renamed = cut(Document("2", "en", "Speakers", "", (section,)))[0]
    assert first.fingerprint == moved.fingerprint != renamed.fingerprint


def test_the_summary_is_indexed_unless_the_text_begins_with_it() -> None:
    section = Section("", (), "All about lamps and more.")
    again = Document("1", "en", "Lamps", "All about lamps", (section,))
    apart = Document("1", "en", "Lamps", "Light at home.", (section,))
    assert "Light at home." in cut(apart)[0].text
    assert cut(again)[0].text.count("All about lamps") == 1


def test_labels_are_the_title_then_the_questions_without_repeats() -> None:
    found = labels(_document(questions=("How bright?", "Lamps", " ")))
    assert found == ("Lamps", "How bright?")


def test_the_lines_of_a_short_list_stand_alone_and_prose_does_not() -> None:
    listed = Section("", (), "No light\nIt flickers\nIt is too hot\nIt hums at night")
    assert len(standalone_lines(_document(listed))) == 4
    assert standalone_lines(_document(Section("", (), "It flickers. It hums. It is hot."))) == ()


@given(st.text(max_size=2_000))
def test_any_text_is_cut_without_losing_a_word(text: str) -> None:
    kept = {word for window in windows_of(text) for word in window.split()}
    assert set(text.split()) == kept


@given(st.text(max_size=2_000))
def test_no_sentence_is_longer_than_a_window(text: str) -> None:
    assert all(len(sentence.split(" ")) <= MAX_WORDS for sentence in sentences(text))
