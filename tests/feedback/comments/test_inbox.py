"""Claims about the inbox of comments."""

import pytest
from flask import Flask

from articles.models import Translation
from feedback.comments import deciding
from feedback.comments.inbox import Comment, Wanted, comments, counts, load
from feedback.comments.models import CommentSource, State
from feedback.comments.report import make
from feedback.gaps.models import Gap
from feedback.models import Reason, Vote
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.visitors import Visitor
from feedback.voting import record_details
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, ROBOT, at, search, vote
from tests.feedback.reports.test_articles_report import NOVEMBER, days


def write(
    who: Visitor, about: Translation, text: str, *, minutes: int = 0, query: str = ""
) -> None:
    """Let somebody vote against an article and say why."""
    receipt = vote(who, about, helpful=False, query=query, moment=at(minutes=minutes))
    record_details(who, receipt.vote_id, receipt.version, reason=Reason.INCOMPLETE, comment=text)


@pytest.fixture
def lamp(any_app: Flask) -> Translation:
    """An article on which three people and a robot wrote, one of them in a survey."""
    lamp = factories.article("Reset a lamp")
    search(BOB, "reset lamp", lamp)
    write(ALICE, lamp, "Where is the button?")
    write(BOB, lamp, "It still blinks", minutes=5, query="reset lamp")
    write(ROBOT, lamp, "Buy pills", minutes=6)
    vote(CAROL, lamp, helpful=True)
    db.session.add(
        SurveyResponse(
            survey=Survey.CSAT, after=After.ARTICLE, visitor="f" * 32, locale="fr", score=2,
            asked_at=at(minutes=8), answered_at=at(minutes=9), comment="Trop long",
            translation_id=lamp.id,
        )
    )  # fmt: skip
    db.session.commit()
    return lamp


def texts(**more: object) -> list[str]:
    wanted = Wanted(days(*NOVEMBER), **more)  # type: ignore[arg-type]
    return [each.text for each in comments(wanted, limit=10)]


def first() -> Comment:
    return comments(Wanted(days(*NOVEMBER), about=None, reason=Reason.INCOMPLETE), limit=1)[0]


def test_comments_of_people_come_with_the_newest_first(lamp: Translation) -> None:
    assert texts() == ["Trop long", "It still blinks", "Where is the button?"]
    assert texts(reason=Reason.INCOMPLETE) == ["It still blinks", "Where is the button?"]
    assert texts(about=lamp.id + 1) == []
    everything = Wanted(days(*NOVEMBER))
    assert [each.text for each in comments(everything, limit=1, offset=1)] == ["It still blinks"]
    assert counts(everything) == {State.NEW: 3, State.READ: 0, State.ANSWERED: 0, State.TASK: 0}
    french = Wanted(days(*NOVEMBER, language="fr"))
    assert [each.text for each in comments(french, limit=9)] == ["Trop long"]


def test_a_comment_is_read_answered_and_put_back(lamp: Translation) -> None:
    comment = first()
    deciding.decide(comment, State.READ, by="Lea")
    deciding.decide(first(), State.ANSWERED, by="Lea", note="The text says it now.")
    assert texts(state=State.ANSWERED) == ["It still blinks"]
    assert texts(state=State.NEW) == ["Trop long", "Where is the button?"]
    deciding.undo(first())
    assert first().state is State.READ
    assert first().decision is not None
    deciding.undo(first())
    assert first().state is State.NEW
    deciding.undo(first())
    assert counts(Wanted(days(*NOVEMBER)))[State.NEW] == 3


def test_a_comment_becomes_a_task_named_after_the_question(lamp: Translation) -> None:
    gap = deciding.make_task(first(), by="Lea")
    assert (gap.name, gap.locale, gap.nearest_id) == ("reset lamp", "en", lamp.id)
    assert first().state is State.TASK
    assert first().decision.gap_id == gap.id  # type: ignore[union-attr]
    other = load(
        [(CommentSource.VOTE, db.session.query(Vote).filter_by(visitor=ALICE.id).one().id)]
    )
    assert deciding.make_task(other[0], by="Lea").name == "Where is the button?"
    assert db.session.query(Gap).count() == 2


def test_the_file_holds_what_was_written_and_decided(lamp: Translation) -> None:
    deciding.decide(first(), State.ANSWERED, by="Lea", note="Done.")
    table = make(days(*NOVEMBER)).table("comments")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert [(each["comment"], each["state"], each["score"]) for each in rows] == [
        ("Trop long", "new", 2),
        ("It still blinks", "answered", None),
        ("Where is the button?", "new", None),
    ]


def test_what_is_gone_is_left_out(lamp: Translation) -> None:
    assert load([(CommentSource.VOTE, 10_000), (CommentSource.SURVEY, 10_000)]) == []
