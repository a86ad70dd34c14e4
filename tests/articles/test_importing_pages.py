"""`import_pages`: the HTML pages of a former site become articles."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from articles.importing import ImportOptions, ImportReport
from articles.importing.pages import import_pages
from articles.models import Article, Attachment, Revision, Translation
from kb.db import db

ENGLISH = "This is the lamp that you have bought, and these are the ways to use it with a phone."
FRENCH = (
    "Voici la lampe que vous avez achetée et les façons de vous en servir avec votre téléphone."
)


def page(text: str, title: str = "Reset a lamp", lang: str = "en", head: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">
<title>{title} | Acme Help</title>{head}</head><body>
<header><a href="/">Acme</a></header><nav><ul><li><a href="index.html">Home</a></li></ul></nav>
<main><div class="breadcrumbs"><a href="/">Home</a> &rsaquo; Lamps</div><h1>{title}</h1>{text}
<div class="related">See also <a href="/x.html">x</a></div></main>
<footer>&copy; Acme <a href="/legal">Legal</a></footer><script>x()</script></body></html>"""


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (12, 8)).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def move_in(app: Flask, tmp_path: Path) -> Any:
    """Return a function that writes pages, by path, and imports their folder."""
    folder = tmp_path / "site"
    folder.mkdir()

    def run(files: dict[str, str | bytes] | None = None, **options: Any) -> ImportReport:
        for name, content in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_pages(folder, options=ImportOptions(**options))

    return run


def bodies() -> dict[tuple[str, str], str]:
    db.session.expire_all()
    return {
        (each.translation.article.key, each.translation.locale): each.body
        for each in db.session.scalars(select(Revision))
    }


def reasons(report: ImportReport) -> str:
    return "\n".join(map(str, report.problems))


def test_a_page_becomes_an_article_without_what_surrounds_it(move_in: Any) -> None:
    head = '<meta name="description" content="How to begin again.">'
    report = move_in(
        {"lamps/reset.html": page(f"<p>{ENGLISH}</p><h3>First</h3><p>Hold.</p>", head=head)}
    )
    found = db.session.scalars(select(Translation)).one()
    assert reasons(report) == ""
    assert bodies() == {("reset", "en"): f"{ENGLISH}\n\n## First\n\nHold.\n"}
    assert (found.title, found.summary) == ("Reset a lamp", "How to begin again.")
    assert found.article.category is None or found.article.category.key == "lamps"


def test_a_page_without_marks_of_its_text_gives_its_heaviest_part(move_in: Any) -> None:
    menu = "".join(f'<li><a href="{n}.html">Page {n}</a></li>' for n in range(20))
    text = f"<p>{ENGLISH}</p>" * 4
    plain = f"<html><title>Old</title><body><div><ul>{menu}</ul></div><div><b>Old page</b>{text}</div></body></html>"
    move_in({"old.html": plain})
    assert bodies()["old", "en"].startswith(f"**Old page**\n\n{ENGLISH}")
    assert "Page 3" not in bodies()["old", "en"]


def test_the_name_of_the_site_is_no_part_of_titles(move_in: Any) -> None:
    pages = {
        f"{name}.html": page(f"<p>{ENGLISH}</p>", name).replace(f"<h1>{name}</h1>", "")
        for name in ("One", "Two")
    }
    move_in(pages)
    assert sorted(db.session.scalars(select(Translation.title))) == ["One", "Two"]


def test_languages_are_found_by_folder_by_page_and_by_words(move_in: Any) -> None:
    move_in(
        {
            "en/reset.html": page(f"<p>{ENGLISH}</p>", lang=""),
            "fr/reset.html": page(f"<p>{FRENCH}</p>", "Réinitialiser", lang=""),
            "said.html": page("<p>Lampe, lampe, et encore lampe, ici.</p>", "Dite", lang="fr-FR"),
            "words.html": page(f"<p>{FRENCH}</p>", "Devinée", lang=""),
        }
    )
    assert {locale for key, locale in bodies() if key == "reset"} == {"en", "fr"}
    assert {key for key, locale in bodies() if locale == "fr"} == {"reset", "said", "words"}


def test_other_encodings_are_read(move_in: Any) -> None:
    latin = page(f"<p>{FRENCH}</p>", lang="fr").replace("utf-8", "iso-8859-1").encode("latin-1")
    move_in({"reset.html": latin})
    assert bodies()["reset", "fr"] == f"{FRENCH}\n"


def test_links_lead_between_articles_and_old_paths_redirect(
    move_in: Any, client: FlaskClient
) -> None:
    canonical = '<link rel="canonical" href="https://help.acme.example/fr/aide/pair/">'
    link = '<p>See <a href="../pair.html#step-2">pairing</a> and <a href="https://help.acme.example/pair">it</a>.</p>'
    move_in(
        {
            "lamps/reset.html": page(link),
            "pair.html": page(
                f'<p>{ENGLISH}</p><h2 id="step-2">Then</h2><p>x</p>', "Pair", head=canonical
            ),
        }
    )
    assert bodies()["reset", "en"] == "See [pairing](article:pair#step-2) and [it](article:pair).\n"
    for old in ("/pair.html", "/fr/aide/pair/", "/pair"):
        answer = client.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/en/articles/pair")


def test_a_page_that_sends_its_reader_on_redirects_to_where(
    move_in: Any, client: FlaskClient
) -> None:
    sent = '<html><head><meta http-equiv="Refresh" content="0; url=reset.html"></head><body>x</body></html>'
    move_in({"old.html": sent, "reset.html": page(f"<p>{ENGLISH}</p>")})
    assert client.get("/old.html").headers["Location"] == "/en/articles/reset-a-lamp"
    assert len(bodies()) == 1


def test_images_are_kept_wherever_they_are_written(move_in: Any) -> None:
    inside = b64encode(picture()).decode()
    shown = f'<p>{ENGLISH}</p><p><img src="../img/a.png" alt="A"><img src="data:image/png;base64,{inside}" alt="B"></p>'
    report = move_in({"lamps/reset.html": page(shown), "img/a.png": picture()})
    kept = db.session.scalars(select(Attachment)).all()
    assert reasons(report) == ""
    assert bodies()["reset", "en"].count(f"attachment:{kept[0].digest}") == 2


def test_what_is_missing_or_no_article_is_told(move_in: Any) -> None:
    links = "".join(f'<li><a href="p{n}.html">A page about lamp {n}</a></li>' for n in range(9))
    report = move_in(
        {
            "a.html": page(
                f'<p>{ENGLISH}</p><p><img src="gone.png" alt="x"><a href="gone.html">y</a></p>'
            ),
            "index.html": page(f"<ul>{links}</ul>", "Home"),
            "empty.html": page("", "Nothing"),
            "deep.html": "<div>" * 3_000 + ENGLISH,
            "big.html": "<p>x</p>" * 700_000,
        }
    )
    for said in (
        "a.html: an image that is not there (gone.png)", "a.html: a link to a page or file that is not there",
        "index.html: hardly more than a list of links", "empty.html: a page without words",
        "deep.html: elements more than 120 deep", "big.html: larger than 5 MB",
    ):  # fmt: skip
        assert said in reasons(report)
    assert report.created == 1


def test_a_second_import_changes_nothing(move_in: Any) -> None:
    files = {"a.html": page(f"<p>{ENGLISH}</p>")}
    move_in(files)
    report = move_in(files)
    assert (report.created, report.updated, report.written) == (0, 0, False)
    assert len(db.session.scalars(select(Article)).all()) == 1
