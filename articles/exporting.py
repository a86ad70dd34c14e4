"""Everything back to files: Markdown with front matter, images, and the tree of categories.

What is written, an import elsewhere reads back to the same articles, `history.jsonl` included. The
same database gives the same bytes. A translation's file has its public words, or its newest ones
when it has none.
"""

import html
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

import yaml
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from articles import attachments, history
from articles.markdown import replace_targets
from articles.models import Article, Attachment, Category, Revision, SlugHistory, Translation
from kb.db import db

CATEGORIES = "categories.yaml"
MANIFEST = ".kb-export"  # what the last export wrote, so that the next one can tidy up
IMAGES = "images"
_ARTICLE = re.compile(r"article:([^#]+)(?:#(.*))?")
_ATTACHMENT = re.compile(r"attachment:([0-9a-f]+)/(.+)")


class FolderNotEmpty(ValueError):
    """The folder holds files that no export has written."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many files of each sort were written."""

    articles: int
    translations: int
    attachments: int


def export_folder(path: Path) -> ExportReport:
    """Write all articles into a folder that is new, empty, or holds an earlier export.

    Files of an earlier export that are no longer wanted are removed; nothing else is. Raises
    `FolderNotEmpty`. Needs an application context.
    """
    earlier = _earlier(path)
    articles = list(db.session.scalars(_everything()).unique())
    layout = _Layout.of(articles)
    written: dict[str, bytes] = {CATEGORIES: _categories_file()}
    texts: dict[tuple[str, str], bytes] = {}
    for translation in layout.all_translations():
        layout.use_all(translation)
        text = _file(translation, layout).encode()
        written[layout.path(translation)] = texts[translation.article.key, translation.locale] = (
            text
        )
    for name, attachment in sorted(layout.used.items()):
        written[name] = attachments.path_of(attachment).read_bytes()
    written[history.FILE_NAME] = history.history_file(
        articles, layout.used, texts, layout.former_slugs
    )
    _write(path, written, earlier)
    return ExportReport(len(articles), len(texts), len(layout.used))


def _everything() -> Any:
    return (
        select(Article)
        .options(
            selectinload(Article.translations).selectinload(Translation.revisions),
            selectinload(Article.translations).joinedload(Translation.public_revision),
            joinedload(Article.category),
        )
        .order_by(Article.key)
    )


def _written(article: Article) -> list[Translation]:
    """Return the translations that have words, always in the same order."""
    return sorted((t for t in article.translations if t.revisions), key=lambda t: t.locale)


def _words(translation: Translation) -> Revision:
    return translation.public_revision or translation.revisions[-1]


# Where each thing goes


@dataclass(slots=True)
class _Layout:
    """Paths of files: `locale/category/key.md`, and `images/name` for what they show."""

    translations: dict[str, dict[str, Translation]]  # by key and locale
    former_slugs: dict[int, dict[str, datetime]]  # by id of translation: when each was left
    files: dict[str, Attachment]
    crowded: set[str]  # names that several attachments bear
    used: dict[str, Attachment] = field(default_factory=dict)

    @classmethod
    def of(cls, articles: Iterable[Article]) -> "_Layout":
        former: dict[int, dict[str, datetime]] = {}
        for each in db.session.scalars(select(SlugHistory).order_by(SlugHistory.slug)):
            former.setdefault(each.translation_id, {})[each.slug] = each.created_at
        files = {each.digest: each for each in db.session.scalars(select(Attachment))}
        names = [each.filename.lower() for each in files.values()]
        return cls(
            {a.key: {t.locale: t for t in _written(a)} for a in articles},
            former,
            files,
            {name for name in names if names.count(name) > 1},
        )

    def all_translations(self) -> Iterator[Translation]:
        """Yield those that have words."""
        for languages in self.translations.values():
            yield from languages.values()

    def use_all(self, translation: Translation) -> None:
        """Have the files written that any revision shows."""
        for revision in translation.revisions:
            for digest in history.digests_shown(revision.body):
                self._attachment(translation, digest)

    def path(self, translation: Translation) -> str:
        article = translation.article
        folders = reversed(list(_keys_upwards(article.category)))
        return "/".join([translation.locale, *folders, f"{article.key}.md"])

    def target(self, origin: Translation, written: str) -> str | None:
        """Return the relative path for a link of the database, None for any other link."""
        if match := _ARTICLE.fullmatch(written):
            return self._article(origin, unquote(match[1]), match[2] or "")
        if match := _ATTACHMENT.fullmatch(written):
            return self._attachment(origin, match[1])
        return None

    def _article(self, origin: Translation, key: str, anchor: str) -> str | None:
        languages = self.translations.get(key, {})
        target = languages.get(origin.locale) or next(iter(languages.values()), None)
        if target is None or target is origin:
            return None
        return self._relative(origin, self.path(target)) + (f"#{anchor}" if anchor else "")

    def _attachment(self, origin: Translation, digest: str) -> str | None:
        found = self.files.get(digest)
        if found is None:
            return None
        name = PurePosixPath(found.filename).name
        folder = f"{IMAGES}/{digest[:12]}" if name.lower() in self.crowded else IMAGES
        self.used[f"{folder}/{name}"] = found
        return self._relative(origin, f"{folder}/{name}")

    def _relative(self, origin: Translation, path: str) -> str:
        return quote(posixpath.relpath(path, posixpath.dirname(self.path(origin))))


def _keys_upwards(category: Category | None) -> Iterator[str]:
    while category is not None:
        yield category.key
        category = category.parent


# What each file says


def _file(translation: Translation, layout: _Layout) -> str:
    words = _words(translation)
    head = _front_matter(translation, words, list(layout.former_slugs.get(translation.id, ())))
    dumped = _yaml(head)
    body = replace_targets(words.body, lambda target, _: layout.target(translation, target))
    return f"---\n{dumped}---\n\n{body.rstrip()}\n"


class _Dumper(yaml.SafeDumper):
    """YAML in which a value that occurs twice is written twice: imports refuse aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _yaml(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)


def _front_matter(
    translation: Translation, words: Revision, former_slugs: list[str]
) -> dict[str, Any]:
    article = translation.article
    head: dict[str, Any] = {
        "title": _protected(words.title),
        "summary": _protected(words.summary),
        "key": article.key,
        "kind": article.kind.value,
        "stage": article.stage.value if article.stage else None,
        "category": article.category.key if article.category else None,
        "position": article.position,
        "slug": translation.slug,
        "former_slugs": former_slugs,
        "locale": translation.locale,
        "owner": article.owner,
        "keywords": list(words.keywords),
        "answers": list(words.answers),
        "synonyms": list(words.synonyms),
        "draft": True if translation.published_at is None else None,
        "published": translation.published_at,
        "archived": translation.archived_at,
        "updated": translation.updated_at,
    }
    kept = {name: value for name, value in head.items() if value not in (None, "", [])}
    return kept | {name: words.extra[name] for name in sorted(words.extra)}


def _protected(text: str) -> str:
    """Return words that an import, which decodes entities, reads back as they are."""
    return text.replace("&", "&amp;") if html.unescape(text) != text else text


def _categories_file() -> bytes:
    roots = db.session.scalars(
        select(Category)
        .where(Category.parent_id.is_(None))
        .order_by(Category.position, Category.id)
    )
    tree = [_branch(category) for category in roots]
    return _yaml(tree).encode()


def _branch(category: Category) -> dict[str, Any]:
    names = {
        name.locale: {"name": name.name, "slug": name.slug}
        | ({"description": name.description} if name.description else {})
        for name in sorted(category.names, key=lambda each: each.locale)
    }
    branch: dict[str, Any] = {"key": category.key, "position": category.position, "names": names}
    if category.children:
        branch["children"] = [_branch(child) for child in category.children]
    return branch


# The folder


def _earlier(path: Path) -> list[str]:
    """Return what the last export wrote here."""
    if not path.exists() or not any(path.iterdir()):
        return []
    manifest = path / MANIFEST
    if not manifest.is_file():
        raise FolderNotEmpty(f"{path} holds files that no export has written")
    return manifest.read_text().splitlines()


def _write(path: Path, written: dict[str, bytes], earlier: list[str]) -> None:
    root = path.resolve()
    for name in sorted(set(earlier) - set(written)):
        stale = (root / name).resolve()
        if stale.is_relative_to(root) and stale.is_file():
            stale.unlink()
    for name, content in written.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)
    (root / MANIFEST).write_text("".join(f"{name}\n" for name in sorted(written)))
