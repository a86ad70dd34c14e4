"""Claims about requests of a known issue: named in the inbox, and told when it is fixed."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from feedback.announcements.models import Announcement, AnnouncementText
from feedback.announcements.telling import tag_of, tell_all
from feedback.requests.models import Author, ContactRequest
from feedback.requests.studio import queue
from kb.db import db, utc_now
from tests.feedback.requests.test_inbox import LIST, address_of, ask, say, writer

__all__ = ["writer"]


def issue(title: str = "Lamps stay dark", **more: object) -> Announcement:
    made = Announcement(is_issue=True, scopes=[], **more)
    made.texts = [AnnouncementText(locale="en", title=title)]
    db.session.add(made)
    db.session.commit()
    return made


def tags(kept: ContactRequest) -> list[str]:
    db.session.expire_all()
    return kept.tags


def test_a_request_is_about_an_issue_by_one_button_and_hears_that_it_is_fixed(
    writer: FlaskClient,
) -> None:
    kept, known = ask(), issue()
    assert "About this issue" in writer.get(address_of(kept)).text
    done = writer.post(
        address_of(kept), data={"act": "issue", "issue": tag_of(known.id)}, follow_redirects=True
    )
    assert "written to when “Lamps stay dark” is fixed" in done.text
    assert "About this issue" not in done.text
    known.fixed_at = utc_now()
    db.session.commit()
    assert tell_all() == 1
    assert kept.answered_at is not None
    assert "is fixed: Lamps stay dark" in writer.get(address_of(kept)).text


def test_many_requests_are_about_an_issue_and_it_is_taken_back(writer: FlaskClient) -> None:
    one, other, known = ask("One"), ask("Other"), issue()
    wanted = {"request": [str(one.id), str(other.id)], "issue": tag_of(known.id)}
    page = writer.post(LIST, data={"act": "issue", **wanted}, follow_redirects=True).text
    assert "2 requests were changed." in page
    assert tags(one) == tags(other) == [tag_of(known.id)]
    writer.post(re.findall(r"action=\"(/studio/acts/\d+/undo)\"", page)[-1])
    assert tags(one) == tags(other) == []


def test_what_is_fixed_planned_or_no_issue_is_not_offered(writer: FlaskClient) -> None:
    kept = ask()
    over = issue("Was dark", fixed_at=utc_now())
    issue("Will be dark", starts_at=utc_now() + timedelta(hours=1))
    issue("Ended", ends_at=utc_now() - timedelta(hours=1))
    assert "About the known issue" not in writer.get(LIST).text
    for address, more in ((address_of(kept), {}), (LIST, {"request": str(kept.id)})):
        sent = {"act": "issue", "issue": tag_of(over.id), **more}
        said = writer.post(address, data=sent, follow_redirects=True).text
        assert "That issue is fixed or gone" in said
    assert tags(kept) == []


def test_the_list_tells_of_an_answer_that_did_not_arrive(writer: FlaskClient) -> None:
    kept, other = ask("Bounced"), ask("Arrived")
    lost = say(kept, Author.STAFF)
    lost.undelivered = "no such mailbox"
    say(other, Author.STAFF)
    db.session.commit()
    assert queue.bounced([kept, other]) == {kept.id}
    assert writer.get(f"{LIST}?view=waiting").text.count("the answer did not arrive") == 1
    say(kept, Author.STAFF, "To the other address")
    assert queue.bounced([kept, other]) == set()
