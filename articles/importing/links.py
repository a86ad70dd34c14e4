"""Links and images of a source, turned from paths of files into names that survive a move."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from articles.attachments import Asset, UnusableFile, inspect
from articles.importing.folder import SUFFIXES, Folder
from articles.importing.paths import ClimbsOut, locate
from articles.importing.sources import SourceFile
from articles.markdown import (
    SCHEMES,
    article_link,
    fold,
    is_image,
    leaves_brackets_open,
    render,
    replace_targets,
)

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|\?|%\{|\{\{|\$|$")
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*):")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_RUNNING = re.compile(r"\s*(?:javascript|vbscript|data:text)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a file a target is written."""

    source: SourceFile
    offset: int

    @property
    def line(self) -> int:
        return self.source.body.count("\n", 0, self.offset) + self.source.body_line

    @property
    def is_image(self) -> bool:
        return is_image(self.source.body, self.offset)


@dataclass(slots=True)
class Linker:
    """Rewrites the bodies of one folder; remembers the files that they show.

    `keys` gives the article's key by the path of each file that is imported.
    """

    folder: Folder
    files: dict[str, SourceFile]
    locales: tuple[str, ...]
    keys: dict[str, str]
    assets: dict[str, Asset] = field(default_factory=dict)
    _inspected: dict[str, Asset | None] = field(default_factory=dict)
    _anchors: dict[str, dict[str, str]] = field(default_factory=dict)

    def rewrite(self, source: SourceFile) -> str:
        """Return the body with `article:` and `attachment:` links; what leads nowhere is reported."""

        def unsafe(name: str, offset: int) -> None:
            reason = f"raw HTML that is not safe ({name})"
            self._report(_Place(source, offset), reason, "not shown")

        if leaves_brackets_open(source.body):
            reason = "hundreds of brackets that are never closed"
            self.folder.report(source.path, 0, reason, "shown as it was written")
        return replace_targets(
            source.body,
            lambda target, offset: self._target(_Place(source, offset), target),
            unsafe=unsafe,
        )

    def places(self) -> dict[str, str]:
        """Return the paths of the files that were taken, by digest."""
        return {asset.digest: path for path, asset in self._inspected.items() if asset}

    def _report(self, place: _Place, reason: str, action: str) -> None:
        self.folder.report(place.source.path, place.line, reason, action)

    def _target(self, place: _Place, written: str) -> str | None:
        """Return what to write instead of a target, None to leave it."""
        if _RUNNING.match(written):
            self._report(place, "a link that runs a script", "not shown")
            return None
        if _ADDRESS.match(written):
            self._check_scheme(place, written)
            return None
        source = place.source
        path, _, anchor = _ESCAPED.sub(r"\1", written).partition("#")
        try:
            found = locate(self.folder, source.path, path, self.locales)
        except ClimbsOut:
            reason = f"a path that climbs out of the folder ({path})"
            self._report(place, reason, "not read, its words kept")
            return None
        if found in self.keys:
            return self._article(source, found, unquote(anchor))
        if found is not None and not found.lower().endswith(SUFFIXES):
            asset = self._asset(place, found)
            return asset.address if asset else None
        is_page = path.startswith("/") and "." not in path.rpartition("/")[2]
        if found is not None or not is_page or place.is_image:
            # Without a suffix, a path from the root is rather a page of another part of the site.
            what = "a link to a file that was not imported" if found else "a link to a missing file"
            self._report(place, f"{what} ({path})", "shown as its words")
        return None

    def _check_scheme(self, place: _Place, written: str) -> None:
        scheme = _SCHEME.match(written)
        if scheme and scheme[1].lower() not in SCHEMES:
            reason = f"an address that pages do not follow ({scheme[1].lower()}:)"
            self._report(place, reason, "shown as its words")

    def _article(self, source: SourceFile, path: str, anchor: str) -> str:
        if anchor:
            anchor = self._anchor(path, anchor)
        return (
            f"#{anchor}"
            if anchor and path == source.path
            else article_link(self.keys[path], anchor)
        )

    def _anchor(self, path: str, anchor: str) -> str:
        """Return the anchor of the target that has the same letters: sites differ in the rest."""
        if path not in self._anchors:
            target = self.files[path]
            made = render(target.body, locale=target.locale, title=target.title)
            self._anchors[path] = {_letters(s.anchor): s.anchor for s in made.sections if s.anchor}
        return self._anchors[path].get(_letters(anchor), anchor)

    def _asset(self, place: _Place, path: str) -> Asset | None:
        if path not in self._inspected:
            self._inspected[path] = self._inspect(place, path)
        asset = self._inspected[path]
        if asset is not None:
            # One content keeps one name, so that the same picture is the same address everywhere.
            asset = self.assets.setdefault(asset.digest, asset)
        return asset

    def _inspect(self, place: _Place, path: str) -> Asset | None:
        name = path.rpartition("/")[2]
        try:
            asset = inspect(name, self.folder.read(path))
        except (UnusableFile, OSError) as reason:
            self._report(place, f"{path}: {reason}", "shown as its words")
            return None
        if asset.cleaned:
            self.folder.report(
                path, 0, "a drawing with scripts or references to elsewhere", "these were removed"
            )
        return asset


def _letters(anchor: str) -> str:
    return "".join(filter(str.isalnum, fold(anchor)))
