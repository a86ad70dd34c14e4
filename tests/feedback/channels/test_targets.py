"""Where channels lead, and what a vendor's chat may do."""

from datetime import date

import pytest

from feedback.channels import targets
from feedback.channels.public_holidays import NoSuchPlace, holidays_of, part_names, place
from feedback.channels.snippets import BadHost, checked_hosts, inline_scripts, policy
from feedback.channels.targets import BadTarget, Fault
from feedback.requests.models import Way


@pytest.mark.parametrize(
    ("typed", "kept", "in_france", "abroad"),
    [
        ("04 11 22 33 44", "+33411223344", "04 11 22 33 44", "+33 4 11 22 33 44"),
        ("+44 20 7946 0958", "+442079460958", "+44 20 7946 0958", "+44 20 7946 0958"),
        ("3631", "3631", "3631", "3631"),
    ],
)
def test_a_number_is_kept_for_machines_and_shown_as_its_reader_writes_it(
    typed: str, kept: str, in_france: str, abroad: str
) -> None:
    assert targets.checked(Way.PHONE, typed, "FR") == kept
    shown = [targets.shown(Way.PHONE, kept, country) for country in ("FR", "BE")]
    assert [each.replace("\xa0", " ") for each in shown] == [in_france, abroad]
    assert targets.href(Way.SMS, kept) == f"sms:{kept}"


@pytest.mark.parametrize(
    ("way", "typed", "fault"),
    [
        (Way.PHONE, "call us", Fault.NO_NUMBER),
        (Way.PHONE, "04 11 22", Fault.NO_NUMBER),
        (Way.SMS, " ", Fault.MISSING),
        (Way.EMAIL, "help at clairson", Fault.NO_MAIL),
        (Way.EMAIL, "a@b.example, c@d.example", Fault.NO_MAIL),
        (Way.CHAT, "http://chat.example/", Fault.NO_PAGE),
        (Way.MESSAGING, "javascript:alert(1)", Fault.NO_PAGE),
        (Way.SOCIAL, "https://user@evil.example/", Fault.NO_PAGE),
        (Way.POST, "\n".join("abcdefghi"), Fault.TOO_LONG),
    ],
)
def test_what_leads_nowhere_is_refused_with_the_reason(way: Way, typed: str, fault: Fault) -> None:
    with pytest.raises(BadTarget) as refused:
        targets.checked(way, typed, "FR")
    assert refused.value.fault is fault


def test_a_place_is_lines_or_a_page() -> None:
    lines = "  Clairson \n\n 4  place Bellecour\n69002 Lyon"
    kept = targets.checked(Way.SHOP, lines, "FR")
    assert kept == "Clairson\n4 place Bellecour\n69002 Lyon"
    assert targets.href(Way.SHOP, kept) == ""
    page = "https://clairson.example/shops"
    assert targets.href(Way.MEETING, targets.checked(Way.MEETING, page, "FR")) == page


def test_the_country_of_a_reader_is_the_one_that_the_browser_names() -> None:
    assert targets.country_of_reader("fr", ["fr-BE", "fr", "en-US"]) == "BE"
    assert targets.country_of_reader("en", ["fr-BE", "fr"]) == ""


def test_holidays_have_their_names_in_the_language_of_the_reader() -> None:
    bastille = date(2026, 7, 14)
    assert holidays_of("FR", "fr")(bastille) == "Fête nationale"
    assert holidays_of("FR", "en")(bastille) == "National Day"
    assert holidays_of("FR", "en")(date(2026, 7, 15)) == ""
    assert holidays_of("", "en")(bastille) == ""


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    good_friday = date(2026, 4, 3)
    assert place("FR", "moselle") == "FR-57"
    assert holidays_of("FR-57", "en")(good_friday)
    assert not holidays_of("FR", "en")(good_friday)
    assert "Bayern" in part_names("DE")
    with pytest.raises(NoSuchPlace):
        place("FR", "Bavaria")
    with pytest.raises(NoSuchPlace):
        place("Atlantis")


SNIPPET = '<script>\nstart("x");\n</script><script src="https://chat.vendor.example/a.js"></script>'


def test_the_scripts_of_a_snippet_are_let_in_by_their_hashes() -> None:
    assert inline_scripts(SNIPPET) == ['\nstart("x");\n']
    rules = dict(each.split(" ", 1) for each in _policy().split("; "))
    assert rules["script-src"].startswith("'sha256-")
    assert "unsafe-inline" not in rules["script-src"]
    assert rules["connect-src"] == "https://chat.vendor.example wss://chat.vendor.example"


def test_a_snippet_never_speaks_to_this_site_nor_lives_in_its_origin_unless_allowed() -> None:
    rules = dict(each.split(" ", 1) for each in _policy().split("; "))
    for name in ("script-src", "connect-src", "frame-src", "form-action"):
        assert "'self'" not in rules[name]
    assert "allow-same-origin" not in rules["sandbox"]
    assert "allow-same-origin" in policy(SNIPPET, [], keeps=True)


def _policy() -> str:
    return policy(SNIPPET, ["chat.vendor.example"], keeps=False)


@pytest.mark.parametrize(
    "text", ["localhost", "*", "a b.example/path", "x.example;script-src *", "'self'"]
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(BadHost):
        checked_hosts(text)
    assert checked_hosts("https://A.example/ *.b.example") == ["a.example", "*.b.example"]
