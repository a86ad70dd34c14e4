"""The last touches on sanitised HTML: links, images, videos, tables, callouts, code.

All that is written here is written through `start_tag`, which escapes; nothing is sanitised after.
"""

import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from articles.markdown.anchors import fold
from articles.markdown.sanitising import SCHEMES
from articles.markdown.tokens import attributes, closing, is_tag, start_tag, tag_name, text_of
from articles.markdown.video import FILE_SUFFIXES, facade, own_player, video_at
from articles.markdown.words import escaped, words_in

ImageSize = Callable[[str], tuple[int, int] | None]
ATTACHMENTS = "/attachments/"
_ATTACHMENT = re.compile(r"attachment:([0-9a-f]{8,64})/([^/\\]+)")
_SERVED_FILE = re.compile(r"/attachments/[0-9a-f]{8,64}/(?!\.+$)[^/\\?#]+$")
_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
# ASCII alone: without regard to case, ſ is an s to Python, and to no browser.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE | re.ASCII)
_MARKDOWN_FILE = re.compile(r"\.(?:md|markdown|mdx)(?:[#?]|$)", re.IGNORECASE)
_ALIGNMENTS = {"left", "center", "right"}


def finish(tokens: list[str], locale: str, image_size: ImageSize | None) -> list[str]:
    """Return the tokens of the page; see the functions below for what each does."""
    tokens = _dead_links_dropped(_videos(tokens, locale))
    done: list[str] = []
    tables = 0
    heading = ""
    for index, token in enumerate(tokens):
        if not is_tag(token):
            done.append(token)
            continue
        name = tag_name(token)
        if token[1] == "/":
            done += ["</table>", "</div>"] if name == "table" else [token]
            continue
        if name in {"h2", "h3", "h4", "h5", "h6"}:
            heading = text_of(tokens[index : closing(tokens, index)])
        if name == "table":
            tables += 1
            done.append(_scroller(tables, heading, locale))
        if name == "img":
            done += _image(token, image_size)
        elif name == "span":
            done.append(_task(token, locale))
        else:
            done.append(_TOUCHES[name](token) if name in _TOUCHES else token)
    return _without_empty_paragraphs(_headers_without_words(done))


def _without_empty_paragraphs(tokens: list[str]) -> list[str]:
    """Drop paragraphs that were opened and closed around a block."""
    done: list[str] = []
    for token in tokens:
        if done and token.startswith("</p>") and done[-1] == "<p>":
            done.pop()
        else:
            done.append(token)
    return done


def _dead_links_dropped(tokens: list[str]) -> list[str]:
    """Keep the words of links to files, which no page can follow; mend anchors of this page.

    A text names its parts as its former home did: GitHub writes #leau where this site writes #l-eau.
    """
    ids = {attributes(t).get("id", "") for t in tokens if " id=" in t and is_tag(t)}
    by_letters = {_letters(name): name for name in ids}
    done: list[str] = []
    open_link = True
    for token in tokens:
        if token.startswith("<a "):
            values = attributes(token)
            href = values.get("href", "").strip()
            open_link = not (_leads_to_a_file(href) or _has_foreign_scheme(href))
            if href.startswith("#") and unquote(href[1:]) not in ids:
                mended = by_letters.get(_letters(unquote(href[1:])))
                done.append(start_tag("a", values | {"href": f"#{mended}"}) if mended else token)
            elif open_link:
                done.append(token)
        elif open_link or token != "</a>":  # noqa: S105  # a tag, not a secret
            done.append(token)
    return done


def _letters(anchor: str) -> str:
    return "".join(filter(str.isalnum, fold(anchor)))


def _leads_to_a_file(href: str) -> bool:
    """Tell a path in a folder of files from an address that a browser can follow."""
    if not href or href[0] in "#?" or _SCHEME.match(href) or href.startswith("//"):
        return False
    return href[0] != "/" or bool(_MARKDOWN_FILE.search(href))


def _has_foreign_scheme(href: str) -> bool:
    """Tell an address of a scheme that was hidden from the sanitiser, by a space that is none."""
    scheme = _SCHEME.match(href)
    return scheme is not None and scheme[1].lower() not in SCHEMES


def _link(token: str) -> str:
    """Mark links that leave the site; give named anchors an id."""
    values = attributes(token)
    href = values.get("href")
    if href is None:
        name = values.pop("name", "")
        return start_tag("a", values | ({"id": name} if name and "id" not in values else {}))
    values.pop("name", None)
    if "footnote-backref" in values.get("class", ""):
        values["aria-label"] = values.pop("title", "") or values.get("aria-label", "")
    if _ELSEWHERE.match(href.strip()):
        classes = dict.fromkeys([*values.get("class", "").split(), "external"])
        values |= {"class": " ".join(classes), "rel": "noopener noreferrer"}
    else:
        values["href"] = _served(href)
    return start_tag("a", values)


def _image(token: str, image_size: ImageSize | None) -> list[str]:
    """Give images their size; one of another site becomes a link, so that pages load nothing there."""
    values = attributes(token)
    src = values.get("src", "").strip()
    alt = " ".join(values.get("alt", "").split())
    if not src:
        return [escaped(alt)] if alt else []
    if _ELSEWHERE.match(src):
        link = {"class": "external", "href": src, "rel": "noopener noreferrer"}
        return [start_tag("a", link), escaped(alt or src), "</a>"]
    if not _SERVED_FILE.match(_served(src)):
        return [escaped(alt)] if alt else []  # a picture that this site does not have
    size = image_size(src) if image_size else None
    result = {"src": _served(src), "alt": alt, "loading": "lazy", "decoding": "async"}
    if size:
        result |= {"width": str(size[0]), "height": str(size[1])}
    else:
        result |= {k: v for k in ("width", "height") if (v := values.get(k, "")).isdigit()}
    if title := values.get("title"):
        result["title"] = title
    return [start_tag("img", result)]


def _served(address: str) -> str:
    """Return where the site serves a file that the source names by its digest."""
    match = _ATTACHMENT.fullmatch(address.strip())
    return f"{ATTACHMENTS}{match[1]}/{quote(unquote(match[2]), safe='')}" if match else address


def _block(token: str) -> str:
    """Callouts are notes to assistive technology as well; their classes become the site's own."""
    classes = attributes(token).get("class", "").split()
    if "admonition" not in classes:
        return token
    kind = next((each for each in classes if each != "admonition"), "note")
    return start_tag("div", {"class": f"callout callout-{kind}", "role": "note"})


def _details(token: str) -> str:
    values = attributes(token)
    if not values.get("class"):
        values.pop("class", None)
    return start_tag("details", values)


def _paragraph(token: str) -> str:
    return '<p class="callout-title">' if '"admonition-title"' in token else token


def _code(token: str) -> str:
    """A block that may scroll sideways must take the focus, so that a keyboard can scroll it."""
    return start_tag("pre", attributes(token) | {"tabindex": "0"})


def _cell(token: str) -> str:
    values = attributes(token)
    align = values.pop("align", "")
    if align in _ALIGNMENTS:
        values["class"] = f"align-{align}"
    if tag_name(token) == "th" and "scope" not in values:
        values["scope"] = "col"
    return start_tag(tag_name(token), values)


def _task(token: str, locale: str) -> str:
    """Tasks are pictures with a name, not form controls: nobody can tick them."""
    classes = attributes(token).get("class", "")
    if not classes.startswith("task"):
        return token
    words = words_in(locale)
    label = words.done if "task-done" in classes else words.to_do
    return start_tag("span", {"class": classes, "role": "img", "aria-label": label})


_TOUCHES: dict[str, Callable[[str], str]] = {
    "a": _link,
    "details": _details,
    "div": _block,
    "p": _paragraph,
    "pre": _code,
    "td": _cell,
    "th": _cell,
}


def _scroller(number: int, heading: str, locale: str) -> str:
    """Open the box in which a wide table scrolls by itself; each needs a name of its own."""
    words = words_in(locale)
    pattern = words.table_about if heading else words.table
    label = pattern.format(number=number, heading=heading)
    values = {"class": "table-scroll", "tabindex": "0", "role": "region", "aria-label": label}
    return start_tag("div", values)


def _headers_without_words(tokens: list[str]) -> list[str]:
    """Turn empty `<th>` into `<td>`: a header that says nothing is announced as one all the same."""
    if "</th>" not in tokens:
        return tokens
    for index, token in enumerate(tokens[:-1]):
        if token.startswith("<th ") and tokens[index + 1] == "</th>":
            tokens[index] = "<td>"
            tokens[index + 1] = "</td>"
    return tokens


def _videos(tokens: list[str], locale: str) -> list[str]:
    """Put a façade where a link to a video stands alone in its paragraph."""
    done: list[str] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        opens = token.startswith("<p>")
        replaced = _video_paragraph(tokens, index, locale) if opens else None
        if replaced:
            done += replaced
            index = closing(tokens, index) + 1
        else:
            done.append(token)
            index += 1
    return done


def _video_paragraph(tokens: list[str], index: int, locale: str) -> list[str] | None:
    """Return what replaces a paragraph, None when it is not just a video, as a link or an image."""
    first = tokens[index + 1] if index + 1 < len(tokens) else ""
    if first.startswith("<a "):
        end = closing(tokens, index + 1)
        address = attributes(first).get("href", "")
        label = text_of(tokens[index + 1 : end + 1])
    elif first.startswith("<img "):
        end = index + 1
        address = attributes(first).get("src", "")
        label = attributes(first).get("alt", "")
    else:
        return None
    if tokens[end + 1 : end + 2] != ["</p>"]:
        return None
    if video := video_at(address):
        return facade(video, label, locale)
    if _ATTACHMENT.fullmatch(address) and address.lower().endswith(FILE_SUFFIXES):
        return own_player(_served(address), label, locale)
    return None
