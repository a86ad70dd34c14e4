"""The tree of categories shows what can be read, under names that can be followed."""

from flask import Flask
from flask.testing import FlaskClient

from articles.categories import path_to, tree
from tests import factories


def test_a_branch_counts_what_is_below_it(any_app: Flask) -> None:
    setup = factories.category("setup", en="Setup")
    wifi = factories.category("wifi", parent=setup, en="Wi-Fi")
    factories.article(category=setup)
    factories.article(category=wifi)
    (branch,) = tree("en")
    assert (branch.count, [child.count for child in branch.children]) == (2, [1])


def test_drafts_and_other_languages_do_not_count(any_app: Flask) -> None:
    lamps = factories.category("lamps", en="Lamps", fr="Lampes")
    factories.article(category=lamps, draft=True)
    factories.article(category=lamps, locale="fr")
    assert tree("en") == ()
    assert [branch.name for branch in tree("fr")] == ["Lampes"]


def test_the_path_leads_from_the_root(any_app: Flask) -> None:
    setup = factories.category("setup", en="Setup")
    wifi = factories.category("wifi", parent=setup, en="Wi-Fi")
    factories.article(category=wifi)
    assert [branch.key for branch in path_to(tree("en"), wifi.id)] == ["setup", "wifi"]


def test_a_category_without_a_name_in_the_language_can_still_be_opened(client: FlaskClient) -> None:
    lamps = factories.category("lamps", fr="Lampes")
    factories.article("Reset a lamp", category=lamps)
    assert "Reset a lamp" in client.get("/en/categories/lampes").text


def test_the_language_s_own_address_wins(client: FlaskClient) -> None:
    french = factories.category("a", fr="Guide")
    english = factories.category("b", en="Guide")
    factories.article("In the French one", category=french)
    factories.article("In the English one", category=english)
    assert "In the English one" in client.get("/en/categories/guide").text
