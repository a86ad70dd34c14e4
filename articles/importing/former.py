"""What a folder says of categories beside their names: the addresses that led to them before."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from articles.history import CategoryLine
from articles.importing.addresses import Addresses
from articles.importing.categories import Node
from articles.models import Category, CategoryName, CategorySlugHistory
from kb.db import db


def write_former(
    nodes: Iterable[Node],
    categories: Mapping[str, Category],
    lines: Mapping[str, CategoryLine],
    addresses: Addresses,
    now: datetime,
) -> bool:
    """Keep the former addresses of categories that lead nowhere yet; tell whether any was new.

    Uncommitted. `lines` say since when each is kept.
    """
    stated = [node for node in nodes if node.former_slugs or node.old_addresses]
    if not stated:
        return False
    db.session.flush()
    taken = {
        (locale, slug)
        for table in (CategoryName, CategorySlugHistory)
        for locale, slug in db.session.execute(select(table.locale, table.slug))
    }
    is_new = False
    for node in stated:
        category, line = categories[node.key], lines.get(node.key)
        for place in node.former_slugs:
            if place in taken:
                continue
            taken.add(place)
            since = line.former.get(place[0], {}).get(place[1], now) if line else now
            db.session.add(
                CategorySlugHistory(
                    locale=place[0], slug=place[1], category_id=category.id, created_at=since
                )
            )
            is_new = True
        for path in node.old_addresses:
            since = line.old.get(path, now) if line else now
            is_new |= addresses.add_old(category, path, since)
    return is_new
