"""What belongs to the article rather than to its words: category, kind, audience, tags, address.

The page says what it showed, and only what its writer changed is taken: what somebody else has set
meanwhile stays.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import flash, g
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from articles.addresses import left_behind
from articles.drafting import free_slug
from articles.filing import THINGS, readdress, refile, things_of
from articles.markdown import slugify
from articles.models import Article, Audience, Category, Kind, Stage, Translation
from articles.publishing import SlugTaken, commit_changes
from articles.rights import demand_move, may, may_move, right_to_change
from kb.db import db
from kb.locales import settings


def may_change(translation: Translation) -> bool:
    """Tell whether the signed-in person may change them, and the address: readers see it at once."""
    return may(right_to_change(translation.article), translation.article)


def homes_of(article: Article, categories: Iterable[Category]) -> list[Category]:
    """Return the categories that the signed-in person may put an article in, and where it is."""
    return [each for each in categories if each == article.category or may_move(article, each)]


def changed_things(article: Article, sent: Mapping[str, str]) -> dict[str, str]:
    """Return what the writer changed, compared with what the page had shown them."""
    shown = _shown(sent.get("things", "")) or things_of(article)
    return {
        name: sent[name].strip()
        for name in THINGS
        if name in sent and sent[name].strip() != shown.get(name, "")
    }


def _shown(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:  # not sent by the page
        return {}
    return found if isinstance(found, dict) else {}


def file(translation: Translation, sent: MultiDict[str, str]) -> bool:
    """Take over the article's own things, where allowed; tell whether anything changed. Uncommitted."""
    article = translation.article
    changes = changed_things(article, sent)
    if not changes or not may_change(translation):
        return False
    values = {name: _READERS[name](article, value) for name, value in changes.items()}
    return refile(article, translation.title, **values)


def _category(article: Article, key: str) -> Category | None:
    found = db.session.scalar(select(Category).where(Category.key == key)) if key else None
    if found is None and key:
        return article.category
    demand_move(article, found)
    return found


def _kind(article: Article, value: str) -> Kind:
    return Kind(value) if value in set(Kind) else article.kind


def _stage(_article: Article, value: str) -> Stage | None:
    return Stage(value) if value in set(Stage) else None


def _audience(article: Article, value: str) -> Audience:
    return Audience(value) if value in set(Audience) else article.audience


def tags_in(text: str) -> list[str]:
    """Return the tags that stand between commas, each once."""
    return list(dict.fromkeys(filter(None, (" ".join(each.split()) for each in text.split(",")))))


def _tags(_article: Article, value: str) -> list[str]:
    return tags_in(value)


def _owner(_article: Article, value: str) -> str:
    return " ".join(value.split())


def _source(article: Article, value: str) -> str:
    return value if not value or value in settings().locales else article.source_locale


_READERS: Mapping[str, Callable[[Article, str], Any]] = {
    "category": _category,
    "kind": _kind,
    "stage": _stage,
    "audience": _audience,
    "tags": _tags,
    "owner": _owner,
    "source_locale": _source,
}


def address(translation: Translation, wanted: str, title_before: str) -> None:
    """Bring the address up to what was asked for; uncommitted. Raises `SlugTaken`.

    Until readers have seen it, it follows the title as long as nobody chose another, and leaves no
    redirect behind.
    """
    wanted = slugify(wanted, fallback=translation.slug)
    if translation.published_at is not None:
        if may_change(translation):
            _tell_taken_over(translation, wanted)
            readdress(translation, wanted)
        return
    if wanted == translation.slug and follows(translation.slug, title_before):
        if not follows(translation.slug, translation.title):
            translation.slug = free_slug(translation.title, translation.locale)
        return
    readdress(translation, wanted)


def _tell_taken_over(translation: Translation, slug: str) -> None:
    """Say that an address which another article had left will not lead to that one any more."""
    other = left_behind(translation, slug) if slug != translation.slug else None
    if other is not None:
        flash(
            _(
                "“%(slug)s” led to “%(title)s” until now; it leads here from now on.",
                slug=slug,
                title=other.title,
            )
        )


def follows(slug: str, title: str) -> bool:
    """Tell an address that was made from a title, with the number that told it from another."""
    plain = slugify(title, fallback="article")
    return slug == plain or (slug.startswith(f"{plain}-") and slug[len(plain) + 1 :].isdigit())


def refused(error: SlugTaken) -> str:
    """Say whose an address is."""
    return str(
        _(
            "The address “%(slug)s” belongs to “%(title)s”. Choose another one.",
            slug=error.slug,
            title=error.title,
        )
    )


def commit(translation: Translation, *, changed: bool) -> None:
    """Commit, and tell caches and the index where readers see what has changed."""
    g.has_changed_for_readers = changed and any(
        each.public_revision_id for each in translation.article.translations
    )
    if g.has_changed_for_readers:
        commit_changes()
    else:
        db.session.commit()


def has_changed_for_readers() -> bool:
    """Tell whether this request changed what readers see, although the words wait for publication."""
    return bool(g.get("has_changed_for_readers"))
