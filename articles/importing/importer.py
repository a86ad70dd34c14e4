"""The import itself: read everything, decide everything, then write in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from articles.attachments import store_content
from articles.importing.addresses import Addresses
from articles.importing.categories import (
    Catalogue,
    Name,
    Node,
    declared_categories,
    file_in_categories,
)
from articles.importing.folder import Folder, open_folder
from articles.importing.former import write_former
from articles.importing.history import History, earlier_assets, read_history
from articles.importing.identity import Group, Memory, Others, identify, remember
from articles.importing.links import Linker
from articles.importing.origins import has_gone, other_folders, remember_folder
from articles.importing.report import ImportOptions, ImportReport, Progress
from articles.importing.sources import SourceFile, Sources, read_sources
from articles.importing.templates import write_templates
from articles.importing.writing import (
    Tally,
    Writer,
    ordered_positions,
    write_attachments,
    write_categories,
)
from articles.models import Category
from articles.publishing import commit_changes
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.locales import settings


def import_folder(
    path: Path,
    *,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
    look: Callable[[], None] | None = None,
) -> ImportReport:
    """Bring a folder of Markdown into the database, all of it or nothing.

    Files with problems are skipped or put right, and reported; the rest is imported. With
    `options.strict`, any problem keeps everything from being written; with `options.dry_run`,
    nothing is written either, and the report says what would be. Needs an application context.

    `look` is called while the session holds everything as it will be, and nothing is committed.
    """
    options = options or ImportOptions()
    is_named = bool(options.source)
    options = completed(options, path)
    show = progress or _silent
    folder = open_folder(path)
    if not is_named:
        options = _sparing_others(folder, options)
    plan, options = prepare(folder, options, is_named=is_named, show=show)
    _keep_only(plan, options)
    _take_earlier_assets(plan)
    if options.strict and folder.problems:
        db.session.rollback()
        return _report(folder, plan.sources, Tally(), written=False)
    try:
        tally = _write(plan, options, show)
        if look is not None:
            db.session.flush()
            look()
    except BaseException:
        db.session.rollback()
        raise
    refused = options.strict and bool(folder.problems)
    if not (options.dry_run or refused):
        remember_folder(options.source, options.place or path, is_sure=is_named)
    if options.dry_run or refused or not tally.is_dirty:
        db.session.rollback()
        return _report(folder, plan.sources, Tally() if refused else tally, written=False)
    for asset in plan.linker.assets.values():
        store_content(asset)  # before the rows that promise it
    if options.only is None and options.place is None:  # else whoever asked for it tells
        record("folder.imported", thing="folder", label=options.source, created=tally.created,
               updated=tally.updated, archived=tally.archived)  # fmt: skip
    commit_changes()
    return _report(folder, plan.sources, tally, written=True)


@dataclass(slots=True)
class Plan:
    """All that was decided before anything is written."""

    folder: Folder
    sources: Sources
    memory: Memory
    groups: list[Group]
    catalogue: Catalogue
    category_of: dict[str, str]
    linker: Linker
    history: History
    bodies: dict[str, str] = field(default_factory=dict)


def prepare(
    folder: Folder, options: ImportOptions, *, is_named: bool, show: Progress | None = None
) -> tuple[Plan, ImportOptions]:
    """Decide what each file of a folder is; return that, and the options as they then stand."""
    show = show or _silent
    memory = remember(options.source)
    sources = read_sources(folder, options.locales, options.locale, memory.locales())
    history = read_history(folder)
    written = _with_words(folder, sources.files, history)
    others = None if is_named else Others(memory, has_gone)
    groups = identify(folder, written, memory, sources.seen, others)
    if options.archive_missing:
        options = _sparing_most(folder, options, memory, groups, sources.seen)
    files = [member.source for group in groups for member in group.members]
    catalogue = _catalogue(folder)
    plan = Plan(
        folder=folder,
        sources=sources,
        memory=memory,
        groups=groups,
        catalogue=catalogue,
        category_of=file_in_categories(catalogue, files),
        linker=_linker(folder, groups, options.locales),
        history=history,
    )
    for number, source in enumerate(files, 1):
        plan.bodies[source.path] = plan.linker.rewrite(source)
        show("reading", number, len(files))
    return plan, options


def _keep_only(plan: Plan, options: ImportOptions) -> None:
    """Leave out of the plan what is not to be written; links still lead there."""
    if options.only is not None:
        for node in plan.catalogue.nodes.values():
            node.declared = False  # what is there stays as it is
    for group in plan.groups:
        group.members = [
            each
            for each in group.members
            if each.source.path not in options.leave
            and (options.only is None or each.source.path in options.only)
        ]
        for each in group.members if options.as_drafts else ():
            each.source = replace(each.source, meta=replace(each.source.meta, is_draft=True))
    plan.groups = [group for group in plan.groups if group.members]


def _silent(_what: str, _done: int, _of: int) -> None:
    """Show nothing."""


def completed(options: ImportOptions, path: Path) -> ImportOptions:
    """Return options with a name for the folder, and the site's languages."""
    known = options.with_defaults(path.resolve().name, settings().locales)
    return known if known.locale in known.locales else replace(known, locale=known.locales[0])


def _sparing_others(folder: Folder, options: ImportOptions) -> ImportOptions:
    """Archive nothing where another folder of the same name was imported: it may be its articles."""
    others = other_folders(options.source, folder.root)
    if not (others and options.archive_missing):
        return options
    name = options.source
    reason = f"“{name}” was imported from {others[0]} before"
    folder.report(".", 0, reason, f"nothing archived; if it is the same, say --source {name}")
    return replace(options, archive_missing=False)


def _with_words(
    folder: Folder, files: Iterable[SourceFile], history: History
) -> Iterable[SourceFile]:
    """Leave out files with nothing under their front matter, unless they are meant to be so."""
    for source in files:
        if source.body.strip() or source.meta.is_draft or history.of(source):
            yield source
        else:
            folder.report(source.path, 0, "nothing under the front matter", "skipped")


def _sparing_most(
    folder: Folder,
    options: ImportOptions,
    memory: Memory,
    groups: Iterable[Group],
    present: frozenset[str],
) -> ImportOptions:
    """Archive nothing where most articles would go: a wrong folder is likelier than such a clearing."""
    continued = {m.remembered.path for group in groups for m in group.members if m.remembered}
    gone = len(memory.files.keys() - present - continued)
    if not present:
        folder.report(".", 0, "no Markdown file in the folder", "nothing archived")
    elif gone * 2 > len(memory.files) and not options.force:
        reason = (
            f"{gone} of the {len(memory.files)} files imported from “{options.source}” are gone"
        )
        folder.report(".", 0, reason, "nothing archived; if that is meant, say --force")
    else:
        return options
    return replace(options, archive_missing=False)


def _catalogue(folder: Folder) -> Catalogue:
    """Return the categories of the database, overridden by those that the folder declares."""
    catalogue = Catalogue()
    by_id: dict[int, str] = {}
    everything = db.session.scalars(select(Category)).all()
    for category in everything:
        by_id[category.id] = category.key
    for category in everything:
        names = {n.locale: Name(n.name, n.slug, n.description) for n in category.names}
        parent = by_id.get(category.parent_id, "") if category.parent_id else ""
        catalogue.add(Node(category.key, parent, category.position, names))
    for node in declared_categories(folder):
        catalogue.add(node)
    return catalogue


def _linker(folder: Folder, groups: Iterable[Group], locales: tuple[str, ...]) -> Linker:
    files: dict[str, SourceFile] = {}
    keys: dict[str, str] = {}
    for group in groups:
        for member in group.members:
            files[member.source.path] = member.source
            keys[member.source.path] = group.key
    return Linker(folder, files, locales, keys)


def _take_earlier_assets(plan: Plan) -> None:
    """Take in what only earlier revisions of the articles to be made show."""
    assets = plan.linker.assets
    for group in plan.groups:
        for member in group.members:
            past = plan.history.of(member.source)
            if member.translation is None and past is not None:
                for asset in earlier_assets(plan.folder, plan.history, past, assets.__contains__):
                    assets[asset.digest] = asset


def _write(plan: Plan, options: ImportOptions, show: Progress) -> Tally:
    """Write everything into the session and flush it; the caller commits or rolls back."""
    assets = list(plan.linker.assets.values())
    with db.session.no_autoflush:
        categories = write_categories(plan.catalogue, filter(None, plan.category_of.values()))
        added = write_attachments(assets, plan.history)
        members = [member for group in plan.groups for member in group.members]
        addresses = Addresses(plan.folder, plan.memory)
        addresses.reserve(member.source for member in members)
        if not options.keep_addresses:
            addresses.settle(members)
        nodes = plan.catalogue.nodes.values()
        now = utc_now()
        write_former(nodes, categories, plan.history.categories, addresses, now)
        write_templates(plan.folder)
        writer = Writer(
            memory=plan.memory,
            addresses=addresses,
            categories=categories,
            category_of=plan.category_of,
            positions=dict(ordered_positions(plan.groups, plan.sources.navigation)),
            sizes={a.digest: (a.width, a.height) for a in assets if a.width and a.height},
            now=now,
            locales=options.locales,
            history=plan.history,
            tally=Tally(attachments=added, is_dirty=bool(db.session.new or db.session.dirty)),
        )
        for number, group in enumerate(plan.groups, 1):
            writer.write(group, plan.bodies)
            show("writing", number, len(plan.groups))
        if options.archive_missing:
            writer.archive_missing(plan.sources.seen)
        writer.finish()
    return writer.tally


def _report(folder: Folder, sources: Sources, tally: Tally, *, written: bool) -> ImportReport:
    return ImportReport(
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        archived=tally.archived,
        problems=tuple(sorted(set(folder.problems))),
        notes=sources.notes,
        attachments=tally.attachments,
        written=written,
    )
