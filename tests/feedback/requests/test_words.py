"""Claims about words in the inbox: what finds a request, on each database, and that erased words are gone."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from feedback.privacy.erasing import erase
from feedback.privacy.holdings import Person
from feedback.privacy.retention import keep_retention
from feedback.requests import word_index
from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.opening import Opening, open_request
from feedback.requests.studio import queue, seeking, sought
from feedback.requests.studio.sought import MAX_TERMS, Term, terms
from feedback.requests.thread import NewMessage, add_message
from kb.config import Settings
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from kb.schema import MIGRATIONS


def ask(subject: str, message: str = "I wait.", **more: object) -> ContactRequest:
    given: dict[str, object] = {
        "email": "alice.martin@lamps.example", "locale": "en", "at": utc_now(), **more,
    }  # fmt: skip
    kept = open_request(db.session(), Opening(subject, message, **given))  # type: ignore[arg-type]
    db.session.commit()
    return kept


def found(query: str) -> list[str]:
    return sorted(db.session.scalars(select(ContactRequest.subject).where(queue.holds(query))))


@pytest.mark.usefixtures("any_app")
def test_words_are_found_by_their_beginning_whatever_accents_and_capitals_they_have() -> None:
    lamp = ask(
        "Éclairage du séjour", "Le cœur de l’ampoule\nclignote, n° CL-2024-4711.", name="Zoë Ōno"
    )
    lamp.external_reference = "ZD-99017"
    add_message(db.session(), lamp, NewMessage(Author.STAFF, "Ask the *workshop*", is_note=True))
    db.session.commit()
    ask("Parcel", "ecl rage", email="bob@ampoule.example")
    for query in (
        "éclairage", "ECLAIRAGE", "eclai", "sejour", "coeur", "CŒUR", "ampoul clignot", "l'ampoule", "4711",
        "cl-2024", "zoe", "ono", "zd-99017", "workshop eclair", "alice", "alice.martin@lamps.example",
        "Alice.Martin@lam", "@lamps.example", lamp.reference[:4].lower(), lamp.reference.replace("-", ""),
        '"ampoule clignote"', "« du séjour »", '"Ask the workshop"',
    ):  # fmt: skip
        assert found(query) == ["Éclairage du séjour"], query
    for query in (
        "clairage", "workshop parcel", '"clignote ampoule"', '"ampoul clignote"', "@clignote", "???", "→", '""',
    ):  # fmt: skip
        assert found(query) == [], query
    assert found("ampoule") == ["Parcel", "Éclairage du séjour"]
    assert found("@ampoule") == ["Parcel"]


@pytest.mark.usefixtures("any_app")
def test_nothing_that_is_typed_is_an_error() -> None:
    ask("Lamp", 'A 27" lamp (new), it\'s -50% & "very" bright: AND/OR NOT near*')
    for query in (
        '"', "'", '"lamp', 'lamp"', '27" lamp', "a:b", "email:lamp", "lamp*", "* lamp", "NOT", "lamp AND", "OR",
        "NEAR(lamp new)", "(lamp", "lamp)", "^lamp", "-lamp", "+lamp", "{said}: lamp", "lamp & ! |", "<->", "a <-> b",
        "%", "_", "\\", "lamp\\", "\0lamp", "l\0amp", "lamp:*", "$$", "';--", "@", "@@", "é́", "💡", "a💡b", "²", "ⅷ", "٣",
        "x" * 200, "각" * 200, " ".join("a" * 100), "\u200b", "\ufeff", "ﬁ", "\u0301", "\ud7ff", "𝒳", "ª", "'lamp':*A",
    ):  # fmt: skip
        assert found(query) in (["Lamp"], []), query
    for query in ('27" lamp', "lamp*", "(lamp", "AND", "it's", '"lamp new"', "-50%", 'lamp"'):
        assert found(query) == ["Lamp"], query


@pytest.mark.usefixtures("any_app")
def test_a_script_without_spaces_is_found_in_the_middle() -> None:
    ask("电灯", "我的台灯不亮了")
    assert found("台灯") == found("不亮 我的") == ["电灯"]
    assert found("冰箱") == []


@pytest.mark.usefixtures("any_app")
def test_the_index_follows_whatever_changes_a_request_and_what_is_taken_back() -> None:
    kept, other = ask("First", "walnut"), ask("Second")
    db.session.execute(
        insert(RequestMessage),
        [{"request_id": kept.id, "author": Author.CUSTOMER, "text": "maple " * 60_000}],
    )
    db.session.execute(
        update(ContactRequest).values(name="Cherry").where(ContactRequest.id == kept.id)
    )
    db.session.commit()
    assert found("maple") == found("cherry walnut") == ["First"]
    db.session.execute(update(RequestMessage).values(text="birch"))
    assert (found("maple"), found("birch")) == ([], ["First"])
    db.session.rollback()
    assert (found("maple"), found("birch")) == (["First"], [])
    db.session.execute(update(RequestMessage).values(request_id=other.id))
    db.session.commit()
    assert found("maple") == ["Second"]
    db.session.execute(delete(ContactRequest).where(ContactRequest.id == other.id))
    db.session.commit()
    assert (found("maple"), found("second"), found("walnut")) == ([], [], ["First"])


@pytest.mark.usefixtures("any_app")
def test_requests_of_before_the_index_are_found_too() -> None:
    db.session.remove()
    downgrade(directory=str(MIGRATIONS), revision="0005")
    kept = ask("Old", "walnut")
    add_message(db.session(), kept, NewMessage(Author.CUSTOMER, "maple"))
    db.session.commit()
    db.session.remove()
    upgrade(directory=str(MIGRATIONS))
    assert found("walnut maple") == ["Old"]


def words_known() -> set[str]:
    db.session.execute(
        text(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.known USING fts5vocab(main, request_words, row)"
        )
    )
    known = set(db.session.scalars(text("SELECT term FROM temp.known")))
    db.session.rollback()
    return known


def on_disk(settings: Settings) -> bytes:
    files: list[Path] = sorted(settings.home.glob("kb.sqlite3*"))
    return b"".join(each.read_bytes() for each in files)


@pytest.mark.parametrize("way", ["a person", "age"])
def test_erased_words_are_gone_from_the_index_and_from_the_disk(
    app: Flask, settings: Settings, way: str
) -> None:
    long_ago = utc_now() - timedelta(days=10_000)
    for number in range(30):
        ask(f"Lamp {number}", "It blinks.", email="bob@example.org")
    kept = ask("Xylophone", "quagga", email="ann@example.org", at=long_ago)
    add_message(db.session(), kept, NewMessage(Author.STAFF, "zeppelin", at=long_ago))
    db.session.commit()
    assert {"xylophone", "quagga", "zeppelin"} <= words_known()
    if way == "age":
        db.session.execute(delete(OutgoingMail))  # sent long ago
        db.session.commit()
        keep_retention()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        erase(Person(email="ann@example.org"))
    assert not {"xylophone", "quagga", "zeppelin"} & words_known()
    left = on_disk(settings).lower()
    assert b"blinks" in left
    for word in (b"xylophone", b"quagga", b"zeppelin"):
        assert word not in left, word
    assert len(found("lamp")) == 30
    word_index.purge()  # nothing to do
    assert len(found("blinks")) == 30


@given(st.text(max_size=60))
def test_every_query_has_terms_that_can_be_asked_for(query: str) -> None:
    made = terms(query)
    assert len(made) <= MAX_TERMS
    for each in made:
        assert any(letter.isalnum() for letter in each.text)
        assert "\0" not in each.text
        assert len(each.text) <= 2 * sought.MAX_LETTERS


def test_quotes_hold_words_together_where_they_stand_around_them() -> None:
    assert terms('a "b c" «  d e » f"g h" "i') == [
        Term("a"), Term("b c", is_phrase=True), Term("d e", is_phrase=True), Term('f"g'), Term('h"'), Term('"i'),
    ]  # fmt: skip


def test_the_index_is_asked_and_no_message_is_read(any_app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        plan = db.session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT rowid >> 31 FROM request_words WHERE request_words MATCH 'a'"
            )
        )
        assert "VIRTUAL TABLE INDEX" in str(plan.all())
        return
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    for query in ("lamp", '"a lamp"', "ann@example.org"):
        asked = db.session.query(ContactRequest.id).filter(seeking.holds_all(query)).statement
        words = str(asked.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = str(db.session.execute(text(f"EXPLAIN {words.replace(':', chr(92) + ':')}")).all())
        assert "_request_words" in plan
        assert "Seq Scan on request_message" not in plan
