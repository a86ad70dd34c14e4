"""The JSON of a Zendesk Help Center as its API gives it, page by page, or all in one file.

Every file is an object with lists under the names of the API (`articles`, `sections`, `categories`,
`translations`, `votes`, `article_attachments`, `user_segments`, `users`); what belongs to other
parts of Zendesk is passed over. Items that are not as documented are reported one by one.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_FILE_BYTES = 500_000_000
NAMES = (
    "categories", "sections", "articles", "translations", "votes", "article_attachments",
    "user_segments", "users",
)  # fmt: skip
_SINGULAR = {
    "category": "categories", "section": "sections", "article": "articles", "vote": "votes",
    "translation": "translations", "article_attachment": "article_attachments",
}  # fmt: skip
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
Item = dict[str, Any]
Report = Callable[[str, str, str], None]
"""Called with (file or thing, what is wrong, what was done)."""


@dataclass(slots=True)
class HelpCenter:
    """All items by their names; attachments that were downloaded lie among `files`."""

    items: dict[str, list[Item]] = field(default_factory=lambda: {name: [] for name in NAMES})
    files: list[Path] = field(default_factory=list)
    _by_id: dict[str, dict[int, Item]] = field(default_factory=dict)

    def by_id(self, name: str) -> dict[int, Item]:
        """Return items by their number; of one that is there twice, the last to be updated.

        Only once everything has been read.
        """
        if name in self._by_id:
            return self._by_id[name]
        found = self._by_id[name] = {}
        for item in self.items[name]:
            other = found.get(item["id"])
            if other is None or text(item, "updated_at") >= text(other, "updated_at"):
                found[item["id"]] = item
        return found


def read_help_center(path: Path, report: Report) -> HelpCenter:
    """Read a file or a folder of files; what is damaged is reported and left out."""
    found = HelpCenter()
    paths = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    root = path.parent if path.is_file() else path
    for each in paths:
        if each.suffix.lower() != ".json":
            if not each.is_symlink():
                found.files.append(each)
            continue
        name = each.relative_to(root).as_posix()
        for kind, item in _items(each, name, report):
            _take(found, kind, item, name, report)
    return found


def _items(path: Path, name: str, report: Report) -> Iterator[tuple[str, Any]]:
    value = _value(path, name, report)
    if isinstance(value, list) and path.stem.rstrip("-_0123456789") in NAMES:
        value = {path.stem.rstrip("-_0123456789"): value}
    if not isinstance(value, dict):
        if value is not None:
            report(name, "not an answer of the API: no object with named lists", "skipped")
        return
    known = False
    for key, items in value.items():
        kind = _SINGULAR.get(key, key)
        if kind not in NAMES:
            continue
        known = True
        if isinstance(items, list):
            yield from ((kind, item) for item in items)
        elif isinstance(items, dict):
            yield kind, items
        else:
            report(name, f"“{key}” is not a list", "left out")
    if not known:
        report(name, f"none of {', '.join(NAMES)} in it", "skipped")


def _value(path: Path, name: str, report: Report) -> Any:
    if path.stat().st_size > MAX_FILE_BYTES:
        report(name, f"larger than {MAX_FILE_BYTES // 1_000_000} MB", "skipped")
        return None
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        report(name, "not UTF-8", "skipped")
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        cut = "; was the download cut short?" if "Unterminated" in error.msg else ""
        report(name, f"broken JSON at {at} ({error.msg}){cut}", "skipped")
    except RecursionError:
        report(name, "JSON nested without end", "skipped")
    return None


def _take(found: HelpCenter, kind: str, item: Any, name: str, report: Report) -> None:
    if not isinstance(item, dict) or not isinstance(item.get("id"), int):
        report(name, f"an entry of “{kind}” without a number (id)", "left out")
        return
    for each in item.pop("translations", None) or ():
        if isinstance(each, dict) and isinstance(each.get("id"), int):
            found.items["translations"].append(
                {"source_id": item["id"], "source_type": kind[:-1], **each}
            )
    found.items[kind].append(item)


def text(item: Item, name: str) -> str:
    """Return a text of an item, empty where it is missing or something else."""
    value = item.get(name)
    return _usable(value) if isinstance(value, str) else ""


def number(item: Item, name: str) -> int | None:
    """Return a number of an item, None where it is missing or something else."""
    value = item.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _usable(value: str) -> str:
    return _UNUSABLE.sub("", value)
