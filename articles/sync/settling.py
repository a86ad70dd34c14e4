"""A file and its translation, brought to say the same; or shown to a person where they cannot be."""

from articles.publishing import commit_changes
from articles.sync import report as said
from articles.sync.bases import inferred
from articles.sync.conflicts import copy_path, end_conflict, is_settled, read_copy, show_conflict
from articles.sync.files import digest_of, remove
from articles.sync.observing import Pair
from articles.sync.sides import Side, side_from
from articles.sync.state import Run
from articles.sync.threeway import Base, Merged, merge
from articles.sync.writing_files import changed_text, shown_by
from articles.sync.writing_site import set_aside


def settle(run: Run, pair: Pair) -> None:
    """Write the file where it has to change, and note what the site has to take over."""
    assert pair.file is not None
    assert pair.site is not None
    imported = run.view.plan.memory.files.get(pair.path)
    base = inferred(pair, imported)
    merged = _decided(run, pair, _restored(merge(base, pair.file, pair.site), pair))
    if merged is None:
        return
    is_new_for_file = bool(merged.for_file) or merged.file_body != pair.file.body
    is_new_for_site = not _is_said(merged, pair.site)
    if is_new_for_file and run.options.to_files:
        what = said.MERGED if is_new_for_site else said.TO_FILE
        if not _rewrite(run, pair, merged, what):
            return
    if is_new_for_site and run.options.to_site:
        agree = run.options.to_files or not is_new_for_file
        run.changes.append((pair, merged, agree))
        if not (is_new_for_file and run.options.to_files):
            run.report.add(pair.path, said.WAITS if run.options.review else said.TO_SITE)
        run.did = run.touches_site = True
    if not (is_new_for_file or is_new_for_site):
        run.report.unchanged += 1
    left_to_file = is_new_for_file and not run.options.to_files
    left_to_site = is_new_for_site and not run.options.to_site
    if not is_new_for_site and not left_to_file and not left_to_site:
        run.note(pair, merged, pair.site)


def _decided(run: Run, pair: Pair, merged: Merged) -> Merged | None:
    """Return what both sides should say once a person has settled what they disagree on."""
    assert pair.file is not None
    assert pair.site is not None
    copy = read_copy(run.view.root, pair.path)
    if not merged.is_clean and pair.path in run.options.ours | run.options.theirs:
        return _chosen(run, pair, merged)
    then = pair.row.conflict if pair.row is not None else None
    if then is not None and copy is not None and is_settled(copy):
        return _settled_by_copy(run, pair, side_from(then["file"]), side_from(then["site"]))
    if merged.is_clean:
        end_conflict(run, pair)
        return merged
    is_decided = then is not None and copy is None and bool(then.get("shown"))
    if then is not None and is_decided and side_from(then["file"]) != pair.file:
        again = merge(_base_of(then, pair.file), pair.file, pair.site)
        if again.is_clean:
            end_conflict(run, pair)
            return again
    show_conflict(run, pair, merged, copy)
    return None


def _chosen(run: Run, pair: Pair, merged: Merged) -> Merged:
    """Decide a conflict for one side, as asked; what the file said stays in a revision."""
    assert pair.file is not None
    assert pair.site is not None
    assert pair.translation is not None
    is_file = pair.path in run.options.ours
    if not is_file and not run.options.dry_run:
        set_aside(pair.translation, pair.file, pair.site)
        run.touches_site = True
    end_conflict(run, pair)
    return merged.decided(for_the_file=is_file)


def _settled_by_copy(run: Run, pair: Pair, file: Side, site: Side) -> Merged | None:
    """Take over what a person made of a conflict, unless the file has changed as well."""
    assert pair.file is not None
    assert pair.source is not None
    assert pair.site is not None
    place = copy_path(pair.path)
    if pair.file != file:
        reason = f"both this file and {place} were changed"
        run.conflict(pair.path, 0, reason, "remove the one that is not right")
        return None
    run.report.add(pair.path, said.SETTLED)
    run.did = True
    if run.options.dry_run:
        return None
    content = (run.view.root / place).read_bytes()
    if run.write(pair.path, content, expected=pair.source.digest):
        assert pair.row is not None
        # From here on the file has changed from what the site said when they disagreed.
        pair.row.base = {"file": _against(site, file).plain(), "site": site.plain()}
        pair.row.conflict = None
        commit_changes()
        remove(run.view.root / place, expected=digest_of(run.view.root / place))
    return None


def _rewrite(run: Run, pair: Pair, merged: Merged, what: str) -> bool:
    """Bring a file to what both sides should say; tell whether that was done."""
    assert pair.file is not None
    assert pair.source is not None
    assert pair.translation is not None
    text = run.text(pair)
    if text is None:
        return False
    shown = shown_by(run.view.layout, pair.translation)
    text = changed_text(text, pair.file, merged.for_file, merged.file_body, shown)
    run.report.add(pair.path, what)
    run.did = True
    if run.options.dry_run:
        return True
    if b"\r\n" in (run.view.root / pair.path).read_bytes():
        text = text.replace("\n", "\r\n")
    return run.write(pair.path, text.encode(), expected=pair.source.digest)


def _is_said(merged: Merged, site: Side) -> bool:
    """Tell whether the site says already what it should."""
    return merged.side.body == site.body and dict(merged.fields) == dict(site.fields)


def _restored(merged: Merged, pair: Pair) -> Merged:
    """Bring back what was archived when its file went, now that the file is there again."""
    assert pair.file is not None
    if pair.row is None and "archived" in merged.fields and "archived" not in pair.file.fields:
        imported_away = {name: v for name, v in merged.fields.items() if name != "archived"}
        return Merged(
            imported_away, merged.for_file, merged.pieces, merged.file_body, merged.disagreements
        )
    return merged


def _against(side: Side, stated: Side) -> Side:
    """Return a side as the other one would state it: what it does not state is left out."""
    return Side({n: v for n, v in side.fields.items() if n in stated.fields}, side.body)


def _base_of(then: dict[str, dict[str, object]], file: Side) -> Base:
    """Return the base of a file that a person has changed so that it settles a conflict."""
    site = side_from(then["site"])
    return Base(_against(site, file), site)
