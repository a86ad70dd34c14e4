"""`import_zendesk`: a Help Center moves in, from the JSON of its documented API."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from articles.importing import ImportOptions, ImportReport
from articles.importing.zendesk import import_zendesk
from articles.models import Article, Attachment, Audience, Category, Revision, Translation
from articles.publishing import Words, commit_changes, publish, words_of, write_revision
from feedback.former import FormerVotes
from kb.audit.models import AuditEntry
from kb.db import db

HOST = "https://acme.zendesk.com"
WHEN = "2024-01-10T12:00:00Z"
ENGLISH = "<p>This is the lamp that you have bought, and these are the ways to use it.</p>"


def category(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "name": name, "description": "", "locale": "en-us", "source_locale": "en-us",
        "position": 0, "outdated": False, "created_at": WHEN, "updated_at": WHEN,
        "html_url": f"{HOST}/hc/en-us/categories/{number}-{name}",
    } | more  # fmt: skip


def section(number: int, name: str, **more: Any) -> dict[str, Any]:
    return category(number, name) | {"category_id": 1, "parent_section_id": None} | more


def article(number: int, title: str, body: str = ENGLISH, **more: Any) -> dict[str, Any]:
    slug = title.replace(" ", "-")
    return {
        "id": number, "title": title, "body": body, "locale": "en-us", "source_locale": "en-us",
        "section_id": 2, "author_id": 5, "draft": False, "promoted": False, "position": 0,
        "label_names": [], "vote_sum": 0, "vote_count": 0, "outdated": False, "user_segment_id": None,
        "created_at": WHEN, "edited_at": WHEN, "updated_at": WHEN,
        "html_url": f"{HOST}/hc/en-us/articles/{number}-{slug}",
    } | more  # fmt: skip


def translation(number: int, of: int, locale: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "source_id": of, "source_type": "Article", "locale": locale, "title": title,
        "body": "<p>Voici la lampe que vous avez achetée et les façons de vous en servir.</p>",
        "draft": False, "outdated": False, "created_at": WHEN, "updated_at": WHEN,
        "html_url": f"{HOST}/hc/{locale}/articles/{of}",
    } | more  # fmt: skip


def export(**lists: Any) -> dict[str, Any]:
    """Return everything in one: the lists that are given beside a category with a section."""
    return {
        "categories": [category(1, "Lamps")],
        "sections": [section(2, "First steps")],
        "articles": [],
    } | lists


@pytest.fixture
def move_in(app: Flask, tmp_path: Path) -> Any:
    """Return a function that writes an export, by name of file, and imports it."""
    folder = tmp_path / "export"
    folder.mkdir()

    def run(files: dict[str, Any] | None = None, **options: Any) -> ImportReport:
        for name, content in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else json.dumps(content).encode()
            )
        return import_zendesk(folder, options=ImportOptions(**options))

    return run


def one(locale: str = "en") -> Translation:
    db.session.expire_all()
    return db.session.scalars(select(Translation).where(Translation.locale == locale)).one()


def body(locale: str = "en") -> str:
    shown = one(locale).public_revision
    assert shown is not None
    return shown.body


def reasons(report: ImportReport) -> str:
    return "\n".join(map(str, report.problems))


# What comes over


def test_an_article_comes_with_all_that_is_known_of_it(move_in: Any) -> None:
    promoted = article(
        10, "Reset a lamp", label_names=["lamp", "reset"], promoted=True, position=3,
        user_segment_id=7, edited_at="2024-02-01T09:30:00Z", updated_at="2024-02-01T09:30:00Z",
    )  # fmt: skip
    segments = [{"id": 7, "name": "Customers", "user_type": "signed_in_users", "built_in": True}]
    report = move_in(
        {"all.json": export(
            articles=[promoted], user_segments=segments, users=[{"id": 5, "email": "ines@acme.example"}]
        )}
    )  # fmt: skip
    found = one()
    assert reasons(report) == ""
    assert (found.title, found.slug) == ("Reset a lamp", "reset-a-lamp")
    assert found.published_at is not None
    assert found.published_at.isoformat() == "2024-01-10T12:00:00+00:00"
    assert found.updated_at.isoformat() == "2024-02-01T09:30:00+00:00"
    kept = found.article
    assert (kept.key, kept.owner, kept.tags) == (
        "reset-a-lamp", "ines@acme.example", ["lamp", "reset"],
    )  # fmt: skip
    assert (kept.audience, kept.source_locale) == (Audience.CUSTOMERS, "en")
    assert kept.position < 0
    assert kept.category is not None
    assert kept.category.name_in("en").name == "First steps"
    assert kept.category.parent is not None
    assert kept.category.parent.name_in("en").name == "Lamps"


def test_pages_of_the_api_are_read_together(move_in: Any) -> None:
    next_page = f"{HOST}/api/v2/help_center/en-us/articles.json?page=2"
    report = move_in(
        {
            "categories.json": {
                "categories": [category(1, "Lamps")],
                "count": 1,
                "next_page": None,
            },
            "sections.json": {"sections": [section(2, "First steps")], "next_page": None},
            "articles-1.json": {"articles": [article(10, "One")], "next_page": next_page},
            "articles-2.json": {"articles": [article(11, "Two")], "next_page": None},
        }
    )
    assert (report.created, reasons(report)) == (2, "")


def test_translations_become_languages_of_one_article(move_in: Any) -> None:
    names = translation(90, 2, "fr", "Premiers pas", source_type="Section")
    names_of_category = translation(91, 1, "fr", "Lampes", source_type="Category")
    move_in(
        {
            "all.json": export(articles=[article(10, "Reset a lamp")]),
            "translations.json": {
                "translations": [
                    translation(80, 10, "fr", "Réinitialiser une lampe"), names, names_of_category,
                ]
            },
        }
    )  # fmt: skip
    assert one("fr").article is one("en").article
    category = one("fr").article.category
    assert category is not None
    assert category.parent is not None
    assert [c.name_in("fr").name for c in (category, category.parent)] == ["Premiers pas", "Lampes"]


def test_languages_that_the_site_does_not_speak_are_told_once(move_in: Any) -> None:
    foreign = [translation(80 + n, 10 + n, "es", f"Lámpara {n}") for n in range(3)]
    articles = [article(10 + n, f"Lamp {n}") for n in range(3)]
    report = move_in({"all.json": export(articles=articles, translations=foreign)})
    assert len(report.problems) == 1
    assert "3 texts in “es”, not a language of this site" in reasons(report)


def test_drafts_stay_drafts(move_in: Any) -> None:
    move_in({"all.json": export(articles=[article(10, "Soon", draft=True)])})
    assert one().published_at is None


def test_an_unknown_segment_is_rather_too_narrow(move_in: Any) -> None:
    report = move_in({"all.json": export(articles=[article(10, "Secret", user_segment_id=99)])})
    assert one().article.audience is Audience.STAFF
    assert "user segment 99" in reasons(report)


# Links and files


def test_links_between_articles_lead_to_articles(move_in: Any) -> None:
    link = f'<p>See <a href="{HOST}/hc/en-us/articles/11-Pair-it#h_01ABC">this</a>.</p>'
    target = (
        '<h2 id="h_01ABC">First of all</h2><p>Hold it.</p><h2 id="h_02">Then</h2><p>Let go.</p>'
    )
    move_in(
        {"all.json": export(articles=[article(10, "Reset", link), article(11, "Pair it", target)])}
    )
    by_key = {
        each.translation.article.key: each for each in db.session.scalars(select(Revision)).all()
    }
    assert by_key["reset"].body == "See [this](article:pair-it#h_01ABC).\n"
    assert by_key["pair-it"].body.startswith("## First of all {#h_01ABC}\n\nHold it.\n\n## Then\n")


def test_a_link_to_a_section_redirects_to_its_category(move_in: Any, client: FlaskClient) -> None:
    link = '<p><a href="/hc/en-us/sections/2-First-steps">All of it</a></p>'
    move_in({"all.json": export(articles=[article(10, "Reset", link)])})
    assert body() == "[All of it](/hc/en-us/sections/2-First-steps)\n"
    answer = client.get("/hc/en-us/sections/2-First-steps")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/en/categories/first-steps")


def test_old_addresses_redirect(move_in: Any, client: FlaskClient) -> None:
    move_in({"all.json": export(articles=[article(10, "Reset a lamp")])})
    for tail in ("en-us/articles/10-Reset-a-lamp", "en-us/articles/10", "articles/10-Anything"):
        answer = client.get(f"/hc/{tail}")
        assert (answer.status_code, answer.headers["Location"]) == (
            301,
            "/en/articles/reset-a-lamp",
        )


def test_images_that_were_downloaded_are_kept(move_in: Any) -> None:
    picture = BytesIO()
    Image.new("RGB", (12, 8)).save(picture, "PNG")
    shown = (
        f'<p><img src="{HOST}/hc/article_attachments/360001/shot.png" alt="The base" width="6"></p>'
    )
    report = move_in(
        {
            "all.json": export(articles=[article(10, "Reset", shown)]),
            "attachments/360001-shot.png": picture.getvalue(),
        }
    )
    kept = db.session.scalars(select(Attachment)).one()
    assert reasons(report) == ""
    assert body() == f'![The base](attachment:{kept.digest}/{kept.filename}){{width="6"}}\n'


def test_an_image_that_was_not_downloaded_is_reported_and_kept_where_it_is(move_in: Any) -> None:
    shown = '<p>Look: <img src="/hc/article_attachments/360001/shot.png" alt="Base"></p>'
    report = move_in({"all.json": export(articles=[article(10, "Reset", shown)])})
    assert "article 10 (en-us) “Reset”: the file shot.png was not downloaded" in reasons(report)
    assert f"![Base]({HOST}/hc/article_attachments/360001/shot.png)" in body()


def test_downloads_below_an_article_stay_below_it(move_in: Any) -> None:
    files = [{"id": 77, "article_id": 10, "file_name": "Manual.pdf", "inline": False}]
    move_in(
        {
            "all.json": export(articles=[article(10, "Reset")], article_attachments=files),
            "files/77/Manual.pdf": b"%PDF-1.4\n%%EOF\n",
        }
    )
    assert "\n\n- [Manual.pdf](attachment:" in body()


# Votes


def test_votes_are_kept_apart_from_our_own(move_in: Any) -> None:
    votes = [
        {"id": n, "item_id": 10, "item_type": "Article", "value": value, "user_id": n, "created_at": WHEN}
        for n, value in enumerate([1, 1, -1], 1)
    ]  # fmt: skip
    counted = article(11, "Two", vote_sum=4, vote_count=10)
    move_in({"all.json": export(articles=[article(10, "One"), counted], votes=votes)})
    rows = db.session.scalars(select(FormerVotes).order_by(FormerVotes.id)).all()
    assert sorted((row.helpful, row.unhelpful) for row in rows) == [(2, 1), (7, 3)]
    move_in()
    assert len(db.session.scalars(select(FormerVotes)).all()) == 2


# Again


def test_a_second_import_changes_nothing(move_in: Any) -> None:
    files = {"all.json": export(articles=[article(10, "Reset")])}
    move_in(files)
    report = move_in(files)
    assert (report.created, report.updated, report.unchanged, report.written) == (0, 0, 1, False)


def test_what_changed_there_comes_over(move_in: Any) -> None:
    move_in({"all.json": export(articles=[article(10, "Reset")])})
    report = move_in({"all.json": export(articles=[article(10, "Reset it", "<p>Anew.</p>")])})
    assert (report.updated, body(), one().title) == (1, "Anew.\n", "Reset it")
    assert one().article.key == "reset"


def test_what_people_have_changed_here_stays(move_in: Any) -> None:
    move_in({"all.json": export(articles=[article(10, "Reset")])})
    found = one()
    assert found.public_revision is not None
    mine = Words(**{**words_of(found.public_revision).columns(), "body": "Mine.\n"})
    publish(found, write_revision(found, mine, by="camille"))
    commit_changes()
    report = move_in({"all.json": export(articles=[article(10, "Reset", "<p>Anew.</p>")])})
    assert body() == "Mine.\n"
    assert "changed there, and in the studio" in reasons(report)


def test_categories_that_people_have_renamed_keep_their_names(move_in: Any) -> None:
    files = {"all.json": export(articles=[article(10, "Reset")])}
    move_in(files)
    for each in db.session.scalars(select(Category)):
        each.names[0].name = "Renamed"
    commit_changes()
    more = [article(10, "Reset"), article(11, "Pair", section_id=3)]
    sections = [section(2, "First steps"), section(3, "Later")]
    move_in({"all.json": export(articles=more, sections=sections)})
    names = sorted(each.name_in("en").name for each in db.session.scalars(select(Category)))
    assert names == ["Later", "Renamed", "Renamed"]
    later = next(c for c in db.session.scalars(select(Category)) if c.name_in("en").name == "Later")
    assert later.parent is not None


# Damage


def test_damaged_files_are_told_and_the_rest_is_imported(move_in: Any) -> None:
    damage = {
        "cut.json": (b'{"articles": [{"id": 1, "title": "cut', "broken JSON at line 1, column"),
        "list.json": (b"[1, 2]", "not an answer of the API"),
        "other.json": (b'{"tickets": []}', "none of categories, sections"),
        "number.json": (b'{"articles": 4}', "“articles” is not a list"),
        "items.json": (b'{"articles": [4, {"title": "x"}]}', "an entry of “articles” without a number"),
        "bytes.json": (b"\xff\xfe{", "not UTF-8"),
        "deep.json": (b"[" * 100_000, "JSON nested without end"),
    }  # fmt: skip
    files = {name: content for name, (content, _) in damage.items()}
    report = move_in({"all.json": export(articles=[article(10, "Reset")]), **files})
    assert report.created == 1
    for name, (_, said) in damage.items():
        assert f"{name}: {said}" in reasons(report)


def test_odd_values_stop_nothing(move_in: Any) -> None:
    odd: list[dict[str, Any]] = [
        {"body": None, "title": None}, {"body": 7}, {"label_names": "x"}, {"created_at": "never"},
        {"section_id": 99}, {"locale": None}, {"position": "first"}, {"html_url": "http://[::1"},
        {"title": "x" * 5_000}, {"body": "<p>\x00\x1b</p>" + ENGLISH}, {"user_segment_id": "x"},
        {"body": '<a href="http://[::1">x</a><img src="http://[">' + ENGLISH},
    ]  # fmt: skip
    articles = [article(10 + n, f"Lamp {n}") | each for n, each in enumerate(odd)]
    report = move_in({"all.json": export(articles=articles)})
    assert report.created == len(odd)


def test_a_body_without_end_is_refused_with_its_length(move_in: Any) -> None:
    long = article(10, "Endless", "<p>x</p>" * 200_000)
    deep = article(11, "Deep", "<div>" * 5_000 + "x")
    report = move_in({"all.json": export(articles=[long, deep, article(12, "Reset")])})
    assert report.created == 1
    assert (
        "article 10 (en-us) “Endless”: 1,600,000 characters of HTML; 1,000,000 at most"
        in reasons(report)
    )
    assert "article 11 (en-us) “Deep”: elements more than 120 deep" in reasons(report)


def test_sections_that_stand_in_each_other_are_put_at_the_top(move_in: Any) -> None:
    sections = [section(2, "Two", parent_section_id=3), section(3, "Three", parent_section_id=2)]
    report = move_in({"all.json": export(articles=[article(10, "Reset")], sections=sections)})
    assert report.created == 1
    assert "below each other" in reasons(report)


def test_scripts_do_not_come_over(move_in: Any) -> None:
    evil = '<p onclick="x()">Hi<script>x()</script> <a href="javascript:x()">go</a></p>'
    move_in({"all.json": export(articles=[article(10, "Reset", evil)])})
    assert body() == "Hi go\n"


def test_a_dry_run_writes_nothing(move_in: Any) -> None:
    report = move_in({"all.json": export(articles=[article(10, "Reset")])}, dry_run=True)
    assert report.created == 1
    assert db.session.scalars(select(Article)).all() == []


def test_with_strict_a_problem_keeps_everything_out(move_in: Any) -> None:
    report = move_in(
        {"all.json": export(articles=[article(10, "Reset")]), "bad.json": b"{"}, strict=True
    )
    assert report.exit_status(strict=True) == 2
    assert db.session.scalars(select(Article)).all() == []


def test_the_import_is_in_the_audit_log(move_in: Any) -> None:
    move_in({"all.json": export(articles=[article(10, "Reset")])})
    assert "import.zendesk" in db.session.scalars(select(AuditEntry.act)).all()
