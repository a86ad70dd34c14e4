"""The page cache hands out what was made, and nothing that is out of date."""

import gzip
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from kb import pagecache
from kb.pagecache import PageCache


class Site:
    """A WSGI application that counts how often it was woken, and the state it depends on."""

    def __init__(self) -> None:
        self.calls = 0
        self.state = 1
        self.headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "public, max-age=0"),
            ("ETag", '"abc"'),
        ]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.calls += 1
        start_response("200 OK", self.headers)
        return [f"page {self.calls} for {environ['PATH_INFO']}".encode()]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(pagecache, "CHECK_SECONDS", 0)
    return Site()


@pytest.fixture
def visitor(site: Site) -> Client:
    return Client(PageCache(site, lambda: site.state, max_bytes=1_000_000))


def test_the_second_reader_wakes_nobody(site: Site, visitor: Client) -> None:
    assert visitor.get("/a").data == visitor.get("/a").data
    assert site.calls == 1


def test_a_change_of_content_shows_at_once(site: Site, visitor: Client) -> None:
    visitor.get("/a")
    site.state = 2
    assert visitor.get("/a").data == b"page 2 for /a"


def test_a_page_made_during_a_change_is_not_kept(site: Site) -> None:
    def change_while_making(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = site(environ, start_response)
        cache._refresh()
        site.state += 1
        cache._refresh()
        return answer

    cache = PageCache(change_while_making, lambda: site.state, max_bytes=1_000_000)
    visitor = Client(cache)
    visitor.get("/a")
    visitor.get("/a")
    assert site.calls == 2


def test_searches_pass_through(site: Site, visitor: Client) -> None:
    visitor.get("/a?q=x")
    visitor.get("/a?q=x")
    assert site.calls == 2


def test_posts_pass_through(site: Site, visitor: Client) -> None:
    visitor.post("/a")
    visitor.post("/a")
    assert site.calls == 2


@pytest.mark.parametrize(
    "header", [("Cache-Control", "private"), ("Set-Cookie", "session=1")], ids=["private", "cookie"]
)
def test_what_is_for_one_visitor_is_never_kept(
    site: Site, visitor: Client, header: tuple[str, str]
) -> None:
    site.headers = [pair for pair in site.headers if pair[0] != header[0]] + [header]
    visitor.get("/a")
    visitor.get("/a")
    assert site.calls == 2


def test_a_known_page_is_answered_with_304(visitor: Client) -> None:
    etag = visitor.get("/a").headers["ETag"]
    answer = visitor.get("/a", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_304_for_one_reader_does_not_empty_the_page_for_the_next(visitor: Client) -> None:
    visitor.get("/a", headers={"If-None-Match": '"abc"'})
    assert visitor.get("/a").data == b"page 1 for /a"


def test_browsers_that_unzip_get_it_zipped(visitor: Client) -> None:
    answer = visitor.get("/a", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == b"page 1 for /a"


def test_zipped_and_plain_have_different_etags(visitor: Client) -> None:
    plain = visitor.get("/a").headers["ETag"]
    zipped = visitor.get("/a", headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert plain != zipped


def test_head_sends_no_body(visitor: Client) -> None:
    visitor.get("/a")
    assert visitor.head("/a").data == b""


def test_other_hosts_get_pages_of_their_own(site: Site, visitor: Client) -> None:
    visitor.get("/a", base_url="http://one.example")
    visitor.get("/a", base_url="http://two.example")
    assert site.calls == 2


def test_memory_is_bounded(site: Site) -> None:
    cache = PageCache(site, lambda: site.state, max_bytes=500)
    visitor = Client(cache)
    for number in range(100):
        visitor.get(f"/{number}")
    assert 0 < cache._bytes <= 500
    assert cache._bytes == sum(page.size for page in cache._pages.values())


def test_who_refuses_gzip_gets_it_plain(visitor: Client) -> None:
    answer = visitor.get("/a", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == b"page 1 for /a"


@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_who_may_have_signed_in_is_passed_on(site: Site, visitor: Client, name: str) -> None:
    public = visitor.get("/a").data
    visitor.set_cookie(name, "x")
    assert visitor.get("/a").data != public
    visitor.delete_cookie(name)
    visitor.set_cookie("kb_visitor", "y")
    assert visitor.get("/a").data == public
    assert site.calls == 2
