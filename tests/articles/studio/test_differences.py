"""Claims about comparing two texts, and two pages."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import render
from articles.studio.publishing.differences import MAX_WORD_PAIRS, Fold, Line, Mark, compare, folded
from articles.studio.publishing.pagediff import compare_pages
from articles.studio.publishing.pagetree import VOID, Element, Node, Text, parse, written

WORDS = [
    "lamp",
    "the",
    "button",
    "hold",
    "",
    "for ten seconds",
    "  ",
    "- one",
    "- two",
    "é’à",
    "\t",
]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), max_size=12).map(
    "\n".join
)
BLOCKS = [
    "Hold the **button** for ten seconds.",
    "Hold the *big* button for [five](article:reset) seconds.",
    "## What to do",
    "- one\n- two\n- three **bold**",
    "- one\n- two and a half\n\n    nested text",
    "1. first\n2. second",
    "> a quotation",
    "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
    "| a | b |\n|---|---|\n| 1 | 22 |",
    "```\ncode  here\n```",
    "![a lamp](https://x.example/a.png)",
    "!!! note\n    Mind the cable & the plug.",
    "!!! warning\n    Mind the cable & the plug.",
    "`x < y` &amp; <https://x.example>",
    "---",
]
PAGES = st.lists(st.sampled_from(BLOCKS), max_size=7).map(
    lambda blocks: render("\n\n".join(blocks), locale="en", title="T").html
)


@given(TEXTS, TEXTS)
def test_a_comparison_holds_both_texts(before: str, after: str) -> None:
    found = compare(before, after)
    old = [
        "".join(each.text for each in line.old) for line in found.lines if line.before is not None
    ]
    new = [
        "".join(each.text for each in line.new) for line in found.lines if line.after is not None
    ]
    assert ("\n".join(old), "\n".join(new)) == (before, after)
    assert found.is_changed == (before != after)


@given(TEXTS, TEXTS)
def test_lines_keep_their_numbers_and_their_order(before: str, after: str) -> None:
    lines = compare(before, after).lines
    old = [each.before for each in lines if each.before is not None]
    new = [each.after for each in lines if each.after is not None]
    assert old == list(range(1, before.count("\n") + 2))
    assert new == list(range(1, after.count("\n") + 2))


def test_one_word_is_marked_within_its_line() -> None:
    (line,) = compare("Hold for ten seconds.", "Hold for five seconds.").lines
    assert [(each.text, each.mark) for each in line.pieces] == [
        ("Hold for ", Mark.SAME),
        ("ten", Mark.REMOVED),
        ("five", Mark.ADDED),
        (" seconds.", Mark.SAME),
    ]


def test_a_changed_line_stands_beside_what_it_became_not_beside_a_new_one() -> None:
    before = "First line here.\nThe lamp blinks three times in blue."
    after = "First line here.\nA wholly new paragraph.\nThe lamp blinks four times in blue."
    lines = compare(before, after).lines
    assert [(each.before, each.after) for each in lines] == [(1, 1), (None, 2), (2, 3)]


def test_what_is_far_from_a_change_is_folded_and_what_is_kept_is_not() -> None:
    before = "\n".join(f"line {number}" for number in range(1, 101))
    lines = compare(before, before.replace("line 50", "line fifty")).lines
    shown = folded(lines)
    assert [each.lines for each in shown if isinstance(each, Fold)] == [46, 47]
    kept = folded(lines, keep={90})
    assert 90 in [each.after for each in kept if isinstance(each, Line)]


def test_a_line_too_long_to_compare_is_shown_whole_and_said() -> None:
    words = int(MAX_WORD_PAIRS**0.5)
    found = compare("a " * words, "b " * words + "a " * words)
    assert found.is_coarse


class Balance(HTMLParser):
    """Reads tags and remembers the first that closes what is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.trouble: str = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.trouble = self.trouble or tag


def without_marks(nodes: list[Node]) -> list[Node]:
    """Return what came and what stayed."""
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, Text):
            kept.append(node)
        elif "data-removed" in node.start or "data-mark" in node.start:
            kept += without_marks(node.children) if node.tag == "ins" else []
        else:
            kept.append(Element(node.tag, node.start, without_marks(node.children), node.end))
    return kept


@given(PAGES, PAGES)
def test_a_compared_page_without_its_marks_is_the_page_after(before: str, after: str) -> None:
    assert written(without_marks(parse(compare_pages(before, after)))) == after


@given(PAGES, PAGES)
def test_a_compared_page_has_balanced_tags(before: str, after: str) -> None:
    balance = Balance()
    balance.feed(compare_pages(before, after))
    assert (balance.open, balance.trouble) == ([], "")


@given(PAGES, PAGES)
def test_a_compared_page_shows_every_word_that_is_gone(before: str, after: str) -> None:
    page = compare_pages(before, after)
    kept = re.sub(r"<ins data-mark>.*?</ins>", "", page, flags=re.DOTALL)
    assert words_of(before) <= words_of(kept)


def words_of(html: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html)))


@given(PAGES)
def test_a_page_is_read_and_written_byte_for_byte(page: str) -> None:
    assert written(parse(page)) == page
    assert compare_pages(page, page) == page


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("<p>ten</p>", "<p>five</p>", "Removed: </span>ten</del>"),
        ("<p>a b</p>", '<p>a b</p>\n<p><img src="x" alt="y"></p>', '<img src="x" alt="y"></ins>'),
        ('<p><a href="/x">a</a></p>', "<p>b</p>", "<a>a</a></del>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li></ul>", "<li data-removed><del"),
        ('<h2 id="a">Old</h2>', "<p>x</p>", "<h2 data-removed>"),
    ],
)
def test_what_came_and_what_is_gone_is_said_in_words(before: str, after: str, shown: str) -> None:
    assert shown in compare_pages(before, after)


def test_a_paragraph_that_only_moved_its_anchor_is_the_same() -> None:
    assert "data-mark" not in compare_pages('<h2 id="a">T</h2>', '<h2 id="b">T</h2>')


def test_a_list_that_is_set_wider_says_the_same() -> None:
    before = "<ul><li>one</li><li>two</li></ul>"
    after = "<ul><li><p>one</p></li><li><p>two or more</p></li></ul>"
    page = compare_pages(before, after)
    assert "<li><p>one</p></li><li><p>two<" in page.replace(" <ins", "<ins")
    assert "<del" not in page
