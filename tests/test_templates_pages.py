"""What pages say to search engines, feed readers and other programs, and in which words."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from articles.models import Article, Kind
from feedback.gaps.actions import open_gap
from kb.accounts.models import RoleName
from kb.config import Settings
from kb.db import db
from tests import factories

BY_FORM = {"User-Agent": "Mozilla/5.0 Firefox/140.0", "Sec-Fetch-Site": "same-origin"}


class _Tags(HTMLParser):
    """Collects start tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def _tags(html: str, element: str, **wanted: str) -> list[dict[str, str]]:
    parser = _Tags()
    parser.feed(html)
    return [
        attributes
        for tag, attributes in parser.found
        if tag == element and all(attributes.get(key) == value for key, value in wanted.items())
    ]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "site_url": "https://help.clairson.example",
            "contact_phone": "+33 4 00 00 00 00",
            "contact_hours": {"fr": "du lundi au samedi"},
        }
    )


@pytest.fixture
def bilingual(app: Flask) -> Article:
    """An article in French and English, in a category."""
    category = factories.category("lamps", fr="Lampes", en="Lamps")
    article = Article(key="reset", kind=Kind.GUIDE, category=category)
    db.session.add(article)
    for locale, title in (
        ("en", "Reset a lamp: how?"),
        ("fr", "Réinitialiser l'ampoule : comment ?"),
    ):
        factories.article(
            title,
            "One.\n\n## A\n\nTwo.\n\n## B\n\nThree.",
            locale=locale,
            slug="reset",
            of=article,
            summary="What to hold, and for how long.",
        )
    return article


@pytest.fixture
def page(client: FlaskClient, bilingual: Article) -> str:
    return client.get("/en/articles/reset").text


def test_an_article_names_its_translations_and_a_default(page: str) -> None:
    links = {
        each["hreflang"]: each["href"]
        for each in _tags(page, "link", rel="alternate")
        if "hreflang" in each
    }
    assert links == {
        "en": "https://help.clairson.example/en/articles/reset",
        "fr": "https://help.clairson.example/fr/articles/reset",
        "x-default": "https://help.clairson.example/fr/articles/reset",
    }


def test_the_default_of_the_home_page_is_the_address_that_chooses(client: FlaskClient) -> None:
    links = _tags(client.get("/en/").text, "link", hreflang="x-default")
    assert [each["href"] for each in links] == ["https://help.clairson.example/"]


def test_an_article_has_one_canonical_address(page: str) -> None:
    links = _tags(page, "link", rel="canonical")
    assert [each["href"] for each in links] == ["https://help.clairson.example/en/articles/reset"]


def test_an_article_says_what_it_is_where_it_is_shared(page: str) -> None:
    said = {each["property"]: each["content"] for each in _tags(page, "meta") if "property" in each}
    assert said["og:title"] == "Reset a lamp: how?"
    assert said["og:description"] == "What to hold, and for how long."
    assert said["og:type"] == "article"


@pytest.mark.parametrize("kind", ["application/atom+xml", "text/markdown"])
def test_an_article_leads_to_its_other_forms(page: str, client: FlaskClient, kind: str) -> None:
    (link,) = _tags(page, "link", type=kind)
    assert client.get(link["href"]).status_code == 200


def test_the_link_to_another_language_is_in_the_words_of_the_page(page: str) -> None:
    assert "Also in French" in page


def test_a_french_title_gets_its_narrow_spaces(client: FlaskClient, bilingual: Article) -> None:
    html = client.get("/fr/articles/reset").text
    assert "<h1>Réinitialiser l’ampoule\u00a0: comment\u202f?</h1>" in html


def test_every_field_has_a_label(client: FlaskClient, page: str) -> None:
    for html in (page, client.get("/en/").text, client.get("/studio/sign-in").text):
        labelled = {each["for"] for each in _tags(html, "label") if "for" in each}
        fields = [
            each for each in _tags(html, "input") if each.get("type") not in {"hidden", "checkbox"}
        ]
        assert fields
        assert {each["id"] for each in fields} <= labelled


def test_no_id_is_used_twice(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_page_ends_with_the_way_to_a_person(client: FlaskClient, page: str) -> None:
    french = client.get("/fr/").text
    for html in (
        page,
        french,
        client.get("/en/search?q=nothing").text,
        client.get("/en/none").text,
    ):
        assert 'href="/en/contact' in html or 'href="/fr/contact' in html
        assert "tel:+33400000000" in html
    assert "du lundi au samedi" in french


def test_a_lost_visitor_finds_the_words_of_the_address_in_the_search_field(
    client: FlaskClient, bilingual: Article
) -> None:
    answer = client.get("/fr/articles/lampe-qui-clignote")
    assert answer.status_code == 404
    (field,) = _tags(answer.text, "input", name="q")
    assert field["value"] == "lampe qui clignote"
    assert "/fr/categories/lampes" in answer.text
    assert "Il n’y a pas de page à cette adresse" in answer.text


def test_what_was_searched_is_shown_as_text(client: FlaskClient) -> None:
    html = client.get("/en/search", query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in html


def test_a_long_category_shows_the_neighbours_and_the_way_to_the_rest(
    app: Flask, client: FlaskClient
) -> None:
    category = factories.category("lamps", fr="Lampes", en="Lamps")
    for number in range(30):
        factories.article(f"Lamp {number:02}", slug=f"lamp-{number}", category=category)
    html = client.get("/en/articles/lamp-15").text
    listed = re.findall(r'href="/en/articles/lamp-(\d+)"', html.split('id="siblings"')[1])
    assert listed[:20] == [str(number) for number in range(5, 25)]
    assert "All 30 articles" in html
    last = client.get("/en/articles/lamp-29").text
    assert 'href="/en/articles/lamp-10"' in last
    assert 'href="/en/articles/lamp-9"' not in last


def test_articles_without_a_category_do_not_make_the_home_page_say_nothing_is_there(
    client: FlaskClient, app: Flask
) -> None:
    factories.article("Reset a lamp")
    html = client.get("/en/").text
    assert "Reset a lamp" in html
    assert "Nothing has been published yet" not in html


def test_a_site_that_names_no_contact_still_takes_messages(app: Flask, client: FlaskClient) -> None:
    bare = app.extensions["kb_settings"].model_copy(
        update={"contact_email": "", "contact_phone": ""}
    )
    app.extensions["kb_settings"] = app.jinja_env.globals["settings"] = bare
    assert 'href="/en/contact"' in client.get("/en/").text
    form = client.get("/en/contact").text
    assert "Other ways to reach us" not in form


def test_a_logo_stands_in_for_the_name_and_says_it(app: Flask, client: FlaskClient) -> None:
    app.jinja_env.globals["logo"] = "favicon.svg"
    (logo,) = _tags(client.get("/en/").text, "img")
    assert logo["alt"] == "Clairson, help centre"


def _shelf(html: str) -> str:
    found = re.search(r'aria-labelledby="unfiled".*?</section>', html, re.DOTALL)
    return found[0] if found else ""


def test_every_article_without_a_category_is_listed_on_the_home_page(
    client: FlaskClient, app: Flask
) -> None:
    lamps = factories.category("lamps")
    factories.article("Filed", slug="filed", category=lamps)
    for number in range(15):
        factories.article(f"Lamp {number:02}", slug=f"lamp-{number}")
    shelf = _shelf(client.get("/en/").text)
    assert re.findall(r"/en/articles/lamp-(\d+)", shelf) == [str(number) for number in range(15)]
    assert "Other articles" in shelf
    assert "Filed" not in shelf
    assert _shelf(client.get("/fr/").text) == ""


def test_control_characters_of_an_address_are_not_sent_back(client: FlaskClient) -> None:
    html = client.get("/en/articles/la%1Bmp").text
    assert "\x1b" not in html
    assert 'value="la mp"' in html


def test_a_discreet_link_leads_the_team_to_its_own_rooms(client: FlaskClient) -> None:
    assert '<a rel="nofollow" href="/studio/sign-in">Sign in</a>' in client.get("/en/").text


@pytest.mark.parametrize("helpful", ["yes", "no"])
def test_the_page_after_a_vote_shows_the_way_to_a_person_once(
    client: FlaskClient, bilingual: Article, helpful: str
) -> None:
    form = {"helpful": helpful, "revision": bilingual.translations[0].public_revision_id}
    page = client.post("/en/articles/reset/vote", data=form, headers=BY_FORM, follow_redirects=True)
    assert (page.request.path, page.status_code) == ("/en/articles/reset/vote", 200)
    assert page.text.count('href="/en/contact') == 1


def test_the_nearest_article_of_a_gap_is_set_in_its_own_language(
    app: Flask, sign_in: Callable[[RoleName], FlaskClient]
) -> None:
    cards = factories.article("Gift cards: how?", slug="gift-cards")
    gap = open_gap("emballage cadeau", "fr", by="Lea", nearest_id=cards.id)
    assert gap.id
    page = sign_in(RoleName.LEAD).get("/studio/reports/gaps").text
    link = '<a href="/en/articles/gift-cards" lang="en" hreflang="en">Gift cards: how?</a>'
    assert link in page
