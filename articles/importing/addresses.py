"""Which address each translation gets, so that none is had twice and old ones go on redirecting."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select

from articles.addresses import keep_old, normalised
from articles.importing.folder import Folder
from articles.importing.identity import Member, Memory
from articles.importing.sources import SourceFile
from articles.markdown import slugify, unique
from articles.models import Article, Category, OldAddress, SlugHistory, Translation
from articles.publishing import SlugTaken, change_slug
from kb.db import db


@dataclass(slots=True)
class Addresses:
    """Gives out addresses inside the caller's transaction."""

    folder: Folder
    memory: Memory
    readdressed: set[int] = field(default_factory=set)  # ids of the translations that have moved
    _slugs: dict[str, set[str]] = field(default_factory=dict)
    _old: set[str] = field(default_factory=set)  # paths of former sites

    def __post_init__(self) -> None:
        for locale, slug in self.memory.by_slug:
            self._taken(locale).add(slug)
        for locale, slug in db.session.execute(select(SlugHistory.locale, SlugHistory.slug)):
            self._taken(locale).add(slug)
        self._old.update(db.session.scalars(select(OldAddress.path)))

    def _taken(self, locale: str) -> set[str]:
        return self._slugs.setdefault(locale, set())

    def reserve(self, files: Iterable[SourceFile]) -> None:
        """Keep the addresses that files ask for out of reach of those that ask for none."""
        for source in files:
            if source.meta.slug:
                self._taken(source.locale).add(source.meta.slug)

    # Translations that are there

    def settle(self, members: Iterable[Member]) -> None:
        """Give the translations that are there the addresses that their changed files state.

        Before anything else, so that a new file may take over an address that another one leaves.
        """
        wanted = {
            member.translation: member.source
            for member in members
            if member.translation is not None and _wants_another(member.translation, member)
        }
        waiting = self._without_blocked(wanted)
        parked: list[str] = []
        while waiting:
            moved = [each for each in waiting if self._moves(each, waiting[each].meta.slug)]
            for each in moved:
                del waiting[each]
            if not moved:  # those who are left swap: one steps aside for the others
                parked.append(_step_aside(next(iter(waiting))))
        db.session.execute(delete(SlugHistory).where(SlugHistory.slug.in_(parked)))

    def _without_blocked(
        self, wanted: Mapping[Translation, SourceFile]
    ) -> dict[Translation, SourceFile]:
        """Leave out, and report, those whose address belongs to one who stays where it is."""
        free = dict(wanted)
        while blocked := [each for each in free if self._stays(self._holder(free[each]), free)]:
            for each in blocked:
                self._report_taken(free.pop(each), f"stays at “{each.slug}”")
        return free

    def _holder(self, source: SourceFile) -> Translation | None:
        return self.memory.by_slug.get((source.locale, source.meta.slug))

    @staticmethod
    def _stays(holder: Translation | None, leaving: Mapping[Translation, SourceFile]) -> bool:
        return holder is not None and holder not in leaving

    def _moves(self, translation: Translation, slug: str) -> bool:
        """Move a translation, unless another one is still there."""
        try:
            change_slug(translation, slug)
        except SlugTaken:
            return False
        self.readdressed.add(translation.id)
        db.session.flush()
        return True

    def _report_taken(self, source: SourceFile, action: str) -> None:
        reason = f"the address “{source.meta.slug}” belongs to another article"
        self.folder.report(source.path, 1, reason, action)

    # Translations that are new

    def new(self, article: Article, source: SourceFile) -> str:
        """Return the address for a new translation: the one that its file states, if it is free."""
        slug = source.meta.slug
        if slug and not self._is_lived_at(source.locale, slug):
            return slug
        fallback = slug or slugify(source.title, fallback=article.key)
        found = unique(fallback, self._taken(source.locale))
        if slug:
            self._report_taken(source, f"published at “{found}”")
        return found

    def _is_lived_at(self, locale: str, slug: str) -> bool:
        """Tell whether another translation lives at an address, after `settle`."""
        holder = self.memory.by_slug.get((locale, slug))
        return (holder is not None and holder.slug == slug) or any(
            each.locale == locale and each.slug == slug
            for each in self.memory.by_id.values()
            if each.id in self.readdressed
        )

    def add_former(self, translation: Translation, slug: str, left_at: datetime) -> None:
        """Let an old address redirect, unless it leads somewhere already."""
        taken = self._taken(translation.locale)
        if slug in taken:
            return
        taken.add(slug)
        former = SlugHistory(locale=translation.locale, slug=slug, translation_id=translation.id)
        former.created_at = left_at
        db.session.add(former)

    def add_old(self, to: Translation | Category, path: str, since: datetime) -> bool:
        """Let a path of a former site lead here, unless it leads somewhere; tell whether it is new."""
        place = normalised(path)
        if place in self._old:
            return False
        self._old.add(place)
        kept = keep_old(path, to)
        if kept is not None:
            kept.created_at = since
        return kept is not None


def _wants_another(translation: Translation, member: Member) -> bool:
    slug = member.source.meta.slug
    return bool(slug) and translation.slug != slug and member.is_changed


def _step_aside(translation: Translation) -> str:
    """Move a translation to an address that no file can state, for a moment; return that address."""
    translation.slug = f".{translation.id}"
    db.session.flush()
    return translation.slug
