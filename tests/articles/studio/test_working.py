"""Claims about words being typed: kept for their writer alone, never put in by themselves."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.drafting import draft_article, newest
from articles.models import Translation
from articles.publishing import Words
from articles.studio.editing.working_copies import HERE_SECONDS, unsaved_of
from articles.studio.models import WorkingCopy
from kb.accounts.models import RoleName, User
from kb.db import db
from tests import factories


def begin() -> Translation:
    return draft_article(Words(title="Gift wrapping", body="We wrap."), "en", by="Camille")


def keep(client: FlaskClient, draft: Translation, body: str, page: str = "page-1") -> str:
    fields = {"title": "Gift wrapping", "body": body, "revision": "1", "page": page}
    answer = client.post(f"/studio/drafts/{draft.id}/autosave", data=fields)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return answer.text


def page_of(client: FlaskClient, draft: Translation, query: str = "") -> str:
    return client.get(f"/studio/drafts/{draft.id}{query}").text


def test_what_was_typed_is_offered_and_not_put_in(writer: FlaskClient) -> None:
    draft = begin()
    assert "not saved yet" in keep(writer, draft, "We wrap gladly.")
    page = page_of(writer, draft)
    assert "data-offer=" in page
    assert "We wrap gladly." not in page
    assert "We wrap gladly." in page_of(writer, draft, "?copy=page-1")
    assert newest(draft).body == "We wrap."


def test_it_is_never_shown_to_somebody_else(writer: FlaskClient, reviewer: FlaskClient) -> None:
    draft = begin()
    keep(writer, draft, "Half a thought")
    for query in ("", "?copy=page-1"):
        page = page_of(reviewer, draft, query)
        assert "data-offer=" not in page
        assert "Half a thought" not in page


def test_saving_clears_it(writer: FlaskClient) -> None:
    draft = begin()
    keep(writer, draft, "We wrap gladly.")
    fields = {"title": "Gift wrapping", "body": "Else.", "revision": "1", "page": "page-1"}
    assert writer.post(f"/studio/drafts/{draft.id}", data=fields).status_code == 303
    page = page_of(writer, draft)
    assert "data-offer=" not in page
    assert 'data-saved-pages="page-1"' in page


def test_words_of_another_window_are_kept_beside_those_typed_now(writer: FlaskClient) -> None:
    draft = begin()
    keep(writer, draft, "Typed yesterday, never taken up.", "page-1")
    keep(writer, draft, "Typed today.", "page-2")
    keep(writer, draft, "Typed today, and more.", "page-2")
    assert page_of(writer, draft).count("data-offer=") == 2
    assert "Typed yesterday" in page_of(writer, draft, "?copy=page-1")
    assert "and more" in page_of(writer, draft, "?copy=page-2")


def test_leaving_it_forgets_just_that(writer: FlaskClient) -> None:
    draft = begin()
    keep(writer, draft, "Typed yesterday.", "page-1")
    keep(writer, draft, "Typed today.", "page-2")
    writer.post(f"/studio/drafts/{draft.id}/leave", data={"page": "page-2"})
    assert "Typed today." not in page_of(writer, draft, "?copy=page-2")
    assert "Typed yesterday." in page_of(writer, draft, "?copy=page-1")
    person = db.session.scalars(select(User)).one()
    assert [each.translation_id for each in db.session.scalars(unsaved_of(person))] == [draft.id]
    writer.post(f"/studio/drafts/{draft.id}/leave", data={"page": "page-1"})
    db.session.expire_all()
    assert db.session.scalars(unsaved_of(person)).all() == []


def test_each_sees_the_other_while_the_page_is_open(
    writer: FlaskClient, reviewer: FlaskClient
) -> None:
    draft = begin()
    writer.post(f"/studio/drafts/{draft.id}/pulse")
    assert "writer is writing here too" in page_of(reviewer, draft)
    assert "is writing here too" not in page_of(writer, draft)
    row = db.session.scalars(select(WorkingCopy)).one()
    row.seen_at -= timedelta(seconds=HERE_SECONDS + 1)
    db.session.commit()
    assert "is writing here too" not in page_of(reviewer, draft)


def test_a_revision_saved_meanwhile_is_told_while_typing(
    writer: FlaskClient, reviewer: FlaskClient
) -> None:
    draft = begin()
    fields = {"title": "Gift wrapping", "body": "Theirs.", "revision": "1", "page": "x"}
    reviewer.post(f"/studio/drafts/{draft.id}", data=fields)
    assert "reviewer has saved revision 2 since" in keep(writer, draft, "Mine")


def test_a_text_far_too_long_to_be_saved_is_kept_all_the_same(writer: FlaskClient) -> None:
    draft = begin()
    keep(writer, draft, "x" * 1_048_576)
    assert "1048576 characters of text" in page_of(writer, draft)


@pytest.mark.usefixtures("any_app")
def test_copies_are_kept_on_every_database(any_app) -> None:  # type: ignore[no-untyped-def]
    from flask_security.utils import login_user

    from articles.studio.editing import working_copies
    from kb.accounts.security import add_user

    add_user("writer@clairson.example", "correct horse battery", RoleName.WRITER)
    draft = factories.article("Reset a lamp", draft=True)
    with any_app.test_request_context():
        login_user(db.session.scalars(select(User)).one())
        working_copies.keep(draft, {"body": "é\n😀"}, after=1, page="a")
        working_copies.keep(draft, {"body": "later"}, after=1, page="b")
        assert [each.fields["body"] for each in working_copies.copies(draft)] == ["later", "é\n😀"]
        working_copies.drop(draft, "b")
        assert [each.page for each in working_copies.copies(draft)] == ["a"]
