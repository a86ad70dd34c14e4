"""What belongs to an article rather than to its words, changed and told: its category, tags, address …

Who may change what, the studio and the API ask before, see `articles.rights.right_to_change`. Each verb
leaves the session uncommitted; `articles.publishing.commit_changes` ends the work where readers see it.
"""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from articles.drafting import newest
from articles.models import Article, Translation
from articles.noting import note
from articles.publishing import SlugTaken, change_slug
from kb.audit.recording import record
from kb.db import db
from kb.locales import settings

THINGS = ("category", "kind", "stage", "audience", "tags", "owner", "source_locale")


def things_of(article: Article) -> dict[str, str]:
    """Return the article's own things in words, as the editor shows them and the log keeps them."""
    return {
        "category": article.category.key if article.category else "",
        "kind": article.kind.value,
        "stage": article.stage.value if article.stage else "",
        "audience": article.audience.value,
        "tags": ", ".join(article.tags or []),
        "owner": article.owner,
        "source_locale": article.source_locale,
    }


def refile(article: Article, title: str, **things: Any) -> bool:
    """Give an article other things, by the names of `THINGS`; tell whether any was another before.

    The audit log says what each was, under the title by which people know the article.
    """
    before = things_of(article)
    for name, value in things.items():
        setattr(article, name, value)
    after = things_of(article)
    changed = {name: [before[name], after[name]] for name in THINGS if before[name] != after[name]}
    if audience := changed.pop("audience", None):
        _tell("article.audience", article, title, audience=audience)
    if changed:
        _tell("article.filed", article, title, changed=changed)
    return after != before


def verify_on(article: Article, day: date | None, title: str) -> None:
    """Let an article be read again on a day of its own, None for what its category says."""
    zone = ZoneInfo(settings().timezone)
    article.verify_by = datetime.combine(day, time.min, zone).astimezone(UTC) if day else None
    _tell("article.verify-date", article, title, date=day.isoformat() if day else "")


def _tell(act: str, article: Article, title: str, **details: Any) -> None:
    record(act, thing="article", thing_id=article.id, label=title, **details)


def readdress(translation: Translation, slug: str) -> bool:
    """Give a text another address; tell whether it had another. Raises `SlugTaken`.

    One that readers know redirects from now on, and the log tells which it was. That of a draft was
    never one.
    """
    before = translation.slug
    if translation.published_at is None:
        _take(translation, slug)
    else:
        change_slug(translation, slug)
    if slug == before:
        return False
    if translation.published_at is not None:
        note(
            "article.address", translation, newest(translation), changed={"address": [before, slug]}
        )
    return True


def _take(translation: Translation, slug: str) -> None:
    holder = db.session.scalar(
        select(Translation).where(
            Translation.locale == translation.locale, Translation.slug == slug
        )
    )
    if holder is not None and holder is not translation:
        raise SlugTaken(slug, holder.title)
    translation.slug = slug
