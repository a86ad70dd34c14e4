"""Claims about what gaps are found from, as the database holds it."""

from datetime import timedelta

from flask import Flask

from feedback.gaps.facts import Source
from feedback.gaps.loading import articles, chains_of, said
from feedback.models import Reason
from feedback.outcomes import Outcome
from feedback.requests.models import ContactRequest
from feedback.settling import settle
from feedback.voting import record_details
from kb.db import db
from tests.factories import article
from tests.feedback.cast import ALICE, BOB, ROBOT, START, read, search, vote

LATER = START + timedelta(hours=2)


def test_everything_that_people_said_is_there_with_what_came_of_it(any_app: Flask) -> None:
    lamp, plug = article("Lamp"), article("Plug")
    answered = search(ALICE, "lamp", lamp)
    read(ALICE, lamp, seconds=40, query="lamp")
    search(BOB, "socket", lamp, weak=True)
    receipt = vote(BOB, lamp, helpful=False, query="socket")
    record_details(
        BOB, receipt.vote_id, receipt.version, reason=Reason.INCOMPLETE, comment="Which socket?"
    )
    read(BOB, plug, seconds=30, moment=START + timedelta(seconds=40))
    search(ROBOT, "lamp", lamp)
    settle(LATER)
    found = {(each.source, each.text): each for each in said(START, LATER)}
    assert set(found) == {
        (Source.SEARCH, "lamp"), (Source.SEARCH, "socket"), (Source.COMMENT, "Which socket?"),
    }  # fmt: skip
    lamp_search, socket = found[Source.SEARCH, "lamp"], found[Source.SEARCH, "socket"]
    assert (lamp_search.id, lamp_search.outcome) == (answered, Outcome.ANSWERED)
    assert [each.translation_id for each in socket.opened] == [plug.id]
    assert found[Source.COMMENT, "Which socket?"].chain == socket.id


def test_a_request_is_its_subject_and_first_sentence_led_by_the_last_search(any_app: Flask) -> None:
    lamp = article("Lamp")
    intent = search(ALICE, "lamp", lamp)
    settle(LATER)
    [search_row] = said(START, LATER)
    db.session.add(
        ContactRequest(
            reference="R1",
            visit_id=search_row.visit,
            visitor=ALICE.id,
            locale="en",
            subject="Lamp",
            message="Hello! It blinks all night. Please call.",
            created_at=START + timedelta(minutes=1),
        )
    )
    db.session.commit()
    [request] = [each for each in said(START, LATER) if each.source is Source.REQUEST]
    assert (request.text, request.chain) == ("Lamp. It blinks all night.", intent)


def test_only_public_articles_are_known(any_app: Flask) -> None:
    lamp = article("Lamp")
    assert [(each.id, each.texts[0]) for each in articles()] == [(lamp.id, "Lamp")]


def test_a_chain_is_named_after_its_first_search_even_when_that_is_gone() -> None:
    assert chains_of({1: None, 2: 1, 3: 2, 9: 4}) == {1: 1, 2: 1, 3: 1, 9: 9}
