"""Claims about asking other sites: nothing nearby is reached, and nothing takes long or much."""

import gzip
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import httpcore
import pytest

from kb.outbound.addresses import target_of
from kb.outbound.fetching import MAX_BODY, NoSuchHost, NotPublic, Unreachable
from tests.articles.links.sites import PUBLIC, Net, Site, serving
from tests.postbox import CERTIFICATE


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def net(site: Site) -> Net:
    return Net(site, {"good.example": [[PUBLIC]]})


def test_a_page_is_asked_for_by_its_name_at_the_address_that_was_checked(
    net: Net, site: Site
) -> None:
    site.says("/a", body=b"hello")
    answer = net.fetcher().ask("GET", target_of("http://good.example/a"))
    assert (answer.status, answer.body) == (200, b"hello")
    assert net.dialled == [PUBLIC]
    assert site.asked == [("GET", "good.example", "/a")]
    assert site.agents == {"KB-LinkCheck/1.0 (+https://help.example)"}


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:10.0.0.5"],
        [PUBLIC, "10.0.0.5"],  # one of several is enough to refuse
    ],
)
def test_a_name_that_leads_nearby_is_not_even_connected_to(net: Net, addresses: list[str]) -> None:
    net.names["trap.example"] = [addresses]
    with pytest.raises(NotPublic):
        net.fetcher().ask("GET", target_of("http://trap.example/"))
    assert net.dialled == []


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/"]
)
def test_an_address_written_as_a_number_is_checked_too(net: Net, address: str) -> None:
    with pytest.raises(NotPublic):
        net.fetcher().ask("GET", target_of(address))
    assert net.dialled == []


def test_a_name_that_changes_its_answer_changes_nothing(net: Net, site: Site) -> None:
    site.says("/")
    net.names["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    net.fetcher().ask("GET", target_of("http://rebind.example/"))
    with pytest.raises(NotPublic):
        net.fetcher().ask("GET", target_of("http://rebind.example/"))
    assert net.dialled == [PUBLIC], "resolved once for each connection, which goes just there"


def test_an_unknown_name_says_so(net: Net) -> None:
    with pytest.raises(NoSuchHost):
        net.fetcher().ask("GET", target_of("http://nowhere.example/"))


def test_a_huge_page_is_left_after_its_first_bytes(net: Net, site: Site) -> None:
    sent = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 65_536)
            sent.append(65_536)

    site.replies["/huge"] = endless
    answer = net.fetcher().ask("GET", target_of("http://good.example/huge"))
    assert len(answer.body) == MAX_BODY
    assert sum(sent) < 100_000_000


def test_a_packed_page_is_never_unpacked(net: Net, site: Site) -> None:
    bomb = gzip.compress(b"0" * 20_000_000)
    site.says("/bomb", body=bomb, Content_Encoding="gzip")
    answer = net.fetcher().ask("GET", target_of("http://good.example/bomb"))
    assert answer.body == bomb[:MAX_BODY]


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_page_that_drips_ends_with_its_time(net: Net, site: Site, part: str) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b""))
        while not over.wait(0.05):
            handler.wfile.write(b"X-A: b\r\n")
            handler.wfile.flush()

    site.replies["/drip"] = drip
    try:
        with pytest.raises(Unreachable, match="timeout"):
            net.fetcher(whole_seconds=0.6).ask("GET", target_of("http://good.example/drip"))
    finally:
        over.set()


def test_an_answer_that_is_no_http_is_trouble(net: Net, site: Site) -> None:
    def nonsense(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")
        handler.close_connection = True

    site.replies["/"] = nonsense
    with pytest.raises(Unreachable, match="protocol"):
        net.fetcher().ask("GET", target_of("http://good.example/"))


def test_a_certificate_that_does_not_hold_is_trouble(net: Net) -> None:
    with pytest.raises(Unreachable, match=r"certificate|connection"):
        net.fetcher().ask("GET", target_of("https://good.example/"))


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """Who trusts the certificate of the tests, which is one for `localhost`."""
    return ssl.create_default_context(cafile=CERTIFICATE)


def test_a_page_is_read_under_encryption(trusting: ssl.SSLContext) -> None:
    with serving(encrypted=True) as site:
        site.says("/a", body=b"hello")
        net = Net(site, {"localhost": [[PUBLIC]]})
        answer = net.fetcher(context=trusting).ask("GET", target_of("https://localhost/a"))
        assert (answer.status, answer.body, net.dialled) == (200, b"hello", [PUBLIC])
        assert site.asked == [("GET", "localhost", "/a")]


def test_a_certificate_for_another_name_does_not_hold(trusting: ssl.SSLContext) -> None:
    with serving(encrypted=True) as site:
        net = Net(site, {"good.example": [[PUBLIC]]})
        with pytest.raises(Unreachable, match="certificate"):
            net.fetcher(context=trusting).ask("GET", target_of("https://good.example/"))
        assert site.asked == []


def test_where_the_newer_network_leads_nowhere_the_older_one_is_taken(net: Net, site: Site) -> None:
    site.says("/a")
    net.names["good.example"] = [["2606:4700::6810:84e5", PUBLIC]]
    older = net.dial

    def dial(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        if ":" in address:
            raise httpcore.ConnectError("network is unreachable")
        return older(address, port, seconds)

    net.dial = dial  # type: ignore[method-assign]
    assert net.fetcher().ask("GET", target_of("http://good.example/a")).status == 200


def test_endless_headers_are_trouble(net: Net, site: Site) -> None:
    site.says("/a", **{f"X_{number}": "x" * 1_000 for number in range(200)})
    with pytest.raises(Unreachable, match="protocol"):
        net.fetcher().ask("GET", target_of("http://good.example/a"))


def test_a_resolver_that_does_not_answer_ends_with_the_time(net: Net) -> None:
    over, ended = threading.Event(), threading.Event()

    def silent(_host: str, _port: int) -> list[str]:
        over.wait()
        ended.set()
        return [PUBLIC]

    net.resolve = silent  # type: ignore[method-assign]
    try:
        with pytest.raises(Unreachable, match="timeout"):
            net.fetcher(whole_seconds=0.2).ask("GET", target_of("http://good.example/"))
    finally:
        over.set()
    assert ended.wait(120)
    assert net.dialled == []


def test_a_site_is_greeted_by_its_name_under_encryption(net: Net) -> None:
    names = []

    class Stream(httpcore.NetworkStream):
        def start_tls(self, _context, server_hostname=None, timeout=None):  # type: ignore[no-untyped-def]
            names.append(server_hostname)
            raise httpcore.ConnectError("far enough")

        def close(self) -> None:
            """Nothing is open."""

    net.dial = lambda *_args: Stream()  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        net.fetcher().ask("GET", target_of("https://good.example/"))
    assert names == ["good.example"]
