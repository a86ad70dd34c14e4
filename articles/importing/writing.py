"""From a plan to the database: each file compared with what is there, and written where it differs."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from articles import attachments
from articles.addresses import SuccessorLoops, rename_category, succeed
from articles.attachments import Asset
from articles.importing.addresses import Addresses
from articles.importing.categories import Catalogue, Node
from articles.importing.frontmatter import Meta
from articles.importing.history import History, Past, restore_revisions, tie_revisions
from articles.importing.identity import Group, Member, Memory
from articles.importing.sources import SourceFile
from articles.markdown import PIPELINE_VERSION, render, unique
from articles.models import (
    Article,
    Attachment,
    Category,
    CategoryName,
    ImportedFile,
    Kind,
    Rendering,
    Revision,
    Translation,
)
from articles.publishing import (
    Words,
    archive,
    publish,
    restore,
    words_of,
    write_revision,
)
from kb.db import db

MESSAGE = "import"  # the message of revisions that came from files, not from people


@dataclass(slots=True)
class Tally:
    """What the writing has done so far."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    archived: int = 0
    attachments: int = 0
    is_dirty: bool = False


def write_categories(catalogue: Catalogue, used: Iterable[str]) -> dict[str, Category]:
    """Bring the categories to what the catalogue says; return them by key. Uncommitted.

    Categories that are only inferred are added, never changed: people may have renamed them since.
    """
    existing = {each.key: each for each in db.session.scalars(select(Category))}
    slugs: dict[str, set[str]] = {}
    for category in existing.values():
        for name in category.names:
            slugs.setdefault(name.locale, set()).add(name.slug)
    wanted = _with_parents(catalogue, used)
    for key, node in catalogue.nodes.items():
        if key not in wanted and not node.declared:
            continue
        parent = existing.get(node.parent)
        if key not in existing:
            existing[key] = Category(key=key, parent=parent, position=node.position)
            db.session.add(existing[key])
        elif node.declared:
            _assign(existing[key], parent=parent, position=node.position)
        if node.verify_days:
            _assign(existing[key], verify_days=node.verify_days)
        _write_names(existing[key], node, slugs)
    return existing


def _with_parents(catalogue: Catalogue, keys: Iterable[str]) -> set[str]:
    wanted: set[str] = set()
    for key in keys:
        while key and key not in wanted:
            wanted.add(key)
            key = catalogue.nodes[key].parent  # noqa: PLW2901  # climbs to the root
    return wanted


def _write_names(category: Category, node: Node, slugs: dict[str, set[str]]) -> None:
    present = {name.locale: name for name in category.names}
    for locale, wanted in sorted(node.names.items()):
        taken = slugs.setdefault(locale, set())
        found = present.get(locale)
        if found is None:
            slug = unique(wanted.slug, taken)
            category.names.append(
                CategoryName(
                    locale=locale, name=wanted.name, slug=slug, description=wanted.description
                )
            )
        elif node.declared:
            _assign(found, name=wanted.name, description=wanted.description)
            if found.slug != wanted.slug and wanted.slug not in taken:
                taken.discard(found.slug)
                taken.add(wanted.slug)
                rename_category(found, wanted.slug)


def _assign(row: object, **values: Any) -> bool:
    """Set the attributes that differ; tell whether any did."""
    changed = False
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def write_attachments(assets: Iterable[Asset], history: History) -> int:
    """Add the rows of the files that are not kept yet; return how many. Uncommitted."""
    kept = set(db.session.scalars(select(Attachment.digest)))
    new = [asset for asset in assets if asset.digest not in kept]
    for asset in new:
        added = attachments.record(asset)
        if asset.digest in history.attachments:
            added.created_at = history.attachments[asset.digest][0].created
    return len(new)


@dataclass(slots=True)
class Writer:
    """Writes articles, one after the other, inside the caller's transaction."""

    memory: Memory
    addresses: Addresses
    categories: dict[str, Category]
    category_of: dict[str, str]  # key by path of file
    positions: dict[str, int]  # by path of file
    sizes: dict[str, tuple[int, int]]  # of attachments, by digest
    now: datetime
    locales: tuple[str, ...]
    history: History
    tally: Tally = field(default_factory=Tally)
    _restored: list[tuple[Translation, Past]] = field(default_factory=list)
    _described: list[tuple[SourceFile, Translation]] = field(default_factory=list)
    _new_files: list[tuple[SourceFile, Translation]] = field(default_factory=list)

    def write(self, group: Group, bodies: dict[str, str]) -> None:
        """Write one article. `bodies` gives the Markdown with its links settled, by path."""
        members = sorted(group.members, key=lambda each: self._order(each.source.locale))
        article = group.article
        is_new = article is None
        if article is None:
            created = self.history.articles.get(group.key, self.now)
            article = Article(key=group.key, kind=Kind.FAQ, translations=[], created_at=created)
            db.session.add(article)
        changed_files = [m for m in members if m.is_changed]
        article_changed = False
        if is_new or changed_files:
            article_changed = self._describe(article, group, members, is_new=is_new)
        for member in members:
            source = replace(member.source, body=bodies[member.source.path])
            self._write_member(article, member, source, article_changed=article_changed)

    def _order(self, locale: str) -> int:
        return self.locales.index(locale)

    def _describe(
        self, article: Article, group: Group, members: list[Member], *, is_new: bool
    ) -> bool:
        """Set what is the same in all languages; the site's first language has the first word."""
        metas = [member.source.meta for member in members]
        paths = [member.source.path for member in members]
        named = [m.source.path for m in members if m.source.meta.category]
        category = self.categories.get(self.category_of[(named or paths)[0]])
        wanted: dict[str, Any] = {"key": group.key, "category": category}
        wanted["kind"] = next((meta.kind for meta in metas if meta.kind), None)
        wanted["stage"] = next((meta.stage for meta in metas if meta.stage), None)
        wanted["owner"] = next((meta.owner for meta in metas if meta.owner), None)
        stated = next((meta.position for meta in metas if meta.position is not None), None)
        wanted["audience"] = next((meta.audience for meta in metas if meta.audience), None)
        wanted["tags"] = next((list(meta.tags) for meta in metas if meta.tags), None)
        wanted["source_locale"] = next((m.source_locale for m in metas if m.source_locale), None)
        wanted["verify_by"] = next((meta.verify_by for meta in metas if meta.verify_by), None)
        wanted["verified_at"] = next((meta.verified for meta in metas if meta.verified), None)
        wanted["verified_by"] = next((meta.verified_by for meta in metas if meta.verified_by), None)
        wanted["position"] = stated if stated is not None else self.positions.get(paths[0])
        values = {name: value for name, value in wanted.items() if value is not None}
        return _assign(article, **values) and not is_new

    def _write_member(
        self, article: Article, member: Member, source: SourceFile, *, article_changed: bool
    ) -> None:
        translation = member.translation
        if translation is None:
            translation = self._create(article, source)
            self.tally.created += 1
        elif self._update(translation, member, source) or article_changed:
            self.tally.updated += 1
        else:
            self.tally.unchanged += 1
        if member.is_changed:
            self._described.append((source, translation))
        self._remember_file(member, source, translation)

    # A translation that is new

    def _create(self, article: Article, source: SourceFile) -> Translation:
        meta = source.meta
        slug = self.addresses.new(article, source)
        published = meta.published or self.now
        spoken = meta.updated or min(published, self.now)
        words = self._words(source)
        translation = Translation(
            article=article,
            locale=source.locale,
            slug=slug,
            title=words.title,
            summary=words.summary,
            updated_at=spoken,
            created_at=self.now,
        )
        db.session.add(translation)
        self.tally.is_dirty = True
        if past := self.history.of(source):
            self._restore(translation, source, past)
            return translation
        revision = _first_revision(translation, words, meta, spoken)
        db.session.add(revision)
        if not meta.is_draft:
            publish(translation, revision, at=published)
        translation.archived_at = meta.archived
        self._render(revision, source.locale)
        return translation

    def _restore(self, translation: Translation, source: SourceFile, past: Past) -> None:
        """Give a new translation its past; what its file says since then comes after it."""
        meta = source.meta
        shown = restore_revisions(translation, past)
        self._restored.append((translation, past))
        translation.created_at = past.line.created
        if not meta.is_draft:
            translation.published_at = meta.published or self.now
        translation.archived_at = meta.archived
        if not self._update_words(translation, source, self._words(source)):
            self._render(shown, source.locale)
        if not past.is_of(source):
            _update_dates(translation, meta, was_gone=False)

    def _words(self, source: SourceFile) -> Words:
        return self.history.words(source, _words_read(source))

    def _render(self, revision: Revision, locale: str) -> None:
        made = render(
            revision.body, locale=locale, title=revision.title, image_size=self._image_size
        )
        revision.rendering = Rendering(
            pipeline_version=PIPELINE_VERSION,
            html=made.html,
            toc=[asdict(entry) for entry in made.toc],
            sections=[asdict(section) for section in made.sections],
            text=made.text,
        )

    def _image_size(self, src: str) -> tuple[int, int] | None:
        return self.sizes.get(src.removeprefix("attachment:").partition("/")[0])

    # A translation that is there

    def _update(self, translation: Translation, member: Member, source: SourceFile) -> bool:
        words = self._words(source)
        if not member.is_changed and not self._only_links_changed(translation, words):
            return False
        changed = self._update_words(translation, source, words)
        changed |= translation.id in self.addresses.readdressed
        changed |= _update_dates(translation, source.meta, was_gone=member.remembered is None)
        self.tally.is_dirty |= changed
        return changed

    def _only_links_changed(self, translation: Translation, words: Words) -> bool:
        """Tell whether an untouched file says something else because its neighbours changed.

        Words that people have written since the import are left to them.
        """
        shown = translation.public_revision
        if shown is None or shown.message != MESSAGE:
            return False
        return words_of(shown).fingerprint() != words.fingerprint()

    def _update_words(self, translation: Translation, source: SourceFile, words: Words) -> bool:
        meta = source.meta
        shown = translation.public_revision or _newest(translation)
        if shown is not None and words_of(shown).fingerprint() == words.fingerprint():
            return False
        spoken = meta.updated or self.now
        if spoken <= translation.updated_at:
            spoken = self.now
        revision = write_revision(
            translation, words, by=meta.owner, message=MESSAGE, at=spoken, translated_from=None
        )
        if meta.is_draft:
            _assign(translation, title=words.title, summary=words.summary)
        else:
            archived, published = translation.archived_at, translation.published_at
            publish(translation, revision, at=published or meta.published or self.now)
            translation.archived_at = archived
        self._render(revision, translation.locale)
        return True

    # The file itself

    def _remember_file(self, member: Member, source: SourceFile, translation: Translation) -> None:
        file = member.remembered
        if file is None:
            self._new_files.append((source, translation))
            self.tally.is_dirty = True
        else:
            self.tally.is_dirty |= _assign(
                file, source=self.memory.source, path=source.path, digest=source.digest
            )

    def finish(self) -> None:
        """Write what needs the numbers that the database gives to new rows."""
        db.session.flush()
        for source, translation in self._new_files:
            db.session.add(
                ImportedFile(
                    source=self.memory.source,
                    path=source.path,
                    digest=source.digest,
                    translation_id=translation.id,
                )
            )
            past = self.history.of(source)
            left = past.line.former if past else {}
            for former in source.meta.former_slugs:
                self.addresses.add_former(translation, former, left.get(former, self.now))
        tie_revisions(self._restored)
        for source, translation in self._described:
            past = self.history.of(source)
            kept = past.line.old if past else {}
            for path in source.meta.old_addresses:
                since = kept.get(path, self.now)
                self.tally.is_dirty |= self.addresses.add_old(translation, path, since)
            self._name_successor(source, translation.article)
        db.session.flush()

    def _name_successor(self, source: SourceFile, article: Article) -> None:
        """Set the article that its file says comes after it; never itself, nor one that leads on."""
        key = source.meta.successor
        if not key:
            return
        named = db.session.scalar(select(Article).where(Article.key == key))
        before = article.successor_id
        try:
            if named is not None:
                succeed(article, named)
                self.tally.is_dirty |= article.successor_id != before
                return
            reason = f"successor “{key}” is no article"
        except SuccessorLoops as error:
            reason = str(error)
        self.addresses.folder.report(source.path, 1, reason, "left out")

    def archive_missing(self, present: Iterable[str]) -> None:
        """Archive what was imported from files that are no longer there, and forget these files."""
        there = set(present)
        for path, file in self.memory.files.items():
            if file.path != path or path in there:
                continue  # moved, or still there
            translation = self.memory.by_id[file.translation_id]
            if translation.archived_at is None and translation.published_at is not None:
                archive(translation, at=self.now)
                self.tally.archived += 1
            db.session.delete(file)
            self.tally.is_dirty = True


def _words_read(source: SourceFile) -> Words:
    meta = source.meta
    return Words(
        title=source.title,
        body=source.body,
        summary=meta.summary,
        answers=list(meta.answers),
        synonyms=list(meta.synonyms),
        keywords=list(meta.keywords),
        extra=meta.extra,
    )


def _first_revision(translation: Translation, words: Words, meta: Meta, at: datetime) -> Revision:
    """Return revision 1. Made here, as `write_revision` asks the database for the number."""
    return Revision(
        translation=translation,
        number=1,
        **words.columns(),
        author=meta.owner,
        message=MESSAGE,
        created_at=at,
    )


def _newest(translation: Translation) -> Revision | None:
    return translation.revisions[-1] if translation.revisions else None


def _update_dates(translation: Translation, meta: Meta, *, was_gone: bool) -> bool:
    """Follow the dates that the file states; leave those that it does not."""
    before = (translation.published_at, translation.archived_at)
    if meta.is_draft:
        translation.published_at, translation.archived_at = None, meta.archived
        translation.public_revision = None  # so that the newest words, not these, are published
    else:
        is_unseen = translation.public_revision is None and meta.archived is None
        if is_unseen and (newest := _newest(translation)):
            publish(translation, newest, at=meta.published)
        if meta.published:
            translation.published_at = meta.published
        if meta.archived and translation.archived_at is None:
            translation.archived_at = meta.archived
        elif was_gone and translation.archived_at is not None and not meta.archived:
            restore(translation)
    return before != (translation.published_at, translation.archived_at)


def ordered_positions(
    groups: Iterable[Group], navigation: dict[str, int]
) -> Iterator[tuple[str, int]]:
    """Yield (path, position): by the table of contents, else by the number in the file's name."""
    for group in groups:
        for member in group.members:
            source = member.source
            position = navigation.get(source.pair, source.number)
            if position is not None:
                yield source.path, position
