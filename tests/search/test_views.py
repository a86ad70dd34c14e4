"""The search page: what it sets as the answer, where it leads on, and when it shows a person."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from articles.models import Article
from kb.accounts.models import RoleName
from kb.db import db
from search import sync
from search.engine import SearchEngine
from search.results import Results
from tests import factories

LAMPS = 23


@pytest.fixture
def lamps(app: Flask) -> None:
    """More articles about lamps than two pages of results hold, in a category."""
    category = factories.category("lamps", fr="Lampes", en="Lamps")
    for number in range(LAMPS):
        factories.article(
            f"Lamp {number:02}", f"Lamp number {number}.", slug=f"lamp-{number}", category=category
        )
    sync.reconcile(app)


@contextmanager
def _answering(has_answer: bool) -> Iterator[None]:
    """Let the engine say so of whatever it finds."""
    search = SearchEngine.search

    def found(engine: SearchEngine, query: str, **options: Any) -> Results:
        return replace(search(engine, query, **options), has_answer=has_answer)

    with patch.object(SearchEngine, "search", found):
        yield


def _get(client: FlaskClient, **arguments: object) -> str:
    answer = client.get("/en/search", query_string=arguments)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(("has_answer", "quoted", "listed"), [(True, 1, 9), (False, 0, 10)])
def test_a_hit_that_is_no_sure_answer_is_one_of_the_list(
    client: FlaskClient, has_answer: bool, quoted: int, listed: int
) -> None:
    with _answering(has_answer):
        html = _get(client, q="lamp")
    assert html.count('class="answer"') == quoted
    assert html.count("<h2><a") == listed


@pytest.mark.usefixtures("lamps")
def test_a_second_page_quotes_nothing(client: FlaskClient) -> None:
    with _answering(True):
        assert 'class="answer"' not in _get(client, q="lamp", page=2)


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("page", [4, 400, 10**30])
def test_a_page_after_the_last_leads_to_the_last(client: FlaskClient, page: int) -> None:
    answer = client.get("/en/search", query_string={"q": "lamp", "page": page})
    assert (answer.status_code, answer.location) == (302, "/en/search?q=lamp&page=3")


@pytest.mark.usefixtures("lamps")
def test_a_page_after_nothing_leads_to_the_first(client: FlaskClient) -> None:
    answer = client.get("/en/search?q=xyzzyx&page=2")
    assert answer.location == "/en/search?q=xyzzyx&page=1"
    assert client.get(answer.location).status_code == 200


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("argument", "value", "shown"),
    [
        ("category", "no-such-place", "no-such-place"),
        ("kind", "video-guide", "Video guide"),
        ("kind", "<b>", "&lt;b&gt;"),
    ],
)
def test_a_filter_that_leaves_nothing_is_named_and_can_be_removed(
    client: FlaskClient, argument: str, value: str, shown: str
) -> None:
    html = _get(client, q="lamp", **{argument: value})
    assert f"The search keeps to “{shown}”." in html
    assert 'href="/en/search?q=lamp">Remove this filter</a>' in html
    assert "We found nothing for" not in html


@pytest.mark.parametrize("query", ["la\x1bmp", "la\x00mp", "la\x85mp"])
def test_control_characters_are_not_sent_back(client: FlaskClient, query: str) -> None:
    html = _get(client, q=query, category=query)
    assert "la mp" in html
    assert query[2] not in html


@pytest.mark.usefixtures("lamps")
def test_who_asks_for_a_person_sees_one_first_and_once(client: FlaskClient) -> None:
    html = _get(client, q="I want to speak to someone about a lamp")
    assert html.index("Talk to a person") < html.index("<ol")
    assert html.index('href="/en/contact') < html.index("<ol")
    assert html.count('href="/en/contact') == 1


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("query", ["lamp", "xyzzyx"])
def test_a_person_is_shown_once_in_any_case(client: FlaskClient, query: str) -> None:
    html = _get(client, q=query)
    assert "Talk to a person" not in html
    assert html.count('href="/en/contact') == 1


def _lost(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 404
    section = re.search(r'aria-labelledby="nearest".*?</section>', answer.text, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"', section[0]) if section else []


def test_a_lost_visitor_is_shown_the_nearest_pages(app: Flask, client: FlaskClient) -> None:
    both = Article(key="flicker")
    db.session.add(both)
    factories.article("The lamp flickers", slug="lamp-flickers", of=both)
    factories.article("La lampe clignote", locale="fr", slug="ma-lampe", of=both)
    sync.reconcile(app)
    assert _lost(client, "/fr/articles/lampe-clignote")[0].startswith("/fr/articles/ma-lampe")


@pytest.mark.usefixtures("lamps")
def test_at_most_three_nearest_pages_are_shown(client: FlaskClient) -> None:
    assert len(_lost(client, "/en/articles/lamp-unknown")) == 3


@pytest.mark.usefixtures("lamps")
def test_words_that_nothing_says_show_no_nearest_page(client: FlaskClient) -> None:
    assert _lost(client, "/en/articles/xyzzyx") == []


@pytest.mark.usefixtures("lamps")
def test_a_lost_visitor_gets_the_page_where_the_search_fails(client: FlaskClient) -> None:
    failure = OperationalError("select", {}, Exception("gone"))
    with patch.object(SearchEngine, "search", side_effect=failure):
        assert _lost(client, "/en/articles/lamp-unknown") == []


@pytest.mark.usefixtures("lamps")
def test_who_wants_a_person_gets_a_page_about_people(client: FlaskClient) -> None:
    html = _get(client, q="I want to speak to someone about a lamp")
    assert re.search(r"<h1>\s*Talk to a person\s*</h1>", html)
    assert html.count("<h2><a") == 4
    assert 'rel="next"' not in html
    assert "filters" not in html


@pytest.mark.usefixtures("lamps")
def test_an_answer_can_be_voted_for_where_it_stands(client: FlaskClient) -> None:
    with _answering(True):
        html = _get(client, q="lamp <number>")
    assert "Was this what you were looking for?" in html
    assert re.search(r'action="/en/articles/lamp-\d+/vote"', html)
    assert '<input type="hidden" name="q" value="lamp &lt;number&gt;">' in html


@pytest.mark.usefixtures("lamps")
def test_who_says_no_to_an_answer_is_led_to_the_other_pages(client: FlaskClient) -> None:
    with _answering(True):
        html = _get(client, q="lamp")
    assert 'href="#others"' in html
    assert 'id="others"' in html


@pytest.mark.usefixtures("lamps")
def test_a_page_without_an_answer_asks_for_no_vote(client: FlaskClient) -> None:
    with _answering(False):
        assert "data-vote" not in _get(client, q="lamp")


@pytest.mark.usefixtures("lamps")
def test_who_writes_sees_why_each_hit_stands_where_it_stands(
    sign_in: Callable[[RoleName], FlaskClient],
) -> None:
    html = _get(sign_in(RoleName.WRITER), q="lamp number")
    assert html.count("Why this rank?") == 10
    assert "studio.css" in html


@pytest.mark.usefixtures("lamps")
def test_readers_see_nothing_of_it(client: FlaskClient) -> None:
    html = _get(client, q="lamp number")
    assert "Why this rank?" not in html
    assert "studio.css" not in html


@pytest.mark.usefixtures("lamps")
def test_pages_of_results_are_kept_by_nobody(client: FlaskClient) -> None:
    assert client.get("/en/search?q=lamp").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.usefixtures("lamps")
def test_a_correction_is_told_and_can_be_refused(client: FlaskClient) -> None:
    html = _get(client, q="lmap numbre")
    assert "Searched for “lamp number” as well." in html
    refused = re.search(r'href="([^"]+)">Search only for what I typed', html)
    assert refused is not None
    answer = client.get(unescape(refused[1])).text
    assert "as well." not in answer


@pytest.mark.usefixtures("lamps")
def test_a_phrase_that_no_page_says_is_told(client: FlaskClient) -> None:
    with _answering(True):
        html = _get(client, q='"purple lamp"')
    assert 'class="answer"' not in html
    assert "No page says “purple lamp” word for word" in html


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("query", ["🎉", "?!", "…", "👍🏽 ❤️"])
def test_signs_alone_ask_nothing(client: FlaskClient, query: str) -> None:
    html = _get(client, q=query)
    assert "We found nothing for" in html
    assert "<h2><a" not in html


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("locale", "query", "shown"),
    [
        ("en", 'the "red lamp"', "“the ‘red lamp’”"),
        ("fr", "une «\u202flampe rouge\u202f»", "«\u202fune “lampe rouge”\u202f»"),
        ("en", '5" lamp', "“5&#34; lamp”"),
    ],
)
def test_quotation_marks_within_a_quotation_are_inner_ones(
    client: FlaskClient, locale: str, query: str, shown: str
) -> None:
    answer = client.get(f"/{locale}/search", query_string={"q": query})
    heading = re.search(r"<h1>\s*(.*?)\s*</h1>", answer.text, re.DOTALL)
    assert heading is not None
    assert shown in heading[1]


@pytest.mark.usefixtures("lamps")
def test_who_wants_a_person_is_quoted_nothing(client: FlaskClient) -> None:
    assert 'class="answer"' not in _get(client, q="speak to someone about a lamp")


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    ("sentence", "quoted"), [("It is <mark>lamp</mark> number&nbsp;7.", 1), ("It is on.", 0)]
)
def test_a_quotation_is_answered_only_by_a_sentence_that_says_it(
    client: FlaskClient, sentence: str, quoted: int
) -> None:
    search = SearchEngine.search

    def found(engine: SearchEngine, query: str, **options: Any) -> Results:
        results = search(engine, query, **options)
        hits = tuple(replace(hit, snippet=sentence) for hit in results.hits)
        return replace(results, hits=hits, has_answer=True)

    with patch.object(SearchEngine, "search", found):
        html = _get(client, q='"lamp number 7"')
    assert html.count('class="answer"') == quoted


@pytest.mark.usefixtures("lamps")
def test_who_wants_a_person_may_mistype_it(client: FlaskClient) -> None:
    assert re.search(r"<h1>\s*Talk to a person\s*</h1>", _get(client, q="customer suport"))
