"""`categories.yaml` and the categories of the site, kept the same field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from articles.addresses import rename_category
from articles.exporting import CATEGORIES, category_tree, left_by_categories, yaml_of
from articles.importing.categories import Name, Node, declared_categories
from articles.importing.report import Problem
from articles.models import Category, CategoryName, SyncedFile
from articles.publishing import SlugTaken
from articles.sync.files import FileMoved, digest_of, write_over
from articles.sync.observing import View
from articles.sync.report import TO_FILE, TO_SITE, SyncOptions, SyncReport
from kb.db import db

NAME_PARTS = ("name", "slug", "description")
Place = str
"""key, then the field: `lamps/parent`, `lamps/fr/name`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether anything was written, and whether it was the site."""

    did: bool = False
    to_site: bool = False


def sync_categories(view: View, options: SyncOptions, report: SyncReport) -> Outcome:
    """Bring the file and the site to one tree; a file appears only in a folder without articles."""
    there = CATEGORIES in view.folder.paths
    site = _flat(_nodes_of_site())
    if not there:
        if view.plan.sources.seen or not site or not options.to_files:
            return Outcome()
        return _write_file(view, options, report, expected="")
    path = view.root / CATEGORIES
    digest = digest_of(path)
    before = len(view.folder.problems)
    file = _flat(_nodes_of_file(view))
    if len(view.folder.problems) > before or not file:
        return Outcome()  # a tree that cannot be read changes nothing
    wanted = _wanted(view.rows.get(CATEGORIES), file, site)
    for name in wanted.both:
        reason = f"{name}: “{file.get(name)}” here, “{site[name]}” on the site"
        action = "make both the same, then sync again"
        report.conflicts.append(Problem(CATEGORIES, 0, reason, action))
    to_site = bool(wanted.for_site) and options.to_site
    if to_site:
        report.add(CATEGORIES, TO_SITE)
        if not options.dry_run:
            _Tree(wanted.for_site, report).apply()
    if wanted.for_file and options.to_files and not wanted.both:
        if to_site or not wanted.for_site:  # the file is written as a whole
            return _write_file(view, options, report, expected=digest, to_site=to_site)
    elif wanted == _NOTHING and not options.dry_run:
        _note(view, digest, file, site)
    return Outcome(to_site, to_site)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What either side has to take over, and what both have changed."""

    for_site: dict[Place, Any]
    for_file: frozenset[Place]
    both: tuple[Place, ...]


_NOTHING = _Wanted({}, frozenset(), ())


def _wanted(row: SyncedFile | None, file: dict[Place, Any], site: dict[Place, Any]) -> _Wanted:
    """Compare both sides with what they said when they agreed; at first the site is right."""
    before = row.base["file"] if row is not None else {**file, **site}
    before_site = row.base["site"] if row is not None else {**site, **file}
    for_site = {
        name: value
        for name, value in file.items()
        if site.get(name) != value and (before.get(name) != value or name not in site)
    }
    for_file = {
        name
        for name, value in site.items()
        if file.get(name) != value and before_site.get(name) != value
    }
    if row is None:
        for_site = {name: value for name, value in for_site.items() if name not in site}
    both = for_file & set(for_site)
    return _Wanted(
        {name: value for name, value in for_site.items() if name not in both},
        frozenset(for_file - both),
        tuple(sorted(both)),
    )


def _write_file(
    view: View, options: SyncOptions, report: SyncReport, *, expected: str, to_site: bool = False
) -> Outcome:
    report.add(CATEGORIES, TO_FILE)
    if options.dry_run:
        return Outcome(True, to_site)
    db.session.flush()
    content = yaml_of(category_tree(left_by_categories())).encode()
    try:
        write_over(view.root / CATEGORIES, content, expected=expected)
    except FileMoved:
        return Outcome(to_site, to_site)
    return Outcome(True, to_site)


def _note(view: View, digest: str, file: dict[str, Any], site: dict[str, Any]) -> None:
    row = view.rows.get(CATEGORIES)
    base = {"file": file, "site": site}
    if row is None:
        row = SyncedFile(source=view.options.source, path=CATEGORIES, digest=digest, base=base)
        db.session.add(row)
    elif row.base != base:
        row.base, row.digest = base, digest


def _nodes_of_file(view: View) -> list[Node]:
    return declared_categories(view.folder)


def _nodes_of_site() -> Iterator[Node]:
    for category in db.session.scalars(select(Category)):
        names = {n.locale: Name(n.name, n.slug, n.description) for n in category.names}
        parent = category.parent.key if category.parent else ""
        yield Node(category.key, parent, category.position, names, verify_days=category.verify_days)


def _flat(nodes: Any) -> dict[Place, Any]:
    """Return every field of every category by its place; what is empty is left out."""
    found: dict[Place, Any] = {}
    for node in nodes:
        found[f"{node.key}/parent"] = node.parent
        found[f"{node.key}/position"] = node.position
        if node.verify_days:
            found[f"{node.key}/verify_days"] = node.verify_days
        for locale, name in node.names.items():
            for part in NAME_PARTS:
                if value := getattr(name, part):
                    found[f"{node.key}/{locale}/{part}"] = value
    return found


@dataclass(slots=True)
class _Tree:
    """Brings categories of the site to what a file says, inside the caller's transaction."""

    changes: Mapping[Place, Any]
    report: SyncReport
    known: dict[str, Category] = field(default_factory=dict)

    def apply(self) -> None:
        """Make what is missing, then change each field."""
        self.known = {each.key: each for each in db.session.scalars(select(Category))}
        for key in dict.fromkeys(place.split("/")[0] for place in self.changes):
            if key not in self.known:
                self.known[key] = Category(key=key)
                db.session.add(self.known[key])
        for place, value in self.changes.items():
            key, *rest = place.split("/")
            self._set(self.known[key], rest, value)
        db.session.flush()

    def _set(self, category: Category, place: list[str], value: Any) -> None:
        match place:
            case ["parent"]:
                self._move(category, self.known.get(value))
            case ["position"]:
                category.position = value
            case ["verify_days"]:
                category.verify_days = value
            case [locale, part]:
                name = next((each for each in category.names if each.locale == locale), None)
                if name is None:
                    self._add_name(category, locale)
                elif part == "slug":
                    self._rename(name, value)
                else:
                    setattr(name, part, value)

    def _move(self, category: Category, parent: Category | None) -> None:
        above = parent
        while above is not None:
            if above is category:
                self._left(f"{category.key} would stand below itself")
                return
            above = above.parent
        category.parent = parent

    def _rename(self, name: CategoryName, slug: str) -> None:
        try:
            rename_category(name, slug)
        except SlugTaken as taken:
            self._left(str(taken))

    def _add_name(self, category: Category, locale: str) -> None:
        place = f"{category.key}/{locale}"
        said = {part: str(self.changes.get(f"{place}/{part}", "")) for part in NAME_PARTS}
        slug = said["slug"] or category.key
        taken = select(CategoryName).where(CategoryName.locale == locale, CategoryName.slug == slug)
        if other := db.session.scalar(taken):
            self._left(f"the address “{slug}” belongs to “{other.name}”")
            return
        name = CategoryName(locale=locale, name=said["name"] or category.key, slug=slug)
        name.description = said["description"]
        category.names.append(name)
        db.session.flush()

    def _left(self, reason: str) -> None:
        self.report.problems.append(Problem(CATEGORIES, 0, reason, "left as it was"))
