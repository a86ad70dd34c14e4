"""Claims about revisions: listed, compared, weighed, restored, commented on."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from articles.drafting import newest, save_draft
from articles.models import Significance, Translation
from articles.publishing import Words, commit_changes, publish, words_of
from articles.studio.models import LineComment
from articles.studio.publishing.commenting import Place, arranged, place
from articles.studio.publishing.letters import COMMENTS_KIND
from feedback.reports.marks import revision_marks
from feedback.reports.periods import Period
from kb.accounts.models import RoleName, User
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests import factories
from tests.articles.studio.cast import SignIn

FIRST = "Hold the button.\n\nWait for ten seconds.\n\nLet go."
SECOND = "Hold the big button.\n\nWait for ten seconds.\n\nLet go.\n\n![New](attachment:00/a.png)"


@pytest.fixture
def text(app: Flask) -> Translation:
    found = factories.article("Reset a lamp", FIRST, slug="reset")
    words = Words(title="Reset any lamp", body=SECOND, summary="Ten seconds do it.")
    save_draft(found, words, after=1, by="Camille", message="Says which button")
    return found


@pytest.fixture
def writer(sign_in: SignIn) -> FlaskClient:
    client = sign_in(RoleName.WRITER)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def room(text: Translation, path: str) -> str:
    return f"/studio/drafts/{text.id}/{path}"


def test_revisions_are_listed_with_who_why_and_when_they_were_public(
    text: Translation, writer: FlaskClient
) -> None:
    page = writer.get(room(text, "revisions")).text
    assert "Says which button" in page
    assert "Camille" in page
    assert "public now" in page
    assert "never" in page


@pytest.mark.parametrize(
    ("view", "shown"),
    [("inline", ">big </ins>"), ("side", ">big </ins>"), ("page", ">big </ins>")],
)
def test_any_two_are_compared_in_each_view(
    text: Translation, writer: FlaskClient, view: str, shown: str
) -> None:
    page = writer.get(room(text, f"differences?from=1&to=2&as={view}")).text
    assert shown in page
    assert ">any</ins>" in page, "the titles are compared too"
    back = writer.get(room(text, f"differences?from=2&to=1&as={view}")).text
    assert ">big </del>" in back


def test_a_revision_that_is_not_there_is_not_found(text: Translation, writer: FlaskClient) -> None:
    assert writer.get(room(text, "differences?from=1&to=9")).status_code == 404


def test_a_text_of_two_hundred_thousand_characters_is_compared_and_the_page_says_what_is_cut(
    app: Flask, writer: FlaskClient
) -> None:
    long = factories.article("Long", "\n".join(f"line {each} is long" for each in range(9_000)))
    words = Words(title="Long", body="\n".join(f"line {each} was longer" for each in range(9_000)))
    save_draft(long, words, after=1, by="Camille")
    page = writer.get(room(long, "differences?from=1&to=2"))
    assert page.status_code == 200
    assert "more lines are not shown" in page.text


def test_restoring_writes_a_new_revision_and_readers_see_no_change(
    text: Translation, writer: FlaskClient
) -> None:
    writer.post(room(text, "revisions/1/restore"))
    db.session.expire_all()
    last = newest(text)
    assert (last.number, last.body, last.message) == (3, FIRST, "Restores revision 1")
    assert text.public_revision is not None
    assert text.public_revision.number == 1


def test_a_reviewer_says_how_much_a_revision_changes(
    text: Translation, writer: FlaskClient, sign_in: SignIn
) -> None:
    weighed = {"significance": "typo"}
    assert writer.post(room(text, "revisions/2/significance"), data=weighed).status_code == 403
    sign_in(RoleName.REVIEWER).post(room(text, "revisions/2/significance"), data=weighed)
    db.session.expire_all()
    assert newest(text).significance is Significance.TYPO


def test_a_comment_is_answered_and_resolved_in_its_place(
    text: Translation, writer: FlaskClient
) -> None:
    said = {"revision": 2, "line": 3, "text": "Not eleven?"}
    writer.post(room(text, "review/comments"), data=said)
    comment = db.session.scalars(select(LineComment)).one()
    assert (comment.line, comment.quote) == (3, "Wait for ten seconds.")
    answer = {"revision": 2, "answers": comment.id, "text": "No, ten."}
    writer.post(room(text, "review/comments"), data=answer)
    page = writer.get(room(text, "review/")).text
    assert page.index("Not eleven?") < page.index("No, ten.")
    writer.post(room(text, f"review/comments/{comment.id}/resolve"), data={"revision": 2})
    assert "done, says" in writer.get(room(text, "review/")).text


def test_a_comment_of_another_article_is_not_there(text: Translation, writer: FlaskClient) -> None:
    other = factories.article("Other")
    writer.post(room(text, "review/comments"), data={"revision": 2, "line": 1, "text": "Hm"})
    number = db.session.scalars(select(LineComment.id)).one()
    address = room(other, f"review/comments/{number}/resolve")
    assert writer.post(address, data={"revision": 1}).status_code == 404


def test_comments_within_ten_minutes_make_one_letter(
    text: Translation, writer: FlaskClient, sign_in: SignIn
) -> None:
    me = db.session.scalars(select(User)).one()
    columns = words_of(newest(text)).columns() | {"summary": "Mine"}
    save_draft(text, Words(**columns), after=2, by="Camille", author_id=me.id)
    reviewer = sign_in(RoleName.REVIEWER)
    for line, said in ((1, "Which button?"), (3, "Is it not five?")):
        comment = {"revision": 3, "line": line, "text": said}
        reviewer.post(room(text, "review/comments"), data=comment)
    letter = db.session.scalars(select(OutgoingMail)).one()
    assert (letter.kind, letter.recipient) == (COMMENTS_KIND, me.email)
    assert "Which button?" in letter.text
    assert "Is it not five?" in letter.text


class TestPlaces:
    LINES = ("one", "two", "", "three words here", "two")

    def test_a_line_that_moved_is_found_where_it_is(self) -> None:
        assert place("three words here", 1, self.LINES) == Place(4)

    def test_of_equal_lines_the_nearest_is_meant(self) -> None:
        assert place("two", 5, self.LINES) == Place(5)
        assert place("two", 1, self.LINES) == Place(2)

    def test_a_line_that_was_changed_a_little_is_found_and_said(self) -> None:
        assert place("three words there", 4, self.LINES) == Place(4, is_changed=True)

    def test_a_line_that_is_gone_is_nowhere(self) -> None:
        assert place("something else altogether", 2, self.LINES) == Place(None, is_changed=True)

    @given(st.lists(st.text("ab \n", max_size=5), min_size=1), st.data())
    def test_an_unchanged_line_keeps_its_comment(
        self, lines: list[str], data: st.DataObject
    ) -> None:
        number = data.draw(st.integers(1, len(lines)))
        found = place(lines[number - 1].strip(), number, lines)
        assert found == Place(number)

    def test_those_about_the_whole_text_come_first(self) -> None:
        rows = [
            LineComment(id=1, line=2, quote="two", text="a"),
            LineComment(id=2, line=None, quote="", text="b"),
            LineComment(id=3, answers_id=1, line=None, quote="", text="c"),
        ]
        found = arranged(rows, self.LINES)
        assert [each.comment.id for each in found] == [2, 1]
        assert [each.id for each in found[1].answers] == [3]


@pytest.mark.usefixtures("any_app")
def test_time_lines_mark_what_became_public_on_its_day_and_typos_lighter() -> None:
    text = factories.article("Reset", published_at=utc_now() - timedelta(days=9))
    words = Words(title="Reset", body="Mended.")
    mended = save_draft(text, words, after=1, by="Camille", message="Slip", significance=TYPO)
    save_draft(text, Words(title="Reset", body="Never shown."), after=2, by="Camille")
    publish(text, mended)
    commit_changes()
    now = utc_now()
    period = Period(now - timedelta(days=20), now + timedelta(days=1))
    first, second = revision_marks(text, period)
    assert (first.number, first.is_light) == (1, False)
    assert (second.number, second.author, second.message, second.is_light) == (
        2, "Camille", "Slip", True,
    )  # fmt: skip


TYPO = Significance.TYPO
