"""Who hears of announcements: those who said yes, once, and nobody after they said no."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.announcements import telling
from feedback.announcements.models import Announcement, AnnouncementText, Severity, Subscription
from feedback.announcements.subscribing import forget_unconfirmed, token_of
from feedback.announcements.telling import linked_requests, tag_of, tell_all
from feedback.requests.models import ContactRequest, RequestMessage
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests.feedback.announcements.test_showing import announce

SignIn = Callable[[RoleName | None], FlaskClient]
HOUR = timedelta(hours=1)


def follower(email: str, of: Announcement | None = None, *, confirmed: bool = True) -> Subscription:
    """Add somebody who follows an announcement, or all."""
    row = Subscription(
        email=email,
        locale="en",
        announcement_id=of.id if of else None,
        confirmed_at=utc_now() if confirmed else None,
    )
    db.session.add(row)
    db.session.commit()
    return row


def letters() -> list[tuple[str, str]]:
    """Return (recipient, subject) of what lies in the outbox."""
    rows = db.session.execute(
        select(OutgoingMail.recipient, OutgoingMail.subject).order_by(OutgoingMail.id)
    )
    return [(row[0], row[1]) for row in rows]


def test_only_who_says_yes_on_the_page_of_the_letter_is_written_to(client: FlaskClient) -> None:
    client.post("/en/announcements/follow", data={"email": "Ann@Mail.example "})
    (mail,) = db.session.scalars(select(OutgoingMail)).all()
    address = next(line for line in mail.text.splitlines() if "/announcements/confirm/" in line)
    path = address.partition("localhost")[2]
    announce()
    assert tell_all() == 0
    assert client.get(path).status_code == 200  # as a scanner of links does
    row = db.session.scalars(select(Subscription)).one()
    assert row.confirmed_at is None
    client.post(path)
    db.session.expire_all()
    assert row.confirmed_at is not None
    announce("Another")
    assert tell_all() == 1
    assert letters()[-1][0] == row.email


def test_a_notice_is_written_of_once_when_it_begins(any_app: Flask) -> None:
    follower("ann@mail.example")
    follower("bob@mail.example", confirmed=False)
    now = utc_now()
    announce("Planned", starts_at=now + HOUR)
    announce("Silent", is_mailed=False)
    assert tell_all(now) == 0
    assert tell_all(now + HOUR) == 1
    assert tell_all(now + HOUR) == 0
    assert letters() == [("ann@mail.example", "Clairson: Planned")]


def test_that_it_is_fixed_goes_to_those_who_asked_and_to_whom_it_was_told(any_app: Flask) -> None:
    notice = announce("Payments fail", announced_at=utc_now())
    follower("ann@mail.example", notice)
    follower("ann@mail.example")  # follows all too, and gets one letter
    follower("bob@mail.example")
    follower("eve@mail.example", notice, confirmed=False)
    request = ContactRequest(
        reference="KB-1", locale="fr", subject="Carte", message="Refusée", email="zoe@mail.example",
        tags=[tag_of(notice.id)],
    )  # fmt: skip
    other = ContactRequest(
        reference="KB-2", locale="fr", subject="Carte", message="Refusée", email="yan@mail.example",
        tags=[tag_of(notice.id * 10 + 1)],
    )  # fmt: skip
    db.session.add_all([request, other])
    notice.fixed_at = utc_now()
    db.session.commit()
    assert linked_requests(notice.id) == [request]
    assert tell_all() == 3
    assert tell_all() == 0
    told = [each for each, _ in letters()]
    assert told.count("ann@mail.example") == told.count("bob@mail.example") == 1
    assert "eve@mail.example" not in told
    assert "yan@mail.example" not in told
    (message,) = db.session.scalars(select(RequestMessage)).all()
    assert message.request_id == request.id
    assert "It works again." in message.text


def test_who_never_heard_of_the_trouble_need_not_hear_of_its_end(app: Flask) -> None:
    notice = announce(is_mailed=False, fixed_at=utc_now())
    follower("bob@mail.example")
    follower("ann@mail.example", notice)
    assert tell_all() == 1
    assert letters() == [("ann@mail.example", "Fixed: Payments fail")]


def test_a_letter_that_cannot_be_written_holds_up_no_other(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    follower("ann@mail.example")
    broken = announce("Broken")
    announce("Sound")
    write = telling._write

    def fragile(row: Subscription, notice: Announcement, *, is_fixed: bool) -> None:
        if notice.id == broken.id:
            raise ValueError("no such words")
        write(row, notice, is_fixed=is_fixed)

    monkeypatch.setattr(telling, "_write", fragile)
    with pytest.raises(ValueError, match="no such words"):
        tell_all()
    assert letters() == [("ann@mail.example", "Clairson: Sound")]
    db.session.expire_all()
    assert broken.announced_at is None  # it is tried again


def test_each_letter_ends_them_with_one_click(client: FlaskClient) -> None:
    row = follower("ann@mail.example")
    announce()
    tell_all()
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = mail.headers["List-Unsubscribe"].strip("<>").partition("localhost")[2]
    assert client.get(path).status_code == 200
    assert db.session.get(Subscription, row.id) is not None
    sent = client.post(
        path, data="List-Unsubscribe=One-Click", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert sent.status_code == 200
    db.session.expire_all()
    assert db.session.scalars(select(Subscription)).all() == []
    assert client.post(path).status_code == 200  # again changes nothing


def test_a_forged_link_confirms_and_ends_nothing(client: FlaskClient) -> None:
    row = follower("ann@mail.example", confirmed=False)
    forged = token_of(row)[:-4] + "xxxx"
    assert client.post(f"/en/announcements/confirm/{forged}").status_code == 404
    client.post(f"/en/announcements/stop/{forged}")
    db.session.expire_all()
    assert row.confirmed_at is None


def test_a_link_is_not_for_who_gets_the_number_of_one_that_ended(client: FlaskClient) -> None:
    own = follower("eve@mail.example", confirmed=False)
    token, number = token_of(own), own.id
    client.post(f"/en/announcements/stop/{token}")
    db.session.expunge_all()
    other = follower("ann@mail.example", confirmed=False)
    assert other.id == number  # SQLite gives the number again
    page = client.post(f"/en/announcements/confirm/{token}")
    assert (page.status_code, "ann@mail.example" in page.text) == (404, False)
    db.session.expire_all()
    assert other.confirmed_at is None


def test_nobody_fills_the_mailbox_of_somebody_else(client: FlaskClient) -> None:
    for _ in range(6):
        last = client.post("/en/announcements/follow", data={"email": "ann@mail.example"})
    assert last.status_code == 429
    assert len(letters()) == 3
    assert "ann@mail.example" in last.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"email": "ann"}, 422),
        ({"email": "ann@mail.example", "website": "x"}, 400),
        ({"email": "ann@mail.example", "about": "77"}, 404),
    ],
)
def test_what_cannot_be_kept_is_refused(
    client: FlaskClient, sent: dict[str, str], status: int
) -> None:
    assert client.post("/en/announcements/follow", data=sent).status_code == status
    assert letters() == []


def test_who_did_not_answer_is_forgotten_within_a_week(app: Flask) -> None:
    follower("ann@mail.example", confirmed=False)
    follower("bob@mail.example")
    assert forget_unconfirmed(utc_now() + timedelta(days=6)) == 0
    assert forget_unconfirmed(utc_now() + timedelta(days=8)) == 1


# The studio

FORM = {
    "title-fr": "Paiements refusés",
    "body-fr": "Payez par **virement**.",
    "severity": "major",
    "issue": "yes",
    "scopes": "site",
    "starts": "",
    "mailed": "yes",
}


def test_a_lead_announces_a_known_issue_and_says_that_it_is_fixed(sign_in: SignIn) -> None:
    lead = sign_in(RoleName.LEAD)
    assert (
        "<strong>virement</strong>"
        in lead.post("/studio/announcements/new", data={**FORM, "act": "preview"}).text
    )
    assert db.session.scalars(select(Announcement)).all() == []
    assert lead.post("/studio/announcements/new", data=FORM).status_code == 303
    notice = db.session.scalars(select(Announcement)).one()
    assert (notice.severity, notice.is_issue, notice.ends_at) == (Severity.MAJOR, True, None)
    fixed = {"act": "fixed", "fixed-fr": "Tout est rétabli."}
    lead.post(f"/studio/announcements/{notice.id}/act", data=fixed)
    db.session.expire_all()
    assert notice.fixed_at is not None
    assert db.session.scalars(select(AnnouncementText.fixed_words)).all() == ["Tout est rétabli."]
    acts = set(db.session.scalars(select(AuditEntry.act)))
    assert {"announcement.added", "announcement.fixed"} <= acts
    page = lead.post(f"/studio/announcements/{notice.id}/remove", follow_redirects=True).text
    lead.post("/studio/acts/" + page.split('action="/studio/acts/')[1].split('"')[0])
    db.session.expire_all()
    (back,) = db.session.scalars(select(Announcement)).all()
    assert [text.fixed_words for text in back.texts] == ["Tout est rétabli."]


def test_what_is_not_right_yet_is_said_and_nothing_is_lost(sign_in: SignIn) -> None:
    lead = sign_in(RoleName.LEAD)
    wrong = {
        "ends": ("2020-01-01T10:00", "ends"),
        "article": ("no-such-page", "article"),
        "title-fr": ("", "title-fr"),
        "scopes": ("category", "categories"),
    }
    for field, (typed, said_at) in wrong.items():
        answer = lead.post("/studio/announcements/new", data={**FORM, field: typed})
        assert answer.status_code == 422, field
        assert f'id="{said_at}-error"' in answer.text
        assert "Payez par **virement**." in answer.text
