"""Claims about the mails that a request causes."""

from flask import Flask

from feedback.mailbox.acknowledging import acknowledge
from feedback.mailbox.taking import take
from feedback.requests.models import Author, ContactRequest, Way
from feedback.requests.opening import Opening, open_request
from feedback.requests.resolving import reopen, resolve
from feedback.requests.signals import request_assigned, tell
from feedback.requests.thread import NewMessage, add_message
from feedback.surveys.models import SurveyResponse
from kb.config import Settings
from kb.db import db, utc_now
from kb.mail.addresses import sender
from kb.mail.messages import compose
from search.encoders import EncoderState, HashingEncoder, LazyEncoder
from tests.feedback.mailbox.conftest import ALICE, CAMILLE, answered, camille, opened, outgoing
from tests.feedback.mailbox.test_taking import NEW


def test_a_request_is_confirmed_to_its_sender_and_told_to_the_staff(app: Flask) -> None:
    request = opened(locale="fr")
    notice, copy = outgoing()
    assert (notice.recipient, copy.recipient) == ("team@clairson.example", ALICE)
    assert f"/fr/requests/{request.reference}" in copy.text
    assert copy.reply_to.startswith("help+")
    assert notice.reply_to.startswith("help+")
    assert notice.reply_to != copy.reply_to
    assert "It blinks all night." in copy.text
    assert "It blinks all night." in copy.html


def test_an_answer_leaves_under_the_name_of_who_wrote_it(app: Flask, settings: Settings) -> None:
    request = opened()
    message = answered(request, "Please **unplug** it: [how](/en/articles/x).")
    [mail] = outgoing("request-answer")
    who = sender(settings)
    assert who is not None
    wire = compose(mail, who, utc_now())
    assert wire["From"] == f'"Camille ({settings.site_name})" <{settings.contact_email}>'
    assert wire["Auto-Submitted"] is None
    assert wire["Message-ID"] == message.message_id == mail.message_id
    assert wire["In-Reply-To"] == outgoing("request-copy")[0].message_id
    assert wire["Subject"] == f"Re: My lamp blinks [{request.reference}]"
    assert "<strong>unplug</strong>" in mail.html
    assert 'href="https://help.clairson.example/en/articles/x"' in mail.html
    assert "how <https://help.clairson.example/en/articles/x>" in mail.text
    assert "> It blinks all night." in mail.text


def test_the_second_answer_stands_below_all_that_came_before(app: Flask) -> None:
    request = opened()
    first, second = answered(request), answered(request, "And plug it in again.")
    mail = outgoing("request-answer")[1]
    copy = outgoing("request-copy")[0]
    assert mail.headers["In-Reply-To"] == first.message_id
    assert mail.headers["References"].split() == [copy.message_id, first.message_id]
    assert second.message_id not in mail.headers["References"]


def test_what_programs_write_says_so(app: Flask, settings: Settings) -> None:
    opened()
    who = sender(settings)
    assert who is not None
    for mail in outgoing():
        assert compose(mail, who, utc_now())["Auto-Submitted"] == "auto-generated"


def test_notes_acknowledgements_and_simulated_words_go_nowhere(app: Flask) -> None:
    request = opened()
    before = len(outgoing())
    for more in ({"is_note": True}, {"is_automatic": True}, {"simulated": True}):
        add_message(db.session(), request, NewMessage(Author.STAFF, "Only for us.", **more))
    db.session.commit()
    assert len(outgoing()) == before


def test_an_answer_that_another_program_has_sent_is_not_sent_again(app: Flask) -> None:
    request = opened()
    add_message(db.session(), request, NewMessage(Author.STAFF, "Done.", external_id="desk:1"))
    db.session.commit()
    assert outgoing("request-answer") == []


def test_words_of_the_customer_go_to_whoever_has_the_request(app: Flask) -> None:
    request = opened()
    colleague = camille()
    add_message(db.session(), request, NewMessage(Author.CUSTOMER, "Hello?"))
    request.assigned_to_id = colleague.id
    add_message(db.session(), request, NewMessage(Author.CUSTOMER, "Anybody?"))
    db.session.commit()
    assert [mail.recipient for mail in outgoing("request")[1:]] == [
        "team@clairson.example",
        CAMILLE,
    ]
    colleague.active = False
    add_message(db.session(), request, NewMessage(Author.CUSTOMER, "Still there?"))
    assert outgoing("request")[-1].recipient == "team@clairson.example"


def test_a_colleague_is_told_what_others_give_them(app: Flask) -> None:
    request, colleague = opened(), camille()
    tell(request_assigned, request=request, to_id=colleague.id, by_id=colleague.id)
    assert len(outgoing("request")) == 1
    tell(request_assigned, request=request, to_id=colleague.id, by_id=None)
    assert outgoing("request")[-1].recipient == CAMILLE


def test_who_is_not_asked_how_it_went_is_told_that_it_is_closed(app: Flask) -> None:
    first, second = opened(), opened(subject="My other lamp")
    resolve(first)
    assert db.session.query(SurveyResponse).count() == 1
    assert outgoing("request-resolved") == []
    resolve(second)  # nobody is asked twice
    [mail] = outgoing("request-resolved")
    assert mail.due_at > utc_now()
    reopen(second)
    assert outgoing("request-resolved") == []


def test_nothing_is_sent_to_the_mailbox_that_is_fetched(app: Flask, settings: Settings) -> None:
    app.extensions["kb_settings"] = settings.model_copy(
        update={"staff_email": "", "contact_email": "help@clairson.example"}
    )
    opened()
    assert [mail.kind for mail in outgoing()] == ["request-copy"]


def test_without_a_way_back_mails_answer_to_people(app: Flask, settings: Settings) -> None:
    app.extensions["kb_settings"] = settings.model_copy(update={"reply_to": ""})
    opened()
    notice, copy = outgoing()
    assert (notice.reply_to, copy.reply_to) == (ALICE, settings.contact_email)
    assert "· · ·" not in notice.text


def test_a_mail_is_confirmed_below_itself_in_its_language(app: Flask) -> None:
    request = db.session.get_one(ContactRequest, take(NEW).request_id)
    assert outgoing("request-copy") == []
    assert acknowledge() == 1
    assert acknowledge() == 0
    [copy] = outgoing("request-copy")
    assert copy.headers["In-Reply-To"] == "<first@example.com>"
    assert copy.subject == f"Re: Ma lampe clignote [{request.reference}]"
    assert f"/fr/requests/{request.reference}" in copy.text


def test_articles_for_a_mail_are_looked_for_with_the_model_that_nobody_has_loaded_yet(
    app: Flask,
) -> None:
    app.extensions["kb_search"].encoder = lazy = LazyEncoder(HashingEncoder, name="hashing")
    assert acknowledge() == 0
    assert lazy.state is EncoderState.IDLE
    take(NEW)
    assert acknowledge() == 1
    assert lazy.state is EncoderState.READY


def test_a_mail_through_a_list_is_not_confirmed(app: Flask) -> None:
    take(NEW.replace(b"Message-ID", b"List-Id: <help.example.com>\r\nMessage-ID"))
    assert acknowledge() == 0


def test_nobody_is_confirmed_without_end(app: Flask) -> None:
    for number in range(5):
        opened(subject=f"Lamp {number}")
    assert len(outgoing("request-copy")) == 3


def test_what_came_by_telephone_is_not_confirmed_by_mail(app: Flask) -> None:
    open_request(db.session(), Opening("Lamp", "It blinks.", ALICE, "en", via=Way.PHONE))
    assert [mail.kind for mail in outgoing()] == ["request"]
