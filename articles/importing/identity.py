"""Which article and translation a file is: the one it was at the last import, or said, or looks like."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from articles.importing.folder import Folder
from articles.importing.sources import SourceFile, key_of
from articles.markdown import slugify, unique
from articles.models import Article, ImportedFile, Translation
from kb.db import db


@dataclass(slots=True)
class Member:
    """A file with the translation that it continues, if there is one."""

    source: SourceFile
    translation: Translation | None = None
    remembered: ImportedFile | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the file is new, moved or edited since the last import."""
        file, source = self.remembered, self.source
        return file is None or file.digest != source.digest or file.path != source.path


@dataclass(slots=True)
class Group:
    """The files of one article. `article` is None when the import will make it."""

    key: str
    members: list[Member]
    article: Article | None = None


@dataclass(slots=True)
class Memory:
    """What the database knows before the import, so that each file is looked up without a query."""

    source: str
    by_key: dict[str, Article] = field(default_factory=dict)
    by_slug: dict[tuple[str, str], Translation] = field(default_factory=dict)
    by_id: dict[int, Translation] = field(default_factory=dict)
    files: dict[str, ImportedFile] = field(default_factory=dict)
    owners: dict[int, ImportedFile] = field(default_factory=dict)  # by translation, any source

    def locales(self) -> dict[str, str]:
        """Return the language of each file imported before, by path."""
        return {path: self.by_id[file.translation_id].locale for path, file in self.files.items()}

    def vanished(self, present: Iterable[str]) -> dict[str, ImportedFile]:
        """Return what was imported from files that are no longer there, by digest."""
        there = set(present)
        return {file.digest: file for path, file in self.files.items() if path not in there}


def remember(source: str) -> Memory:
    """Load what identity depends on, in three queries."""
    memory = Memory(source)
    articles = select(Article).options(
        selectinload(Article.translations).joinedload(Translation.public_revision)
    )
    for article in db.session.scalars(articles):
        memory.by_key[article.key] = article
        for translation in article.translations:
            memory.by_slug[translation.locale, translation.slug] = translation
            memory.by_id[translation.id] = translation
    for file in db.session.scalars(select(ImportedFile)):
        if file.source == source:
            memory.files[file.path] = file
        memory.owners[file.translation_id] = file
    return memory


def identify(
    folder: Folder, files: Iterable[SourceFile], memory: Memory, present: Iterable[str]
) -> list[Group]:
    """Return the files as articles; one that would be a second text for one place is reported."""
    present = frozenset(present)
    finder = _Finder(folder, memory, present, memory.vanished(present))
    members = [finder.member(source) for source in _without_twins(folder, files, memory)]
    claimed = _claim(members)
    groups = _grouped(folder, members, claimed)
    taken = set(memory.by_key) | {group.key for group in groups if group.key}
    for group in groups:
        stated = next((m.source.meta.key for m in group.members if m.source.meta.key), "")
        if stated in memory.by_key and group.article is not memory.by_key[stated]:
            _move_to(group, memory.by_key[stated], claimed)
        if group.article is not None:
            group.key = stated or group.article.key
        elif not group.key:
            group.key = _free_key(group.members[0].source, taken)
    return groups


def _claim(members: list[Member]) -> set[int]:
    """Leave each translation to one file; return the translations that have one."""
    claimed: set[int] = set()
    for member in members:
        if member.translation is None:
            continue
        if member.translation.id in claimed:
            member.translation = member.remembered = None
        else:
            claimed.add(member.translation.id)
    return claimed


def _move_to(group: Group, article: Article, claimed: set[int]) -> None:
    """Let the files of a group continue the article whose key they state."""
    group.article = article
    for member in group.members:
        if member.translation is None or member.translation.article is not article:
            member.translation = _unclaimed(article, member.source.locale, claimed)


def _unclaimed(article: Article, locale: str, claimed: set[int]) -> Translation | None:
    translation = article.in_locale(locale)
    return translation if translation is not None and translation.id not in claimed else None


def _without_twins(
    folder: Folder, files: Iterable[SourceFile], memory: Memory
) -> Iterable[SourceFile]:
    """Leave out a second file with the address of another; the one imported before comes first."""
    holders: dict[tuple[str, str], str] = {}
    for source in sorted(files, key=lambda each: (each.path not in memory.files, each.path)):
        slug = source.meta.slug
        if slug:
            holder = holders.setdefault((source.locale, slug), source.path)
            if holder != source.path:
                reason = f"two files with one slug (“{slug}”, also in {holder})"
                folder.report(source.path, 1, reason, "skipped")
                continue
        yield source


@dataclass(slots=True)
class _Finder:
    folder: Folder
    memory: Memory
    present: frozenset[str]
    vanished: dict[str, ImportedFile]

    def member(self, source: SourceFile) -> Member:
        """Return the file with what it continues: same path, else moved, else same address."""
        remembered = self.memory.files.get(source.path)
        if remembered is None:
            remembered = self._moved(source)
        if remembered is not None:
            translation = self.memory.by_id.get(remembered.translation_id)
            if translation is not None and translation.locale == source.locale:
                return Member(source, translation, remembered)
        return Member(source, self._at_address(source))

    def _moved(self, source: SourceFile) -> ImportedFile | None:
        same = self.vanished.get(source.digest)
        if same is not None:
            return same
        holder = self._holder(source)
        owner = self.memory.owners.get(holder.id) if holder else None
        if owner and owner.source == self.memory.source and owner.path not in self.present:
            return owner
        return None

    def _at_address(self, source: SourceFile) -> Translation | None:
        """Return the translation at the file's address, if no other file stands for it."""
        holder = self._holder(source)
        if holder is None or holder.id in self.memory.owners:
            return None
        return holder if source.meta.slug or holder.archived_at is not None else None

    def _holder(self, source: SourceFile) -> Translation | None:
        slug = source.meta.slug or slugify(source.title)
        return self.memory.by_slug.get((source.locale, slug))


def _grouped(folder: Folder, members: list[Member], claimed: set[int]) -> list[Group]:
    groups: list[Group] = []
    places: dict[tuple[str, str], list[Group]] = {}
    keys = {m.source.pair: m.source.meta.key for m in members if m.source.meta.key}
    for member in sorted(members, key=lambda each: (each.translation is None, each.source.path)):
        key = member.source.meta.key or keys.get(member.source.pair, "")
        together = places.setdefault(("key", key) if key else ("pair", member.source.pair), [])
        group = _place(member, together, claimed)
        if group is not None:
            group.members.append(member)
            continue
        if key and _has_locale(together, member):
            reason = f"two files for one article and language (key “{key}”)"
            folder.report(member.source.path, 1, reason, "skipped")
            continue
        article = member.translation.article if member.translation else None
        group = Group(key, [member], article)
        together.append(group)
        groups.append(group)
    return sorted(groups, key=lambda each: each.members[0].source.path)


def _has_locale(groups: list[Group], member: Member) -> bool:
    locale = member.source.locale
    return any(each.source.locale == locale for group in groups for each in group.members)


def _place(member: Member, groups: list[Group], claimed: set[int]) -> Group | None:
    """Return the group of the same article that has room for the file's language."""
    locale = member.source.locale
    for group in groups:
        if any(each.source.locale == locale for each in group.members):
            continue
        if member.translation is not None:
            if group.article is member.translation.article:
                return group
        elif group.article is None:
            return group
        elif (existing := group.article.in_locale(locale)) is None or existing.id not in claimed:
            member.translation = existing
            return group
    return None


def _free_key(source: SourceFile, taken: set[str]) -> str:
    """Return the file's name, else with its folder's name before it, else numbered."""
    key = key_of(source)
    if key in taken:
        folders = [slugify(part) for part in source.pair.split("/")[:-1]]
        for folder in reversed([each for each in folders if each]):
            key = f"{folder}-{key}"
            if key not in taken:
                break
    return unique(key, taken)
