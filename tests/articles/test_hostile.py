"""Nothing hostile ever runs: of hundreds of known attacks, only harmless elements reach a page.

The rule is a list of what may stand in a page, not of what may not; what a real browser does with the
same attacks is looked at in `tests/browser/test_hostile.py`.
"""

import re
import xml.etree.ElementTree as ET
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.feeds import as_markdown
from articles.markdown import PLAYER_HOSTS, render, resolve_links
from articles.markdown.typography import typeset
from kb.accounts.models import RoleName
from tests import factories
from tests.articles.hostile import NAMES, TITLES, besiege, payloads

EVERYWHERE = {"id", "class", "lang", "dir", "title", "role", "aria-label"}
PLAIN = {
    "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dfn", "dl",
    "dt", "em", "figcaption", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "mark", "p",
    "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "tfoot",
    "thead", "tr", "u", "ul", "var",
}  # fmt: skip
# Every element of an article with the attributes that it may have beside those.
MAY_STAND = {
    **{name: set() for name in PLAIN},
    "a": {"href", "rel"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open", "name"},
    "div": {"tabindex"},
    "figure": {"data-video-src", "data-video-file"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "ol": {"start", "reversed", "type"},
    "pre": {"tabindex"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"src", "controls", "preload"},
}
SCHEMES = {"", "http", "https", "mailto", "tel", "article"}
OWN_FILE = re.compile(r"/attachments/[0-9a-f]{8,64}/(?!\.+$)[^/\\?#]+$")
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\u00a0\u200b-\u200f\u2028\u2029\ufeff]+")


class Strict(HTMLParser):
    """Collects whatever is not on the list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in MAY_STAND:
            self.faults.append(f"<{tag}>")
            return
        for name, value in attrs:
            if name not in EVERYWHERE | MAY_STAND[tag]:
                self.faults.append(f"<{tag} {name}>")
            self._check(tag, name, value or "")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data}>")

    def _check(self, tag: str, name: str, value: str) -> None:
        if name == "href" and scheme_of(value) not in SCHEMES:
            self.faults.append(f"{tag} href={value}")
        if name == "src" and not OWN_FILE.match(value):
            self.faults.append(f"{tag} src={value}")
        if name == "data-video-src" and not is_player(value):
            self.faults.append(f"{tag} {name}={value}")


def scheme_of(address: str) -> str:
    """Return the scheme as a browser reads it, which skips what nobody sees."""
    bare = _IGNORED_BY_BROWSERS.sub("", unescape(address)).lower()
    head = re.match(r"([^/?#:]*):", bare)
    return head[1] if head else ""


def is_player(address: str) -> bool:
    url = urlsplit(address)
    is_file = url.path.lower().endswith((".mp4", ".webm"))
    is_peertube = url.path.startswith("/videos/embed/")
    return url.scheme in {"http", "https"} and (
        url.hostname in PLAYER_HOSTS or is_file or is_peertube
    )


def faults_of(document: str) -> list[str]:
    inspector = Strict()
    inspector.feed(document)
    inspector.close()
    return inspector.faults


@pytest.mark.parametrize("frame", ["{}", "- x\n\n  {}\n", "> {}", "| {} |\n|---|\n| y |"])
def test_of_no_known_attack_anything_reaches_an_article(frame: str) -> None:
    wrong = []
    for payload in payloads() if frame == "{}" else payloads()[::4]:
        document = render(frame.replace("{}", payload), locale="en", title="x").html
        document = resolve_links(document, lambda _: '/en/articles/x"onclick="y')
        wrong += [(payload, faults) for faults in faults_of(document)]
    assert not wrong, "\n".join(map(str, wrong))


def test_what_is_rendered_twice_is_still_harmless() -> None:
    """Whatever reads a page's HTML as Markdown again, such as a paste, gets nothing new out of it."""
    wrong = []
    for payload in payloads()[::3]:
        once = render(payload, locale="fr").html
        wrong += faults_of(render(once, locale="fr").html)
        wrong += faults_of(render(unescape(once), locale="fr").html)
    assert wrong == []


@given(
    st.lists(st.sampled_from([*payloads(), "\n", "\n\n", "    ", "> ", "- ", "`", '"', "<", "]("]))
)
@settings(max_examples=60, deadline=None)
def test_attacks_in_any_order_stay_harmless(parts: list[str]) -> None:
    assert faults_of(render("".join(parts), locale="en").html) == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_typography_leaves_a_title_for_the_template_to_escape(locale: str) -> None:
    assert not any(hasattr(typeset(title, locale), "__html__") for title in [*TITLES, *NAMES])


# Whole pages: what is not the body of an article stands in templates, and there as text


class WholePage(HTMLParser):
    """Collects what a page of the site never has."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._in_script = tag == "script"
        if tag in {"iframe", "object", "embed", "base", "applet", "frame", "portal", "math"}:
            self.faults.append(f"<{tag}>")
        if tag == "script" and not str(values.get("src", "")).startswith("/assets/"):
            self.faults.append(f"<script {values}>")
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "ping", "background"}:
                self.faults.append(f"<{tag} {name}={value}>")
            if name in {"href", "src", "action", "formaction", "poster", "data"}:
                scheme = scheme_of(value or "")
                if scheme in {"javascript", "vbscript", "data"}:
                    self.faults.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._in_script and data.strip():
            self.faults.append(f"<script>{data}")


def faults_of_page(page: str) -> list[str]:
    inspector = WholePage()
    inspector.feed(page)
    inspector.close()
    return inspector.faults


@pytest.fixture
def besieged(app: Flask) -> list[str]:
    """A site whose every field is an attack; the addresses of its articles in the studio."""
    return [f"/studio/drafts/{number}" for number in besiege(app)]


def test_no_page_runs_what_stands_in_any_field(
    app: Flask, client: FlaskClient, sign_in, besieged: list[str]
) -> None:  # type: ignore[no-untyped-def]
    admin = sign_in(RoleName.ADMIN)
    public = [
        "/en/", "/fr/", "/en/categories/c", "/en/search?q=lamp", "/en/suggest?q=lamp",
        "/en/search?q=<script>window.__xss=1</script>", '/en/search?q="onfocus=x autofocus',
        "/en/articles/<script>window.__xss=1</script>", "/en/contact?subject=<script>x</script>",
        "/fr/search?q=lamp&category=\"><script>x</script>&kind='><svg onload=x>",
        *(f"/en/articles/attack-{number}" for number in range(0, len(besieged), 5)),
    ]  # fmt: skip
    studio = [
        "/studio/", "/studio/articles", "/studio/audit", "/studio/categories/", "/studio/go/found?q=lamp",
        "/studio/translations", "/studio/reports/articles", "/studio/phrasings",
        *(each for each in besieged[::9]),
        *(f"{each}/{page}" for each in besieged[:2] for page in ("revisions", "publication", "review/")),
    ]  # fmt: skip
    wrong = []
    for visitor, addresses in ((client, public), (admin, [*studio, *public])):
        for address in addresses:
            answer = visitor.get(address)
            assert answer.status_code in {200, 404}, address
            wrong += [(address, each) for each in faults_of_page(answer.text)]
    assert not wrong, "\n".join(map(str, wrong))


def test_programs_get_well_formed_files(
    app: Flask, client: FlaskClient, besieged: list[str]
) -> None:
    for address in ("/en/feed.atom", "/sitemap.xml"):
        answer = client.get(address)
        root = ET.fromstring(answer.data)
        assert not any("script" in element.tag.lower() for element in root.iter())
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for address in ("/llms.txt", "/en/articles/attack-0.md"):
        assert client.get(address).mimetype in {"text/plain", "text/markdown"}


def test_a_search_cannot_set_a_header(client: FlaskClient) -> None:
    answer = client.get("/en/search?q=x%0d%0aSet-Cookie:%20a=b&page=9")
    assert "Set-Cookie" not in answer.headers


def test_markdown_of_an_article_leads_nowhere_hostile(app: Flask) -> None:
    factories.article(key='x"onclick="y', slug="target")
    translation = factories.article(
        "Here", "See [x](article:x%22onclick=%22y) and [y](article:zz)."
    )
    with app.test_request_context("/en/"):
        text = as_markdown(
            translation, lambda each: f"/en/articles/{each.slug}", "https://s.example"
        )
    assert "onclick" not in text
