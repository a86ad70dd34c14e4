"""Claims about what is known of a customer, read a page at a time, on both databases."""

import pytest
from flask import Flask
from limits import parse

from articles.models import Translation
from feedback.announcements.models import Announcement, AnnouncementText, Subscription
from feedback.contact.models import ContactAttempt
from feedback.customers.history import Entry, Kind, history
from feedback.models import Channel, Visit
from feedback.recording import record_read, record_search
from feedback.requests.models import ContactRequest
from feedback.settling import settle
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.visitors import Visitor
from feedback.voting import record_vote
from kb.customers.models import Customer
from kb.db import db
from tests import factories
from tests.feedback.cast import at, search, shown


def customer(reference: str = "4217", email: str = "ada@example.org") -> Customer:
    found = Customer(reference=reference, email=email, name="Ada Martin")
    db.session.add(found)
    db.session.commit()
    return found


@pytest.fixture
def ada(any_app: Flask) -> Customer:
    """What Ada did, through the widget and the site; Bob did the same, and is somebody else."""
    lamp = factories.article()
    found = customer()
    for who, person in ((found, "a"), (customer("7", "bob@example.org"), "b")):
        _story(lamp, who, Visitor(person * 32, customer_id=who.id))
    return found


def _story(lamp: Translation, who: Customer, visitor: Visitor) -> None:
    record_search(
        visitor, query="lamp", locale="en", shown=shown(lamp), at=at(0), channel=Channel.WIDGET
    )
    record_read(visitor, lamp, query="lamp", seconds=30, at=at(35), channel=Channel.WIDGET)
    record_vote(visitor, lamp, helpful=False, limit=parse("9 per hour"), query="lamp", at=at(40))
    visit = db.session.query(Visit).filter_by(visitor=visitor.id).one()
    request = ContactRequest(
        reference=f"R-{who.id}", visit_id=visit.id, locale="en", subject="Lamp", message="Dark",
        email=who.email, customer_id=who.id, created_at=at(60),
    )  # fmt: skip
    notice = Announcement(announced_at=at(90), starts_at=at(80))
    notice.texts = [AnnouncementText(locale="en", title="Lamps flicker")]
    db.session.add_all(
        [
            request,
            notice,
            ContactAttempt(visit_id=visit.id, visitor=visitor.id, locale="en", opened_at=at(50)),
            Subscription(email=who.email.upper(), locale="en", confirmed_at=at(70)),
        ]
    )
    db.session.flush()
    db.session.add(
        SurveyResponse(
            survey=Survey.CSAT, after=After.REQUEST, visitor="", request_id=request.id, locale="en",
            asked_at=at(100), answered_at=at(110), score=4, comment="Quick",
        )
    )  # fmt: skip
    db.session.commit()


def everything(who: Customer, limit: int) -> list[Entry]:
    """Return the whole history, read in pages."""
    found, place = history(who, limit=limit)
    while place is not None:
        more, place = history(who, before=place, limit=limit)
        found += more
    return found


def test_what_a_customer_did_stands_in_one_order_with_its_channel(ada: Customer) -> None:
    settle(at(days=1))
    told = everything(ada, 50)
    assert [each.kind for each in told] == [
        Kind.SURVEY, Kind.ANNOUNCEMENT, Kind.ANNOUNCEMENT, Kind.REQUEST, Kind.CONTACT, Kind.VOTE,
        Kind.READ, Kind.SEARCH,
    ]  # fmt: skip
    searched = told[-1]
    assert (searched.words, searched.channel, searched.state) == (
        "lamp",
        Channel.WIDGET,
        "escalated",
    )
    wrote = next(each for each in told if each.kind is Kind.REQUEST)
    assert (wrote.title, wrote.state, wrote.details["by_address"]) == ("Lamp", "open", False)
    assert (told[0].score, told[0].words) == (4, "Quick")


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_hold_each_entry_once_whatever_their_size(ada: Customer, limit: int) -> None:
    assert everything(ada, limit) == everything(ada, 50)


def test_entries_of_one_instant_are_not_lost_between_pages(any_app: Flask) -> None:
    who = customer()
    for number in range(5):
        search(Visitor(f"{number}" * 32, customer_id=who.id), f"word {number}", moment=at(0))
        db.session.add(
            ContactRequest(
                reference=f"R-{number}", locale="en", subject=f"{number}", message="",
                customer_id=who.id, created_at=at(0),
            )
        )  # fmt: skip
    db.session.commit()
    told = everything(who, 1)
    assert len(told) == len({each.place for each in told}) == 10


def test_what_came_from_the_same_address_without_a_token_is_marked(ada: Customer) -> None:
    db.session.add(
        ContactRequest(
            reference="R-x", locale="en", subject="Again", message="", email="Ada@example.org",
            created_at=at(200),
        )
    )  # fmt: skip
    db.session.commit()
    newest = everything(ada, 1)[0]
    assert (newest.title, newest.details["by_address"]) == ("Again", True)


def test_nobody_sees_what_others_did(any_app: Flask) -> None:
    search(Visitor("c" * 32), "lamp")
    assert everything(customer(email=""), 10) == []
