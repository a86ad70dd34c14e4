"""Claims about gaps kept from run to run, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from articles.publishing import commit_changes, publish
from feedback.gaps import actions
from feedback.gaps.drafts import comments
from feedback.gaps.following import forget
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Act, GapEvent, GapNote, GapRun, GapStatus, GapWording
from feedback.gaps.runs import SILENCE, THE_RUN, claimed
from feedback.gaps.signals import gap_answered
from feedback.models import Visit, Vote
from feedback.visitors import Visitor
from feedback.voting import record_details
from kb.db import db, utc_now
from tests import factories
from tests.feedback.cast import ALICE, BOB, at, read, search, vote
from tests.feedback.gaps.vain import LATER, ask_in_vain, crowd, keep, report, the_gap

pytestmark = pytest.mark.usefixtures("any_app")


def test_a_question_asked_in_vain_is_kept_with_its_words_and_figures() -> None:
    ask_in_vain(*crowd(5))
    keep()
    (gap,) = report().gaps
    assert (gap.name, gap.visitors, gap.intents, gap.languages) == ("gift wrapping", 5, 5, ("en",))
    assert [(each.text, each.times) for each in gap.wordings] == [("gift wrapping", 5)]
    assert report().total.visitors == 5


def test_running_again_changes_nothing() -> None:
    ask_in_vain(*crowd(5))
    keep()
    before = report()
    keep()
    assert report().gaps == before.gaps
    assert db.session.scalar(select(func.count(GapEvent.id))) == 5


def test_a_gap_keeps_its_number_owner_and_notes_while_searches_come_in() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    gap = the_gap()
    actions.note(gap, "ask the shop", by="Lea")
    number = gap.id
    ask_in_vain(*crowd(8, first=10), query="gift wrapping paper", days=2)
    keep()
    again = the_gap()
    assert (again.id, again.name) == (number, "gift wrapping paper")
    assert report().gaps[0].visitors == 12
    assert [each.text for each in db.session.scalars(select(GapNote))] == ["ask the shop"]


def test_who_is_found_out_to_be_a_robot_leaves_the_figures() -> None:
    ask_in_vain(*crowd(5))
    keep()
    one = db.session.scalars(select(Visit).order_by(Visit.id)).first()
    assert one is not None
    one.is_bot = True
    db.session.commit()
    keep()
    assert report().gaps[0].visitors == 4


def test_one_network_cannot_make_a_question_look_large() -> None:
    ask_in_vain(*crowd(10))
    for number, who in enumerate(crowd(8, first=100)):
        search(
            Visitor(who.id, origin="f" * 16), "gift wrapping", weak=True, matched=0,
            moment=at(minutes=number),
        )  # fmt: skip
    keep()
    assert report().gaps[0].visitors == 13


def test_only_one_run_is_at_work() -> None:
    with claimed() as run:
        assert run is not None
        assert keep_gaps(now=LATER) is None
    assert keep_gaps(now=LATER) is not None


def test_a_run_that_was_killed_is_taken_over_after_its_silence() -> None:
    keep()
    db.session.execute(
        update(GapRun)
        .where(GapRun.id == THE_RUN)
        .values(claim="killed", beat_at=utc_now() - SILENCE - timedelta(seconds=1))
    )
    db.session.commit()
    assert keep_gaps(now=LATER) is not None


def test_a_dismissed_gap_stays_away_until_twice_as_many_ask() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    actions.dismiss(the_gap(), "not ours", by="Lea", now=at(days=1))
    assert report().gaps == ()
    ask_in_vain(*crowd(3, first=20), days=2)
    keep(3)
    assert report().gaps == ()
    ask_in_vain(*crowd(1, first=40), days=3)
    keep(4)
    assert [each.visitors for each in report().gaps] == [8]
    acts = list(db.session.scalars(select(GapNote.what).order_by(GapNote.id)))
    assert acts == [Act.DISMISSED, Act.CAME_BACK]


@pytest.fixture
def heard() -> Iterator[list[tuple[int, int]]]:
    """Collect what is said when gaps are answered."""
    said: list[tuple[int, int]] = []

    def hear(_sender: object, *, gap_id: int, translation_id: int) -> None:
        said.append((gap_id, translation_id))

    gap_answered.connect(hear)
    yield said
    gap_answered.disconnect(hear)


def test_a_gap_is_answered_when_its_article_is_published_and_says_so_once(
    heard: list[tuple[int, int]],
) -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    draft = factories.article("Gift wrapping", draft=True)
    gap = the_gap()
    actions.bind_answer(gap, draft, by="Lea")
    assert (gap.status, heard) == (GapStatus.IN_PROGRESS, [])
    publish(draft, draft.revisions[-1])
    commit_changes()
    commit_changes()
    assert the_gap().status is GapStatus.PUBLISHED
    assert the_gap().answered_at is not None
    assert heard == [(gap.id, draft.id)]


def test_what_a_visitor_asked_is_erased_with_the_words_that_only_they_used() -> None:
    ask_in_vain(*crowd(4))
    ask_in_vain(ALICE, BOB, query="gift wrapping ribbons")
    keep()
    forget(visitors=[ALICE.id, BOB.id])
    db.session.commit()
    assert [each.text for each in db.session.scalars(select(GapWording))] == ["gift wrapping"]
    assert report().gaps[0].visitors == 4


def test_the_words_of_a_gap_opened_by_hand_stay_though_nobody_has_asked_them() -> None:
    opened = actions.open_gap("Do you engrave?", "en", by="Lea")
    ask_in_vain(*crowd(4))
    keep()
    forget(before=at(days=3))
    db.session.commit()
    assert [each.gap_id for each in db.session.scalars(select(GapWording))] == [opened.id]


def ask_and_find(*visitors: Visitor, query: str, days: float) -> None:
    answer = factories.article("Heat of a lamp", slug=f"heat-{days}")
    for number, who in enumerate(visitors):
        moment = at(minutes=number, days=days)
        search(who, query, answer, moment=moment)
        read(who, answer, query=query, seconds=60, moment=moment)


def test_words_that_are_answered_as_they_should_be_leave_the_gap() -> None:
    ask_in_vain(*crowd(20))
    ask_in_vain(*crowd(2, 50), query="gift wrapping hot")
    keep(1)
    assert {each.text for each in the_gap_s_words()} == {"gift wrapping", "gift wrapping hot"}
    ask_and_find(*crowd(20, 100), query="gift wrapping hot", days=2)
    keep(3)
    assert {each.text for each in the_gap_s_words()} == {"gift wrapping"}
    assert report().gaps[0].visitors == 20


def test_what_an_answer_has_changed_takes_no_words_from_its_gap() -> None:
    ask_in_vain(*crowd(20))
    ask_in_vain(*crowd(6, 50), query="gift wrapping hot")
    keep(1)
    gap = the_gap()
    gap.status, gap.answered_at = GapStatus.PUBLISHED, at(days=1)
    db.session.commit()
    ask_and_find(*crowd(40, 100), query="gift wrapping hot", days=2)
    keep(3)
    assert {each.text for each in the_gap_s_words()} == {"gift wrapping", "gift wrapping hot"}


def test_what_readers_say_under_a_no_stands_with_the_question() -> None:
    weak = factories.article("Gift cards", slug="cards")
    for number, who in enumerate(crowd(8)):
        moment = at(minutes=number)
        search(who, "gift wrapping", weak, moment=moment)
        read(who, weak, query="gift wrapping", seconds=3, moment=moment)
        receipt = vote(who, weak, helpful=False, query="gift wrapping", moment=moment)
        record_details(
            who, receipt.vote_id, receipt.version, reason=None, comment="Nothing about paper."
        )
    keep()
    gap = the_gap()
    assert comments(gap) == ["Nothing about paper."]
    assert [each.text for each in report().gaps[0].wordings] == ["gift wrapping"]
    db.session.execute(update(Vote).values(comment="Nothing about ribbons."))
    db.session.commit()
    keep()
    assert comments(the_gap()) == ["Nothing about ribbons."]
    assert "Nothing about paper." not in {each.text for each in the_gap_s_words()}
    db.session.execute(update(Vote).values(comment=""))
    db.session.commit()
    keep()
    assert comments(the_gap()) == []
    assert {each.text for each in the_gap_s_words()} == {"gift wrapping"}


def the_gap_s_words() -> list[GapWording]:
    return list(db.session.scalars(select(GapWording).where(GapWording.gap_id == the_gap().id)))
