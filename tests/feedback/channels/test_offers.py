"""What customers are offered, when, in which order, and how long it takes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from feedback.announcements import showing
from feedback.channels import offers
from feedback.channels.delays import delay_of, rounded
from feedback.channels.hours import Standing
from feedback.channels.models import ContactChannel, Topic
from feedback.channels.nearness import steps_away
from feedback.channels.offers import Offered, offered
from feedback.requests.models import Way
from kb.db import db, utc_now
from tests.feedback.channels import cast

MONDAY_TEN = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Paris"))
SUNDAY = MONDAY_TEN - timedelta(days=1)
HOUR = timedelta(hours=1)
PHONE_BROWSER = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Mobile Safari/537.36"


def ways(offers: list[Offered]) -> list[Way]:
    """Return the kinds of offers, in order."""
    return [each.way for each in offers]


def only(way: Way, offers: list[Offered]) -> Offered:
    """Return the one offer of a kind."""
    (found,) = [each for each in offers if each.way is way]
    return found


def test_what_answers_sooner_comes_first_and_the_form_is_always_there(any_app: Flask) -> None:
    cast.channel(Way.POST, "Clairson\n69002 Lyon", stated_minutes=5 * 24 * 60)
    cast.channel(Way.MESSAGING, "https://wa.example/1")
    cast.telephone(stated_minutes=4)
    in_order = [Way.PHONE, Way.FORM, Way.MESSAGING, Way.POST]
    assert ways(offered("en", at=MONDAY_TEN)) == in_order
    # A letter is nothing to use at this moment: closed until tomorrow at nine is sooner.
    in_order = [Way.FORM, Way.MESSAGING, Way.PHONE, Way.POST]
    assert ways(offered("en", at=SUNDAY)) == in_order


def test_a_form_that_takes_days_comes_before_what_is_closed_and_after_what_is_open(
    app: Flask,
) -> None:
    cast.telephone(stated_minutes=4)
    cast.channel(Way.FORM, stated_minutes=4 * 24 * 60)
    assert ways(offered("en", at=SUNDAY)) == [Way.FORM, Way.PHONE]
    assert ways(offered("en", at=SUNDAY, on_phone=True)) == [Way.FORM, Way.PHONE]
    assert ways(offered("en", at=MONDAY_TEN)) == [Way.PHONE, Way.FORM]


def test_a_telephone_of_the_settings_leads_a_phone_where_nothing_answers_sooner(app: Flask) -> None:
    app.extensions["kb_settings"] = app.extensions["kb_settings"].model_copy(
        update={"contact_phone": "+33 4 00 00 00 00"}
    )
    assert ways(offered("en", on_phone=True))[0] is Way.PHONE
    assert ways(offered("en"))[0] is Way.FORM
    now = utc_now()
    cast.requests(Way.FORM, [HOUR / 2] * 30, now)
    assert ways(offered("en", on_phone=True))[0] is Way.FORM  # nobody knows whether it is answered


def test_a_slow_form_comes_after_a_quick_app_whatever_the_order(app: Flask) -> None:
    cast.channel(Way.FORM, stated_minutes=2 * 24 * 60)
    cast.channel(Way.EMAIL, "help@clairson.example")
    cast.channel(Way.MESSAGING, "https://wa.example/1", stated_minutes=30)
    assert ways(offered("en", at=SUNDAY)) == [Way.MESSAGING, Way.EMAIL, Way.FORM]


def test_what_never_opens_is_further_away_than_a_letter() -> None:
    closed = steps_away(Way.PHONE, Standing(is_open=False), None, SUNDAY)
    assert closed == steps_away(Way.POST, Standing(is_open=True), None, SUNDAY) == 3


def test_calls_are_picked_up_and_letters_are_answered_as_the_company_says(app: Flask) -> None:
    cast.telephone(stated_minutes=4)
    cast.channel(Way.EMAIL, "help@clairson.example", stated_minutes=120)
    found = offered("en", at=MONDAY_TEN)
    said = "We usually pick up within 4 minutes (our own estimate, not measured)."
    assert only(Way.PHONE, found).delay_said == said
    said = "We aim to answer within 2 hours (our own estimate, not measured)."
    assert only(Way.EMAIL, found).delay_said == said


def test_a_closed_telephone_promises_no_minutes(app: Flask) -> None:
    cast.telephone(stated_minutes=4)
    cast.channel(Way.EMAIL, "help@clairson.example", stated_minutes=120)
    found = offered("en", at=SUNDAY)
    assert only(Way.PHONE, found).delay_said == ""
    assert "2 hours" in only(Way.EMAIL, found).delay_said


def test_on_a_telephone_the_number_to_tap_comes_first_while_somebody_answers(app: Flask) -> None:
    cast.channel(Way.MESSAGING, "https://wa.example/1")
    cast.telephone()
    first = offered("en", at=MONDAY_TEN, on_phone=True)[0]
    assert (first.way, first.href) == (Way.PHONE, "tel:+33411223344")
    assert offered("en", at=SUNDAY, on_phone=True)[0].way is not Way.PHONE


def test_what_does_not_speak_the_language_comes_last_and_says_so(app: Flask) -> None:
    cast.telephone(locales=["fr"])
    cast.channel(Way.POST, "Clairson\n69002 Lyon")
    last = offered("en", at=MONDAY_TEN)[-1]
    assert (last.way, last.is_spoken, last.locales) == (Way.PHONE, False, ("fr",))
    assert only(Way.PHONE, offered("fr", at=MONDAY_TEN)).is_spoken


def test_closed_it_says_when_it_opens_why_and_what_to_do_meanwhile(app: Flask) -> None:
    cast.telephone(
        holidays_of="FR",
        words={"fr": {"meanwhile": "Écrivez-nous."}, "en": {"name": "Hotline"}},
    )
    christmas = datetime(2026, 12, 25, 11, tzinfo=ZoneInfo("Europe/Paris"))
    closed = only(Way.PHONE, offered("en", at=christmas))
    assert (closed.name, closed.is_open) == ("Hotline", False)
    assert closed.said == "Closed now, opens on Monday at 09:00"
    # Behind the moment of the opening it would seem to be Monday's name.
    assert closed.said_with_reason == "Christmas Day · Closed now, opens on Monday at 09:00"
    assert closed.meanwhile == "Écrivez-nous."  # better than nothing in the reader's language
    assert only(Way.PHONE, offered("en", at=MONDAY_TEN)).said == "Open now, until 12:30"


def test_a_clock_of_another_place_is_named(app: Flask) -> None:
    cast.telephone(timezone="America/New_York")
    at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert only(Way.PHONE, offered("en", at=at)).said == "Open now, until 12:30 (time of New York)"


def test_a_channel_of_one_topic_is_offered_for_it_alone(app: Flask) -> None:
    topic = Topic(key="repair", names={"en": "Repairs"})
    db.session.add(topic)
    db.session.commit()
    cast.telephone(topic_ids=[topic.id])
    assert Way.PHONE not in ways(offered("en", topic_id=topic.id + 1))
    assert only(Way.PHONE, offered("en", topic_id=topic.id)).topics == ("Repairs",)
    assert only(Way.PHONE, offered("en")).topics == ("Repairs",)


def test_a_page_that_asks_twice_reads_the_channels_once_and_sees_each_change(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels, read = offers._channels, []

    def counted() -> Sequence[ContactChannel]:
        read.append("channels")
        return channels()

    monkeypatch.setattr(offers, "_channels", counted)
    cast.telephone()
    with app.test_request_context("/en/contact"):
        assert ways(offered("en")) == ways(offered("en", on_phone=True, topic_id=1))
        assert len(read) == 1
        cast.telephone(hours=[])
        assert len(offered("en")) == 3
        assert len(read) == 2


def test_what_is_switched_off_is_not_offered(app: Flask) -> None:
    cast.telephone(is_active=False)
    assert Way.PHONE not in ways(offered("en"))


def test_without_channels_the_settings_speak(app: Flask) -> None:
    app.extensions["kb_settings"] = app.extensions["kb_settings"].model_copy(
        update={"contact_phone": "+33 4 00 00 00 00", "contact_hours": {"en": "Monday to Friday"}}
    )
    phone = only(Way.PHONE, offered("en"))
    assert (phone.href, phone.hours) == ("tel:+33400000000", ("Monday to Friday",))
    assert only(Way.EMAIL, offered("en")).href == "mailto:help@clairson.example"


def test_thirty_requests_tell_how_long_a_way_takes(any_app: Flask) -> None:
    now = utc_now()
    cast.channel(Way.EMAIL, "help@clairson.example", stated_minutes=120)
    stated = delay_of(Way.EMAIL, now)
    assert stated is not None
    assert (stated.is_measured, stated.nine_in_ten) == (False, 2 * HOUR)
    cast.requests(Way.EMAIL, [HOUR] * 15 + [3 * HOUR] * 12 + [20 * HOUR] * 2 + [None], now)
    measured = delay_of(Way.EMAIL, now)
    assert measured is not None
    assert measured.is_measured
    assert (measured.median, measured.nine_in_ten, measured.count) == (HOUR, 3 * HOUR, 30)
    assert delay_of(Way.PHONE, now) is None


def test_requests_that_still_wait_are_not_left_out_of_the_delay(app: Flask) -> None:
    now = utc_now()
    cast.requests(Way.EMAIL, [HOUR] * 20 + [None] * 10, now)
    found = delay_of(Way.EMAIL, now)
    assert found is not None
    assert (found.median, found.nine_in_ten) == (HOUR, None)
    said = only(Way.FORM, offered("en")).delay_said
    assert said == ""  # those of one way tell nothing of another
    cast.channel(Way.EMAIL, "help@clairson.example")
    assert only(Way.EMAIL, offered("en")).delay_said == "Half are answered within 1 hour."


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(seconds=20), timedelta(minutes=5)),
        (timedelta(minutes=61), 2 * HOUR),
        (timedelta(hours=47), 47 * HOUR),
        (timedelta(hours=49), timedelta(days=3)),
    ],
)
def test_a_wait_is_said_in_its_unit_and_never_shortened(wait: timedelta, said: timedelta) -> None:
    assert rounded(wait) == said


def test_the_contact_page_puts_the_number_to_tap_before_a_phone(
    client: FlaskClient, app: Flask
) -> None:
    cast.channel(Way.MESSAGING, "https://wa.example/1")
    cast.telephone(hours=[])
    html = client.get("/fr/contact", headers={"User-Agent": PHONE_BROWSER}).text
    assert html.index("tel:+33411223344") < html.index("wa.example")
    assert "04\xa011\xa022\xa033\xa044" in html
    abroad = client.get("/fr/contact", headers={"Accept-Language": "fr-BE,fr"}).text
    assert "+33\xa04\xa011\xa022\xa033\xa044" in abroad


def test_finished_pages_say_hours_and_never_that_it_is_open_now(client: FlaskClient) -> None:
    cast.telephone()
    html = client.get("/en/").text
    assert "tel:+33411223344" in html
    assert "Monday to Friday: 09:00–12:30, 14:00–18:00" in html
    assert "Open now" not in html
    assert "Closed now" not in html


def test_the_chat_of_a_vendor_runs_apart_from_the_site(client: FlaskClient) -> None:
    cast.channel(Way.CHAT, snippet="<script>start()</script>", snippet_hosts=["v.example"])
    page = client.get("/en/contact/chat/1")
    rules = page.headers["Content-Security-Policy"]
    assert "<script>start()</script>" in page.text
    assert "sandbox allow-scripts" in rules
    assert "allow-same-origin" not in rules
    assert "no-store" in page.headers["Cache-Control"]


def test_a_chat_that_is_closed_loads_nothing_of_its_vendor(client: FlaskClient) -> None:
    cast.channel(Way.CHAT, snippet="<script>start()</script>", hours=[[]] * 7)
    page = client.get("/en/contact/chat/1")
    assert "start()" not in page.text
    assert "Closed for the time being" in page.text
    assert client.get("/en/contact/chat/2").status_code == 404


def test_pages_speak_of_a_person_where_the_database_does_not_answer(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(offers, "_channels", away)
    monkeypatch.setattr(showing, "_standing", away)
    page = client.get("/en/")
    assert page.status_code == 200
    assert 'href="/en/contact"' in page.text
