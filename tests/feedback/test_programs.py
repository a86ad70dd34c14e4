"""Claims about the marks that keep programs out of the figures, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from feedback.models import BotReason, Visit, Vote
from feedback.programs import mark, mark_unseen
from feedback.visitors import Visitor
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, ROBOT, WRITER, at, read, search, vote

pytestmark = pytest.mark.usefixtures("any_app")

NETWORK = "9" * 32


def marks() -> dict[str, BotReason | None]:
    db.session.expire_all()
    return {each.visitor: each.bot_reason for each in db.session.scalars(select(Visit))}


def judge() -> int:
    changed = mark(db.session(), db.session.scalars(select(Visit.id)).all())
    db.session.commit()
    return len(changed)


def names(count: int) -> list[Visitor]:
    return [Visitor(f"{number:032x}", origin=NETWORK) for number in range(count)]


def test_a_visit_like_no_person_s_is_marked_with_its_votes() -> None:
    for number in range(6):
        vote(ALICE, factories.article(), helpful=True, moment=at(number * 7 + number % 3))
    assert judge() == 1
    assert marks() == {ALICE.id: BotReason.BEHAVIOUR}
    assert set(db.session.scalars(select(Vote.is_bot))) == {True}


def test_judging_again_changes_nothing() -> None:
    for number in range(12):
        search(ALICE, f"question {number}", moment=at(number * 30))
    assert [judge(), judge()] == [1, 0]


def test_a_mark_that_no_longer_holds_is_taken_back() -> None:
    search(ALICE, "lamp")
    visit = db.session.scalars(select(Visit)).one()
    visit.is_bot, visit.bot_reason = True, BotReason.CROWD
    db.session.commit()
    judge()
    db.session.expire_all()
    assert (visit.is_bot, visit.bot_reason) == (False, None)


def test_a_name_and_a_sign_in_are_believed() -> None:
    for number in range(12):
        search(ROBOT, f"question {number}", moment=at(number * 30))
        search(WRITER, f"question {number}", moment=at(number * 30))
    assert judge() == 0
    assert marks() == {ROBOT.id: BotReason.NAME, WRITER.id: None}


def test_a_network_that_becomes_a_crowd_marks_its_earlier_visits_too() -> None:
    for number, who in enumerate(names(30)):
        search(who, "made up", moment=at(number * 4))
        if number == 9:
            assert judge() == 0
    last = db.session.scalars(select(Visit.id).order_by(Visit.id.desc()).limit(1)).all()
    assert len(mark(db.session(), last)) == 30


def test_people_of_that_network_who_read_stay() -> None:
    lamp = factories.article()
    people = [replace(each, id=each.id[::-1]) for each in names(3)]
    for who in people:
        search(who, "lamp", lamp)
        read(who, lamp, seconds=30, moment=at(5))
    for number, who in enumerate(names(40)[1:]):
        search(who, "made up", moment=at(number * 4))
    judge()
    assert [marks()[each.id] for each in people] == [None] * 3


def test_visits_of_no_known_network_are_no_crowd() -> None:
    for number, who in enumerate(names(30)):
        search(replace(who, origin=""), "lamp", moment=at(number * 4))
    assert judge() == 0


def unseen(count: int) -> list[Visitor]:
    return [replace(each, is_private=True) for each in names(count)]


@pytest.mark.parametrize(("count", "is_program"), [(3, False), (4, True)])
def test_many_of_one_network_who_vote_unseen_are_one_program(count: int, is_program: bool) -> None:
    lamp = factories.article()
    for who in unseen(count):
        vote(who, lamp, helpful=False)
    assert len(mark_unseen(db.session(), at(days=-1))) == (count if is_program else 0)
    db.session.commit()
    assert set(db.session.scalars(select(Vote.is_bot))) == {is_program}


def test_people_of_many_networks_may_vote_unseen() -> None:
    lamp = factories.article()
    for number, who in enumerate(unseen(12)):
        vote(replace(who, origin=f"{number:032x}"), lamp, helpful=False)
    assert mark_unseen(db.session()) == []
