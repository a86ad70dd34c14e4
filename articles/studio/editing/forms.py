"""What the page of a draft holds: as stored, or as typed and checked, never cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import abort, request
from flask_babel import gettext as _

from articles import limits
from articles.drafting import newest
from articles.models import Article, Significance, Translation
from articles.publishing import Words, words_of
from articles.studio.editing.filing import tags_in
from kb.formats import shown_number

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

    Every field that is too long, or missing, has its reason in `errors`; none is cut. What an import
    brought may be longer than is written here: it is refused only once it grows.
    """
    sent = request.form if sent is None else sent
    after = _number(sent.get("revision", ""))
    if after is None:
        abort(HTTPStatus.BAD_REQUEST)
    known = words_of(newest(translation))
    words = typed_words(sent, known)
    form = Form(
        words,
        _line(sent.get("slug", translation.slug)),
        after,
        message=_line(sent.get("message", "")),
        significance=_significance(sent.get("significance", "")) or _usual(translation),
    )
    form.errors.update(_errors(form, known, translation.slug))
    form.errors.update(_thing_errors(sent, translation.article))
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


def _errors(form: Form, known: Words, known_slug: str) -> dict[str, str]:
    words = form.words
    texts = {
        "title": (words.title, limits.TITLE, known.title),
        "summary": (words.summary, limits.SUMMARY, known.summary),
        "body": (words.body, limits.BODY, known.body),
        "slug": (form.slug, limits.SLUG, known_slug),
        "message": (form.message, limits.MESSAGE, ""),
    }
    found = {
        name: too_long(len(text), limit)
        for name, (text, limit, stored) in texts.items()
        if len(text) > limits.at_most(limit, stored)
    }
    if not words.title:
        found["title"] = str(_("Give it a title."))
    for name in LISTS:
        if reason := _list_error(getattr(words, name), getattr(known, name)):
            found[name] = reason
    return found


def _list_error(lines: tuple[str, ...], stored: Sequence[str]) -> str:
    length, limit = len(limits.longest(lines)), limits.PHRASE
    if length > limits.at_most(limit, limits.longest(stored)):
        return too_long(length, limit)
    count, limit = len(lines), limits.PHRASES
    if count > limits.at_most(limit, stored):
        return str(_("%(count)s lines; %(limit)s at most.", count=shown_number(count), limit=limit))
    return ""


def _thing_errors(sent: Mapping[str, str], article: Article) -> dict[str, str]:
    """Say what of the article's own things is too long."""
    errors = {}
    tags, stored, limit = tags_in(sent.get("tags", "")), article.tags or [], limits.TAGS
    length = len(limits.longest(tags))
    if length > limits.at_most(limits.TAG, limits.longest(stored)):
        errors["tags"] = too_long(length, limits.TAG)
    elif len(tags) > limits.at_most(limit, stored):
        count = shown_number(len(tags))
        errors["tags"] = str(_("%(count)s tags; %(limit)s at most.", count=count, limit=limit))
    if len(sent.get("owner", "")) > limits.at_most(limits.OWNER, article.owner):
        errors["owner"] = too_long(len(sent["owner"]), limits.OWNER)
    return errors
