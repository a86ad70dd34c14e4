"""A company that keeps Zendesk, a customer who has read before writing, and the verbs of both."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.helpdesk.models import DeskKind, HelpDesk
from feedback.helpdesk.setting import Wish, connect
from feedback.models import ArticleRead, SearchIntent, Visit
from feedback.requests.models import ContactRequest
from feedback.requests.opening import Opening, open_request
from kb.config import Settings
from kb.db import db, utc_now
from kb.deliveries.models import Delivery, Receiver
from tests import factories
from tests.feedback.addressed import with_an_address
from tests.feedback.helpdesk.fakes import KEY, USER, FakeZendesk
from tests.listening import Program, listening

__all__ = ["with_an_address"]
Ask = Callable[..., ContactRequest]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With leave to reach this machine."""
    return settings.model_copy(
        update={
            "private_hosts": ("127.0.0.1",),
            "site_url": "https://help.clairson.example",
            "locales": ("en", "fr"),
        }
    )


@pytest.fixture
def server() -> Iterator[Program]:
    """A program on loopback."""
    with listening() as program:
        yield program


@pytest.fixture
def zendesk(app: Flask, server: Program) -> FakeZendesk:
    """A Zendesk that the site is connected to."""
    fake = server.answering = FakeZendesk()
    wish = Wish(
        DeskKind.ZENDESK,
        address=server.url,
        user=USER,
        key=KEY,
        foreign_secret="signing secret",
        tags="help-site",
        fields="order = 360001\nlocale = 360002",
    )
    _kept, server.secret = connect(wish)
    return fake


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Return a function by which somebody writes who had searched and read before."""

    numbers = count(1)

    def asked(**more: object) -> ContactRequest:
        now = utc_now()
        visit = Visit(
            visitor="a" * 32, number=next(numbers), locale="en", started_at=now, last_seen_at=now
        )
        db.session.add(visit)
        db.session.flush()
        article = factories.article("Reset a lamp")
        db.session.add_all(
            [
                SearchIntent(
                    visit_id=visit.id,
                    locale="en",
                    query="lamp flickers",
                    normalised="lamp flickers",
                    retrieved=0,
                    matched=0,
                    confidence=0.0,
                    weak=True,
                    mode="keyword",
                    shown=[],
                    created_at=now,
                ),
                ArticleRead(
                    visit_id=visit.id, translation_id=article.id, opened_at=now, last_opened_at=now
                ),
            ]
        )
        opening = {
            "subject": "The lamp flickers",
            "message": "Since Monday.",
            "email": "bob@example.org",
            "name": "Bob",
            "locale": "en",
            "visit_id": visit.id,
            "details": {"order": "A-17"},
            "at": now + timedelta(seconds=1),
            **more,
        }
        request = open_request(db.session(), Opening(**opening))  # type: ignore[arg-type]
        db.session.commit()
        return request

    return asked


def desk() -> HelpDesk:
    return db.session.scalars(select(HelpDesk).where(HelpDesk.is_active)).one()


def pass_time(by: timedelta) -> None:
    """Let receivers and messages have rested for so long."""
    for receiver in db.session.scalars(select(Receiver)):
        for name in ("not_before", "failing_since"):
            value: datetime | None = getattr(receiver, name)
            if value is not None:
                setattr(receiver, name, value - by)
    for delivery in db.session.scalars(select(Delivery)):
        delivery.due_at -= by
    db.session.commit()
