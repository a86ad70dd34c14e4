"""From a Zendesk Help Center to articles: its API's JSON, staged as a folder of Markdown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin

from sqlalchemy import select

from articles.addresses import normalised
from articles.importing import languages
from articles.importing.former_votes import tell_votes
from articles.importing.html import Options, Unconvertible, anchors_in, to_markdown, words_of
from articles.importing.report import ImportOptions, ImportReport, Progress
from articles.importing.staging import Staging, import_staged, parts_of, staged
from articles.importing.zendesk_files import HelpCenter, Item, number, read_help_center, text
from articles.markdown import slugify, unique
from articles.models import Category, OldAddress
from kb.db import db
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
            tell_votes(options.source, move.votes())
        return done


@dataclass(frozen=True, slots=True)
class _Text:
    """An article in one language."""

    article: Item
    item: Item  # the translation, or the article itself
    locale: str  # of this site
    zendesk_locale: str

    @property
    def path(self) -> str:
        return f"articles/{self.article['id']}.{self.locale}.md"

    @property
    def name(self) -> str:
        """What people call it in a report."""
        return f"article {self.article['id']} ({self.zendesk_locale}) “{self.title[:60]}”"

    @property
    def title(self) -> str:
        return " ".join(words_of(text(self.item, "title") or text(self.item, "name")).split())


@dataclass(slots=True)
class _Move:
    staging: Staging
    center: HelpCenter
    locales: tuple[str, ...]
    hosts: set[str] = field(default_factory=set)
    texts: dict[int, dict[str, _Text]] = field(default_factory=dict)  # by article and locale
    anchors: frozenset[str] = frozenset()
    keys: dict[str, str] = field(default_factory=dict)  # of categories, by `section 12`
    foreign: dict[str, int] = field(default_factory=dict)  # languages that the site does not speak

    def stage(self, progress: Progress | None) -> None:
        """Write the folder."""
        self._find_hosts()
        self._find_texts()
        self._stage_categories()
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
        for item in self._translations("article"):
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

    def _translations(self, kind: str) -> Iterator[Item]:
        for item in self.center.by_id("translations").values():
            if text(item, "source_type").lower().rstrip("s").replace("ie", "y") in {
                kind,
                f"{kind}y",
            }:
                yield item

    def _spoken(self, article: Item, items: list[tuple[str, Item]]) -> dict[str, _Text]:
        """Return one text for each language of the site; the source's variety comes first."""
        source = text(article, "source_locale").lower()
        ordered = sorted(items, key=lambda each: each[0].lower() != source)
        texts: dict[str, _Text] = {}
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
                texts[locale] = _Text(article, item, locale, code or locale)
        return texts

    # Categories

    def _stage_categories(self) -> None:
        known = self._known_categories()
        taken = set(db.session.scalars(select(Category.key)))
        items = [
            *(("categories", item) for item in self.center.by_id("categories").values()),
            *(("sections", item) for item in self.center.by_id("sections").values()),
        ]
        branches: dict[str, dict[str, Any]] = {}
        for kind, item in items:
            branches[f"{kind} {item['id']}"] = self._branch(kind, item, known, taken)
        roots: list[dict[str, Any]] = []
        for kind, item in items:
            parent = self._parent(kind, item, branches)
            branch = branches[f"{kind} {item['id']}"]
            if parent is None:
                roots.append(branch)
            else:
                parent.setdefault("children", []).append(branch)
        self.staging.write_categories(_without_known(roots))

    def _known_categories(self) -> dict[str, str]:
        """Return the keys of categories that an earlier import has made, by their old address."""
        rows = db.session.execute(
            select(OldAddress.path, Category.key).join(
                Category, OldAddress.category_id == Category.id
            )
        )
        return {row.path: row.key for row in rows}

    def _branch(
        self, kind: str, item: Item, known: dict[str, str], taken: set[str]
    ) -> dict[str, Any]:
        names = self._names(kind[:-3] + "y" if kind == "categories" else kind[:-1], item)
        addresses = [f"/hc/{kind}/{item['id']}"]
        addresses += [f"/hc/{code}/{kind}/{item['id']}" for code in sorted(names["codes"])]
        key = known.get(normalised(addresses[0]), "")
        is_known = bool(key)
        first = next(iter(names["names"].values()))["name"] if names["names"] else ""
        if not key:
            key = unique(slugify(first, fallback=f"{kind}-{item['id']}"), taken)
        self.keys[f"{kind} {item['id']}"] = key
        branch: dict[str, Any] = {"key": key, "position": number(item, "position") or 0}
        branch |= {"names": names["names"], "old_addresses": addresses}
        return branch | ({"known": True} if is_known else {})

    def _names(self, kind: str, item: Item) -> dict[str, Any]:
        codes: set[str] = set()
        names: dict[str, dict[str, str]] = {}
        said = [(text(item, "locale"), item)]
        for each in self._translations(kind):
            if each.get("source_id") == item["id"]:
                said.insert(0, (text(each, "locale"), each))
        for code, each in said:
            locale = languages.normalised(code, self.locales) if code else self.locales[0]
            codes |= {code.lower()} - {""}
            name = " ".join(words_of(text(each, "title") or text(each, "name")).split())
            if locale and name and locale not in names:
                description = words_of(text(each, "body") or text(each, "description"))
                names[locale] = {"name": name, "slug": slugify(name)}
                names[locale] |= {"description": description} if description else {}
        if not names:
            names[self.locales[0]] = {"name": f"{kind} {item['id']}".capitalize(), "slug": ""}
            self.staging.report(f"{kind} {item['id']}", "without a name in a language of this site",
                                "named by its number")  # fmt: skip
        return {"names": names, "codes": codes}

    def _parent(
        self, kind: str, item: Item, branches: dict[str, dict[str, Any]]
    ) -> dict[str, Any] | None:
        if kind == "categories":
            return None
        above: set[int] = {item["id"]}
        place = number(item, "parent_section_id")
        sections = self.center.by_id("sections")
        while place is not None and place in sections and place not in above:
            above.add(place)
            place = number(sections[place], "parent_section_id")
        if place is not None and place in above:
            what = f"section {item['id']}"
            self.staging.report(what, "sections that stand below each other", "put at the top")
            return None
        parent = number(item, "parent_section_id")
        if parent is not None:
            return branches.get(f"sections {parent}")
        return branches.get(f"categories {number(item, 'category_id')}")

    # Articles

    def _stage_article(
        self, article: Item, texts: dict[str, _Text], segments: dict[int, Item]
    ) -> None:
        source = languages.normalised(text(article, "source_locale"), self.locales) or ""
        ordered = sorted(texts.values(), key=lambda each: each.locale != source)
        key = self.staging.key_for([each.path for each in ordered], ordered[0].title)
        for each in ordered:
            try:
                self._stage_text(each, key, source, self._audience(article, segments))
            except Unconvertible as reason:
                self.staging.report(each.name, str(reason), "skipped")

    def _stage_text(self, said: _Text, key: str, source: str, audience: str) -> None:
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
        body = made.markdown + self._downloads(said)
        if not body.strip() and not item.get("draft"):
            self.staging.report(said.name, "an article without words", "imported as a draft")
        head: dict[str, Any] = {
            "title": said.title or f"Article {article['id']}",
            "key": key,
            "locale": said.locale,
            "slug": self._slug(said),
            "source_locale": source,
            "category": self.keys.get(f"sections {number(article, 'section_id')}"),
            "position": self._position(article),
            "audience": audience,
            "tags": self._labels(article),
            "owner": self._owner(article),
            "draft": True if item.get("draft") or not body.strip() else None,
            "published": _moment(item, "created_at") or _moment(article, "created_at"),
            "updated": _moment(item, "updated_at") or _moment(article, "edited_at"),
            "old_addresses": self._addresses(said, source),
        }
        self.staging.write(said.path, said.name, head, body)

    def _slug(self, said: _Text) -> str:
        match = _ADDRESS.search(parts_of(text(said.item, "html_url")).path)
        return slugify(unquote(match[4])) if match and match[4] else slugify(said.title)

    def _addresses(self, said: _Text, source: str) -> list[str]:
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

    def _link(self, said: _Text, address: str) -> str:
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
        if f"{match[2]} {match[3]}" in self.keys:
            return f"{parts.path}{anchor}"  # which leads on to the category
        self.staging.report(said.name, f"a link to {parts.path}, which is not there", "kept")
        return self._absolute(said, address)

    def _is_elsewhere(self, address: str) -> bool:
        parts = parts_of(address)
        is_page = parts.scheme in {"", "http", "https"} and bool(parts.hostname or parts.path)
        return not is_page or (parts.hostname is not None and parts.hostname not in self.hosts)

    def _absolute(self, said: _Text, address: str) -> str:
        base = text(said.item, "html_url") or text(said.article, "html_url")
        try:
            return urljoin(base, address)
        except ValueError:
            return address

    def _file(self, said: _Text, address: str) -> str:
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
        found = self._downloaded(match[1], name)
        if found is None:
            reason = f"the file {name or match[1]} was not downloaded with the rest"
            self.staging.report(said.name, reason, "kept at its old address")
            return self._absolute(said, address)
        return self._staged_file(match[1], name or found.name, found)

    def _staged_file(self, number_: str, name: str, found: Path) -> str:
        suffix = found.suffix or Path(name).suffix
        place = f"files/{number_}/{slugify(Path(name).stem, fallback='file')}{suffix.lower()}"
        self.staging.add_file(place, found)
        return f"../{quote(place)}"

    def _downloaded(self, number_: str, name: str) -> Path | None:
        """Return the file of an attachment: named by its number, or alone with its name."""
        by_number = self._by_number()
        if number_ in by_number:
            return by_number[number_]
        named = [each for each in self.center.files if name and each.name == name]
        return named[0] if len(named) == 1 else None

    def _by_number(self) -> dict[str, Path]:
        if not self._numbered:
            for each in self.center.files:
                for word in (re.split(r"[-_.]", each.name)[0], each.parent.name):
                    if word.isdigit():
                        self._numbered.setdefault(word, each)
        return self._numbered

    _numbered: dict[str, Path] = field(default_factory=dict)

    def _downloads(self, said: _Text) -> str:
        """Return the files that stood in a list below the article."""
        lines = []
        for item in self._attached().get(said.article["id"], ()):
            locale = languages.normalised(text(item, "locale"), self.locales)
            if item.get("inline") is not False or locale not in {None, said.locale}:
                continue
            name = text(item, "file_name") or str(item["id"])
            found = self._downloaded(str(item["id"]), name)
            if found is None:
                reason = f"the download {name} was not among the files"
                self.staging.report(said.name, reason, "left out")
                continue
            label = re.sub(r"([\[\]\\])", r"\\\1", name)
            lines.append(f"- [{label}]({self._staged_file(str(item['id']), name, found)})\n")
        return "\n" + "".join(lines) if lines else ""

    def _attached(self) -> dict[int, list[Item]]:
        if self._attachments is None:
            self._attachments = {}
            for item in self.center.by_id("article_attachments").values():
                self._attachments.setdefault(number(item, "article_id") or 0, []).append(item)
        return self._attachments

    _attachments: dict[int, list[Item]] | None = None

    # Votes

    def votes(self) -> Iterator[tuple[str, int, int, datetime | None, datetime | None]]:
        """Yield (path of a file, how many were helped, how many not, first and last vote)."""
        cast: dict[int, list[Item]] = {}
        for vote in self.center.by_id("votes").values():
            if text(vote, "item_type") == "Article" and number(vote, "value") in {1, -1}:
                cast.setdefault(number(vote, "item_id") or 0, []).append(vote)
        for article in self.center.by_id("articles").values():
            texts = self.texts.get(article["id"])
            if not texts:
                continue
            path = next(iter(texts.values())).path
            votes = cast.get(article["id"])
            if votes:
                up = sum(vote["value"] == 1 for vote in votes)
                moments = sorted(filter(None, (_moment(vote, "created_at") for vote in votes)))
                first, last = (moments[0], moments[-1]) if moments else (None, None)
                yield path, up, len(votes) - up, first, last
                continue
            count, total = number(article, "vote_count") or 0, number(article, "vote_sum") or 0
            if count > 0 and abs(total) <= count:
                up = (count + total) // 2
                yield path, up, count - up, _moment(article, "created_at"), None


def _moment(item: Item, name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text(item, name))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _without_known(branches: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what an earlier import has made: people may have renamed or moved it since."""
    left: list[dict[str, Any]] = []
    for branch in branches:
        children = _without_known(branch.pop("children", ()))
        if branch.pop("known", False):
            left += [{**child, "parent": branch["key"]} for child in children]
            continue
        left.append(branch | ({"children": children} if children else {}))
    return left
