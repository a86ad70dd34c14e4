"""Every old address leads to where things are now, in one step, and none goes round in circles."""

from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from articles import categorising
from articles.addresses import (
    SuccessorLoops,
    articles_now,
    keep_old,
    left_behind,
    rename_category,
    succeed,
)
from articles.hierarchy import InsideItself, TooDeep
from articles.models import Article, Category, OldAddress, Translation
from articles.publishing import SlugTaken, archive, change_slug, commit_changes, restore
from kb.config import Settings
from kb.db import db
from tests import factories


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without finished pages, which may be a third of a second behind."""
    return settings.model_copy(update={"page_cache_mb": 0})


def _leads_to(client: FlaskClient, path: str) -> str:
    """Return where an address leads in one step, which must answer; "" where it leads nowhere."""
    answer = client.get(path)
    if answer.status_code == 404:
        return ""
    if answer.status_code == 200:
        return path
    assert answer.status_code == 301, path
    target = str(answer.headers["Location"])
    assert client.get(target).status_code == 200, f"{path} leads to {target}, which does not answer"
    return target


def test_a_renamed_article_is_one_step_away_from_each_of_its_addresses(
    app: Flask, client: FlaskClient
) -> None:
    article = factories.article(slug="first")
    for slug in ("second", "third"):
        change_slug(article, slug)
        commit_changes()
    for slug in ("first", "second", "first/", "Second"):
        assert _leads_to(client, f"/en/articles/{slug}") == "/en/articles/third"


def test_the_source_of_a_renamed_article_moves_with_it(app: Flask, client: FlaskClient) -> None:
    article = factories.article(slug="first")
    change_slug(article, "second")
    commit_changes()
    assert _leads_to(client, "/en/articles/first.md") == "/en/articles/second.md"


def test_an_archived_article_leads_to_its_successor(app: Flask, client: FlaskClient) -> None:
    old, new = factories.article(slug="old"), factories.article(slug="new")
    factories.article(slug="neu", locale="fr", of=new.article)
    change_slug(old, "older")
    archive(old)
    succeed(old.article, new.article)
    commit_changes()
    assert _leads_to(client, "/en/articles/old") == "/en/articles/new"
    assert _leads_to(client, "/en/articles/older") == "/en/articles/new"
    restore(old)
    commit_changes()
    assert _leads_to(client, "/en/articles/old") == "/en/articles/older"


def test_a_successor_in_another_language_is_better_than_nothing(
    app: Flask, client: FlaskClient
) -> None:
    old, new = factories.article(slug="old"), factories.article(slug="neuf", locale="fr")
    archive(old)
    succeed(old.article, new.article)
    commit_changes()
    assert _leads_to(client, "/en/articles/old") == "/fr/articles/neuf"


def test_successors_never_form_a_chain(any_app: Flask) -> None:
    first, second, third = (factories.article() for _ in range(3))
    archive(first)
    succeed(first.article, second.article)
    archive(second)
    succeed(second.article, third.article)
    commit_changes()
    assert first.article.successor_id == third.article.id
    assert articles_now([first.id, second.id]) == {first.id: third, second.id: third}


def test_a_successor_that_leads_back_is_refused_by_name(app: Flask) -> None:
    first, second = factories.article("First"), factories.article("Second")
    archive(first)
    succeed(first.article, second.article)
    commit_changes()
    with pytest.raises(SuccessorLoops, match="First"):
        succeed(second.article, first.article)


def test_what_a_reader_may_not_read_is_no_place_to_lead_to(app: Flask, client: FlaskClient) -> None:
    old, new = factories.article(slug="old"), factories.article(slug="new")
    new.article.audience = "staff"  # type: ignore[assignment]
    archive(old)
    succeed(old.article, new.article)
    assert keep_old("/former", new) is not None
    commit_changes()
    assert _leads_to(client, "/en/articles/old") == ""
    assert _leads_to(client, "/former") == ""


def test_an_address_taken_over_ends_the_redirect_and_can_be_told_before(app: Flask) -> None:
    old, new = factories.article("Old", slug="lamp"), factories.article("New")
    change_slug(old, "lamps")
    commit_changes()
    assert left_behind(new, "lamp") is old
    assert left_behind(old, "lamp") is None
    assert left_behind(new, "unknown") is None


# Categories


def test_a_renamed_category_redirects(app: Flask, client: FlaskClient) -> None:
    lamps = factories.category("lamps", en="Lamps", fr="Lampes")
    factories.article(category=lamps)
    name = lamps.name_in("en")
    rename_category(name, "lights")
    rename_category(name, "lighting")
    commit_changes()
    for slug in ("lamps", "lights", "lights/", "Lighting"):
        assert _leads_to(client, f"/en/categories/{slug}") == "/en/categories/lighting"


def test_the_address_in_another_language_leads_to_the_one_of_this_language(
    app: Flask, client: FlaskClient
) -> None:
    lamps = factories.category("lamps", en="Lamps", fr="Lampes")
    factories.article(category=lamps)
    assert _leads_to(client, "/en/categories/lampes") == "/en/categories/lamps"


def test_a_category_that_has_another_address_is_refused_it_with_its_name(app: Flask) -> None:
    factories.category("sofas", en="Sofas")
    lamps = factories.category("lamps", en="Lamps")
    with pytest.raises(SlugTaken, match="Sofas"):
        rename_category(lamps.name_in("en"), "sofas")


def test_a_former_category_without_articles_leads_to_the_one_above_it(
    app: Flask, client: FlaskClient
) -> None:
    home = factories.category("home", en="Home")
    lamps = factories.category("lamps", parent=home, en="Lamps")
    factories.article(category=home)
    rename_category(lamps.name_in("en"), "lights")
    commit_changes()
    assert _leads_to(client, "/en/categories/lamps") == "/en/categories/home"


# Former sites


@pytest.mark.parametrize(
    "request_path",
    [
        "/hc/fr/articles/360",
        "/hc/fr/articles/360/",
        "/HC/fr/articles/360",
        "/hc/fr/articles/360-Mes-retours",
        "/hc/fr/articles/360?utm_source=letter",
        "/hc/fr//articles/360",
    ],
)
def test_an_address_of_a_former_site_is_known_in_every_spelling(
    app: Flask, client: FlaskClient, request_path: str
) -> None:
    article = factories.article(slug="returns")
    assert keep_old("https://help.old.example/hc/fr/articles/360", article) is not None
    commit_changes()
    answer = client.get(f"http://localhost{request_path}")
    assert (answer.status_code, answer.headers.get("Location")) == (301, "/en/articles/returns")


def test_pages_of_a_former_site_may_be_told_apart_by_their_query(
    app: Flask, client: FlaskClient
) -> None:
    three, four = factories.article(slug="three"), factories.article(slug="four")
    keep_old("/faq.php?id=3", three)
    keep_old("/faq.php?id=4", four)
    commit_changes()
    assert _leads_to(client, "/faq.php?id=4&utm_medium=mail") == "/en/articles/four"
    assert _leads_to(client, "/faq.php") == ""


def test_a_category_of_a_former_site_is_shown_in_the_language_of_its_path(
    app: Flask, client: FlaskClient
) -> None:
    lamps = factories.category("lamps", en="Lamps", fr="Lampes")
    factories.article(category=lamps)
    factories.article(category=lamps, locale="fr")
    keep_old("/hc/fr/sections/1", lamps)
    keep_old("/hc/en-us/sections/1", lamps)
    commit_changes()
    assert _leads_to(client, "/hc/fr/sections/1") == "/fr/categories/lampes"
    assert _leads_to(client, "/hc/en-us/sections/1") == "/en/categories/lamps"


@pytest.mark.parametrize("path", ["/", "/en/", "/en/search", "/studio/", "/en/articles/lamp"])
def test_what_the_site_answers_itself_is_not_kept(app: Flask, path: str) -> None:
    article = factories.article(slug="lamp")
    assert keep_old(path, article) is None


def test_the_last_word_on_an_old_path_counts(any_app: Flask) -> None:
    first, second = factories.article(), factories.article()
    keep_old("/old", first)
    kept = keep_old("/OLD/", second)
    commit_changes()
    assert kept is not None
    assert kept.translation_id == second.id
    assert db.session.query(OldAddress).count() == 1


def test_only_looking_redirects(app: Flask, client: FlaskClient) -> None:
    keep_old("/old", factories.article())
    commit_changes()
    assert client.post("/old").status_code in {404, 405}


# Whatever is done


SLUGS = st.sampled_from(["a", "b", "c", "d", "e"])
NUMBERS = st.integers(0, 3)


class Site(RuleBasedStateMachine):
    """Articles and categories that are renamed, merged, archived, succeeded and restored."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        factories.empty()
        self.client = self.app.test_client()
        self.paths: dict[str, int | None] = {}  # address that was given out -> its translation
        self.articles: list[int] = []
        self.categories: list[int] = []
        for number in range(4):
            shelf = factories.category(f"shelf-{number}", en=f"s{number}")
            article = factories.article(slug=f"x{number}", category=shelf)
            keep_old(f"/former/{number}", article)
            keep_old(f"/former/shelf/{number}", shelf)
            commit_changes()
            self.articles.append(article.id)
            self.categories.append(shelf.id)
            self.paths[f"/en/articles/x{number}"] = article.id
            self.paths[f"/former/{number}"] = article.id
            self.paths |= {f"/en/categories/s{number}": None, f"/former/shelf/{number}": None}

    def _article(self, number: int) -> Translation:
        found = db.session.get(Translation, self.articles[number])
        assert found is not None
        return found

    def _category(self, number: int) -> Category | None:
        return db.session.get(Category, self.categories[number])

    def _do(self, act: Any, *args: Any) -> bool:
        try:
            act(*args)
        except (SlugTaken, SuccessorLoops, InsideItself, TooDeep, categorising.NotEmpty):
            db.session.rollback()
            return False
        commit_changes()
        return True

    @rule(number=NUMBERS, slug=SLUGS)
    def rename(self, number: int, slug: str) -> None:
        if self._do(change_slug, self._article(number), slug):
            self.paths[f"/en/articles/{slug}"] = self.articles[number]

    @rule(number=NUMBERS, other=NUMBERS)
    def end(self, number: int, other: int) -> None:
        article, successor = self._article(number).article, self._article(other).article
        if self._do(succeed, article, successor):
            self._do(archive, self._article(number))

    @rule(number=NUMBERS)
    def archive(self, number: int) -> None:
        self._do(archive, self._article(number))

    @rule(number=NUMBERS)
    def restore(self, number: int) -> None:
        self._do(restore, self._article(number))

    @rule(number=NUMBERS, slug=SLUGS)
    def rename_category(self, number: int, slug: str) -> None:
        category = self._category(number)
        if category is not None and self._do(rename_category, category.name_in("en"), slug):
            self.paths[f"/en/categories/{slug}"] = None

    @rule(number=NUMBERS, other=NUMBERS)
    def merge(self, number: int, other: int) -> None:
        source, target = self._category(number), self._category(other)
        if source is not None and target is not None:
            self._do(categorising.merge, source, target)

    @rule(number=NUMBERS, other=NUMBERS)
    def move(self, number: int, other: int) -> None:
        category, parent = self._category(number), self._category(other)
        if category is not None and parent is not None:
            self._do(categorising.move, category, parent.id, 0)

    @rule(number=NUMBERS)
    def remove(self, number: int) -> None:
        category = self._category(number)
        if category is not None:
            self._do(categorising.remove, category)

    def teardown(self) -> None:
        """Ask for each address that was ever given out."""
        if not hasattr(self, "paths"):
            return
        db.session.rollback()
        public = {each.id: f"/en/articles/{each.slug}" for each in map(self._article, range(4))
                  if each.archived_at is None}  # fmt: skip
        for path, article in self.paths.items():
            leads_to = _leads_to(self.client, path)
            if article in public:
                assert leads_to == public[article], path

    @invariant()
    def no_successor_has_one_of_its_own(self) -> None:
        rows = {each.id: each for each in db.session.query(Article)}
        for each in rows.values():
            assert each.successor_id != each.id


def test_whatever_is_done_no_address_is_lost_or_goes_round(app: Flask) -> None:
    machine = type("SiteOfTest", (Site,), {"app": app})
    case = machine.TestCase
    case.settings = hypothesis.settings(
        max_examples=12,
        stateful_step_count=12,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    case().runTest()
