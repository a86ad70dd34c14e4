"""Claims about drafts: nothing is lost, nothing is shown too early."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.drafting import (
    Overtaken,
    draft_article,
    newest,
    publish_draft,
    save_draft,
    without_notes,
    writer_note,
)
from articles.models import Revision, Translation
from articles.publishing import SlugTaken, Words
from articles.queries import published
from kb.accounts.models import RoleName
from kb.db import db
from tests import factories

SignIn = Callable[[RoleName], FlaskClient]


def begin(title: str = "Gift wrapping", body: str = "We wrap.") -> Translation:
    return draft_article(Words(title=title, body=body), "en", by="Camille")


@pytest.mark.usefixtures("any_app")
class TestVerbs:
    def test_a_draft_is_not_public(self) -> None:
        begin()
        assert list(db.session.scalars(published())) == []

    def test_two_drafts_of_one_title_get_addresses_of_their_own(self) -> None:
        assert [begin().slug, begin().slug] == ["gift-wrapping", "gift-wrapping-1"]

    def test_every_save_is_a_revision_and_an_unchanged_one_is_none(self) -> None:
        draft = begin()
        words = Words(title="Gift wrapping", body="We wrap gladly.")
        second = save_draft(draft, words, after=1, by="Jonas")
        assert save_draft(draft, words, after=2, by="Jonas").id == second.id
        assert [each.number for each in draft.revisions] == [1, 2]

    def test_who_saves_over_the_words_of_another_is_told_and_nothing_is_lost(self) -> None:
        draft = begin()
        save_draft(draft, Words(title="Gift wrapping", body="Jonas’s"), after=1, by="Jonas")
        with pytest.raises(Overtaken) as caught:
            save_draft(draft, Words(title="Gift wrapping", body="Ines’s"), after=1, by="Ines")
        assert caught.value.newest.author == "Jonas"
        assert newest(draft).body == "Jonas’s"

    def test_publishing_shows_the_words_without_the_notes_for_the_writer(self) -> None:
        draft = begin(body=writer_note("asked by Mrs. Smith") + "\nWe wrap.")
        publish_draft(draft, newest(draft), slug="wrapping", by="Jonas")
        (shown,) = db.session.scalars(published())
        assert shown.public_revision is not None
        assert (shown.slug, shown.public_revision.body) == ("wrapping", "We wrap.\n")

    def test_an_address_of_another_article_is_refused_with_its_title(self) -> None:
        factories.article("Reset a lamp", slug="reset")
        draft = begin()
        with pytest.raises(SlugTaken, match="Reset a lamp"):
            publish_draft(draft, newest(draft), slug="reset", by="Jonas")


def test_a_note_cannot_be_closed_by_what_customers_write() -> None:
    assert without_notes(writer_note("<b>--> <script>x</script>") + "Text") == "Text\n"


@pytest.fixture
def reviewer(sign_in: SignIn) -> FlaskClient:
    signed_in = sign_in(RoleName.REVIEWER)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


FORM = {"title": "Gift wrapping", "slug": "gift-wrapping", "body": "Text of mine", "revision": "1"}


def bodies() -> list[str]:
    return list(db.session.scalars(select(Revision.body).order_by(Revision.id)))


def test_the_page_saves_and_publishes(app: Flask, sign_in: SignIn, reviewer: FlaskClient) -> None:
    address = f"/studio/drafts/{begin().id}"
    writer = sign_in(RoleName.WRITER)
    assert "We wrap." in writer.get(address).text
    assert writer.post(address, data=FORM | {"answers": "do you wrap?"}).status_code == 303
    assert app.test_client().get("/en/articles/gift-wrapping").status_code == 404
    reviewer.post(f"{address}/publish", data=FORM | {"revision": "2"})
    assert "Text of mine" in app.test_client().get("/en/articles/gift-wrapping").text


def test_a_preview_saves_nothing(app: Flask, reviewer: FlaskClient) -> None:
    page = reviewer.post(
        f"/studio/drafts/{begin().id}", data=FORM | {"preview": "1", "body": "**Bold**"}
    )
    assert "<strong>Bold</strong>" in page.text
    assert bodies() == ["We wrap."]


def test_the_text_of_who_came_second_is_shown_beside_that_of_the_first(
    app: Flask, reviewer: FlaskClient
) -> None:
    draft = begin()
    save_draft(draft, Words(title="Gift wrapping", body="Text of Jonas"), after=1, by="Jonas")
    page = reviewer.post(f"/studio/drafts/{draft.id}", data=FORM)
    assert page.status_code == 409
    assert "Jonas has changed the same lines" in page.text
    assert all(text in page.text for text in ("Text of Jonas", "Text of mine"))
    chosen = {"theirs": "2", "choice-body-0": "mine"}
    again = reviewer.post(f"/studio/drafts/{draft.id}", data=FORM | chosen)
    assert again.status_code == 303
    assert bodies()[-2:] == ["Text of Jonas", "Text of mine"]


def test_a_refused_address_says_whose_it_is_and_keeps_the_text(
    app: Flask, reviewer: FlaskClient
) -> None:
    factories.article("Reset a lamp", slug="reset")
    page = reviewer.post(f"/studio/drafts/{begin().id}/publish", data=FORM | {"slug": "reset"})
    assert page.status_code == 409
    assert "“reset” belongs to “Reset a lamp”" in page.text
    assert "Text of mine" in bodies()


def test_a_writer_saves_and_a_reviewer_publishes(app: Flask, sign_in: SignIn) -> None:
    address = f"/studio/drafts/{begin().id}"
    writer = sign_in(RoleName.WRITER)
    assert writer.post(f"{address}/publish", data=FORM).status_code == 403
    assert app.test_client().get("/en/articles/gift-wrapping").status_code == 404
