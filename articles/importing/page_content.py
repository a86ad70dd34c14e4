"""What a web page is about: its text without menus and footers, its title, its language. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.dammit import UnicodeDammit

from articles.importing.html import Unconvertible
from articles.importing.html.writing import MAX_DEPTH, depth_of

_SPACES = re.compile(r"\s+")
_REFRESH = re.compile(r"^\s*[\d.]+\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·»-]\s+")
# Never a part of what the page is about, wherever it stands.
_AROUND = (
    "nav",
    "footer",
    "form",
    "script",
    "style",
    "template",
    "noscript",
    "button",
    "dialog",
    "svg",
)
_AROUND_WORDS = {
    "breadcrumb", "breadcrumbs", "sidebar", "pagination", "pager", "related", "share", "social", "comments",
    "cookie", "cookies", "newsletter", "skip", "toc", "advert", "ads", "vote", "votes", "feedback", "menu",
    "navbar", "masthead", "metadata", "byline",
}  # fmt: skip
_MAIN_NAMES = (
    "article-body", "article-content", "article__body", "markdown-body", "post-content", "entry-content",
    "page-content", "main-content", "content-body", "content", "main", "article",
)  # fmt: skip
_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog"}
LINKS_SHARE = 0.7  # from here on a page is a list of links rather than an article
MIN_CHARACTERS = 30


@dataclass(frozen=True, slots=True)
class Page:
    """A page understood. `leads_to` is set for one that only sends its reader on."""

    title: str
    title_tag: str  # what the browser's tab says, often with the name of the site
    content: str  # HTML
    summary: str
    language: str
    canonical: str
    leads_to: str = ""
    is_list: bool = False  # hardly more than links


def decoded(content: bytes) -> str:
    """Return the text of a page, in the encoding that it says or seems to have."""
    found = UnicodeDammit(content, is_html=True).unicode_markup
    return str(found or content.decode("utf-8", errors="replace")).replace("\0", "")


def understood(document: str) -> Page:
    """Return what a page says. Raises `Unconvertible`."""
    soup = BeautifulSoup(document, "html.parser")
    if depth_of(soup) > MAX_DEPTH:
        raise Unconvertible(f"elements more than {MAX_DEPTH} deep in each other")
    tab = _words(soup.title)
    refresh = soup.find("meta", attrs={"http-equiv": re.compile("^refresh$", re.IGNORECASE)})
    leads_to = _REFRESH.match(_attribute(refresh, "content")) if refresh else None
    summary = _SPACES.sub(" ", _meta(soup, "description")).strip()
    language = _attribute(soup.html, "lang") or _meta(soup, "og:locale").replace("_", "-")
    canonical = _attribute(soup.find("link", rel="canonical"), "href") or _meta(soup, "og:url")
    heading = _words(soup.find("h1"))
    main = _main(soup)
    _tidy(main)
    heading = _words(main.find("h1")) or heading
    for each in main.find_all("h1"):
        if _words(each) == heading:
            each.decompose()
    return Page(
        title=heading,
        title_tag=tab,
        content="".join(str(each) for each in main.contents),
        summary=summary,
        language=language,
        canonical=canonical,
        leads_to=leads_to[1].strip() if leads_to else "",
        is_list=_is_list(main),
    )


def without_site(titles: Iterable[str]) -> dict[str, str]:
    """Return titles of tabs without the part that most of them share, such as “ | Help”."""
    titles = list(titles)
    ends: dict[str, int] = {}
    for title in titles:
        parts = _SEPARATOR.split(title)
        if len(parts) > 1:
            ends[parts[-1]] = ends.get(parts[-1], 0) + 1
    common = {end for end, count in ends.items() if count > 1 and count * 2 > len(titles)}
    found = {}
    for title in titles:
        parts = _SEPARATOR.split(title)
        whole = len(parts) > 1 and parts[-1] in common
        found[title] = title[: -len(parts[-1])].rstrip(" |–—·»-") if whole else title
    return found


def _words(tag: Any) -> str:
    return _SPACES.sub(" ", tag.get_text(" ")).strip() if isinstance(tag, Tag) else ""


def _attribute(tag: Any, name: str) -> str:
    value = tag.get(name) if isinstance(tag, Tag) else None
    return value.strip() if isinstance(value, str) else ""


def _meta(soup: BeautifulSoup, name: str) -> str:
    found = soup.find("meta", attrs={"name": name}) or soup.find("meta", attrs={"property": name})
    return _attribute(found, "content")


def _main(soup: BeautifulSoup) -> Tag:
    """Return the element with what the page is about; the whole body where nothing stands out."""
    body = soup.body or soup
    for found in (soup.find_all("article"), soup.find_all("main"), soup.find_all(role="main")):
        is_all = found and found[0].name != "article"
        if len(found) == 1 and (is_all or _weight(found[0]) * 2 >= _weight(body)):
            return found[0]
    for name in _MAIN_NAMES:
        named = [each for each in body.find_all(True) if name in _names(each)]
        if len(named) == 1 and _weight(named[0]) * 3 >= _weight(body):
            return named[0]
    return _heaviest(body)


def _names(tag: Tag) -> list[str]:
    classes: Any = tag.get("class") or []
    names = classes.split() if isinstance(classes, str) else [str(each) for each in classes]
    return [name.lower() for name in [*names, _attribute(tag, "id")]]


def _weight(tag: Tag) -> int:
    """Return how many characters stand in paragraphs, items and cells, links not counted."""
    blocks = tag.find_all(["p", "li", "td", "pre", "dd"])
    words = sum(len(_words(each)) for each in blocks if not each.find(["p", "li", "td"]))
    return words - sum(len(_words(link)) for link in tag.find_all("a"))


def _heaviest(body: Tag) -> Tag:
    """Go down to the smallest element that still holds nine tenths of the text."""
    whole = _weight(body)
    place = body
    while True:
        children = [child for child in place.children if isinstance(child, Tag)]
        heavy = [
            each
            for each in children
            if each.name in {"div", "section", "td", "table", "tbody", "tr", "center", "article"}
            and _weight(each) * 10 >= whole * 9 > 0
        ]
        if not heavy:
            return place
        place = heavy[0]


def _tidy(main: Tag) -> None:
    """Take out of the text what is not a part of it; images that load late get their address."""
    for image in main.find_all("img"):
        late = _attribute(image, "data-src") or _attribute(image, "data-original")
        if late and (not _attribute(image, "src") or _attribute(image, "src").startswith("data:")):
            image["src"] = late
    for tag in main.find_all(True):
        if tag.decomposed or tag.name in {"h1", "body", "html"}:
            continue
        words = {part for name in _names(tag) for part in re.split(r"[-_]+", name)}
        around = words & _AROUND_WORDS and not tag.find("h1") and _weight(tag) * 2 <= _weight(main)
        if tag.name in _AROUND or _attribute(tag, "role") in _ROLES or around:
            tag.decompose()


def _is_list(main: Tag) -> bool:
    text = len(_words(main))
    links = sum(len(_words(link)) for link in main.find_all("a"))
    return text > 0 and links / text > LINKS_SHARE
