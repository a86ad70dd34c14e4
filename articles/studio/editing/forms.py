"""What the page of a draft holds: as stored, or as typed and checked, never cut."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import abort, request
from flask_babel import gettext as _

from articles.drafting import newest
from articles.filing import MAX_OWNER, MAX_TAG, MAX_TAGS
from articles.models import Significance, Translation
from articles.publishing import Words, words_of
from articles.studio.editing.filing import tags_in
from kb.formats import shown_number

MAX_TITLE, MAX_SUMMARY, MAX_BODY = 200, 500, 200_000  # characters
MAX_SLUG, MAX_MESSAGE = 80, 300  # characters
MAX_LINES, MAX_LINE = 50, 300  # questions, synonyms or keywords; characters of each
LISTS = ("answers", "synonyms", "keywords")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of the page. `after` is the number of the revision they were written on."""

    words: Words
    slug: str
    after: int
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""
    significance: Significance = Significance.MAJOR


def stored(translation: Translation) -> Form:
    """Return the newest words of a translation."""
    last = newest(translation)
    return Form(words_of(last), translation.slug, last.number, significance=_usual(translation))


def _usual(translation: Translation) -> Significance:
    """Return what a change is unless somebody says otherwise: small, once there are readers.

    A change called major puts every translation out of date, which is not for a forgotten field.
    """
    is_public = translation.public_revision_id is not None
    return Significance.MEDIUM if is_public else Significance.MAJOR


def typed(translation: Translation, sent: Mapping[str, str] | None = None) -> Form:
    """Return what was sent (with this request by default); what it does not name stays as it was.

    Every field that is too long, or missing, has its reason in `errors`; none is cut.
    """
    sent = request.form if sent is None else sent
    after = _number(sent.get("revision", ""))
    if after is None:
        abort(HTTPStatus.BAD_REQUEST)
    words = typed_words(sent, words_of(newest(translation)))
    form = Form(
        words,
        _line(sent.get("slug", translation.slug)),
        after,
        message=_line(sent.get("message", "")),
        significance=_significance(sent.get("significance", "")) or _usual(translation),
    )
    form.errors.update(_errors(form) | _thing_errors(sent))
    return form


def typed_words(sent: Mapping[str, str], known: Words) -> Words:
    """Return the words that were sent, beside those of `known` that were not."""
    lists = {
        name: _lines(sent[name]) if name in sent else tuple(getattr(known, name)) for name in LISTS
    }
    return Words(
        title=_line(sent["title"]) if "title" in sent else known.title,
        summary=_line(sent["summary"]) if "summary" in sent else known.summary,
        body=_text(sent["body"]) if "body" in sent else known.body,
        extra=known.extra,
        **lists,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _significance(text: str) -> Significance | None:
    return Significance(text) if text in set(Significance) else None


def _text(text: str) -> str:
    """Return a text with the line ends of the site; databases know no character 0."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_line, _text(text).split("\n")))))


def too_long(length: int, limit: int) -> str:
    """Say how long a text is, and how long it may be."""
    return str(
        _(
            "%(length)s characters; %(limit)s at most.",
            length=shown_number(length),
            limit=shown_number(limit),
        )
    )


def _errors(form: Form) -> dict[str, str]:
    words = form.words
    texts = {
        "title": (words.title, MAX_TITLE),
        "summary": (words.summary, MAX_SUMMARY),
        "body": (words.body, MAX_BODY),
        "slug": (form.slug, MAX_SLUG),
        "message": (form.message, MAX_MESSAGE),
    }
    found = {
        name: too_long(len(text), limit)
        for name, (text, limit) in texts.items()
        if len(text) > limit
    }
    if not words.title:
        found["title"] = str(_("Give it a title."))
    for name in LISTS:
        if reason := _list_error(getattr(words, name)):
            found[name] = reason
    return found


def _list_error(lines: tuple[str, ...]) -> str:
    longest = max(map(len, lines), default=0)
    if longest > MAX_LINE:
        return too_long(longest, MAX_LINE)
    if len(lines) > MAX_LINES:
        count = shown_number(len(lines))
        return str(_("%(count)s lines; %(limit)s at most.", count=count, limit=MAX_LINES))
    return ""


def _thing_errors(sent: Mapping[str, str]) -> dict[str, str]:
    """Say what of the article's own things is too long."""
    errors = {}
    tags = tags_in(sent.get("tags", ""))
    longest = max(map(len, tags), default=0)
    if longest > MAX_TAG:
        errors["tags"] = too_long(longest, MAX_TAG)
    elif len(tags) > MAX_TAGS:
        count = shown_number(len(tags))
        errors["tags"] = str(_("%(count)s tags; %(limit)s at most.", count=count, limit=MAX_TAGS))
    if len(sent.get("owner", "")) > MAX_OWNER:
        errors["owner"] = too_long(len(sent["owner"]), MAX_OWNER)
    return errors
