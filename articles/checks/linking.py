"""Rules on links and images: that they lead somewhere, say where, and show something to everybody."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from articles.checks.draft import Draft, Facts
from articles.checks.findings import Finding, error, hint, warning
from articles.checks.source import Image, Link
from articles.markdown import SCHEMES, fold, render
from articles.markdown.video import video_at

MAX_IMAGE_BYTES = 1_500_000  # 4 s on a slow phone
MAX_IMAGE_WIDTH = 3_000  # CSS pixels; the page shows at most some 700
LONG_ADDRESS = 40  # letters; a short one is read as a name: "example.org/help"

_FILE_NAME = re.compile(r"[\w ().%-]*\.(?:png|jpe?g|gif|svg|webp|avif|bmp|heic)$", re.IGNORECASE)
_MEANINGLESS = re.compile(
    r"(?:image|img|photo|picture|screenshot|screen shot|capture|copie|dsc|untitled|sans titre|"
    r"capture d.?ecran|figure|illustration|alt|logo|icone?)[\s_\d()-]*$"
)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
# Words that tell nobody where a link leads: a screen reader lists links without their sentence.
_VAGUE = {
    "en": "here|click here|this|this link|this page|this article|link|read more|more|learn more|"
    "see here|see more|more info|more information|find out more|details|go|continue|download",
    "fr": "ici|cliquez ici|cliquer ici|clic|ce lien|cette page|cet article|lien|le lien|lire la suite|"
    "lire plus|plus|en savoir plus|voir|voir ici|savoir plus|plus d'informations|plus d'infos|la|"
    "details|suite|par ici|juste ici|via ce lien|sur ce lien|telecharger",
}
_VAGUE_WORDS = {name: frozenset(re.split(r"\|", words)) for name, words in _VAGUE.items()}


def linking(draft: Draft, facts: Facts) -> Iterator[Finding]:
    """Check every link and image."""
    for image in draft.source.images:
        yield from _image(image, facts)
    anchors: frozenset[str] | None = None
    for link in draft.source.links:
        if link.target.startswith("#") and anchors is None:
            made = render(draft.body, locale=draft.locale, title=draft.title)
            anchors = frozenset(re.findall(r'\sid="([^"]+)"', made.html))
        yield from _words_of(link, draft.language)
        yield from _target_of(link, anchors or frozenset(), facts)


def _image(image: Image, facts: Facts) -> Iterator[Finding]:
    name = unquote(urlsplit(image.target).path.rpartition("/")[2]) if image.target else ""
    if image.alt is None:
        yield error("image-alt", image.line, name=name)
    elif image.alt and _says_nothing(image.alt):
        yield error("image-alt-name", image.line, alt=image.alt)
    if not image.target:
        yield error("image-empty", image.line)
    elif image.target.startswith("attachment:"):
        yield from _file(image.target, image.line, facts)
    elif _is_relative(image.target):
        yield error("image-missing", image.line, name=name)


def _says_nothing(alt: str) -> bool:
    folded = fold(alt).strip()
    return bool(_FILE_NAME.match(alt.strip()) or _MEANINGLESS.match(folded))


def _file(target: str, line: int, facts: Facts) -> Iterator[Finding]:
    digest, _, name = target.removeprefix("attachment:").partition("/")
    if facts.files is None:
        return
    known = facts.files.get(digest)
    if known is None:
        yield error("file-missing", line, name=unquote(name) or digest[:12])
    elif known.size > MAX_IMAGE_BYTES and known.width:
        yield hint("image-heavy", line, name=unquote(name), megabytes=known.size / 1e6)
    elif (known.width or 0) > MAX_IMAGE_WIDTH:
        yield hint("image-wide", line, name=unquote(name), pixels=known.width)


def _words_of(link: Link, language: str) -> Iterator[Finding]:
    if link.is_bare:
        is_shown = link.is_alone and video_at(link.target)
        if not is_shown and len(link.target) > LONG_ADDRESS:
            yield hint("link-bare", link.line, address=_short(link.target))
        return
    if not link.text.strip(" …"):
        if "…" not in link.text:
            yield error("link-wordless", link.line, address=_short(link.target))
    elif fold(link.text).replace("’", "'").strip(" .!:>»") in _VAGUE_WORDS.get(
        language, _VAGUE_WORDS["en"]
    ):
        yield warning("link-vague", link.line, words=link.text)


def _target_of(link: Link, anchors: frozenset[str], facts: Facts) -> Iterator[Finding]:
    target = link.target.strip()
    scheme = _SCHEME.match(target)
    if not target or target == "#":
        yield error("link-empty", link.line, words=_short(link.text))
    elif target.startswith("#"):
        if unquote(target[1:]) not in anchors:
            yield warning("link-anchor", link.line, words=_short(link.text), anchor=target[1:])
    elif target.startswith("article:"):
        yield from _article(link, facts)
    elif target.startswith("attachment:"):
        yield from _file(target, link.line, facts)
    elif scheme and scheme[1].lower() not in SCHEMES:
        yield error("link-scheme", link.line, words=_short(link.text), scheme=scheme[1])
    elif not scheme and _is_relative(target):
        yield error("link-relative", link.line, words=_short(link.text), address=_short(target))


def _article(link: Link, facts: Facts) -> Iterator[Finding]:
    key, _, anchor = link.target.removeprefix("article:").partition("#")
    if facts.articles is None:
        return
    known = facts.articles.get(unquote(key))
    if known is None:
        yield error("link-unknown", link.line, words=_short(link.text), key=unquote(key))
    elif not known.is_public:
        yield warning("link-hidden", link.line, words=_short(link.text), title=known.title)
    elif anchor and known.anchors is not None and unquote(anchor) not in known.anchors:
        yield warning("link-section", link.line, words=_short(link.text), title=known.title)


def _is_relative(target: str) -> bool:
    """Tell an address that only means something beside a file."""
    return not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/|#|\?|%\{|\{\{|\$", target)


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
