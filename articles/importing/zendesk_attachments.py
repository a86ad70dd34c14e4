"""Files of a Zendesk Help Center that were downloaded with its answers."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from articles.importing import languages
from articles.importing.staging import Staging
from articles.importing.zendesk_files import HelpCenter, Item, number, text
from articles.importing.zendesk_texts import Text
from articles.markdown import slugify


@dataclass(slots=True)
class Attachments:
    """Finds files by the numbers and names of their attachments, and stages them."""

    staging: Staging
    center: HelpCenter
    locales: tuple[str, ...]
    _numbered: dict[str, Path] = field(default_factory=dict)
    _attachments: dict[int, list[Item]] | None = None

    def stage(self, number_: str, name: str, found: Path) -> str:
        """Add a file, and return its path from the text of an article."""
        suffix = found.suffix or Path(name).suffix
        place = f"files/{number_}/{slugify(Path(name).stem, fallback='file')}{suffix.lower()}"
        self.staging.add_file(place, found)
        return f"../{quote(place)}"

    def downloaded(self, number_: str, name: str) -> Path | None:
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

    def listed_below(self, said: Text) -> str:
        """Return the files that stood in a list below the article."""
        lines = []
        for item in self._attached().get(said.article["id"], ()):
            locale = languages.normalised(text(item, "locale"), self.locales)
            if item.get("inline") is not False or locale not in {None, said.locale}:
                continue
            name = text(item, "file_name") or str(item["id"])
            found = self.downloaded(str(item["id"]), name)
            if found is None:
                reason = f"the download {name} was not among the files"
                self.staging.report(said.name, reason, "left out")
                continue
            label = re.sub(r"([\[\]\\])", r"\\\1", name)
            lines.append(f"- [{label}]({self.stage(str(item['id']), name, found)})\n")
        return "\n" + "".join(lines) if lines else ""

    def _attached(self) -> dict[int, list[Item]]:
        if self._attachments is None:
            self._attachments = {}
            for item in self.center.by_id("article_attachments").values():
                self._attachments.setdefault(number(item, "article_id") or 0, []).append(item)
        return self._attachments
