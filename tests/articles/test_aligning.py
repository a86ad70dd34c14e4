"""A translation lies beside its source, section by section, whatever changed in either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.aligning import Row, align, composed, join, skeleton, split

LINES = st.lists(
    st.sampled_from(["## Heading\n", "### Deeper\n", "text\n", "\n", "```\n", "~~~~ js\n", "# x", " \r\n"]),
    max_size=25,
)  # fmt: skip


@given(LINES)
def test_cutting_loses_nothing(lines: list[str]) -> None:
    body = "".join(lines)
    assert "".join(split(body)) == body


@given(LINES)
def test_a_text_that_nobody_changed_comes_back_as_it_was(lines: list[str]) -> None:
    body = "".join(lines)
    assert composed(split(body), body) == body


def test_a_heading_inside_code_begins_no_section() -> None:
    assert len(split("Intro\n\n```\n# not one\n```\n\n## One\n")) == 2


def test_what_was_typed_in_a_section_is_put_together_with_the_others() -> None:
    assert composed(["Intro", "", "## One\r\nnew\r\n"], "Intro\n\n## One\nold\n") == (
        "Intro\n\n## One\nnew\n"
    )


@given(LINES, LINES, LINES)
def test_every_section_is_shown_once_and_in_order(
    before: list[str], now: list[str], target: list[str]
) -> None:
    sources, targets = split("".join(now)), split("".join(target))
    for base in (None, split("".join(before))):
        rows = align(base, sources, targets)
        assert [each.source for each in rows if each.source is not None] == sources
        assert [each.target for each in rows if each.target is not None] == targets


FRENCH = ["Intro\n", "## Frais\n\nC'est 5 euros.\n", "## Délais\n\nTrois jours.\n"]
ENGLISH = ["Intro\n", "## Costs\n\nIt is 5 euros.\n", "## Delays\n\nThree days.\n"]
NEW = "## Retours\n\nVous avez 30 jours pour renvoyer un article.\n"


def test_a_section_added_to_the_source_leaves_a_gap_where_it_belongs() -> None:
    now = [FRENCH[0], FRENCH[1], NEW, FRENCH[2]]
    assert align(FRENCH, now, ENGLISH) == [
        Row(FRENCH[0], FRENCH[0], ENGLISH[0]),
        Row(FRENCH[1], FRENCH[1], ENGLISH[1]),
        Row(NEW, None, None),
        Row(FRENCH[2], FRENCH[2], ENGLISH[2]),
    ]


def test_a_section_taken_out_of_the_source_is_shown_beside_its_translation() -> None:
    rows = align(FRENCH, FRENCH[:2], ENGLISH)
    assert rows[-1] == Row(None, FRENCH[2], ENGLISH[2])


def test_a_section_translated_before_the_rest_finds_its_place() -> None:
    now = [FRENCH[0], FRENCH[1], NEW, FRENCH[2]]
    returns = "## Returns\n\nYou have 30 days to send an article back.\n"
    target = [ENGLISH[0], ENGLISH[1], returns, ENGLISH[2]]
    assert align(FRENCH, now, target)[2] == Row(NEW, None, returns)


def test_without_a_base_numbers_and_pictures_tell_what_belongs_together() -> None:
    source = ["", "## A\n\nattachment:0123456789\n", "## B\n\n12 34\n"]
    target = ["", "## Z\n\n12 34\n"]
    assert align(None, source, target)[-1] == Row(source[2], None, target[1])


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("Hello\n\n## One\n\ntext\n\n![A lamp](attachment:ab/l.png)\n\n### Two\n- x\n",
         "## One\n\n![A lamp](attachment:ab/l.png)\n\n### Two\n"),
        ("Just text", ""),
    ],
)  # fmt: skip
def test_a_skeleton_keeps_headings_and_pictures(body: str, kept: str) -> None:
    assert skeleton(body) == kept


def test_joined_sections_stand_apart_by_one_blank_line() -> None:
    assert join(["a\n\n\n", "  ", "## b"]) == "a\n\n## b\n"


def test_a_very_long_text_is_still_laid_out() -> None:
    many = ["", *(f"## {number}\n" for number in range(1_500))]
    assert len(align(many, many, many[:900])) == 1_501
