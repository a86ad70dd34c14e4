"""What both sides said when they last agreed, where no sync has noted it yet."""

from articles.importing.writing import MESSAGE
from articles.models import ImportedFile, Translation
from articles.sync.observing import Pair
from articles.sync.sides import Side, tidy
from articles.sync.threeway import Base


def inferred(pair: Pair, imported: ImportedFile | None) -> Base | None:
    """Return the base of a pair that was never synced, as far as an import or an export tells.

    A file that is as it was imported has not changed; words that came by an import have not been
    changed on the site; a file whose words the site once had is older than the site.
    """
    if pair.base is not None:
        return pair.base
    assert pair.file is not None
    assert pair.site is not None
    assert pair.source is not None
    assert pair.translation is not None
    file, site, translation = pair.file, pair.site, pair.translation
    if imported is None:
        bodies = {tidy(each.body) for each in translation.revisions}
        is_older = file.body in bodies and file.body != site.body
        return _as_file(file, site, file.body) if is_older else None
    if imported.digest == pair.source.digest:
        return _as_file(file, site, file.body)
    if _is_of_import(translation):
        fields = {name: site.fields[name] for name in file.fields if name in site.fields}
        return Base(Side(fields, site.body), site)
    words = [each for each in translation.revisions if each.message == MESSAGE]
    return _as_file(file, site, tidy(words[-1].body)) if words else None


def _as_file(file: Side, site: Side, body: str) -> Base:
    """Return a base in which the file is as it was, and any difference is the site's."""
    both = Side({**site.fields, **file.fields}, body)
    return Base(Side(file.fields, body), both)


def _is_of_import(translation: Translation) -> bool:
    shown = translation.public_revision or translation.revisions[-1]
    return shown.message == MESSAGE
