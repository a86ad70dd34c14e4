"""Three real folders, of three habits, come in without a word about any of them in the code."""

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from articles.exporting import export_folder
from articles.importing import import_folder
from articles.models import Attachment, Rendering, Translation
from kb.db import db

CORPORA = Path(__file__).parents[3] / "shared" / "data" / "articles"
pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the real articles are not here"),
]


def languages() -> Counter[str]:
    return Counter(db.session.scalars(select(Translation.locale)))


def pairs() -> int:
    by_article = Counter(db.session.scalars(select(Translation.article_id)))
    return sum(number == 2 for number in by_article.values())


@pytest.mark.parametrize(
    ("name", "expected", "both"),
    [
        ("adobe-commerce-kb", {"en": 210, "fr": 210}, 210),
        ("covid-bilingual", {"en": 115, "fr": 113}, 111),
        ("demarches-simplifiees-fr", {"fr": 130}, 0),
    ],
)
def test_each_folder_is_taken(app: Flask, name: str, expected: dict[str, int], both: int) -> None:
    report = import_folder(CORPORA / name)
    assert languages() == expected
    assert pairs() == both
    assert report.created == sum(expected.values())


def test_all_three_are_taken_as_one_and_leave_the_same(app: Flask, tmp_path: Path) -> None:
    first = import_folder(CORPORA)
    again = import_folder(CORPORA)
    assert (first.created, first.updated) == (778, 0)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 778)
    assert again.problems == first.problems
    export_folder(tmp_path / "out")
    assert import_folder(tmp_path / "out").updated == 0


def test_nothing_is_lost_or_left_as_found(app: Flask) -> None:
    report = import_folder(CORPORA)
    skipped = {each.file for each in report.problems if each.action == "skipped"}
    noted = {each.file for each in report.notes}
    assert report.created + len(skipped) + len(noted) == len(list(CORPORA.rglob("*.md"))) == 785
    images = db.session.scalars(select(Attachment)).all()
    assert len(images) == 88
    assert all(each.width and each.height for each in images)
    pages = [html.split("<code")[0] for html in db.session.scalars(select(Rendering.html))]
    assert not [html for html in pages if "{% hint" in html or "[!NOTE]" in html]
