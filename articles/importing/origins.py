"""Where each imported folder lay, so that two folders of one name are not taken for each other.

Kept in the home folder and not in the database: it says something about this machine, and losing it
costs a warning, not an article.
"""

import json
from pathlib import Path

from kb.locales import settings

FILE_NAME = "imported-folders.json"


def other_folders(source: str, here: Path) -> list[str]:
    """Return the places other than `here` from which a source was imported."""
    return [each for each in _remembered().get(source, []) if each != str(here.resolve())]


def has_gone(source: str) -> bool:
    """Tell whether all places from which a source was imported are known, and there no more."""
    places = _remembered().get(source, [])
    return bool(places) and not any(Path(each).is_dir() for each in places)


def remember_folder(source: str, here: Path, *, is_sure: bool) -> None:
    """Remember that a source was imported from `here`, and if that is sure, from nowhere else."""
    remembered = _remembered()
    earlier = [] if is_sure else remembered.get(source, [])
    places = sorted({*earlier, str(here.resolve())})
    if remembered.get(source) == places:
        return
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    text = json.dumps(remembered | {source: places}, ensure_ascii=False, indent=1, sort_keys=True)
    partial.write_text(f"{text}\n")
    partial.replace(path)


def _path() -> Path:
    return settings().home / FILE_NAME


def _remembered() -> dict[str, list[str]]:
    try:
        found = json.loads(_path().read_text())
    except (OSError, ValueError):
        return {}
    places = found.items() if isinstance(found, dict) else ()
    return {name: [str(each) for each in some] for name, some in places if isinstance(some, list)}
