"""Public pages: right content, right address, the same bytes for everyone."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from articles.publishing import archive, change_slug, commit_changes
from kb.db import utc_now
from kb.security import HEADERS
from tests import factories

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.mark.parametrize(
    ("wanted", "home"),
    [("fr", "/fr/"), ("en-GB,en;q=0.9", "/en/"), ("de", "/fr/"), ("", "/fr/")],
)
def test_the_visitor_is_sent_to_their_language(client: FlaskClient, wanted: str, home: str) -> None:
    answer = client.get("/", headers={"Accept-Language": wanted})
    assert (answer.status_code, answer.location) == (302, home)
    assert answer.headers["Vary"] == "Accept-Language"


def test_a_language_that_the_site_lacks_is_not_found(client: FlaskClient) -> None:
    assert client.get("/de/").status_code == 404


def test_an_article_shows_its_words(client: FlaskClient) -> None:
    factories.article("Reset a lamp", "Hold the **button**.", slug="reset")
    page = client.get("/en/articles/reset").text
    assert "<strong>button</strong>" in page
    assert page.count("<h1") == 1


def test_an_article_says_its_language(client: FlaskClient) -> None:
    factories.article(locale="fr", slug="essai")
    assert '<html lang="fr"' in client.get("/fr/articles/essai").text


@pytest.mark.parametrize("state", ["draft", "scheduled", "archived"])
def test_what_is_not_public_is_not_found_in_any_form(client: FlaskClient, state: str) -> None:
    later = utc_now() + timedelta(days=1)
    hidden = factories.article(
        "Hidden words",
        slug="hidden",
        draft=state == "draft",
        published_at=later if state == "scheduled" else None,
    )
    if state == "archived":
        archive(hidden)
        commit_changes()
    assert client.get("/en/articles/hidden").status_code == 404
    assert client.get("/en/articles/hidden.md").status_code == 404
    for address in ("/en/", "/sitemap.xml", "/en/feed.atom", "/llms.txt"):
        assert "Hidden words" not in client.get(address).text
        assert "/articles/hidden" not in client.get(address).text


def test_an_old_address_redirects_for_good(client: FlaskClient) -> None:
    translation = factories.article(slug="old")
    change_slug(translation, "new")
    commit_changes()
    for suffix in ("", ".md"):
        answer = client.get(f"/en/articles/old{suffix}")
        assert (answer.status_code, answer.location) == (301, f"/en/articles/new{suffix}")


def test_links_between_articles_follow_the_target(client: FlaskClient) -> None:
    target = factories.article(key="target", slug="first-address")
    factories.article("Here", "See [that](article:target#part).", slug="here")
    change_slug(target, "second-address")
    commit_changes()
    assert 'href="/en/articles/second-address#part"' in client.get("/en/articles/here").text


def test_a_link_to_what_is_not_public_is_plain_text(client: FlaskClient) -> None:
    factories.article(key="target", draft=True)
    factories.article("Here", "See [that page](article:target).", slug="here")
    page = client.get("/en/articles/here").text
    assert "that page" in page
    assert "article:target" not in page


def test_a_category_lists_what_is_below_it(client: FlaskClient) -> None:
    root = factories.category("setup", en="Setup")
    wifi = factories.category("wifi", parent=root, en="Wi-Fi")
    factories.article("No network", category=wifi)
    page = client.get("/en/categories/setup").text
    assert "No network" in page
    assert "Wi-Fi" in page


def test_an_empty_category_is_not_found(client: FlaskClient) -> None:
    factories.category("empty", en="Empty")
    assert client.get("/en/categories/empty").status_code == 404


def test_home_lists_categories_with_counts(client: FlaskClient) -> None:
    lamps = factories.category("lamps", en="Lamps and light")
    factories.article(category=lamps)
    factories.article(category=lamps)
    page = client.get("/en/").text
    assert "Lamps and light" in page
    assert "2" in page.split("Lamps and light", 1)[1][:200]


@pytest.mark.parametrize(
    "address", ["/en/", "/en/articles/here", "/en/categories/lamps", "/en/search"]
)
def test_public_pages_are_the_same_bytes_for_everyone(client: FlaskClient, address: str) -> None:
    factories.article(slug="here", category=factories.category("lamps", en="Lamps"))
    first = client.get(address)
    other = client.application.test_client().get(address, headers={"User-Agent": "Another"})
    assert first.data == other.data
    assert "Set-Cookie" not in first.headers
    assert "public" in first.headers["Cache-Control"]


def test_a_page_already_known_costs_no_bytes(client: FlaskClient) -> None:
    factories.article(slug="here")
    etag = client.get("/en/articles/here").headers["ETag"]
    answer = client.get("/en/articles/here", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_an_article_names_its_translations(client: FlaskClient) -> None:
    english = factories.article(slug="here")
    factories.article(locale="fr", slug="ici", of=english.article)
    page = client.get("/en/articles/here").text
    assert 'hreflang="fr"' in page
    assert "/fr/articles/ici" in page
    assert 'rel="canonical" href="http://localhost/en/articles/here"' in page


def test_an_article_as_markdown_has_absolute_links(client: FlaskClient) -> None:
    factories.article(key="target", slug="target")
    factories.article("Here", "See [that](article:target).", slug="here")
    answer = client.get("/en/articles/here.md")
    assert answer.mimetype == "text/markdown"
    assert "# Here" in answer.text
    assert "[that](http://localhost/en/articles/target)" in answer.text


def test_the_sitemap_lists_every_public_address_with_its_translations(client: FlaskClient) -> None:
    english = factories.article(slug="here")
    factories.article(locale="fr", slug="ici", of=english.article)
    root = ET.fromstring(client.get("/sitemap.xml").data)
    addresses = [found.text for found in root.iterfind("s:url/s:loc", SITEMAP)]
    assert addresses == [
        "http://localhost/fr/",
        "http://localhost/en/",
        "http://localhost/en/articles/here",
        "http://localhost/fr/articles/ici",
    ]


def test_the_feed_is_well_formed_whatever_the_title(client: FlaskClient) -> None:
    factories.article("Lamps & <speakers>")
    root = ET.fromstring(client.get("/en/feed.atom").data)
    assert [found.text for found in root.iterfind("a:entry/a:title", ATOM)] == [
        "Lamps & <speakers>"
    ]


def test_an_entry_of_the_feed_stays_the_same_when_its_address_changes(client: FlaskClient) -> None:
    translation = factories.article(slug="old")

    def identity() -> str | None:
        feed = ET.fromstring(client.get("/en/feed.atom").data)
        return feed.findtext("a:entry/a:id", namespaces=ATOM)

    before = identity()
    change_slug(translation, "new")
    commit_changes()
    assert before is not None
    assert before.startswith("tag:localhost,")
    assert identity() == before


def test_an_unknown_address_searches_for_what_was_asked(client: FlaskClient) -> None:
    answer = client.get("/en/articles/reset-my-lamp")
    assert answer.status_code == 404
    assert 'value="reset my lamp"' in answer.text


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for address in ("/en/", "/nowhere", "/healthz"):
        assert HEADERS.items() <= dict(client.get(address).headers).items()


@pytest.mark.parametrize("short", ["articles", "articles/", "categories", "categories/"])
def test_an_address_cut_short_leads_home(client: FlaskClient, short: str) -> None:
    answer = client.get(f"/en/{short}")
    assert (answer.status_code, answer.location) == (301, "/en/")


@pytest.mark.parametrize("address", ["/en/articles/reset", "/en/categories/lamps"])
def test_a_final_slash_leads_to_the_page_without(client: FlaskClient, address: str) -> None:
    factories.article(slug="reset", category=factories.category("lamps"))
    answer = client.get(address + "/")
    assert (answer.status_code, answer.location) == (301, address)
    assert client.get(address).status_code == 200
