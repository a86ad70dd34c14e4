"""From what a link says to the file that it means, without ever leaving the folder."""

import posixpath
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from articles.importing import languages
from articles.importing.folder import SUFFIXES, Folder


class ClimbsOut(ValueError):
    """The path leads out of the imported folder."""


def locate(folder: Folder, origin: str, target: str, locales: Collection[str]) -> str | None:
    """Return the path of the file that `target`, written in the file `origin`, leads to.

    Sites are built from folders in many ways, so these are tried in turn: beside the file, from any
    folder above it when the path starts with a slash, the same place in another language, and last,
    for images and downloads, the only file whose path ends so. Raises `ClimbsOut`.
    """
    wanted = unquote(target.partition("?")[0].replace("\\", "/"))
    here = posixpath.dirname(origin)
    candidates = list(_places(here, wanted))
    for candidate in candidates:
        if found := _existing(folder, candidate):
            return found
    for candidate in candidates:
        for translated in _elsewhere(candidate, locales):
            if found := _existing(folder, translated):
                return found
    ending = posixpath.normpath(wanted.lstrip("/"))
    if ending.lower().endswith(SUFFIXES) or ending.startswith(".."):
        return None
    return folder.find_by_end(ending)


def _places(here: str, wanted: str) -> Iterator[str]:
    if not wanted.startswith("/"):
        place = posixpath.normpath(posixpath.join(here, wanted))
        if place == ".." or place.startswith("../"):
            raise ClimbsOut(wanted)
        yield place
        return
    inside = posixpath.normpath(wanted.lstrip("/"))
    if inside == ".." or inside.startswith("../"):
        raise ClimbsOut(wanted)
    while here:
        yield posixpath.join(here, inside)
        here = posixpath.dirname(here)
    yield inside


def _existing(folder: Folder, path: str) -> str | None:
    """Return the file at a path, or the Markdown file that a site shows at that address."""
    if found := folder.find(path):
        return found
    stem = path.removesuffix(".html").removesuffix(".htm")
    for form in (f"{stem}.md", f"{path}/README.md", f"{path}/index.md", f"{path}/_index.md"):
        if found := folder.find(form):
            return found
    return None


def _elsewhere(path: str, locales: Collection[str]) -> Iterator[str]:
    """Yield the same path with each folder or suffix that names a language set to another one."""
    segments = path.split("/")
    for index, segment in enumerate(segments[:-1]):
        if languages.normalised(segment, locales):
            for locale in locales:
                yield "/".join([*segments[:index], locale, *segments[index + 1 :]])
    stem, dot, suffix = path.rpartition(".")
    if dot:
        yield from (f"{stem}.{locale}.{suffix}" for locale in locales)
