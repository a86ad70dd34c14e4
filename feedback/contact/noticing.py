"""What is announced about the topics of the form, so that nobody writes to hear what is known."""

from collections.abc import Iterable

from articles.categories import path_to, tree
from feedback.announcements.models import Scope
from feedback.announcements.showing import Shown, running
from feedback.channels.topics import AskedTopic


def notices(asked: Iterable[AskedTopic], locale: str) -> dict[int, list[Shown]]:
    """Return the notices for the categories of topics, by topic, beyond those of every page."""
    filed = {each.id: each.category_id for each in asked if each.category_id}
    if not filed:
        return {}
    branches = tree(locale)
    everywhere = {each.id for each in running(locale, Scope.SITE)}
    found = {}
    for topic_id, category_id in filed.items():
        shelves = [each.id for each in path_to(branches, category_id)]
        here = running(locale, Scope.SITE, shelves or [category_id])
        found[topic_id] = [each for each in here if each.id not in everywhere]
    return {topic_id: shown for topic_id, shown in found.items() if shown}
