"""Claims about the audit log: it only grows, everybody's acts are found again, and it can be taken away."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from kb.accounts.models import RoleName
from kb.audit.entries import Filters, entries
from kb.audit.models import AuditEntry
from kb.audit.recording import record
from kb.audit.tables import COLUMNS, as_csv, safe_cell
from kb.audit.views import PAGE_SIZE
from kb.audit.words import ACTS, details_for_readers, details_in_words
from kb.cli import main
from kb.db import db
from tests import factories
from tests.kb.audit.acts import recorded_acts

PARIS = ZoneInfo("Europe/Paris")
SignIn = Callable[[RoleName], FlaskClient]


def entry(act: str = "article.published", **more: object) -> AuditEntry:
    made = record(act, **more)  # type: ignore[arg-type]
    db.session.commit()
    return made


def found(**filters: object) -> list[AuditEntry]:
    return list(db.session.scalars(entries(Filters(**filters), PARIS)))  # type: ignore[arg-type]


@pytest.mark.usefixtures("any_app")
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor = 'somebody else'", "DELETE FROM audit_entry"]
)
def test_no_entry_is_changed_or_removed(statement: str) -> None:
    entry(label="Reset a lamp", by="ines")
    with pytest.raises(DatabaseError, match="only grows"):
        db.session.execute(text(statement))
    db.session.rollback()
    assert [each.actor for each in found()] == ["ines"]


@pytest.mark.usefixtures("app")
def test_what_is_rolled_back_was_not_done() -> None:
    record("article.published")
    db.session.rollback()
    assert found() == []


@pytest.mark.usefixtures("any_app")
def test_each_filter_finds_its_entries() -> None:
    entry(label="Été à la mer", thing="article", thing_id=7, revision=3, by="Élodie <e@x.example>")
    entry(
        "account.invited", label="jonas", thing="account", thing_id=7, by="Ines", role="écrivaine"
    )
    assert len(found()) == 2
    for filters in (
        {"person": "Élodie"}, {"person": "E@X"}, {"act": "article.published"}, {"revision": 3},
        {"thing": "article", "thing_id": 7}, {"text": "mer été"}, {"text": "Été"},
    ):  # fmt: skip
        assert [each.label for each in found(**filters)] == ["Été à la mer"], filters
    for filters in ({"text": "écrivaine"}, {"text": "INVITED"}, {"person": "ines"}):
        assert [each.label for each in found(**filters)] == ["jonas"], filters
    assert found(text="100%") == found(text="_____") == found(thing="article", thing_id=8) == []


@pytest.mark.usefixtures("any_app")
def test_days_are_those_of_the_site_and_both_ends_belong() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the 21st in Paris
    db.session.execute(
        insert(AuditEntry), [{"at": late, "actor": "ines", "act": "x", "details": {}}]
    )
    db.session.commit()
    day = date(2026, 11, 21)
    assert len(found(since=day, until=day)) == 1
    assert found(until=day - timedelta(days=1)) == []
    assert found(since=day + timedelta(days=1)) == []


def fill(number: int) -> None:
    rows = [
        {"actor": "ines", "act": "article.published", "label": f"no {each}", "details": {}}
        for each in range(number)
    ]
    db.session.execute(insert(AuditEntry), rows)
    db.session.commit()


def test_pages_lead_back_and_forth_without_a_gap(app: Flask, sign_in: SignIn) -> None:
    fill(2 * PAGE_SIZE + 5)
    admin = sign_in(RoleName.ADMIN)
    address, seen = "/studio/audit?text=no", []
    while address:
        page = admin.get(address).text
        seen += numbers(page)
        address, last = link(page, "next"), address
    assert seen == list(reversed(range(2 * PAGE_SIZE + 5)))
    back = link(admin.get(last).text, "prev")
    first_again = admin.get(link(admin.get(back).text, "prev")).text
    assert numbers(first_again) == seen[:PAGE_SIZE]
    assert not link(first_again, "prev")


def numbers(page: str) -> list[int]:
    return [int(each) for each in re.findall(r"^no (\d+)", page, re.MULTILINE)]


def link(page: str, rel: str) -> str:
    _, _, rest = page.partition(f'rel="{rel}" href="')
    return rest.partition('"')[0].replace("&amp;", "&")


def test_the_page_escapes_what_people_are_called(app: Flask, sign_in: SignIn) -> None:
    entry(label="<script>alert(1)</script>", by="<img src=x onerror=alert(1)>", note="<b>x</b>")
    page = sign_in(RoleName.ADMIN).get("/studio/audit").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;x" in page


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_holds_what_the_filters_leave_and_is_itself_recorded(
    app: Flask, sign_in: SignIn, form: str
) -> None:
    entry(label="Réglages", thing="article", thing_id=3, revision=2, by="ines", note="x")
    entry("account.locked", by="noor")
    admin = sign_in(RoleName.ADMIN)
    answer = admin.get(f"/studio/audit/entries.{form}?act=article.published")
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = answer.data.decode("utf-8-sig")
    rows = (
        list(csv.DictReader(io.StringIO(text)))
        if form == "csv"
        else [json.loads(line) for line in text.splitlines()]
    )
    assert [(each["label"], each["actor"]) for each in rows] == [("Réglages", "ines")]
    taken = found(act="audit.exported")
    assert [each.details for each in taken] == [{"filters": {"act": "article.published"}}]


def test_a_filter_that_cannot_be_read_asks_nothing(app: Flask, sign_in: SignIn) -> None:
    entry(label="Here")
    address = (
        "/studio/audit?since=yesterday&revision=-1&before=x&after=99999999999999999999&thing_id="
    )
    assert "Here" in sign_in(RoleName.ADMIN).get(address).text


@given(st.text(max_size=8))
def test_no_cell_is_a_formula(words: str) -> None:
    cell = safe_cell(words)
    assert str(cell).removeprefix("'") == words.removeprefix("'") or cell == f"'{words}"
    assert not str(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.usefixtures("app")
def test_a_table_neither_calculates_nor_breaks() -> None:
    made = entry(label='=HYPERLINK("http://x","a")', by="@ines\nnoor", note="+1")
    rows = list(csv.reader(io.StringIO("".join(as_csv([made])))))
    assert tuple(rows[0]) == COLUMNS
    assert rows[1][COLUMNS.index("label")] == '\'=HYPERLINK("http://x","a")'
    assert rows[1][COLUMNS.index("actor")] == "'@ines\nnoor"


def test_an_entry_leads_to_the_page_of_what_was_acted_upon(app: Flask, sign_in: SignIn) -> None:
    text = factories.article("Reset a lamp")
    lamps = factories.category("lamps")
    for act, thing, number in (
        ("article.published", "translation", text.id),
        ("article.filed", "article", text.article_id),
        ("category.renamed", "category", lamps.id),
        ("category.removed", "category", 77),
        ("account.signed-in", "account", 1),
    ):
        entry(act, thing=thing, thing_id=number, label=f"the {thing}")
    admin = sign_in(RoleName.ADMIN)
    page = admin.get("/studio/audit").text
    doors = re.findall(r'<a href="([^"?]+)">the \w+</a>', page)
    assert len(doors) == 4
    for door in doors:
        assert admin.get(door, follow_redirects=True).status_code == 200, door
    assert f"/studio/articles/{text.article_id}" in doors


def test_details_read_as_words() -> None:
    said = details_in_words({"from": "writer", "to": None, "in": ["a", "b"], "more": {"x": 1}})
    assert said == "from: writer, to: –, in: a + b, more: (x: 1)"


def test_readers_get_details_in_their_language(app: Flask) -> None:
    details = {"language": "fr", "via": "second-factor", "line": None, "odd": 3}
    with app.test_request_context("/"), force_locale("fr"):
        said = details_for_readers(details)
    assert said == "langue\xa0: français · par\xa0: second facteur · odd\xa0: 3"


def test_readers_get_moments_and_roles_as_pages_write_them(app: Flask) -> None:
    details = {"planned_for": "2031-05-01T07:00+00:00", "role": "writer", "now": "major"}
    with app.test_request_context("/"), force_locale("en"):
        said = details_for_readers(details)
    assert said == "planned for: 1 May 2031, 09:00 · role: Writer · after: major: another answer"


@pytest.mark.usefixtures("app")
def test_the_person_who_has_signed_in_is_the_actor(sign_in: SignIn) -> None:
    sign_in(RoleName.ADMIN).get("/studio/audit/entries.csv")
    assert found(act="audit.exported")[0].actor == "admin <admin@clairson.example>"


@pytest.fixture
def home(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The site of the test, for a command that opens it by its settings."""
    monkeypatch.setenv("KB_HOME", str(app.extensions["kb_settings"].home))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    return iter(())


@pytest.mark.usefixtures("home")
def test_the_command_prints_the_newest_entries_first() -> None:
    entry(label="First", thing="article", thing_id=1, revision=4, by="ines")
    entry("account.locked", label="Second", by="noor")
    answer = CliRunner().invoke(main, ["audit", "--thing", "article"])
    assert answer.exit_code == 0, answer.output
    assert "ines  article.published  article 1  “First”  revision 4" in answer.output
    assert "Second" not in answer.output
    lines = CliRunner().invoke(main, ["audit", "--format", "jsonl", "--limit", "1"]).output
    assert [json.loads(line)["label"] for line in lines.splitlines()] == ["Second"]


def test_every_act_that_is_recorded_is_said_in_words_and_no_other() -> None:
    recorded = recorded_acts()
    assert {"article.published", "article.verified", "verify.rule", "gap.opened"} <= recorded
    assert recorded == set(ACTS), recorded ^ set(ACTS)
