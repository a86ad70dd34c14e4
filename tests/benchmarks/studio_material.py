"""A large site for the studio's benchmark: written as rows, of the shape that years of work leave."""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, insert, update

from articles.links.models import Link, LinkState, LinkUse
from articles.models import (
    Article,
    Audience,
    Category,
    CategoryName,
    ContentVersion,
    Kind,
    Revision,
    Significance,
    Translation,
)
from articles.studio.models import Review
from feedback.reports.articles_models import COUNTED, ArticleDay
from feedback.reports.packs import packed
from kb.audit.models import AuditEntry
from kb.db import db, utc_now

LOCALES = ("fr", "en")
CATEGORIES, TOPS = 60, 12
DRAFTS_EVERY = 100  # one article in so many has words that nobody sees yet
REVIEWS, LINKS = 200, 4_000
DAYS = 90
READ_A_DAY = 4_000  # articles with any reader on a day
ROWS_AT_ONCE = 4_000
SYLLABLES = ("la", "mi", "ré", "to", "pan", "ver", "sol", "qui", "bra", "den", "lu", "cher")
LONG = 400  # paragraphs of the long text whose versions are compared

Rows = list[dict[str, Any]]


def _stream(chance: random.Random) -> list[str]:
    """Return a long run of words, from which texts are cut."""
    known = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(4_000)]
    return chance.choices(known, weights=[1 / (rank + 5) for rank in range(4_000)], k=60_000)


def writer_of(chance: random.Random) -> Callable[[int], str]:
    """Return what gives so many words, no two times the same."""
    stream = _stream(chance)

    def words(count: int) -> str:
        start = chance.randrange(len(stream) - count)
        return " ".join(stream[start : start + count])

    return words


def fill(articles: int, writer_id: int, reviewer_id: int, *, entries: int, seed: int) -> None:
    """Write the site: articles in two languages, a third of them revised, and what surrounds them."""
    chance = random.Random(seed)
    words, now = writer_of(chance), utc_now()
    _categories()
    _articles(articles, chance, now)
    public = {}
    for rows, revisions in _texts(articles, chance, words, now, writer_id):
        _write(Translation, rows)
        _write(Revision, revisions)
        public |= {row["translation_id"]: row["id"] for row in revisions if not row.get("is_draft")}
    _publish(public)
    _surround(articles, chance, now, writer_id, reviewer_id)
    _log(entries, chance, now)
    db.session.add(ContentVersion(id=1, number=1))
    db.session.commit()


def _write(table: Any, rows: Rows) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = [
            {name: value for name, value in row.items() if name != "is_draft"}
            for row in rows[start : start + ROWS_AT_ONCE]
        ]
        db.session.execute(insert(table), part)


def _categories() -> None:
    for number in range(1, CATEGORIES + 1):
        parent = None if number <= TOPS else number % TOPS + 1
        db.session.execute(
            insert(Category), [{"id": number, "key": f"c-{number}", "parent_id": parent}]
        )
    _write(
        CategoryName,
        [
            {
                "category_id": number,
                "locale": locale,
                "name": f"Part {number}",
                "slug": f"p{number}",
            }
            for number in range(1, CATEGORIES + 1)
            for locale in LOCALES
        ],
    )


def _articles(count: int, chance: random.Random, now: datetime) -> None:
    _write(
        Article,
        [
            {
                "id": number,
                "key": f"article-{number}",
                "kind": chance.choice(tuple(Kind)),
                "category_id": chance.randint(1, CATEGORIES),
                "owner": chance.choice(("", "writer@clairson.example", "somebody")),
                "audience": Audience.EVERYONE if chance.random() < 0.95 else Audience.STAFF,
                "tags": chance.sample(("new", "app", "été", "old"), chance.randint(0, 2)),
                "source_locale": "fr",
                "verify_by": now + timedelta(days=chance.randint(-10, 1000)),
                "created_at": now - timedelta(days=900),
            }
            for number in range(1, count + 1)
        ],
    )


def _texts(
    count: int,
    chance: random.Random,
    words: Callable[[int], str],
    now: datetime,
    writer_id: int,
) -> Iterator[tuple[Rows, Rows]]:
    """Yield translations with their revisions; article 1 has two versions of a very long text."""
    translations: Rows = []
    revisions: Rows = []
    for number in range(1, count + 1):
        for place, locale in enumerate(LOCALES):
            one = 2 * number + place
            written = now - timedelta(days=chance.randint(30, 900))
            title = words(5).capitalize()
            translations.append(_translation(one, number, locale, title, written))
            versions = chance.choice((1, 1, 2))  # 60,000 revisions of 40,000 texts with the drafts
            for version in range(1, versions + 1):
                at = written + timedelta(days=version)
                revisions.append(_revision(one, version, title, at, words(150)))
            if number % DRAFTS_EVERY == 0:
                draft = _revision(one, versions + 1, title, now - timedelta(days=1), words(150))
                revisions.append(draft | {"is_draft": True, "author_id": writer_id})
        if number == 1:
            _lengthen(revisions, words)
        if number % 2_000 == 0 or number == count:
            yield translations, revisions
            translations, revisions = [], []


def _lengthen(revisions: Rows, words: Callable[[int], str]) -> None:
    """Give article 1 a long text in two versions, a tenth of whose paragraphs differ."""
    paragraphs = [words(60) for _ in range(LONG)]
    changed = [words(60) if place % 10 == 0 else each for place, each in enumerate(paragraphs)]
    first = revisions[0]
    del revisions[1 : next(at for at, row in enumerate(revisions) if row["translation_id"] == 3)]
    first["body"] = "\n\n".join(paragraphs)
    second = _revision(2, 2, first["title"], first["created_at"], "\n\n".join(changed))
    revisions.insert(1, second)


def _translation(one: int, article: int, locale: str, title: str, at: datetime) -> dict[str, Any]:
    return {
        "id": one, "article_id": article, "locale": locale, "slug": f"slug-{article}",
        "title": title, "published_at": at, "created_at": at, "updated_at": at,
    }  # fmt: skip


def _revision(one: int, version: int, title: str, at: datetime, text: str) -> dict[str, Any]:
    return {
        "id": 10 * one + version, "translation_id": one, "number": version, "title": title,
        "body": f"## {title}\n\n{text}.", "created_at": at, "author_id": None,
        "significance": (Significance.TYPO, Significance.MEDIUM, Significance.MAJOR)[one % 3],
        "answers": [], "synonyms": [], "keywords": [], "extra": {},
    }  # fmt: skip


def _publish(public: Mapping[int, int]) -> None:
    table: Any = Translation.__table__
    change = update(table).where(table.c.id == bindparam("one"))
    db.session.execute(
        change.values(public_revision_id=bindparam("revision")),
        [{"one": one, "revision": revision} for one, revision in public.items()],
    )


def _surround(
    count: int, chance: random.Random, now: datetime, writer_id: int, reviewer_id: int
) -> None:
    """Write links, reviews that wait, and the sums of visits by day."""
    broken = [
        LinkState.BROKEN if chance.random() < 0.03 else LinkState.WORKING for _ in range(LINKS)
    ]
    _write(
        Link,
        [
            {"id": at, "url": f"https://example.org/{at}", "host": "example.org", "state": state}
            for at, state in enumerate(broken, 1)
        ],
    )
    _write(
        LinkUse,
        [{"link_id": at, "translation_id": chance.randint(2, 2 * count)} for at in range(1, LINKS)],
    )
    drafted = [2 * number for number in range(DRAFTS_EVERY, count + 1, DRAFTS_EVERY)][:REVIEWS]
    newest = {
        row.translation_id: row.id
        for row in db.session.query(Revision.translation_id, Revision.id).filter(
            Revision.author_id == writer_id
        )
    }
    _write(
        Review,
        [
            {"translation_id": one, "revision_id": newest[one], "asked_by_id": writer_id,
             "reviewer_id": reviewer_id if one % 3 else None}
            for one in drafted
        ],
    )  # fmt: skip
    for back in range(1, DAYS + 1):
        read = sorted({int(chance.paretovariate(0.6)) % (2 * count) + 2 for _ in range(READ_A_DAY)})
        rows = [(one, *_read(chance)) for one in read]
        day = (now - timedelta(days=back)).date()
        db.session.add(ArticleDay(day=day, counts=packed(rows, 1 + len(COUNTED))))


def _read(chance: random.Random) -> tuple[int, ...]:
    """Return what readers did with an article on a day, in the order of `COUNTED`."""
    views, votes = chance.randint(1, 30), chance.randint(0, 4)
    searched = chance.randint(0, views)
    helpful = min(votes, chance.randint(0, 5))
    counts = {
        "shown": 3 * views, "views": views, "visits": views, "readers": views,
        "searched": searched, "refused": chance.randint(0, searched // 3), "exits": views // 9,
        "helpful": helpful, "votes": votes, "raw_helpful": helpful, "raw_votes": votes,
    }  # fmt: skip
    return tuple(counts[name] for name in COUNTED)


def _log(entries: int, chance: random.Random, now: datetime) -> None:
    acts = ("article.published", "article.saved", "account.signed-in", "category.moved")
    _write(
        AuditEntry,
        [
            {"at": now - timedelta(minutes=entries - at), "actor": f"Writer {at % 20} <{at % 20}@x>",
             "act": chance.choice(acts), "thing": "article", "thing_id": at % 3000 + 1,
             "label": f"Title {at}", "revision": at % 9, "details": {"to": at}}
            for at in range(entries)
        ],
    )  # fmt: skip


def folder(path: Path, files: int, seed: int) -> Path:
    """Write a folder of Markdown files, in two languages and a few categories."""
    chance = random.Random(seed)
    words = writer_of(chance)
    for number in range(files):
        locale, article = LOCALES[number % 2], number // 2
        file = path / locale / f"part-{article % 20}" / f"article-{article}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        title = words(5).capitalize()
        file.write_text(f"---\ntitle: {title}\nkey: article-{article}\n---\n\n{words(150)}.\n")
    return path
