"""Categories and sections of a Zendesk Help Center, as one tree of categories."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from articles.addresses import normalised
from articles.importing import languages
from articles.importing.html import words_of
from articles.importing.staging import Staging
from articles.importing.zendesk_files import HelpCenter, Item, number, text
from articles.importing.zendesk_texts import title_of, translations
from articles.markdown import slugify, unique
from articles.models import Category, OldAddress
from kb.db import db


@dataclass(slots=True)
class Categories:
    """The tree, and the key that each of its branches gets here."""

    staging: Staging
    center: HelpCenter
    locales: tuple[str, ...]
    keys: dict[str, str] = field(default_factory=dict)  # by `sections 12`

    def stage(self) -> None:
        """Write them, and learn their keys."""
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
        for each in translations(self.center, kind):
            if each.get("source_id") == item["id"]:
                said.insert(0, (text(each, "locale"), each))
        for code, each in said:
            locale = languages.normalised(code, self.locales) if code else self.locales[0]
            codes |= {code.lower()} - {""}
            name = title_of(each)
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
