"""From what both sides should say to the text of a file, with as few lines changed as can be."""

import posixpath
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Any

from articles.exporting import Layout, front_matter, public_words, yaml_of
from articles.importing.folder import Folder
from articles.markdown import replace_targets
from articles.models import Translation
from articles.sync.heads import parts, with_fields
from articles.sync.sides import Side, tidy

_LEFT_OUT = ("former_slugs", "old_addresses", "verified", "verified_by", "updated")


def shown_by(layout: Layout, translation: Translation) -> Callable[[str], str]:
    """Return a function from a body as the database has it to one with paths of files."""
    return lambda body: replace_targets(body, lambda target, _: layout.target(translation, target))


def changed_text(
    text: str, file: Side, fields: Mapping[str, Any], body: str, shown: Callable[[str], str]
) -> str:
    """Return the text of a file with fields and body changed; what stays keeps its spelling."""
    text = with_fields(text, fields) if fields else text
    if body == file.body:
        return text
    opening, head, closing, rest = parts(text)
    gap = rest[: len(rest) - len(rest.lstrip("\n"))]
    new = _respelled(tidy(rest), file.body, body, shown(body))
    return f"{opening}{head}{closing}{gap}{new}" if head else gap + new


def _respelled(raw: str, before: str, after: str, shown: str) -> str:
    """Return `shown`, with the lines that have not changed as they are spelled in `raw`.

    `before` and `after` are both bodies as the database has them, line by line those of `raw` and
    of `shown`.
    """
    raw_lines, lines = raw.split("\n"), before.split("\n")
    wanted, spelled = after.split("\n"), shown.split("\n")
    if len(raw_lines) != len(lines) or len(wanted) != len(spelled):
        return shown
    matcher = SequenceMatcher(None, lines, wanted, autojunk=False)
    for start, place, size in matcher.get_matching_blocks():
        spelled[place : place + size] = raw_lines[start : start + size]
    return "\n".join(spelled)


def new_text(translation: Translation, layout: Layout) -> str:
    """Return the text of a file for a translation that has none."""
    words = public_words(translation)
    head = front_matter(translation, words, layout)
    kept = {
        name: value
        for name, value in head.items()
        if name in words.extra or not (name in _LEFT_OUT or (name == "position" and value == 0))
    }
    body = tidy(shown_by(layout, translation)(words.body))
    return f"---\n{yaml_of(kept)}---\n\n{body}"


def new_path(folder: Folder, layout: Layout, translation: Translation, taken: set[str]) -> str:
    """Return where a new file goes: beside the article's other languages, else by its category."""
    siblings = layout.translations.get(translation.article.key, {})
    named = [
        (locale, layout.paths[each.id])
        for locale, each in siblings.items()
        if each.id in layout.paths
    ]
    path = _beside(*named[0], translation.locale) if named else layout.path(translation)
    stem, suffix = posixpath.splitext(path)
    number = 1
    while path in taken or folder.find(path) is not None:
        number += 1
        path = f"{stem}-{number}{suffix}"
    taken.add(path)
    return path


def _beside(locale: str, path: str, wanted: str) -> str:
    """Return the path of the same article in another language, the way the folder says it."""
    segments = path.split("/")
    if locale in segments[:-1]:
        at = segments.index(locale)
        return "/".join([*segments[:at], wanted, *segments[at + 1 :]])
    stem, suffix = posixpath.splitext(path)
    return f"{stem.removesuffix(f'.{locale}')}.{wanted}{suffix}"
