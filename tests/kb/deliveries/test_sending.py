"""Claims about sending: to real servers that are up, down, slow, and of their own mind."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db, utc_now
from kb.deliveries import cleaning, pausing
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.outcomes import Gone, NotTaken
from kb.deliveries.posting import ask, body_of
from kb.deliveries.queue import Message, enqueue, register
from kb.deliveries.receivers import CLAIM, adopt, claim, open_receiver
from kb.deliveries.replaying import Erased, forget, revive_all, send_again
from kb.deliveries.sending import AT_A_TIME, Done, deliver_due
from kb.deliveries.state import check
from kb.mail.models import OutgoingMail
from kb.worker.running import run_task, site_context
from tests.conftest import PASSWORD
from tests.listening import PATIENCE_SECONDS, Heard, Program, Says, listening

KIND = "test"
Programs = dict[int, Program]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With leave to reach this machine."""
    return settings.model_copy(update={"private_hosts": ("127.0.0.1",)})


@pytest.fixture
def programs(app: Flask) -> Iterator[Programs]:
    """Three receivers, 1, 2 and 3, each a server of its own."""
    with listening() as one, listening() as two, listening() as three:
        known = {1: one, 2: two, 3: three}
        register(app, KIND, sender(known))
        yield known


def sender(known: Programs) -> Callable[[Message], int]:
    def send(message: Message) -> int:
        content = body_of({"id": message.event_id, **message.payload})
        return ask("POST", known[message.target_id].url, content=content).status

    return send


def put(target: int, number: int, thing_id: int | None = None) -> int:
    thing = "request" if thing_id else ""
    kept = enqueue(
        KIND, target, event="it.happened", payload={"n": number}, thing=thing, thing_id=thing_id
    )
    db.session.commit()
    return kept.id


def row(identifier: int) -> Delivery:
    found = db.session.get(Delivery, identifier, populate_existing=True)
    assert found is not None
    return found


def receiver(target: int) -> Receiver:
    found = open_receiver(KIND, target)
    db.session.refresh(found)
    return found


def numbers(program: Program) -> list[int]:
    return [each["n"] for each in program.bodies()]


def pass_time(by: timedelta) -> None:
    """Let everything have happened so much longer ago."""
    for model, names in (
        (Receiver, ("not_before", "failing_since", "claimed_until", "served_at")),
        (Delivery, ("due_at", "created_at", "tried_at", "delivered_at", "given_up_at")),
    ):
        for each in db.session.scalars(select(model)):
            for name in names:
                value: datetime | None = getattr(each, name)
                if value is not None:
                    setattr(each, name, value - by)
    db.session.commit()


def down(_heard: Heard) -> Says:
    return Says(503)


def test_messages_arrive_in_their_order(app: Flask, programs: Programs) -> None:
    kept = [put(1, each) for each in range(5)]
    assert deliver_due() == Done(delivered=5)
    assert numbers(programs[1]) == [0, 1, 2, 3, 4]
    assert all(row(each).delivered_at and row(each).status == 200 for each in kept)


def test_nothing_leaves_without_its_cause(app: Flask, programs: Programs) -> None:
    enqueue(KIND, 1, event="it.happened", payload={})
    db.session.flush()
    db.session.rollback()
    assert deliver_due() == Done()
    assert programs[1].heard == []


def test_the_worker_is_called_after_the_commit(app: Flask, programs: Programs) -> None:
    from kb.worker.queue import queue

    put(1, 1)
    assert len(queue(app).pending()) == 1


def test_a_receiver_that_is_down_for_a_day_loses_nothing(app: Flask, programs: Programs) -> None:
    programs[1].answering = down
    for number in range(3):
        put(1, number)
    tried = 0
    for _hour in range(24):  # of a clock that is moved on, while new messages come
        tried += deliver_due().put_off
        put(1, 3 + _hour)
        pass_time(timedelta(hours=1))
    assert tried > 5
    assert set(numbers(programs[1])) == {0}, "those behind wait their turn"
    programs[1].answering = lambda _heard: Says()
    programs[1].heard.clear()
    pass_time(timedelta(hours=8))
    assert deliver_due().delivered == 27
    assert numbers(programs[1]) == list(range(27))
    assert receiver(1).failing_since is None


def test_who_fails_holds_up_nobody_else(app: Flask, programs: Programs) -> None:
    programs[1].answering = down
    for number in range(3):
        put(1, number)
        put(2, number)
    done = deliver_due()
    assert (done.delivered, done.put_off) == (3, 1)
    assert numbers(programs[2]) == [0, 1, 2]


def test_who_is_slow_holds_up_nobody_else(app: Flask, programs: Programs) -> None:
    others_have_it = threading.Event()
    waited: list[bool] = []

    def slow(_heard: Heard) -> Says:
        waited.append(others_have_it.wait(PATIENCE_SECONDS))
        return Says()

    def quick(_heard: Heard) -> Says:
        others_have_it.set()
        return Says()

    programs[1].answering, programs[2].answering = slow, quick
    put(1, 1)
    put(2, 2)
    assert deliver_due() == Done(delivered=2)
    assert waited == [True], "the quick one was served while the slow one took its time"


def test_a_long_queue_of_one_does_not_keep_another_from_its_turn(
    app: Flask, programs: Programs
) -> None:
    order: list[int] = []
    programs[1].answering = lambda _heard: order.append(1) or Says()  # type: ignore[func-returns-value]
    programs[2].answering = lambda _heard: order.append(2) or Says()  # type: ignore[func-returns-value]
    app.extensions["kb_delivery_kinds"].pop(KIND)
    register(app, KIND, sender(programs))
    for number in range(AT_A_TIME + 5):
        enqueue(KIND, 1, event="it.happened", payload={"n": number})
    db.session.commit()
    adopt()
    first = claim(utc_now())
    assert first is not None
    put(2, 0)
    adopt()
    first.claimed_until = None
    db.session.commit()
    second = claim(utc_now())
    assert second is not None
    assert second.target_id == 2, "who was served longest ago is next"


def test_a_receiver_may_ask_for_time(app: Flask, programs: Programs) -> None:
    programs[1].answering = lambda _heard: Says(429, headers={"Retry-After": "3600"})
    put(1, 1)
    deliver_due()
    left = receiver(1).not_before
    assert left is not None
    assert left - utc_now() > timedelta(minutes=50)
    programs[1].answering = lambda _heard: Says()
    assert deliver_due() == Done(), "nobody asks before that"
    pass_time(timedelta(minutes=61))
    assert deliver_due() == Done(delivered=1)


def test_a_message_that_is_refused_steps_aside(app: Flask, programs: Programs) -> None:
    programs[1].answering = lambda heard: Says(422 if heard.json["n"] == 1 else 200)
    kept = [put(1, each) for each in range(3)]
    assert deliver_due() == Done(delivered=2, put_off=1)
    assert numbers(programs[1]) == [0, 1, 2]
    assert row(kept[1]).is_aside
    assert row(kept[1]).status == 422
    programs[1].answering = lambda _heard: Says()
    pass_time(timedelta(minutes=1))
    assert deliver_due() == Done(delivered=1)


def test_what_follows_a_refused_message_of_its_thing_waits_for_it(
    app: Flask, programs: Programs
) -> None:
    programs[1].answering = lambda heard: Says(422 if heard.json["n"] == 1 else 200)
    put(1, 1, thing_id=7)
    put(1, 2, thing_id=7)
    put(1, 3, thing_id=8)
    deliver_due()
    assert numbers(programs[1]) == [1, 3]
    programs[1].answering = lambda _heard: Says()
    pass_time(timedelta(minutes=1))
    assert deliver_due().delivered == 2
    assert numbers(programs[1]) == [1, 3, 1, 2]


def test_a_message_is_given_up_after_days_of_refusals_and_can_be_revived(
    app: Flask, programs: Programs
) -> None:
    programs[1].answering = lambda _heard: Says(422, b"subject: is empty")
    kept = put(1, 1)
    for _try in range(60):
        if row(kept).given_up_at:
            break
        deliver_due()
        pass_time(timedelta(hours=8))
    assert row(kept).given_up_at is not None
    assert row(kept).last_error == "422 subject: is empty"
    assert receiver(1).failing_since is None
    assert check().state == "degraded"
    programs[1].answering = lambda _heard: Says()
    assert revive_all() == 1
    assert deliver_due() == Done(delivered=1)


def test_who_fails_for_days_is_paused_and_the_administrators_hear_of_it(
    app: Flask, programs: Programs
) -> None:
    add_user("admin@clairson.example", PASSWORD, RoleName.ADMIN)
    add_user("writer@clairson.example", PASSWORD, RoleName.WRITER)
    programs[1].answering = down
    for number in range(4):
        put(1, number)
    run_task(app, "deliveries")
    assert receiver(1).paused_at is None
    pass_time(timedelta(days=3))
    run_task(app, "deliveries")
    assert receiver(1).paused_because == "503 {}"
    mails = db.session.scalars(select(OutgoingMail)).all()
    assert [each.recipient for each in mails] == ["admin@clairson.example"]
    assert "503" in mails[0].text
    programs[1].answering = lambda _heard: Says()
    pass_time(timedelta(days=1))
    assert deliver_due() == Done(), "paused: everything waits"
    with site_context(app):
        pausing.resume(receiver(1))
    assert deliver_due() == Done(delivered=4)


def test_who_is_gone_is_paused_at_once(app: Flask, programs: Programs) -> None:
    programs[1].answering = lambda _heard: Says(410)
    kept = put(1, 1)
    with site_context(app):
        deliver_due()
    assert receiver(1).paused_at is not None
    assert row(kept).given_up_at is None


def test_a_fault_of_our_own_is_tried_again(app: Flask, programs: Programs) -> None:
    def send(_message: Message) -> int:
        raise ZeroDivisionError("oh")

    register(app, KIND, send)
    kept = put(1, 1)
    assert deliver_due() == Done(put_off=1)
    assert row(kept).last_error == "ZeroDivisionError: oh"
    register(app, KIND, sender(programs))
    pass_time(timedelta(minutes=1))
    assert deliver_due() == Done(delivered=1)


def test_redirects_are_not_followed(app: Flask, programs: Programs) -> None:
    programs[1].answering = lambda _heard: Says(302, headers={"Location": programs[2].url})
    kept = put(1, 1)
    deliver_due()
    assert programs[2].heard == []
    assert programs[2].url in row(kept).last_error


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("http://192.168.7.7/", "https"),
        ("https://192.168.7.7/", "private"),
        ("https://localhost/", "private"),
        ("ftp://127.0.0.1/", "http"),
    ],
)
def test_machines_of_the_own_network_are_reached_by_name_alone(
    app: Flask, address: str, word: str
) -> None:
    with pytest.raises(NotTaken, match=word):
        ask("POST", address, content=b"{}")


def test_who_does_not_listen_is_tried_again(app: Flask, programs: Programs) -> None:
    with listening() as closed:
        gone = closed.url
    with pytest.raises(NotTaken, match="connection"):
        ask("POST", gone, content=b"{}")


def test_what_is_too_large_is_refused_before_it_leaves(app: Flask) -> None:
    with pytest.raises(NotTaken, match="too large"):
        body_of({"text": "x" * 1_000_001})


def test_one_process_at_a_time_serves_a_receiver(any_app: Flask) -> None:
    register(any_app, KIND, lambda _message: 200)
    put(1, 1)
    put(1, 2)
    put(2, 3)
    adopt()
    one, two = claim(utc_now()), claim(utc_now())
    assert one is not None
    assert two is not None
    assert {one.target_id, two.target_id} == {1, 2}
    assert claim(utc_now()) is None
    later = utc_now() + CLAIM + timedelta(seconds=1)
    assert claim(later) is not None, "what a killed worker held is free again"


def test_the_whole_way_holds_on_both_databases(any_app: Flask) -> None:
    taken: list[tuple[int, int]] = []

    def send(message: Message) -> int:
        if message.payload["n"] == 1 and message.attempts == 1:
            raise NotTaken("busy")
        taken.append((message.target_id, message.payload["n"]))
        return 202

    register(any_app, KIND, send)
    for number in range(3):
        put(1, number)
        put(2, number + 10)
    deliver_due()
    assert sorted(taken) == [(1, 0), (2, 10), (2, 11), (2, 12)]
    pass_time(timedelta(minutes=1))
    deliver_due()
    assert [number for target, number in taken if target == 1] == [0, 1, 2]


def test_what_has_arrived_is_sent_again_under_the_same_event(
    app: Flask, programs: Programs
) -> None:
    kept = put(1, 1)
    deliver_due()
    again = send_again(row(kept))
    assert again.id != kept
    deliver_due()
    ids = [each["id"] for each in programs[1].bodies()]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_what_waits_is_tried_at_once_when_somebody_asks(app: Flask, programs: Programs) -> None:
    programs[1].answering = down
    kept = put(1, 1)
    deliver_due()
    programs[1].answering = lambda _heard: Says()
    assert deliver_due() == Done()
    send_again(row(kept))
    assert deliver_due() == Done(delivered=1)


def test_what_was_erased_is_not_sent_again(app: Flask, programs: Programs) -> None:
    kept = put(1, 1)
    deliver_due()
    db.session.execute(update(Delivery).values(payload={}))
    db.session.commit()
    with pytest.raises(Erased):
        send_again(row(kept))


def test_a_receiver_that_is_no_more_takes_what_waits_along(app: Flask, programs: Programs) -> None:
    programs[1].answering = down
    kept = put(1, 1)
    deliver_due()
    forget(KIND, 1)
    db.session.commit()
    assert db.session.get(Delivery, kept) is None
    assert deliver_due() == Done()


def test_a_receiver_removed_while_it_is_served_breaks_nothing(app: Flask) -> None:
    def send(message: Message) -> int:
        forget(KIND, message.target_id)
        db.session.commit()
        raise Gone("removed")

    register(app, KIND, send)
    put(1, 1)
    assert deliver_due() == Done(put_off=1)


def test_what_arrived_is_forgotten_after_a_month(app: Flask, programs: Programs) -> None:
    old = put(1, 1)
    deliver_due()
    pass_time(timedelta(days=31))
    young = put(1, 2)
    deliver_due()
    cleaning.clean()
    assert [each.id for each in db.session.scalars(select(Delivery))] == [young]
    assert old != young


def test_health_names_what_does_not_arrive(app: Flask, programs: Programs) -> None:
    assert check().state == "ok"
    programs[1].answering = down
    put(1, 1)
    deliver_due()
    assert check().state == "ok", "a try in vain is no trouble yet"
    pass_time(timedelta(minutes=20))
    assert check().state == "degraded"
