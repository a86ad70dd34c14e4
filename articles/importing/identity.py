"""Which article and translation a file is: the one it was at the last import, or said, or looks like."""

from collections.abc import Callable, Iterable
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
    others: list[ImportedFile] = field(default_factory=list)  # files of other sources

    def locales(self) -> dict[str, str]:
        """Return the language of each file imported before, by path."""
        return {path: self.by_id[file.translation_id].locale for path, file in self.files.items()}

    def vanished(self, present: Iterable[str]) -> dict[str, ImportedFile]:
        """Return what was imported from files that are no longer there, by digest."""
        there = set(present)
        return {file.digest: file for path, file in self.files.items() if path not in there}

    def holder(self, source: SourceFile) -> Translation | None:
        """Return the translation at the address that a file states, or that its title would get."""
        slug = source.meta.slug or slugify(source.title)
        return self.by_slug.get((source.locale, slug))


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
        else:
            memory.others.append(file)
        memory.owners[file.translation_id] = file
    return memory


class Others:
    """What was imported from other folders than this one, which may be this one renamed, or copied."""

    def __init__(self, memory: Memory, has_gone: Callable[[str], bool]) -> None:
        self._memory = memory
        gone = {each for each in {file.source for file in memory.others} if has_gone(each)}
        kept = {*memory.files.values(), *(f for f in memory.others if f.source not in gone)}
        claimed = {file.translation_id for file in kept}
        left = [file for file in memory.others if file.translation_id not in claimed]
        self._left = _Index(left)
        self._kept = _Index(file for file in memory.others if file.source not in gone)

    def left(self, source: SourceFile) -> ImportedFile | None:
        """Return the file of a folder that is no more which this one continues."""
        return self._find(self._left, source)

    def kept(self, source: SourceFile) -> ImportedFile | None:
        """Return the file of a folder that is still there which this one is the same article as."""
        return self._find(self._kept, source)

    def _find(self, index: "_Index", source: SourceFile) -> ImportedFile | None:
        for file in index.by_digest.get(source.digest, ()):
            if self._memory.by_id[file.translation_id].locale == source.locale:
                return file
        holder = self._memory.holder(source)
        found = index.by_translation.get(holder.id) if holder else None
        is_same = found is not None and (source.meta.slug or found.path == source.path)
        return found if is_same else None


class _Index:
    """Files by what they hold, and by the translation that they became."""

    def __init__(self, files: Iterable[ImportedFile]) -> None:
        self.by_digest: dict[str, list[ImportedFile]] = {}
        self.by_translation: dict[int, ImportedFile] = {}
        for file in files:
            self.by_digest.setdefault(file.digest, []).append(file)
            self.by_translation[file.translation_id] = file


def identify(
    folder: Folder,
    files: Iterable[SourceFile],
    memory: Memory,
    present: Iterable[str],
    others: Others | None = None,
) -> list[Group]:
    """Return the files as articles; one that would be a second text for one place is reported.

    `others` is for a folder that has not been given a name: what is of a folder that is no more
    passes to it, and a copy of what is of one that is still there is reported and left out.
    """
    present = frozenset(present)
    finder = _Finder(memory, present, memory.vanished(present), others)
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
    return _without_copies(folder, groups, memory.source, others) if others else groups


def _without_copies(
    folder: Folder, groups: Iterable[Group], name: str, others: Others
) -> list[Group]:
    """Leave out what would be published a second time, as far as one can tell."""
    left: list[Group] = []
    for group in groups:
        for member in tuple(group.members):
            first = others.kept(member.source) if member.translation is None else None
            if first is not None:
                reason = f"the same article was imported from “{first.source}”"
                ways = f"--source {first.source} if it is that folder, --source {name} if not"
                folder.report(member.source.path, 0, reason, f"skipped; say {ways}")
                group.members.remove(member)
        if group.members:
            left.append(group)
    return left


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
    memory: Memory
    present: frozenset[str]
    vanished: dict[str, ImportedFile]
    others: Others | None

    def member(self, source: SourceFile) -> Member:
        """Return the file with what it continues: same path, else moved, else same address."""
        remembered = self.memory.files.get(source.path)
        if remembered is None:
            remembered = self._moved(source)
        if remembered is None and self.others is not None:
            remembered = self.others.left(source)
        if remembered is not None:
            translation = self.memory.by_id.get(remembered.translation_id)
            if translation is not None and translation.locale == source.locale:
                return Member(source, translation, remembered)
        return Member(source, self._at_address(source))

    def _moved(self, source: SourceFile) -> ImportedFile | None:
        same = self.vanished.get(source.digest)
        if same is not None:
            return same
        holder = self.memory.holder(source)
        owner = self.memory.owners.get(holder.id) if holder else None
        if owner and owner.source == self.memory.source and owner.path not in self.present:
            return owner
        return None

    def _at_address(self, source: SourceFile) -> Translation | None:
        """Return the translation at the file's address, if no other file stands for it."""
        holder = self.memory.holder(source)
        if holder is None or holder.id in self.memory.owners:
            return None
        return holder if source.meta.slug or holder.archived_at is not None else None


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
