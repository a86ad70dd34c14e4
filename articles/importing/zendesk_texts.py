"""The texts of a Zendesk Help Center: articles and names in their languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from articles.importing.html import words_of
from articles.importing.zendesk_files import HelpCenter, Item, text


@dataclass(frozen=True, slots=True)
class Text:
    """An article in one language."""

    article: Item
    item: Item  # the translation, or the article itself
    locale: str  # of this site
    zendesk_locale: str

    @property
    def path(self) -> str:
        """Where it is staged."""
        return f"articles/{self.article['id']}.{self.locale}.md"

    @property
    def name(self) -> str:
        """What people call it in a report."""
        return f"article {self.article['id']} ({self.zendesk_locale}) “{self.title[:60]}”"

    @property
    def title(self) -> str:
        """Its title, in one line."""
        return title_of(self.item)


def title_of(item: Item) -> str:
    """Return what something is called, in one line."""
    return " ".join(words_of(text(item, "title") or text(item, "name")).split())


def translations(center: HelpCenter, kind: str) -> Iterator[Item]:
    """Yield the translations of articles, sections or categories, named in the singular."""
    for item in center.by_id("translations").values():
        singular = text(item, "source_type").lower().rstrip("s").replace("ie", "y")
        if singular in {kind, f"{kind}y"}:
            yield item


def moment(item: Item, name: str) -> datetime | None:
    """Return a date of an item in UTC, if it has one."""
    try:
        found = datetime.fromisoformat(text(item, name))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
