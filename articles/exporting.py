"""Everything back to files: Markdown with front matter, images, and the tree of categories.

What is written, an import elsewhere reads back to the same articles, `history.jsonl` included. The
same database gives the same bytes. A translation's file has its public words, or its newest ones
when it has none.
"""

import html
import posixpath
import re
import tempfile
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

import yaml
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from articles import attachments, colleagues, history
from articles.markdown import replace_targets
from articles.models import (
    Article,
    Attachment,
    Audience,
    Category,
    CategorySlugHistory,
    OldAddress,
    Publication,
    Revision,
    SlugHistory,
    Translation,
)
from articles.studio.models import Template
from kb.audit.recording import record
from kb.db import db

CATEGORIES = "categories.yaml"
TEMPLATES = "templates.yaml"
MANIFEST = ".kb-export"  # what the last export wrote, so that the next one can tidy up
IMAGES = "images"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that ZIP knows: no date of this machine
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
    articles = list(db.session.scalars(everything()).unique())
    layout = Layout.of(articles)
    left = left_by_categories()
    written: dict[str, bytes] = {CATEGORIES: yaml_of(category_tree(left)).encode()}
    if templates := _templates():
        written[TEMPLATES] = yaml_of(templates).encode()
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
        articles, layout.used, texts, layout.former, left.values()
    )
    _write(path, written, earlier)
    record("site.exported", thing="folder", label=path.name, articles=len(articles))
    db.session.commit()
    return ExportReport(len(articles), len(texts), len(layout.used))


def export_archive(path: Path) -> ExportReport:
    """Write everything into one ZIP file, in place of any that is there; whole or not at all.

    The same database gives the same bytes. Needs an application context.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".kb-export-") as place:
        folder = Path(place) / "site"
        report = export_folder(folder)
        made = Path(place) / "made.zip"
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for each in sorted(each for each in folder.rglob("*") if each.is_file()):
                name = f"{path.stem}/{each.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, each.read_bytes())
        made.replace(path)
    return report


def everything() -> Any:
    """Return the query for all articles with all that they hold."""
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


def public_words(translation: Translation) -> Revision:
    """Return what readers see, the newest words of a draft."""
    return translation.public_revision or translation.revisions[-1]


# Where each thing goes


@dataclass(slots=True)
class Layout:
    """Paths of files: `locale/category/key.md`, and `images/name` for what they show."""

    translations: dict[str, dict[str, Translation]]  # by key and locale
    former: history.Former
    successors: dict[int, str]  # keys of articles by id
    files: dict[str, Attachment]
    crowded: set[str]  # names that several attachments bear
    used: dict[str, Attachment] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)  # of files there are, by translation
    places: dict[str, str] = field(default_factory=dict)  # of files that they show, by digest

    @classmethod
    def of(cls, articles: Collection[Article]) -> "Layout":
        """Return the places of all files; needs the database."""
        former: dict[int, dict[str, datetime]] = {}
        old: dict[int, dict[str, datetime]] = {}
        for each in db.session.scalars(select(SlugHistory).order_by(SlugHistory.slug)):
            former.setdefault(each.translation_id, {})[each.slug] = each.created_at
        for path in db.session.scalars(select(OldAddress).order_by(OldAddress.path)):
            if path.translation_id is not None:
                old.setdefault(path.translation_id, {})[path.path] = path.created_at
        files = {each.digest: each for each in db.session.scalars(select(Attachment))}
        names = [each.filename.lower() for each in files.values()]
        return cls(
            {a.key: {t.locale: t for t in _written(a)} for a in articles},
            _former(former, old),
            {a.id: a.key for a in articles},
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
        """Return where the file of a translation lies in the folder."""
        if translation.id in self.paths:
            return self.paths[translation.id]
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
        if digest in self.places:
            return self._relative(origin, self.places[digest])
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


def _former(
    slugs: dict[int, dict[str, datetime]], paths: dict[int, dict[str, datetime]]
) -> history.Former:
    addresses = colleagues.accounts()
    said = colleagues.said_of_all(addresses)
    return history.Former(slugs, paths, _publications(), said, addresses)


def _publications() -> dict[int, list[Publication]]:
    found: dict[int, list[Publication]] = {}
    for each in db.session.scalars(select(Publication).order_by(Publication.at, Publication.id)):
        found.setdefault(each.translation_id, []).append(each)
    return found


# What each file says


def _file(translation: Translation, layout: Layout) -> str:
    words = public_words(translation)
    body = replace_targets(words.body, lambda target, _: layout.target(translation, target))
    return f"---\n{yaml_of(front_matter(translation, words, layout))}---\n\n{body.rstrip()}\n"


class _Dumper(yaml.SafeDumper):
    """YAML in which a value that occurs twice is written twice: imports refuse aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def yaml_of(value: object) -> str:
    """Return YAML as people write it: keys in their order, no line broken, no aliases."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)


def front_matter(translation: Translation, words: Revision, layout: Layout) -> dict[str, Any]:
    """Return what the head of a file says, without what goes without saying."""
    article = translation.article
    head: dict[str, Any] = {
        "title": protected(words.title),
        "summary": protected(words.summary),
        "key": article.key,
        "kind": article.kind.value,
        "stage": article.stage.value if article.stage else None,
        "category": article.category.key if article.category else None,
        "position": article.position,
        "slug": translation.slug,
        "former_slugs": list(layout.former.slugs.get(translation.id, ())),
        "old_addresses": list(layout.former.paths.get(translation.id, ())),
        "locale": translation.locale,
        "source_locale": article.source_locale,
        "audience": None if article.audience is Audience.EVERYONE else article.audience.value,
        "owner": article.owner,
        "verify_by": article.verify_by,
        "verified": article.verified_at,
        "verified_by": article.verified_by,
        "successor": layout.successors.get(article.successor_id or 0),
        "tags": list(article.tags),
        "keywords": list(words.keywords),
        "answers": list(words.answers),
        "synonyms": list(words.synonyms),
        "draft": True if translation.published_at is None else None,
        "published": translation.published_at,
        "archived": translation.archived_at,
        "updated": translation.updated_at,
    }
    kept = {name: value for name, value in head.items() if value not in (None, "", [])}
    if article.tags and not words.keywords:
        kept["keywords"] = []  # else an import would take the tags for keywords
    return kept | {name: words.extra[name] for name in sorted(words.extra)}


def protected(text: str) -> str:
    """Return words that an import, which decodes entities, reads back as they are."""
    return text.replace("&", "&amp;") if html.unescape(text) != text else text


def left_by_categories() -> dict[int, history.CategoryLine]:
    """Return the former addresses of the categories that have any, by id."""
    keys = {category.id: category.key for category in db.session.scalars(select(Category))}
    left: dict[int, history.CategoryLine] = {}

    def line(category: int | None) -> history.CategoryLine:
        assert category is not None
        return left.setdefault(category, history.CategoryLine(keys[category], {}, {}))

    slugs = select(CategorySlugHistory).order_by(
        CategorySlugHistory.locale, CategorySlugHistory.slug
    )
    for each in db.session.scalars(slugs.where(CategorySlugHistory.category_id.is_not(None))):
        line(each.category_id).former.setdefault(each.locale, {})[each.slug] = each.created_at
    for path in db.session.scalars(select(OldAddress).order_by(OldAddress.path)):
        if path.category_id is not None:
            line(path.category_id).old[path.path] = path.created_at
    return {each: left[each] for each in sorted(left, key=lambda number: keys[number])}


def category_tree(left: Mapping[int, history.CategoryLine] | None = None) -> list[dict[str, Any]]:
    """Return all categories as `categories.yaml` says them; `left` are their former addresses."""
    roots = db.session.scalars(
        select(Category)
        .where(Category.parent_id.is_(None))
        .order_by(Category.position, Category.id)
    )
    return [_branch(category, left or {}) for category in roots]


def _branch(category: Category, left: Mapping[int, history.CategoryLine]) -> dict[str, Any]:
    names = {
        name.locale: {"name": name.name, "slug": name.slug}
        | ({"description": name.description} if name.description else {})
        for name in sorted(category.names, key=lambda each: each.locale)
    }
    branch: dict[str, Any] = {"key": category.key, "position": category.position}
    if category.verify_days:
        branch["verify_days"] = category.verify_days
    branch["names"] = names
    if line := left.get(category.id):
        former = {locale: list(slugs) for locale, slugs in line.former.items()}
        said = {"former_slugs": former, "old_addresses": list(line.old)}
        branch |= {name: value for name, value in said.items() if value}
    if category.children:
        branch["children"] = [_branch(child, left) for child in category.children]
    return branch


def _templates() -> list[dict[str, Any]]:
    return [
        {"kind": each.kind.value, "locale": each.locale, "updated": each.updated_at}
        | ({"by": each.updated_by} if each.updated_by else {})
        | {"body": each.body}
        for each in db.session.scalars(select(Template).order_by(Template.kind, Template.locale))
    ]


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
    """Write what is not there yet; what breaks off, on a full disk say, can be run again."""
    root = path.resolve()
    root.mkdir(parents=True, exist_ok=True)
    _replace(root / MANIFEST, _manifest({*earlier, *written}))  # first: these files are its own
    for name in sorted(set(earlier) - set(written)):
        stale = (root / name).resolve()
        if stale.is_relative_to(root) and stale.is_file():
            stale.unlink()
    for name, content in written.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != content:
            _replace(target, content)
    _replace(root / MANIFEST, _manifest(written))


def _manifest(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in sorted(names)).encode()


def _replace(target: Path, content: bytes) -> None:
    """Write a file whole, or leave what was there."""
    partial = target.with_name(f"{MANIFEST}-partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
