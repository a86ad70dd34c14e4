"""Claims about files in the mail of an answer: attached where they are small, else fetched, never of notes."""

from collections.abc import Callable

import pytest
from flask import Flask

from feedback.mailbox import enclosing
from feedback.requests.files.keeping import erase_contents, keep_file
from feedback.requests.models import Author, ContactRequest
from feedback.requests.thread import NewMessage, add_message
from kb.config import Settings
from kb.db import db
from kb.mail.delivery import deliver_due
from tests.feedback.mailbox.conftest import camille, opened, outgoing
from tests.postbox import Postbox

LABEL = b"CMD-2026-0042\n"


@pytest.fixture
def settings(settings: Settings, postbox: Postbox) -> Settings:
    return settings.model_copy(update={"smtp_url": postbox.url})


def answered(
    request: ContactRequest, *names: str, text: str = "Your label.", is_note: bool = False
) -> list[str]:
    """Let a colleague answer with files; return their keys."""
    keys = [keep_file(db.session(), LABEL, each).key for each in names]
    new = NewMessage(Author.STAFF, text, user_id=camille().id, files=keys, is_note=is_note)
    add_message(db.session(), request, new)
    db.session.commit()
    return keys


def arrived(postbox: Postbox) -> list[list[tuple[str, bytes]]]:
    deliver_due()
    return [
        [(part.get_filename() or "", part.get_payload(decode=True)) for part in each.iter_attachments()]
        for each in postbox.messages
    ]  # fmt: skip


def test_files_of_an_answer_are_attached_to_its_mail_alone(app: Flask, postbox: Postbox) -> None:
    request = opened()
    answered(request, "étiquette n° 1.txt", "two.txt")
    [mail] = outgoing("request-answer")
    assert "Attached, and kept with your request: étiquette n° 1.txt, two.txt" in mail.text
    assert [each for each in arrived(postbox) if each] == [
        [("étiquette n° 1.txt", LABEL), ("two.txt", LABEL)]
    ]


def test_an_answer_of_files_alone_has_words_too(app: Flask) -> None:
    answered(opened(), "label.txt", text="")
    [mail] = outgoing("request-answer")
    assert mail.text.startswith("Attached")


def test_files_that_are_too_large_together_are_fetched_from_the_thread(
    app: Flask, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enclosing, "MAX_ENCLOSED_BYTES", 2 * len(LABEL) - 1)
    request = opened()
    answered(request, "one.txt", "two.txt")
    [mail] = outgoing("request-answer")
    assert "With this message come files" in mail.text
    assert f"/en/requests/{request.reference}" in mail.text
    assert not any(arrived(postbox))


def test_a_file_of_a_note_is_in_no_mail(app: Flask, postbox: Postbox) -> None:
    answered(opened(), "invoice.txt", is_note=True)
    assert not any(arrived(postbox))
    assert not any("invoice" in str(each) for each in postbox.messages)


def test_an_answer_arrives_though_its_file_was_erased(app: Flask, postbox: Postbox) -> None:
    erase_contents(answered(opened(), "label.txt"))
    assert not any(arrived(postbox))
    db.session.expire_all()
    assert outgoing("request-answer")[0].sent_at is not None


class TestServerThatTakesLittle:
    """A server with a limit below what a file needs."""

    @pytest.fixture
    def postbox(self, start_mail_server: Callable[..., Postbox]) -> Postbox:
        return start_mail_server(largest=60_000)

    def test_the_words_arrive_without_the_files(self, app: Flask, postbox: Postbox) -> None:
        request = opened()
        key = keep_file(db.session(), b"lamp\n" * 20_000, "log.txt").key
        new = NewMessage(Author.STAFF, "See *this*.", user_id=camille().id, files=(key,))
        message = add_message(db.session(), request, new)
        db.session.commit()
        deliver_due()
        db.session.expire_all()
        sent = [each for each in postbox.messages if each["Message-ID"] == message.message_id]
        assert len(sent) == 1
        assert "log.txt" in sent[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert list(sent[0].iter_attachments()) == []
