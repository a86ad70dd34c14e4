"""Claims about the editor: whatever goes wrong, the words come back with the reason."""

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from articles.drafting import draft_article, newest, save_draft, writer_note
from articles.models import Article, Audience, SlugHistory, Translation
from articles.publishing import Words
from articles.studio.editing import saving
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.db import db
from tests import factories
from tests.articles.studio.cast import SignIn

TEXT = "First line.\n\nSecond line.\n\nThird line."


def begin(body: str = TEXT, title: str = "Gift wrapping") -> Translation:
    return draft_article(Words(title=title, body=body), "en", by="Camille")


def sent(draft: Translation, **fields: Any) -> dict[str, Any]:
    db.session.expire_all()
    last = newest(draft)
    return {
        "title": last.title, "slug": draft.slug, "body": last.body,
        "revision": str(last.number), "page": "a page", **fields,
    }  # fmt: skip


def address(draft: Translation) -> str:
    return f"/studio/drafts/{draft.id}"


def bodies(draft: Translation) -> list[str]:
    db.session.expire_all()
    return [each.body for each in draft.revisions]


def slug_of(draft: Translation) -> str:
    db.session.expire_all()
    return draft.slug


def test_all_words_of_the_page_are_saved(writer: FlaskClient) -> None:
    draft = begin()
    fields = sent(
        draft, summary="In  short", answers="Do you wrap?\n\nDo you wrap?\nHow?", keywords="gift",
        synonyms="present\r\nparcel", message="Begun", significance="typo",
    )  # fmt: skip
    assert writer.post(address(draft), data=fields).status_code == 303
    last = newest(draft)
    assert (last.summary, last.answers) == ("In short", ["Do you wrap?", "How?"])
    assert (last.synonyms, last.keywords) == (["present", "parcel"], ["gift"])
    assert (last.author, last.message, last.significance.value) == ("writer", "Begun", "typo")


class TestTwoWriters:
    def test_changes_of_different_lines_are_put_together(
        self, writer: FlaskClient, reviewer: FlaskClient
    ) -> None:
        draft = begin()
        mine = sent(draft, body=TEXT.replace("First", "My first"), summary="Mine")
        theirs = sent(draft, body=TEXT.replace("Third", "Their third"), answers="Why?")
        assert reviewer.post(address(draft), data=theirs).status_code == 303
        assert writer.post(address(draft), data=mine).status_code == 303
        last = newest(draft)
        assert last.body == "My first line.\n\nSecond line.\n\nTheir third line."
        assert (last.summary, last.answers) == ("Mine", ["Why?"])
        assert last.message == "together with changes of reviewer"

    @pytest.mark.parametrize(
        ("choice", "line"),
        [
            ({"choice-body-0": "mine"}, "Mine."),
            ({"choice-body-0": "theirs"}, "Theirs."),
            ({"choice-body-0": "both"}, "Theirs.\nMine."),
            ({"choice-body-0": "edited", "edited-body-0": "Ours.\r\nAll."}, "Ours.\nAll."),
        ],
    )
    def test_the_second_chooses_where_both_changed_the_same_lines(
        self, writer: FlaskClient, reviewer: FlaskClient, choice: dict[str, str], line: str
    ) -> None:
        draft = begin()
        mine = sent(draft, body=TEXT.replace("First line.", "Mine."))
        reviewer.post(address(draft), data=sent(draft, body=TEXT.replace("First line.", "Theirs.")))
        page = writer.post(address(draft), data=mine)
        assert page.status_code == 409
        assert all(each in page.text for each in ("Mine.", "Theirs.", "First line."))
        assert len(bodies(draft)) == 2
        assert writer.post(address(draft), data=mine | {"theirs": "2"} | choice).status_code == 303
        assert newest(draft).body == TEXT.replace("First line.", line)

    def test_who_decides_later_is_offered_their_text_again(
        self, writer: FlaskClient, reviewer: FlaskClient
    ) -> None:
        draft = begin()
        mine = sent(draft, body="Mine.")
        reviewer.post(address(draft), data=sent(draft, body="Theirs."))
        writer.post(address(draft), data=mine)
        assert "data-offer=" in writer.get(address(draft)).text
        assert "Mine." in writer.get(f"{address(draft)}?copy=a+page").text

    def test_a_third_text_that_comes_before_the_decision_is_kept_too(
        self, writer: FlaskClient, reviewer: FlaskClient
    ) -> None:
        draft = begin()
        mine = sent(draft, body=TEXT.replace("First line.", "Mine."))
        reviewer.post(address(draft), data=sent(draft, body=TEXT.replace("First line.", "Theirs.")))
        writer.post(address(draft), data=mine)
        third = sent(draft, body=newest(draft).body + "\n\nAnd a last word.")
        reviewer.post(address(draft), data=third)
        decided = {"theirs": "2", "choice-body-0": "both"}
        assert writer.post(address(draft), data=mine | decided).status_code == 303
        assert all(each in newest(draft).body for each in ("Mine.", "Theirs.", "last word"))


TOO_MUCH = [
    ("title", "t" * 401, "401 characters; 400 at most"),
    ("summary", "s" * 2_001, "2,001 characters; 2,000 at most"),
    ("answers", "a" * 301, "301 characters; 300 at most"),
    ("keywords", "\n".join(map(str, range(101))), "101 lines; 100 at most"),
    ("tags", "t" * 41, "41 characters; 40 at most"),
    ("tags", ",".join(map(str, range(21))), "21 tags; 20 at most"),
    ("owner", "o" * 121, "121 characters; 120 at most"),
    ("message", "m" * 301, "301 characters; 300 at most"),
    ("title", " ", "Give it a title"),
]


class TestNothingIsCut:
    def test_a_text_of_a_megabyte_is_refused_with_its_length_and_stays(
        self, writer: FlaskClient
    ) -> None:
        draft = begin()
        text = "é" * 1_048_575 + "!"
        page = writer.post(address(draft), data=sent(draft, body=text))
        assert page.status_code == 400
        assert "1,048,576 characters; 500,000 at most" in page.text
        assert text in page.text
        assert bodies(draft) == [TEXT]

    def test_a_field_too_long_or_missing_is_refused_beside_it(self, writer: FlaskClient) -> None:
        draft = begin()
        for field, value, reason in TOO_MUCH:
            page = writer.post(address(draft), data=sent(draft, body="Kept.", **{field: value}))
            assert page.status_code == 400, field
            assert reason in page.text, field
            assert f'id="{field}-error"' in page.text
            assert "Kept." in page.text
        assert bodies(draft) == [TEXT]

    def test_what_an_import_brought_longer_is_saved_as_long_as_it_does_not_grow(
        self, writer: FlaskClient
    ) -> None:
        draft = begin()
        long = Words(
            title="t" * 450,
            body="é" * 501_000,
            summary="s" * 2_500,
            answers=[str(each) * 350 for each in range(10)],
            synonyms=[str(each) for each in range(120)],
        )
        save_draft(draft, long, after=newest(draft).number, by="import")
        draft.article.tags, draft.article.owner = [str(each) for each in range(30)], "o" * 150
        db.session.commit()
        fields = {
            **sent(draft, title=long.title, summary=long.summary),
            "answers": "\n".join(long.answers),
            "synonyms": "\n".join(long.synonyms),
            "tags": ", ".join(draft.article.tags),
            "owner": draft.article.owner,
        }
        shown = writer.get(address(draft)).text
        assert 'data-limit="501000"' in shown
        assert "The preview ends here, after 500,000 characters" in shown
        grown = writer.post(address(draft), data={**fields, "body": "é" * 501_001})
        assert "501,001 characters; 500,000 at most" in grown.text
        changed = "è" * 500_999
        assert writer.post(address(draft), data={**fields, "body": changed}).status_code == 303
        assert newest(draft).body == changed

    def test_what_is_saved_is_what_was_typed(self, writer: FlaskClient) -> None:
        draft = begin()
        text = "é\r\n" * 60_000
        writer.post(address(draft), data=sent(draft, body=text))
        assert newest(draft).body == text.replace("\r\n", "\n")


@contextmanager
def failing_writes(error: Exception) -> Iterator[None]:
    """Let every INSERT fail, as a database does that is locked or whose disk is full."""

    def fail(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO revision"):
            raise error

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


class TestBadLuck:
    @pytest.mark.parametrize(
        ("trouble", "said"),
        [
            ("database is locked", "The database is busy"),
            ("database or disk is full", "The disk of the server is full"),
        ],
    )
    def test_a_database_that_takes_nothing_leaves_the_words_with_the_reason(
        self, writer: FlaskClient, trouble: str, said: str
    ) -> None:
        draft = begin()
        error = OperationalError("INSERT", {}, sqlite3.OperationalError(trouble))
        with failing_writes(error):
            page = writer.post(address(draft), data=sent(draft, body="Words to keep."))
        assert page.status_code == 503
        assert said in page.text
        assert "Words to keep." in page.text
        assert 'value="a page"' in page.text
        assert bodies(draft) == [TEXT]
        assert (
            writer.post(address(draft), data=sent(draft, body="Words to keep.")).status_code == 303
        )

    def test_a_database_really_locked_by_another_program_is_told(
        self, app: Flask, writer: FlaskClient
    ) -> None:
        draft = begin()
        fields, where = sent(draft, body="Words to keep."), address(draft)
        db.session.rollback()
        with db.engine.connect() as connection:
            path = connection.exec_driver_sql("PRAGMA database_list").one()[2]

        def impatient(connection: Any, *_rest: Any) -> None:
            connection.execute("PRAGMA busy_timeout = 10")

        event.listen(db.engine, "checkout", impatient)
        blocker = sqlite3.connect(path)
        blocker.execute("BEGIN IMMEDIATE")
        try:
            page = writer.post(where, data=fields)
        finally:
            blocker.rollback()
            blocker.close()
            event.remove(db.engine, "checkout", impatient)
        assert page.status_code == 503
        assert "The database is busy" in page.text
        assert "Words to keep." in page.text

    def test_words_saved_before_the_trouble_are_said_to_be(
        self, writer: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft = begin()

        def full(*_args: Any, **_options: Any) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(saving, "_file", full)
        page = writer.post(address(draft), data=sent(draft, body="Words to keep."))
        assert page.status_code == 503
        assert "Your words are saved, but what should follow was not done." in page.text
        assert bodies(draft) == [TEXT, "Words to keep."]
        assert 'name="revision" value="2"' in page.text

    def test_an_ended_session_answers_with_the_words_to_be_saved_again(
        self, app: Flask, writer: FlaskClient
    ) -> None:
        draft = begin()
        app.config["WTF_CSRF_ENABLED"] = True
        writer.delete_cookie("session")
        page = writer.post(address(draft), data=sent(draft, body="Words to keep."))
        assert page.status_code == 400
        assert "Words to keep." in page.text
        assert "Sign in in another window" in page.text
        assert f'action="{address(draft)}"' in page.text
        assert bodies(draft) == [TEXT]


class TestAddress:
    def test_it_follows_the_title_until_somebody_chooses_one(self, writer: FlaskClient) -> None:
        draft = begin()
        writer.post(address(draft), data=sent(draft, title="Wrapping as a present"))
        assert slug_of(draft) == "wrapping-as-a-present"
        writer.post(address(draft), data=sent(draft, slug="Presents!"))
        assert slug_of(draft) == "presents"
        writer.post(address(draft), data=sent(draft, title="Something else"))
        assert slug_of(draft) == "presents"
        assert db.session.scalars(select(SlugHistory)).all() == []

    def test_that_of_another_article_is_refused_with_its_name_and_the_words_are_saved(
        self, writer: FlaskClient
    ) -> None:
        factories.article("Reset a lamp", slug="reset")
        draft = begin()
        page = writer.post(address(draft), data=sent(draft, slug="reset", body="Saved."))
        assert page.status_code == 409
        assert "“reset” belongs to “Reset a lamp”" in page.text
        assert bodies(draft) == [TEXT, "Saved."]

    def test_of_a_public_article_only_who_may_publish_changes_it(
        self, app: Flask, writer: FlaskClient, reviewer: FlaskClient
    ) -> None:
        public = factories.article("Reset a lamp", slug="reset")
        writer.post(address(public), data=sent(public, slug="else"))
        assert slug_of(public) == "reset"
        reviewer.post(address(public), data=sent(public, slug="reset-lamps"))
        answer = app.test_client().get("/en/articles/reset")
        assert (answer.status_code, answer.location) == (301, "/en/articles/reset-lamps")


class TestThings:
    def test_only_what_the_page_changed_is_taken(self, writer: FlaskClient) -> None:
        factories.category("lamps")
        draft = begin()
        shown = {"category": "", "tags": "", "audience": "everyone"}
        draft.article.tags = ["meanwhile"]
        db.session.commit()
        changed = {"category": "lamps", "tags": "", "audience": "staff"}
        writer.post(address(draft), data=sent(draft, things=json.dumps(shown), **changed))
        article = db.session.scalars(select(Article)).one()
        assert article.category is not None
        assert (article.category.key, article.audience) == ("lamps", Audience.STAFF)
        assert article.tags == ["meanwhile"]
        acts = db.session.scalars(select(AuditEntry.act)).all()
        assert {"article.filed", "article.audience"} <= set(acts)

    def test_those_of_a_public_article_are_not_a_writers_to_change(
        self, writer: FlaskClient, reviewer: FlaskClient
    ) -> None:
        public = factories.article("Reset a lamp")
        writer.post(address(public), data=sent(public, tags="mine"))
        assert public.article.tags == []
        reviewer.post(address(public), data=sent(public, tags="power,  two words, power"))
        db.session.expire_all()
        assert public.article.tags == ["power", "two words"]


def test_a_change_of_a_public_article_is_small_unless_somebody_says_otherwise(
    reviewer: FlaskClient,
) -> None:
    public = factories.article("Reset a lamp")
    reviewer.post(address(public), data=sent(public, body="One."))
    assert newest(public).significance.value == "medium"
    reviewer.post(address(public), data=sent(public, body="Two.", significance="major"))
    assert newest(public).significance.value == "major"


def test_the_preview_is_what_the_public_page_shows_and_saves_nothing(writer: FlaskClient) -> None:
    factories.article("Reset a lamp", slug="reset", key="reset")
    draft = begin()
    body = writer_note("asked by a customer") + "\n> [!TIP]\n> See [this](article:reset).\n"
    fields = sent(draft, body=body, title="Wrapping presents")
    part = writer.post(f"{address(draft)}/preview", data=fields).text
    assert 'class="callout callout-tip"' in part
    assert 'href="/en/articles/reset"' in part
    assert "asked by a customer" not in part
    assert 'data-slug="wrapping-presents"' in part
    assert bodies(draft) == [TEXT]


def test_a_writer_of_other_categories_cannot_even_look(app: Flask, sign_in: SignIn) -> None:
    from articles.studio.models import CategoryRight, Level
    from kb.accounts.models import User

    lamps = factories.category("lamps")
    draft = begin("Not for you.")
    writer = sign_in(RoleName.WRITER)
    person = db.session.scalars(select(User)).one()
    db.session.add(CategoryRight(user_id=person.id, category_id=lamps.id, level=Level.WRITE))
    db.session.commit()
    other = factories.category("sockets")
    own = factories.article("Reset a lamp", category=lamps, draft=True)
    shown = writer.get(address(own)).text
    assert ('value="lamps"' in shown, 'value="sockets"' in shown) == (True, False)
    moved = writer.post(address(own), data=sent(own, category=other.key))
    assert moved.status_code == 403
    db.session.expire_all()
    assert own.article.category is lamps
    for path in ("", "/pulse", "/links?q=gift"):
        assert writer.get(address(draft) + path).status_code == 403
    for path in ("", "/preview", "/autosave", "/pulse", "/leave"):
        assert writer.post(address(draft) + path, data=sent(draft, body="x")).status_code == 403
    assert bodies(draft) == ["Not for you."]


def test_saving_over_a_newer_revision_of_ones_own_says_so(writer: FlaskClient) -> None:
    draft = begin()
    old = sent(draft, body=TEXT + "\n\nFrom the other window.")
    save_draft(draft, Words(title=draft.title, body="New.\n\n" + TEXT), after=1, by="writer")
    assert writer.post(address(draft), data=old).status_code == 303
    assert newest(draft).message == "together with changes made in another window"
