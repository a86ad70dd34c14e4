"""Claims about articles as trees, from which the widget makes elements."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import render
from feedback.widget.script import FOLDER
from feedback.widget.trees import KEPT_ATTRIBUTES, tree
from tests.browser.content import GUIDE

ELEMENTS = (FOLDER / "elements.js").read_text()


def words(nodes: list[Any]) -> str:
    return "".join(each if isinstance(each, str) else words(each[2:]) for each in nodes)


def named(nodes: list[Any]) -> set[str]:
    found = {each[0] for each in nodes if not isinstance(each, str)}
    return found.union(*(named(each[2:]) for each in nodes if not isinstance(each, str)))


def test_a_tree_holds_names_attributes_and_words() -> None:
    assert tree('<p>One <b class="x">two</b> &amp; <img src="/a.png" alt="A"></p>') == [
        [
            "p",
            {},
            "One ",
            ["b", {"class": "x"}, "two"],
            " & ",
            ["img", {"src": "/a.png", "alt": "A"}],
        ]
    ]


def test_headings_stand_below_the_title_and_their_links_are_left_out() -> None:
    html = '<h2 id="a"><a class="heading-link" href="#a">A</a></h2><h6>B</h6>'
    assert tree(html, deeper=1) == [["h3", {"id": "a"}, "A"], ["h6", {}, "B"]]


def test_nothing_that_acts_or_restyles_is_passed_on() -> None:
    html = '<p onclick="x()" style="color:red" formaction="/x" id="i">a</p>'
    assert tree(html) == [["p", {"id": "i"}, "a"]]
    assert not {each for each in KEPT_ATTRIBUTES if each.startswith(("on", "form", "style"))}


def test_the_widget_knows_every_element_that_articles_hold() -> None:
    html = render(GUIDE.format(drawing="attachment:deadbeef/a.svg"), locale="en", title="x").html
    known = set(re.findall(r"[a-z0-9]+", ELEMENTS.partition("new Set(")[2].partition(".split")[0]))
    assert named(tree(html, deeper=1)) <= known


@given(st.text())
def test_any_text_is_a_tree_that_json_holds(text: str) -> None:
    json.dumps(tree(text)).encode()


@given(st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "a", "<br>", "</i>", "&lt;"])))
def test_what_is_not_closed_well_loses_no_word(pieces: list[str]) -> None:
    assert words(tree("".join(pieces))) == "".join(
        {"a": "a", "&lt;": "<"}.get(piece, "") for piece in pieces
    )
