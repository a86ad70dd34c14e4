"""Which notices stand, where and when."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from feedback.announcements.models import Announcement, AnnouncementText, Scope, Severity
from feedback.announcements.showing import running, state
from kb.db import db, utc_now
from tests import factories

HOUR = timedelta(hours=1)


def announce(
    title: str = "Payments fail", body: str = "Pay by transfer.", **more: Any
) -> Announcement:
    """Add an announcement that began an hour ago."""
    locales = more.pop("locales", ("en", "fr"))
    values = {
        "scopes": [Scope.SITE.value],
        "category_ids": [],
        "starts_at": utc_now() - HOUR,
        "severity": Severity.MINOR,
        "is_issue": True,
    } | more
    notice = Announcement(**values)
    notice.texts = [
        AnnouncementText(locale=each, title=title, body=body, fixed_words="It works again.")
        for each in locales
    ]
    db.session.add(notice)
    db.session.commit()
    return notice


# When something begins, ends or is fixed, in hours from now.
COURSES: dict[str, dict[str, int]] = {
    "running": {},
    "planned": {"starts_at": 1},
    "until soon": {"ends_at": 1},
    "ended": {"ends_at": -1},
    "fixed": {"fixed_at": -47},
    "fixed after its end": {"fixed_at": -47, "ends_at": -40},  # good news outlives it
    "fixed long ago": {"fixed_at": -49},
}


def test_it_stands_from_its_start_to_its_end_and_its_repair_for_two_days(
    any_app: Flask,
) -> None:
    now = utc_now()
    for title, course in COURSES.items():
        moments = {name: now + hours * HOUR for name, hours in course.items()}
        announce(title, **({"starts_at": now - 60 * HOUR} | moments))
    standing = {each.title for each in running("en")}
    assert standing == {"running", "until soon", "fixed", "fixed after its end"}
    assert len(state()) == len(standing)


def test_finished_pages_depend_on_what_stands_at_the_moment(app: Flask) -> None:
    start = utc_now() + HOUR
    announce(starts_at=start, ends_at=start + HOUR)
    before, during, after = (state(start + each) for each in (-HOUR, HOUR / 2, HOUR))
    assert before == after != during


def test_the_gravest_comes_first_and_repairs_last(app: Flask) -> None:
    announce("Note", severity=Severity.NOTICE)
    announce("Repaired", severity=Severity.MAJOR, fixed_at=utc_now())
    announce("Stop", severity=Severity.MAJOR)
    assert [each.title for each in running("en")] == ["Stop", "Note", "Repaired"]
    assert running("en")[-1].summary == "It works again."


def test_it_is_read_in_another_language_rather_than_not_at_all(app: Flask) -> None:
    announce("Boutiques fermées", locales=("fr",))
    (shown,) = running("en")
    assert (shown.title, shown.locale) == ("Boutiques fermées", "fr")


def test_a_place_shows_what_is_for_it_alone(app: Flask) -> None:
    lamps, speakers = factories.category("lamps"), factories.category("speakers")
    announce("In the widget", scopes=[Scope.WIDGET.value])
    announce("Of lamps", scopes=[Scope.CATEGORY.value], category_ids=[lamps.id])
    assert [each.title for each in running("en", Scope.WIDGET)] == ["In the widget"]
    assert [each.title for each in running("en", Scope.SITE, [lamps.id])] == ["Of lamps"]
    assert running("en", Scope.SITE, [speakers.id]) == []
    assert running("en") == []


def test_articles_of_a_category_carry_its_banner_and_others_do_not(client: FlaskClient) -> None:
    lamps = factories.category("lamps")
    inside = factories.category("bulbs", parent=lamps)
    factories.article("Change a bulb", slug="bulb", category=inside)
    factories.article("Pay", slug="pay")
    announce("Bulbs <late>", scopes=[Scope.CATEGORY.value], category_ids=[lamps.id])
    assert "Bulbs &lt;late&gt;" in client.get("/en/articles/bulb").text
    assert "Bulbs &lt;late&gt;" in client.get("/en/categories/lamps").text
    assert "announcements.js" not in client.get("/en/articles/pay").text


def test_a_banner_says_its_kind_in_words(client: FlaskClient) -> None:
    announce("Payments fail", "x" * 300, severity=Severity.MAJOR)
    html = client.get("/en/").text
    assert "Known issue, serious" in html
    assert "x" * 221 not in html
    assert 'aria-label="Hide “Payments fail”"' in html


def test_the_page_of_announcements_shows_what_stands_and_what_is_over(client: FlaskClient) -> None:
    notice = announce("Payments fail", "Pay by **transfer**.")
    announce("Old", starts_at=utc_now() - 90 * HOUR, ends_at=utc_now() - 80 * HOUR)
    announce("Later", starts_at=utc_now() + HOUR)
    page = client.get("/en/announcements").text
    assert page.index("Payments fail") < page.index("Over, within") < page.index("Old")
    assert "Later" not in page
    one = client.get(f"/en/announcements/{notice.id}")
    assert "<strong>transfer</strong>" in one.text
    assert "public" in one.headers["Cache-Control"]
    assert client.get(f"/en/announcements/{notice.id + 2}").status_code == 404


def test_the_feed_tells_of_repairs(client: FlaskClient) -> None:
    announce("Paiements & cartes", fixed_at=utc_now())
    announce("Payments fail")
    feed = client.get("/en/announcements.atom")
    assert feed.mimetype == "application/atom+xml"
    assert "<title>Payments fail</title>" in feed.text
    assert "<title>Fixed: Paiements &amp; cartes</title>" in feed.text
