"""Claims about checking the links of a site: what is asked, how often, and what comes of it."""

import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import httpcore
import pytest
from flask import Flask
from sqlalchemy import select, update

from articles.links import checking, keeping, robots
from articles.links.broken import broken_links
from articles.links.judging import Outcome, Sort
from articles.links.models import Link, LinkHost, LinkState, LinkUse
from articles.publishing import archive, commit_changes
from kb.db import db, utc_now
from kb.outbound.addresses import target_of
from kb.worker.running import site_context
from tests import factories
from tests.articles.links.sites import PUBLIC, Net, Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def net(site: Site, monkeypatch: pytest.MonkeyPatch) -> Net:
    # The pause itself has its own test; here only the order of questions counts.
    monkeypatch.setattr(robots, "BETWEEN", timedelta(milliseconds=1))
    return Net(site, {"good.example": [[PUBLIC]]})


def check(app: Flask, net: Net, path: str = "/a", host: str = "good.example") -> Link:
    """Publish an article with a link, and check it."""
    factories.article("With a link", f"See [the page](http://{host}{path}).")
    with site_context(app):
        keeping.reconcile()
        checking.check_due(net.fetcher())
    return db.session.scalars(select(Link).execution_options(populate_existing=True)).one()


def test_the_links_of_public_words_are_known(any_app: Flask) -> None:
    body = (
        "[one](https://a.example/x#p) [again](https://a.example/x) <https://b.example/> "
        "[mail](mailto:a@b.example) [here](article:other) [own](http://localhost/fr/) "
        "`https://code.example/`"
    )
    shown = factories.article("A", body)
    factories.article("Draft", "[c](https://c.example/)", draft=True)
    with site_context(any_app):
        assert keeping.reconcile() == 1
        assert keeping.reconcile() == 0, "words are read once"
    rows = db.session.execute(select(Link.url, LinkUse.text).join(LinkUse)).all()
    assert sorted(map(tuple, rows)) == [
        ("https://a.example/x", "one"),
        ("https://b.example/", "https://b.example/"),
    ]
    archive(shown)
    commit_changes()
    with site_context(any_app):
        keeping.reconcile()
    assert db.session.scalars(select(Link)).all() == []


def test_a_head_is_enough_where_it_answers_well(app: Flask, net: Net, site: Site) -> None:
    site.says("/a")
    assert check(app, net).state is LinkState.WORKING
    assert site.paths() == ["HEAD /a"]


def test_a_page_is_asked_for_where_its_head_answers_badly(app: Flask, net: Net, site: Site) -> None:
    site.says("/a", head=405)
    assert check(app, net).state is LinkState.WORKING
    assert site.paths() == ["HEAD /a", "GET /a"]


def test_a_page_that_was_taken_away_is_broken_at_once(app: Flask, net: Net, site: Site) -> None:
    site.says("/a", 410)
    link = check(app, net)
    assert (link.state, link.status) == (LinkState.BROKEN, 410)
    assert [each.link_id for each in db.session.scalars(broken_links())] == [link.id]


def test_permanent_redirects_say_the_new_address(app: Flask, net: Net, site: Site) -> None:
    site.leads("/a", "/b")
    site.leads("/b", "http://good.example/c", 308)
    site.says("/c")
    link = check(app, net)
    assert (link.state, link.moved_to) == (LinkState.MOVED, "http://good.example/c")


def test_a_redirect_for_now_is_no_new_address(app: Flask, net: Net, site: Site) -> None:
    site.leads("/a", "/b", 301)
    site.leads("/b", "/c", 302)
    site.leads("/c", "/d", 301)
    site.says("/d")
    assert check(app, net).moved_to == "http://good.example/b"


# Habits of real sites


def ask(net: Net, path: str = "/a", host: str = "good.example") -> Outcome:
    return checking.outcome_of(net.fetcher(), f"http://{host}{path}")


@pytest.mark.parametrize("status", [400, 401, 403, 405, 406, 418, 451, 999])
def test_a_site_that_refuses_programs_says_nothing_of_its_pages(
    app: Flask, net: Net, site: Site, status: int
) -> None:
    site.says("/a", status)
    assert (check(app, net).state, site.paths()) == (LinkState.UNKNOWN, ["HEAD /a", "GET /a"])


def test_a_riddle_for_browsers_is_no_trouble_of_the_page(app: Flask, net: Net, site: Site) -> None:
    site.says("/a", 503, cf_mitigated="challenge")
    assert ask(net).sort is Sort.KEPT_OUT


@pytest.mark.parametrize("status", [429, 503])
def test_a_site_that_asks_for_a_pause_gets_it_for_all_its_pages(
    app: Flask, net: Net, site: Site, status: int
) -> None:
    site.says("/a", status, Retry_After="240")
    site.says("/b")
    ask(net)
    assert ask(net, "/b").sort is Sort.BUSY
    assert site.paths() == ["HEAD /a"], "not even the page itself is asked for after its head"
    free_at = db.session.scalars(select(LinkHost.free_at).where(LinkHost.host == "good.example"))
    assert timedelta(seconds=200) < free_at.one() - utc_now() <= timedelta(seconds=240)


def test_a_pause_has_an_end_whatever_a_site_asks_for(app: Flask, net: Net, site: Site) -> None:
    site.says("/a", 429, Retry_After="99999999")
    ask(net)
    free_at = db.session.scalars(select(LinkHost.free_at).where(LinkHost.host == "good.example"))
    assert free_at.one() - utc_now() <= robots.MOST_PAUSE


def test_a_robots_txt_that_cannot_be_had_now_is_asked_for_once_an_hour(
    app: Flask, net: Net, site: Site
) -> None:
    for status in (503, 429):
        db.session.execute(update(LinkHost).values(free_at=utc_now()))
        site.asked.clear()
        site.says("/robots.txt", status)
        assert {ask(net, path).sort for path in ("/a", "/b", "/c")} == {Sort.BUSY}
        assert [path for _method, _host, path in site.asked] == ["/robots.txt"]


def test_a_wall_of_cookies_is_passed(app: Flask, net: Net, site: Site) -> None:
    def wall(handler: BaseHTTPRequestHandler) -> None:
        is_known = {"seen=1", "lang=fr"} <= set((handler.headers["Cookie"] or "").split("; "))
        handler.send_response(200 if is_known else 302)
        if not is_known:
            handler.send_header("Location", "/a")
            handler.send_header("Set-Cookie", "seen=1; Path=/; HttpOnly")
            handler.send_header("Set-Cookie", "lang=fr; Secure")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.replies["/a"] = wall
    assert ask(net).sort is Sort.GOOD


def test_a_wall_that_is_not_passed_is_none_of_the_page(app: Flask, net: Net, site: Site) -> None:
    site.says("/a", 302, Location="/a", Set_Cookie="riddle=1")
    assert (ask(net).sort, ask(net).trouble) == (Sort.KEPT_OUT, "redirects")


def test_a_cookie_goes_to_no_other_site(app: Flask, net: Net, site: Site) -> None:
    seen = []
    net.names["other.example"] = [[PUBLIC]]
    site.says("/a", 302, Location="http://other.example/b", Set_Cookie="a=1; Domain=example")
    site.replies["/b"] = lambda handler: seen.append(handler.headers["Cookie"])
    ask(net)
    assert set(seen) == {None}


def test_the_front_page_is_no_new_address(app: Flask, net: Net, site: Site) -> None:
    site.leads("/a", "/")
    site.says("/")
    link = check(app, net)
    assert (link.state, link.moved_to) == (LinkState.WORKING, "")


def test_a_page_moves_with_its_site_to_another_name(app: Flask, net: Net, site: Site) -> None:
    net.names["www.good.example"] = [[PUBLIC]]

    def move(handler: BaseHTTPRequestHandler) -> None:
        is_there = handler.headers["Host"].startswith("www.")
        handler.send_response(200 if is_there else 301)
        if not is_there:
            handler.send_header("Location", "http://www.good.example/a")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.replies["/a"] = move
    assert check(app, net).moved_to == "http://www.good.example/a"


def test_both_ways_to_a_host_share_its_turns(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    robots.turn(target_of("http://good.example/"))
    monkeypatch.setattr(robots, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(robots.NotNow):
        robots.turn(target_of("https://good.example/"))


def test_certificates_that_browsers_complete_are_not_called_broken(
    app: Flask, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher = net.fetcher()
    for word, sort in (
        ("chain", Sort.KEPT_OUT),
        ("encryption", Sort.KEPT_OUT),
        ("certificate", Sort.TROUBLE),
    ):
        monkeypatch.setattr(fetcher, "dial", _refusing(word))
        outcome = checking.outcome_of(fetcher, "https://good.example/")
        assert (outcome.sort, outcome.trouble) == (sort, word)


def _refusing(word: str) -> Callable[..., httpcore.NetworkStream]:
    error: ssl.SSLError = ssl.SSLError("unsafe legacy renegotiation disabled")
    if word != "encryption":
        error = ssl.SSLCertVerificationError("not valid")
        error.verify_code = 20 if word == "chain" else 10

    def dial(*_args: object) -> httpcore.NetworkStream:
        try:
            raise error
        except ssl.SSLError as met:
            raise httpcore.ConnectError(str(met)) from met

    return dial


def test_a_redirect_into_the_own_network_is_not_followed(app: Flask, net: Net, site: Site) -> None:
    for number, to in enumerate(("http://127.0.0.1/", "http://inside.example/", "http://[::1]/")):
        site.leads(f"/{number}", to)
    net.names["inside.example"] = [["192.168.0.2"]]
    for number in range(3):
        outcome = checking.outcome_of(net.fetcher(), f"http://good.example/{number}")
        assert outcome.trouble == "private"
    assert set(net.dialled) == {PUBLIC}


@pytest.mark.parametrize("to", ["http://good.example:22/", "file:///etc/passwd", "http://u:p@x/"])
def test_a_redirect_to_no_plain_address_is_not_followed(
    app: Flask, net: Net, site: Site, to: str
) -> None:
    site.leads("/a", to)
    assert checking.outcome_of(net.fetcher(), "http://good.example/a").trouble == "bad-redirect"


def test_redirects_without_end_are_left(app: Flask, net: Net, site: Site) -> None:
    site.leads("/a", "/a", 302)
    assert checking.outcome_of(net.fetcher(), "http://good.example/a").trouble == "redirects"
    assert len(site.paths()) == robots.MAX_HOPS + 1


def test_robots_txt_is_obeyed_and_asked_once(app: Flask, net: Net, site: Site) -> None:
    site.says("/robots.txt", body=b"User-agent: KB-LinkCheck\nDisallow: /a\n")
    site.says("/a")
    site.says("/b")
    fetcher = net.fetcher()
    assert checking.outcome_of(fetcher, "http://good.example/a").trouble == "robots"
    assert checking.outcome_of(fetcher, "http://good.example/b").status == 200
    assert [path for _method, _host, path in site.asked] == ["/robots.txt", "/b"]


def test_a_site_that_cannot_say_what_it_allows_is_asked_later(
    app: Flask, net: Net, site: Site
) -> None:
    site.says("/robots.txt", 503)
    link = check(app, net)
    assert (link.state, link.checked_at) == (LinkState.UNKNOWN, None)
    assert site.paths() == []


def test_two_requests_to_a_site_are_a_second_apart(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [utc_now()]
    monkeypatch.setattr(robots, "utc_now", lambda: now[0])
    target, turns = target_of("http://good.example/"), []

    def sleep(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    for _ in range(3):
        robots.turn(target, sleep=sleep)
        turns.append(now[0])
    assert turns[1] - turns[0] >= robots.BETWEEN
    assert turns[2] - turns[1] >= robots.BETWEEN


def test_a_site_that_is_taken_for_long_is_left_for_later(app: Flask) -> None:
    target = target_of("http://good.example/")
    robots.turn(target)
    db.session.execute(update(LinkHost).values(free_at=utc_now() + timedelta(minutes=5)))
    db.session.commit()
    with pytest.raises(robots.NotNow):
        robots.turn(target)


def test_a_link_that_one_worker_has_taken_is_not_taken_again(any_app: Flask) -> None:
    factories.article("A", "[x](https://a.example/)")
    with site_context(any_app):
        keeping.reconcile()
        now = utc_now()
        assert checking._claim(now) is not None
        assert checking._claim(now) is None
        assert checking._claim(now + checking.CLAIM) is not None, "a killed worker blocks nobody"


def test_nothing_is_asked_where_the_setting_says_so(
    app: Flask, net: Net, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = app.extensions["kb_settings"].model_copy(update={"link_check": "off"})
    monkeypatch.setitem(app.extensions, "kb_settings", off)
    assert check(app, net).checked_at is None
    assert site.asked == []
