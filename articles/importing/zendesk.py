"""From a Zendesk Help Center to articles: its API's JSON, staged as a folder of Markdown."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

from articles.importing import languages
from articles.importing.former_votes import tell_votes
from articles.importing.html import Options, Unconvertible, anchors_in, to_markdown
from articles.importing.report import ImportOptions, ImportReport, Progress
from articles.importing.staging import Staging, import_staged, parts_of, staged
from articles.importing.zendesk_attachments import Attachments
from articles.importing.zendesk_categories import Categories
from articles.importing.zendesk_files import HelpCenter, Item, number, read_help_center, text
from articles.importing.zendesk_texts import Text, moment, translations
from articles.importing.zendesk_votes import votes
from articles.markdown import slugify
from kb.locales import settings

NAME = "zendesk"
REFUSED = 2  # the status of an import that wrote nothing, as it was to be strict
_ADDRESS = re.compile(r"/hc/(?:([\w-]+)/)?(articles|sections|categories)/(\d+)(?:-([^/?#]*))?")
_ATTACHMENT = re.compile(
    r"/(?:hc/(?:[\w-]+/)?|attachments/)?article_attachments/(?:token/)?(\w+)(?:/([^/?#]+))?"
)
_AUDIENCES = {"signed_in_users": "customers", "staff": "staff"}


def import_zendesk(
    path: Path, *, options: ImportOptions | None = None, progress: Progress | None = None
) -> ImportReport:
    """Bring a Help Center in: a folder of the API's answers, or one file. All of it or nothing.

    A second import brings what has changed there since, and leaves what people have changed here.
    Needs an application context.
    """
    options = (options or ImportOptions()).with_defaults(NAME, settings().locales)
    with staged(options.source) as staging:
        center = read_help_center(path, staging.report)
        move = _Move(staging, center, options.locales)
        move.stage(progress)
        done = import_staged(staging, options, place=path, act="import.zendesk", progress=progress)
        if not (options.dry_run or done.exit_status(strict=options.strict) == REFUSED):
            paths = {
                key: next(iter(each.values())).path for key, each in move.texts.items() if each
            }
            tell_votes(options.source, votes(center, paths))
        return done


@dataclass(slots=True)
class _Move:
    staging: Staging
    center: HelpCenter
    locales: tuple[str, ...]
    hosts: set[str] = field(default_factory=set)
    texts: dict[int, dict[str, Text]] = field(default_factory=dict)  # by article and locale
    anchors: frozenset[str] = frozenset()
    foreign: dict[str, int] = field(default_factory=dict)  # languages that the site does not speak
    categories: Categories = field(init=False)
    attachments: Attachments = field(init=False)

    def __post_init__(self) -> None:
        self.categories = Categories(self.staging, self.center, self.locales)
        self.attachments = Attachments(self.staging, self.center, self.locales)

    def stage(self, progress: Progress | None) -> None:
        """Write the folder."""
        self._find_hosts()
        self._find_texts()
        self.categories.stage()
        segments = self.center.by_id("user_segments")
        done, of = 0, len(self.texts)
        for article in self.center.by_id("articles").values():
            texts = self.texts.get(article["id"])
            if texts:
                self._stage_article(article, texts, segments)
                done += 1
                if progress:
                    progress("converting", done, of)
        for locale, count in sorted(self.foreign.items()):
            spoken = ", ".join(self.locales)
            reason = f"{count} texts in “{locale}”, not a language of this site ({spoken})"
            self.staging.report(f"language {locale}", reason, "left out")

    def _find_hosts(self) -> None:
        for name in ("categories", "sections", "articles"):
            for item in self.center.items[name]:
                host = parts_of(text(item, "html_url")).hostname
                if host:
                    self.hosts.add(host)

    # Texts and their languages

    def _find_texts(self) -> None:
        articles = self.center.by_id("articles")
        found: dict[int, list[tuple[str, Item]]] = {each: [] for each in articles}
        for item in translations(self.center, "article"):
            if item.get("source_id") in found:
                found[item["source_id"]].append((text(item, "locale"), item))
            else:
                what = f"translation {item['id']}"
                reason = f"of article {item.get('source_id')}, which is not there"
                self.staging.report(what, reason, "left out")
        for item in self.center.items["articles"]:  # an article in each language it was asked for
            found[item["id"]].append((text(item, "locale"), item))
        for number_, items in found.items():
            self.texts[number_] = self._spoken(articles[number_], items)
        written = (text(t.item, "body") for texts in self.texts.values() for t in texts.values())
        self.anchors = frozenset(name for body in written for name in anchors_in(body))

    def _spoken(self, article: Item, items: list[tuple[str, Item]]) -> dict[str, Text]:
        """Return one text for each language of the site; the source's variety comes first."""
        source = text(article, "source_locale").lower()
        ordered = sorted(items, key=lambda each: each[0].lower() != source)
        texts: dict[str, Text] = {}
        seen: set[str] = set()
        for code, item in ordered:
            if code.lower() in seen:
                continue
            seen.add(code.lower())
            locale = languages.normalised(code, self.locales) if code else self.locales[0]
            if locale is None:
                self.foreign[code] = self.foreign.get(code, 0) + 1
            elif locale in texts:
                what = f"article {article['id']} ({code})"
                reason = (
                    f"a second text in “{locale}”, beside that in {texts[locale].zendesk_locale}"
                )
                self.staging.report(what, reason, "left out")
            else:
                texts[locale] = Text(article, item, locale, code or locale)
        return texts

    # Articles

    def _stage_article(
        self, article: Item, texts: dict[str, Text], segments: dict[int, Item]
    ) -> None:
        source = languages.normalised(text(article, "source_locale"), self.locales) or ""
        ordered = sorted(texts.values(), key=lambda each: each.locale != source)
        key = self.staging.key_for([each.path for each in ordered], ordered[0].title)
        for each in ordered:
            try:
                self._stage_text(each, key, source, self._audience(article, segments))
            except Unconvertible as reason:
                self.staging.report(each.name, str(reason), "skipped")

    def _stage_text(self, said: Text, key: str, source: str, audience: str) -> None:
        article, item = said.article, said.item
        made = to_markdown(
            text(item, "body"),
            Options(
                link=lambda address: self._link(said, address),
                image=lambda address: self._file(said, address),
                anchors=self.anchors,
            ),
        )
        for loss in made.losses:
            self.staging.report(said.name, loss, "see there")
        body = made.markdown + self.attachments.listed_below(said)
        if not body.strip() and not item.get("draft"):
            self.staging.report(said.name, "an article without words", "imported as a draft")
        head: dict[str, Any] = {
            "title": said.title or f"Article {article['id']}",
            "key": key,
            "locale": said.locale,
            "slug": self._slug(said),
            "source_locale": source,
            "category": self.categories.keys.get(f"sections {number(article, 'section_id')}"),
            "position": self._position(article),
            "audience": audience,
            "tags": self._labels(article),
            "owner": self._owner(article),
            "draft": True if item.get("draft") or not body.strip() else None,
            "published": moment(item, "created_at") or moment(article, "created_at"),
            "updated": moment(item, "updated_at") or moment(article, "edited_at"),
            "old_addresses": self._addresses(said, source),
        }
        self.staging.write(said.path, said.name, head, body)

    def _slug(self, said: Text) -> str:
        match = _ADDRESS.search(parts_of(text(said.item, "html_url")).path)
        return slugify(unquote(match[4])) if match and match[4] else slugify(said.title)

    def _addresses(self, said: Text, source: str) -> list[str]:
        place = f"articles/{said.article['id']}"
        addresses = [f"/hc/{said.zendesk_locale.lower()}/{place}"]
        return [*addresses, f"/hc/{place}"] if said.locale == (source or said.locale) else addresses

    def _position(self, article: Item) -> int:
        """Return the place in the section; articles that were promoted stand before the others."""
        position = number(article, "position") or 0
        return position - 1_000 if article.get("promoted") is True else position

    def _labels(self, article: Item) -> list[str]:
        names = article.get("label_names")
        return [str(each) for each in names if str(each).strip()] if isinstance(names, list) else []

    def _owner(self, article: Item) -> str:
        author = self.center.by_id("users").get(number(article, "author_id") or 0, {})
        return text(author, "email") or text(author, "name")

    def _audience(self, article: Item, segments: dict[int, Item]) -> str:
        """Return who may read an article; a segment that nobody knows is rather too narrow."""
        segment = number(article, "user_segment_id")
        if segment is None:
            return ""
        known = segments.get(segment, {})
        audience = _AUDIENCES.get(text(known, "user_type"), "")
        if not audience:
            what = f"article {article['id']}"
            reason = f"for the user segment {segment}, of which the export says nothing"
            self.staging.report(what, reason, "imported for staff only")
        elif not known.get("built_in") and audience == "customers":
            what = f"article {article['id']}"
            reason = f"for the user segment “{text(known, 'name')}”"
            self.staging.report(what, reason, "imported for signed-in customers")
        return audience or "staff"

    # Links and files

    def _link(self, said: Text, address: str) -> str:
        """Return an address of this site for one of the former site's, any other as it is."""
        if address.startswith("#") or self._is_elsewhere(address):
            return address
        if _ATTACHMENT.search(address):
            return self._file(said, address)
        parts = parts_of(address)
        match = _ADDRESS.search(parts.path)
        if not match:
            return self._absolute(said, address)
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        texts = self.texts.get(int(match[3])) if match[2] == "articles" else None
        if texts:
            wanted = languages.normalised(match[1] or "", self.locales) or said.locale
            target = texts.get(said.locale) or texts.get(wanted) or next(iter(texts.values()))
            return f"{target.path.rpartition('/')[2]}{anchor}"
        if f"{match[2]} {match[3]}" in self.categories.keys:
            return f"{parts.path}{anchor}"  # which leads on to the category
        self.staging.report(said.name, f"a link to {parts.path}, which is not there", "kept")
        return self._absolute(said, address)

    def _is_elsewhere(self, address: str) -> bool:
        parts = parts_of(address)
        is_page = parts.scheme in {"", "http", "https"} and bool(parts.hostname or parts.path)
        return not is_page or (parts.hostname is not None and parts.hostname not in self.hosts)

    def _absolute(self, said: Text, address: str) -> str:
        base = text(said.item, "html_url") or text(said.article, "html_url")
        try:
            return urljoin(base, address)
        except ValueError:
            return address

    def _file(self, said: Text, address: str) -> str:
        """Return the path of a downloaded file, or its old address where it was not downloaded."""
        if address.startswith("data:"):
            place = self.staging.add_inline(said.name, address)
            return f"../{place}" if place else ""
        match = _ATTACHMENT.search(address)
        if not match:
            return self._absolute(said, address) if not self._is_elsewhere(address) else address
        item = self.center.by_id("article_attachments").get(
            int(match[1]) if match[1].isdigit() else 0
        )
        name = unquote(match[2] or "") or (text(item, "file_name") if item else "")
        found = self.attachments.downloaded(match[1], name)
        if found is None:
            reason = f"the file {name or match[1]} was not downloaded with the rest"
            self.staging.report(said.name, reason, "kept at its old address")
            return self._absolute(said, address)
        return self.attachments.stage(match[1], name or found.name, found)
