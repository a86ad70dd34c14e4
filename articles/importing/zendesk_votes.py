"""Votes that readers gave in a Zendesk Help Center."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from articles.importing.zendesk_files import HelpCenter, Item, number, text
from articles.importing.zendesk_texts import moment


def votes(
    center: HelpCenter, paths: Mapping[int, str]
) -> Iterator[tuple[str, int, int, datetime | None, datetime | None]]:
    """Yield (path of a file, how many were helped, how many not, first and last vote).

    `paths` are those of the articles that were staged, by their numbers.
    """
    cast: dict[int, list[Item]] = {}
    for vote in center.by_id("votes").values():
        if text(vote, "item_type") == "Article" and number(vote, "value") in {1, -1}:
            cast.setdefault(number(vote, "item_id") or 0, []).append(vote)
    for article in center.by_id("articles").values():
        path = paths.get(article["id"])
        if not path:
            continue
        own = cast.get(article["id"])
        if own:
            up = sum(vote["value"] == 1 for vote in own)
            moments = sorted(filter(None, (moment(vote, "created_at") for vote in own)))
            first, last = (moments[0], moments[-1]) if moments else (None, None)
            yield path, up, len(own) - up, first, last
            continue
        count, total = number(article, "vote_count") or 0, number(article, "vote_sum") or 0
        if count > 0 and abs(total) <= count:
            up = (count + total) // 2
            yield path, up, count - up, moment(article, "created_at"), None
