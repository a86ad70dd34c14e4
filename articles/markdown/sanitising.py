"""What HTML may stay: an allow-list, applied by nh3 (the ammonia library of Rust)."""

import re

import nh3
from pygments.token import STANDARD_TYPES

from articles.markdown.words import FRENCH, KINDS

_HEADINGS = {f"h{level}" for level in range(1, 7)}
ALLOWED_TAGS = _HEADINGS | {
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "u", "ul", "var",
}  # fmt: skip
# Removed with all that is inside: it was never meant to be read.
DROPPED_WHOLE = {
    "script",
    "style",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "audio",
    "video",
    "noscript",
}
# Removed, their content kept. Any other name is a writer's placeholder (`<cluster>`) and is shown.
UNWRAPPED = {
    "acronym", "address", "applet", "area", "article", "aside", "base", "big", "body", "button", "center",
    "data", "dialog", "embed", "fieldset", "font", "footer", "form", "frame", "frameset", "head", "header",
    "hgroup", "html", "image", "input", "label", "legend", "link", "main", "map", "marquee", "menu", "meta",
    "nav", "nobr", "param", "picture", "section", "source", "strike", "tbody", "tt", "wbr",
}  # fmt: skip
_KNOWN = ALLOWED_TAGS | DROPPED_WHOLE | UNWRAPPED
_LIKE_A_TAG = re.compile(r"<(?=/?([a-zA-Z][^\s>/<]*))")

_ATTRIBUTES = {
    "*": {"id", "lang", "dir", "title"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open", "name"},
    "time": {"datetime"},
}
# Relative addresses pass too. `article:` and `attachment:` are the site's own.
SCHEMES = {"http", "https", "mailto", "tel", "article", "attachment"}
_CALLOUT_CLASSES = {"admonition"} | set(FRENCH.callouts) | set(KINDS)
_CLASSES = {
    "a": {"footnote-ref", "footnote-backref"},
    "code": {"highlight"},
    "details": {"tab"} | _CALLOUT_CLASSES,
    "div": _CALLOUT_CLASSES | {"highlight", "footnote", "tabs"},
    "p": {"admonition-title"},
    "span": {name for name in STANDARD_TYPES.values() if name} | {"filename", "task", "task-done"},
    "sup": {"footnote"},
}


def show_placeholders(document: str) -> str:
    """Escape what looks like a tag but is none of HTML's, so that `<your-domain>` can be read."""
    return _LIKE_A_TAG.sub(
        lambda match: "<" if match[1].lower() in _KNOWN else "&lt;",
        document,
    )


def sanitise(document: str) -> str:
    """Return HTML without anything that could run, post, load or restyle."""
    return nh3.clean(
        show_placeholders(document),
        tags=ALLOWED_TAGS,
        clean_content_tags=DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
