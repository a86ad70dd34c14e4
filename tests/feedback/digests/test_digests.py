"""The digest from a lead's wish to their postbox, and its end."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from feedback.digests import sending
from feedback.digests.models import Frequency, SentDigest, Subscription
from feedback.digests.sending import send_due
from feedback.reports import registry
from feedback.reports.figures import share
from feedback.reports.filters import Filters
from feedback.reports.tables import Report, Table
from feedback.statistics import wilson
from kb.accounts.models import Role, RoleName, User
from kb.config import Settings
from kb.db import db
from kb.mail.delivery import deliver_due
from kb.mail.models import OutgoingMail
from kb.worker import run_task
from tests.postbox import Postbox

SITE = "https://help.clairson.example"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings, postbox: Postbox) -> Settings:
    """With a mail server, and a public address."""
    return settings.model_copy(update={"smtp_url": postbox.url, "site_url": SITE})


def _overview(filters: Filters) -> Report:
    days = [
        (filters.period.since + timedelta(days=each)).date() for each in range(filters.period.days)
    ]
    line = tuple((day.isoformat(), day.isoformat(), 90, 100, 74, 3) for day in days)
    columns = ("first_day", "last_day", "visits", "searches", "answered", "requests")
    answered = share("answered", wilson(518, 700), wilson(400, 600), answered=518, searches=700)
    return Report("overview", filters, (answered,), (Table("timeline", columns, line),))


def _gaps(filters: Filters) -> Report:
    columns = ("gap", "question", "locale", "diagnosis", "visitors", "visitors_before", "contacts")
    rows = ((7, "<Martinique> livraison", "fr", "missing-article", 16, 7, 3),)
    return Report("gaps", filters, (), (Table("gaps", columns, rows),))


@pytest.fixture
def reports(any_app: Flask) -> None:
    """Known figures in place of those of an empty site."""
    registry.register(any_app, "overview", _overview)
    registry.register(any_app, "gaps", _gaps)


@pytest.fixture
def reports_of_app(app: Flask) -> None:
    """The same, where one database is enough."""
    registry.register(app, "overview", _overview)
    registry.register(app, "gaps", _gaps)


def _account(email: str) -> User:
    """Add a lead who never signs in: a password would take its time."""
    role = db.session.scalar(select(Role).where(Role.name == RoleName.LEAD.value)) or Role(
        name=RoleName.LEAD.value
    )
    user = User(email=email, roles=[role])
    db.session.add(user)
    db.session.commit()
    return user


def _lead(name: str = "ines", frequency: Frequency = Frequency.WEEKLY, locale: str = "en") -> User:
    user = _account(f"{name}@clairson.example")
    sending.subscribe(user, frequency, locale)
    db.session.execute(update(Subscription).values(created_at=LONG_AGO))
    db.session.commit()
    return user


def _send(app: Flask, now: datetime = MONDAY) -> int:
    with app.test_request_context(base_url=SITE):
        return send_due(now)


def _html(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_a_digest_says_the_figures_in_words_and_pictures(
    any_app: Flask, reports: None, postbox: Postbox
) -> None:
    _lead()
    assert _send(any_app) == 1
    assert deliver_due().sent == 1
    (message,) = postbox.messages
    assert message["Subject"] == "Clairson: 74% of searches found an answer, 16 to 22 November 2026"
    html = _html(message)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for said in ("74% of searches found an answer (518 of 700), 7 points more", "16 visitors"):
        assert said in html
        assert said in text
    assert "&lt;Martinique&gt; livraison" in html
    assert "<Martinique> livraison" in text
    assert f"{SITE}/studio/gaps/7" in html
    shown = set(re.findall(r'src="cid:(\w+)"[^>]*alt="[^"]*[0-9][^"]*"', html))
    parts = {part["Content-ID"].strip("<>") for part in message.walk() if part["Content-ID"]}
    assert shown == parts == {"searches", "requests"}
    assert all(
        link.startswith((SITE, "cid:")) for link in re.findall(r'(?:href|src)="([^"]+)"', html)
    )


def test_each_lead_gets_one_digest_for_each_period_in_their_language(
    any_app: Flask, reports: None, postbox: Postbox
) -> None:
    _lead("ines", locale="fr")
    _lead("omar", Frequency.MONTHLY)
    assert _send(any_app) == 2
    assert _send(any_app) == 0
    assert _send(any_app, MONDAY + timedelta(days=6)) == 0
    assert _send(any_app, MONDAY + timedelta(days=8)) == 2, "a Monday and a first have come"
    deliver_due()
    assert len(postbox.messages) == 4
    languages = {
        message["To"]: re.findall(r'lang="(\w+)"', _html(message))[0]
        for message in postbox.messages
    }
    assert languages == {"ines@clairson.example": "fr", "omar@clairson.example": "en"}


def test_a_language_that_the_site_has_given_up_is_replaced(
    app: Flask, reports_of_app: None
) -> None:
    _lead(locale="de")
    assert _send(app) == 1
    assert db.session.scalars(select(OutgoingMail.html)).one().count('<html lang="fr"') == 1


def test_nobody_gets_what_they_did_not_ask_for(any_app: Flask, reports: None) -> None:
    fresh, former, gone = _lead("fresh"), _lead("former"), _lead("gone")
    _lead("stopped")
    now_on = MONDAY + timedelta(hours=1)
    db.session.execute(
        update(Subscription).where(Subscription.user_id == fresh.id).values(created_at=now_on)
    )
    former.roles = []
    gone.active = False
    db.session.commit()
    sending.unsubscribe(db.session.scalars(select(User.id).order_by(User.id.desc())).first() or 0)
    assert _send(any_app, now_on) == 0
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


def test_a_digest_that_another_worker_has_claimed_is_not_sent_again(
    any_app: Flask, reports: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = _lead()
    db.session.add(SentDigest(user_id=user.id, period="2026-W47"))
    db.session.commit()
    monkeypatch.setattr(sending, "_was_sent", lambda *_: False)  # looked a moment too early
    assert _send(any_app) == 0
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


def test_a_report_that_fails_holds_up_no_other_lead_and_is_told(
    any_app: Flask, reports: None
) -> None:
    _lead("ines", Frequency.MONTHLY)
    _lead("omar", Frequency.WEEKLY)

    def fail_for_months(filters: Filters) -> Report:
        if filters.period.days > 7:
            raise ArithmeticError("no figures")
        return _overview(filters)

    registry.register(any_app, "overview", fail_for_months)
    with pytest.raises(ArithmeticError):
        _send(any_app)
    assert db.session.scalars(select(OutgoingMail.recipient)).all() == ["omar@clairson.example"]
    assert db.session.scalars(select(SentDigest.period)).all() == ["2026-W47"]


def test_the_link_in_the_letter_ends_it_in_two_steps_without_signing_in(
    app: Flask, client: FlaskClient, postbox: Postbox
) -> None:
    _lead()
    _send(app)
    deliver_due()
    unsubscribe = postbox.messages[0]["List-Unsubscribe"].strip("<>")
    assert unsubscribe in _html(postbox.messages[0])
    path = urlsplit(unsubscribe).path
    page = client.get(path)
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 1, (
        "looking is no asking"
    )
    assert postbox.messages[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # As RFC 8058 has it: from a mail program, with neither cookie nor origin, or with another's.
    answer = client.post(
        path,
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0
    assert client.post(path).status_code == 200, "twice is no error"
    assert _send(app, MONDAY + timedelta(days=7)) == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_altered_ends_nothing(app: Flask, client: FlaskClient, method: str) -> None:
    user = _lead()
    signed = sending.token_of(user)
    for token in (f"x{signed}", signed[:-1], f"{user.id}", "e30.x"):
        assert getattr(client, method)(f"/en/digest/{token}").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 1


def test_a_lead_asks_in_the_studio_sees_it_and_gets_one_at_once(
    app: Flask, sign_in: Callable[[RoleName], FlaskClient], postbox: Postbox
) -> None:
    lead = sign_in(RoleName.LEAD)
    address = "/studio/reports/digest"
    assert lead.get(address).status_code == 200
    form = {"frequency": "monthly", "language": "fr"}
    assert lead.post(address, data={**form, "act": "keep"}).status_code == 303
    wish = db.session.scalars(select(Subscription)).one()
    assert (wish.frequency, wish.locale) == (Frequency.MONTHLY, "fr")
    assert lead.post(address, data={**form, "act": "send"}).status_code == 303
    assert deliver_due().sent == 1
    assert postbox.messages[0]["To"] == "lead@clairson.example"
    assert db.session.scalar(select(func.count()).select_from(SentDigest)) == 0
    preview = lead.get(f"{address}/preview?frequency=monthly&language=fr")
    assert preview.status_code == 200
    assert "cid:" not in preview.text
    assert "script-src" not in preview.headers["Content-Security-Policy"]
    assert lead.post(address, data={"act": "stop"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0


def test_what_no_form_sends_is_refused(
    app: Flask, sign_in: Callable[[RoleName], FlaskClient]
) -> None:
    lead, sound = sign_in(RoleName.LEAD), {"act": "keep", "frequency": "weekly", "language": "en"}
    for wrong in ({"frequency": "hourly"}, {"language": "xx"}, {"act": "else"}):
        answer = lead.post("/studio/reports/digest", data={**sound, **wrong})
        assert answer.status_code == 400, wrong


def test_the_worker_sends_it_and_an_empty_site_says_so(app: Flask, postbox: Postbox) -> None:
    _lead()
    run_task(app, "digests")
    deliver_due()
    text = postbox.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Nobody searched in this period." in text
