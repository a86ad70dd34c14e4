"""Spaces and apostrophes as French typography wants them; other languages are left alone."""

import html
import re

from articles.markdown.tokens import is_tag, tag_name

NARROW = "\u202f"  # narrow no-break space, before ; ! ? and inside « »
NO_BREAK = "\u00a0"  # no-break space, before : and before units
_SPACE = "[ \u00a0\u202f\n]*"
_LETTER = r"[^\W\d_]"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # A space that is there becomes the right one…
    (re.compile("[ \u00a0\u202f]+(?=[;!?])"), NARROW),
    (re.compile("[ \u00a0\u202f]+(?=:(?![:\\w)(]))"), NO_BREAK),
    (re.compile(f"«{_SPACE}"), f"«{NARROW}"),
    (re.compile("[ \u00a0\u202f\n]+»"), f"{NARROW}»"),
    (re.compile(rf"(?<=[^\s{NARROW}])»"), f"{NARROW}»"),
    # … and one that is missing after a word appears, but never inside an address or a time.
    (re.compile(r"(?<=[\w)»\]”’])(?=[!?]+(?:[\s)»”\]]|$))"), NARROW),
    (re.compile(r"(?<=[\w)»\]”’])(?=[;](?:\s|$))"), NARROW),
    (re.compile(r"(?<=[\w)»\]”’])(?=:(?:\s|$))"), NO_BREAK),
    (re.compile("(?<=\\d)[ \u202f](?=[€%£$](?:\\W|$))"), NO_BREAK),
    (re.compile(f"(?<={_LETTER})'(?={_LETTER})"), "’"),
    (
        re.compile(
            r"\b([ldjmtsncLDJMTSNC]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Qq]uoiqu)'(?=$|[\d«“\"])"
        ),
        r"\1’",
    ),
)
_INTERESTING = re.compile(r"[;:!?«»'€%£$]")
_VERBATIM = frozenset({"code", "pre", "kbd", "samp", "var", "script", "style"})


def typeset(text: str, locale: str) -> str:
    """Return plain text (not HTML) as the typography of its language wants it."""
    if locale.partition("-")[0] != "fr" or not _INTERESTING.search(text):
        return text
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def typeset_html(tokens: list[str], locale: str) -> list[str]:
    """Set the text between tags, code left alone."""
    if locale.partition("-")[0] != "fr":
        return tokens
    done: list[str] = []
    verbatim = 0
    for token in tokens:
        if is_tag(token):
            if tag_name(token) in _VERBATIM:
                verbatim += -1 if token[1] == "/" else 1
            done.append(token)
        elif verbatim or not _INTERESTING.search(token):
            done.append(token)
        else:
            done.append(_typeset_escaped(token, locale))
    return done


def _typeset_escaped(token: str, locale: str) -> str:
    """Typeset text in which & < > are escaped: a semicolon of an entity is not punctuation."""
    if "&" not in token:
        return typeset(token, locale)
    return html.escape(typeset(html.unescape(token), locale), quote=False)
