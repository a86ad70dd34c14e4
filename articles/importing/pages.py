"""From a folder of HTML pages to articles: what each page is about, staged as Markdown."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from articles.importing import languages
from articles.importing.folder import Folder, open_folder
from articles.importing.html import Options, Unconvertible, anchors_in, to_markdown
from articles.importing.page_content import MIN_CHARACTERS, Page, decoded, understood, without_site
from articles.importing.report import ImportOptions, ImportReport, Progress
from articles.importing.sources import place_of
from articles.importing.staging import Staging, import_staged, parts_of, staged
from kb.locales import settings

SUFFIXES = (".html", ".htm", ".xhtml")
MAX_PAGE_BYTES = 5_000_000
_INDEXES = ("index.html", "index.htm", "default.html", "index.xhtml")


def import_pages(
    path: Path, *, options: ImportOptions | None = None, progress: Progress | None = None
) -> ImportReport:
    """Bring a folder of HTML pages in, all of it or nothing; the pages' paths redirect.

    A second import brings what has changed there since, and leaves what people have changed here.
    Needs an application context.
    """
    options = (options or ImportOptions()).with_defaults(path.resolve().name, settings().locales)
    with staged(options.source) as staging:
        _Pages(staging, open_folder(path), options).stage(progress)
        return import_staged(staging, options, place=path, act="import.html", progress=progress)


@dataclass(slots=True)
class _Pages:
    staging: Staging
    folder: Folder
    options: ImportOptions
    pages: dict[str, Page] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # of the staged files, by path of page
    sent_on: dict[str, list[str]] = field(default_factory=dict)  # paths that lead to a page
    hosts: set[str] = field(default_factory=set)
    anchors: frozenset[str] = frozenset()
    titles: dict[str, str] = field(default_factory=dict)

    def stage(self, progress: Progress | None) -> None:
        """Write the folder."""
        for problem in self.folder.problems:
            self.staging.problems.append(problem)
        paths = sorted(each for each in self.folder.paths if each.lower().endswith(SUFFIXES))
        for number, path in enumerate(paths, 1):
            self._read(path)
            if progress:
                progress("reading", number, len(paths))
        self._give_places()
        self.hosts = {
            host for page in self.pages.values() if (host := parts_of(page.canonical).hostname)
        }
        self.titles = without_site(page.title_tag for page in self.pages.values())
        written = (page.content for page in self.pages.values())
        self.anchors = frozenset(name for content in written for name in anchors_in(content))
        for number, path in enumerate(self.pages, 1):
            self._stage(path)
            if progress:
                progress("converting", number, len(self.pages))

    def _read(self, path: str) -> None:
        if self.folder.size(path) > MAX_PAGE_BYTES:
            limit = f"larger than {MAX_PAGE_BYTES // 1_000_000} MB"
            self.staging.report(path, limit, "skipped")
            return
        try:
            content = self.folder.read(path)
            page = understood(decoded(content))
        except Unconvertible as reason:
            self.staging.report(path, str(reason), "skipped")
        except OSError as reason:
            self.staging.report(path, f"cannot be read ({reason.strerror})", "skipped")
        else:
            self._sort(path, page)

    def _sort(self, path: str, page: Page) -> None:
        """Keep a page, or note why it is none."""
        if page.leads_to:
            target = self._page_at(path, page.leads_to.partition("#")[0])
            if target:
                self.sent_on.setdefault(target, []).append(path)
            else:
                reason = f"sends its reader on to {page.leads_to}"
                self.staging.report(path, reason, "skipped")
        elif page.is_list:
            self.staging.report(path, "hardly more than a list of links", "skipped")
        elif len(page.content) < MIN_CHARACTERS:
            self.staging.report(path, "a page without words", "skipped")
        else:
            self.pages[path] = page

    def _give_places(self) -> None:
        taken: set[str] = set()
        for path in self.pages:
            stem, suffix = posixpath.splitext(path)
            place = f"{stem}.md"
            if place in taken:
                place = f"{stem}-{suffix[1:]}.md"
            taken.add(place)
            self.places[path] = place

    # One page

    def _stage(self, path: str) -> None:
        page, place = self.pages[path], self.places[path]
        try:
            made = to_markdown(
                page.content,
                Options(
                    link=lambda address: self._link(path, address),
                    image=lambda address: self._image(path, address),
                    anchors=self.anchors,
                ),
            )
        except Unconvertible as reason:
            self.staging.report(path, str(reason), "skipped")
            return
        if not made.markdown.strip():
            self.staging.report(path, "a page without words", "skipped")
            return
        for loss in made.losses:
            self.staging.report(path, loss, "see there")
        head = {
            "title": page.title or self.titles.get(page.title_tag, "") or _named(path),
            "summary": page.summary,
            "locale": self._locale(path, page, made.markdown),
            "old_addresses": list(dict.fromkeys(self._addresses(path, page))),
        }
        self.staging.write(place, path, head, made.markdown)

    def _locale(self, path: str, page: Page, text: str) -> str:
        """Return the language that the folder says, else the page, else its words."""
        locales = self.options.locales
        place = place_of(self.places[path], locales, self.places.values())
        if place.locale:
            return place.locale
        said = languages.normalised(page.language, locales) if page.language else None
        if page.language and not said and languages.is_code(page.language):
            return page.language  # which the import reports
        return said or self.options.locale or languages.detect(text, locales) or locales[0]

    def _addresses(self, path: str, page: Page) -> Iterator[str]:
        """Yield the paths at which the page was read."""
        for each in (path, *self.sent_on.get(path, ())):
            yield f"/{each}"
            stem, name = posixpath.splitext(each)[0], posixpath.basename(each)
            if name.lower() in _INDEXES:
                yield f"/{posixpath.dirname(each)}/".replace("//", "/")
            else:
                yield f"/{stem}"
        if page.canonical:
            yield parts_of(page.canonical).path

    # Links and images

    def _own(self, address: str) -> str | None:
        """Return the path and anchor of an address of the former site, None for any other."""
        parts = parts_of(address)
        if parts.scheme not in {"", "http", "https"} or (
            parts.hostname and parts.hostname not in self.hosts
        ):
            return None
        return unquote(parts.path)

    def _page_at(self, origin: str, address: str) -> str | None:
        """Return the page that an address leads to from another one."""
        wanted = self._own(address)
        if not wanted:
            return None
        base = "" if wanted.startswith("/") else posixpath.dirname(origin)
        place = posixpath.normpath(posixpath.join(base, wanted.lstrip("/")))
        forms = [place, *(f"{place}{suffix}" for suffix in SUFFIXES)]
        forms += [posixpath.join(place, name) for name in _INDEXES]
        for form in forms:
            found = self.folder.find(form.removeprefix("./"))
            if found is not None and found.lower().endswith(SUFFIXES):
                return found
        return None

    def _link(self, origin: str, address: str) -> str:
        """Return the path of the staged file of a page, or of a download; any other as it is."""
        if address.startswith("#"):
            return address
        path, mark, anchor = address.partition("#")
        target = self._page_at(origin, path)
        for page, others in self.sent_on.items():
            if target in others:
                target = page
        if target in self.places:
            return self._relative(origin, self.places[target]) + mark + anchor
        own = self._own(path)
        if own is None:
            return address
        found = self._file(origin, own)
        if found is not None and target is None:
            return found
        what = "a page that was not imported" if target else "a page or file that is not there"
        self.staging.report(origin, f"a link to {what} ({path})", "shown as its words")
        return ""

    def _image(self, origin: str, address: str) -> str:
        """Return the path of an image that is there; one that is elsewhere stays elsewhere."""
        if address.startswith("data:"):
            place = self.staging.add_inline(origin, address)
            return self._relative(origin, place) if place else ""
        own = self._own(address)
        if own is None or not address:
            return address
        found = self._file(origin, own)
        if found is None:
            self.staging.report(origin, f"an image that is not there ({address[:200]})", "left out")
        return found or ""

    def _file(self, origin: str, path: str) -> str | None:
        base = "" if path.startswith("/") else posixpath.dirname(origin)
        place = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        found = self.folder.find(place) or self.folder.find_by_end(path.lstrip("/"))
        if found is None or found.lower().endswith(SUFFIXES):
            return None
        self.staging.add_file(found, self.folder.root / found)
        return self._relative(origin, found)

    def _relative(self, origin: str, path: str) -> str:
        return quote(posixpath.relpath(path, posixpath.dirname(self.places[origin]) or "."))


def _named(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return stem.replace("-", " ").replace("_", " ").strip().capitalize() or path
