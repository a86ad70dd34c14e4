"""Which wordings ask about the same: the nearness that gaps are found by, for a few hundred of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import select

from articles.models import Audience
from articles.queries import published
from feedback.gaps.clustering import average_linkage
from feedback.gaps.facts import Encode
from feedback.gaps.grouping import NEAR_BY_MEANING, NEAR_BY_WORDS
from feedback.gaps.nearness import common_of, rows_of
from kb.db import db

BACKGROUND = 80  # titles of a language that show what its vectors have in common


def labels_of(
    texts: Sequence[str],
    locales: Sequence[str],
    encode: Encode | None,
    background: Mapping[str, Sequence[str]] | None = None,
) -> list[int]:
    """Return a label for each text, equal for those that ask about the same; by words without `encode`."""
    if not texts:
        return []
    vectors, common = None, {}
    if encode is not None:
        vectors = np.asarray(encode(texts), dtype=np.float32)
        common = common_of(_vectors_by_language(texts, locales, encode, background or {}))
    rows = rows_of(texts, locales, vectors, common)
    floor = NEAR_BY_WORDS if rows.meaning is None else NEAR_BY_MEANING
    return [int(each) for each in average_linkage(rows.to(rows), floor)]


def _vectors_by_language(
    texts: Sequence[str],
    locales: Sequence[str],
    encode: Encode,
    background: Mapping[str, Sequence[str]],
) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    known: dict[str, list[str]] = defaultdict(list)
    for text, locale in zip(texts, locales, strict=True):
        known[locale].append(text)
    return {
        locale: np.asarray(encode([*own, *background.get(locale, ())]), dtype=np.float32)
        for locale, own in known.items()
    }


def titles_by_language() -> dict[str, list[str]]:
    """Return titles of public articles of each language, taken evenly from all of them."""
    visible = published(reader=Audience.STAFF).subquery()
    known: dict[str, list[str]] = defaultdict(list)
    for locale, title in db.session.execute(
        select(visible.c.locale, visible.c.title).order_by(visible.c.id)
    ):
        known[locale].append(title)
    return {
        locale: each[:: max(len(each) // BACKGROUND, 1)][:BACKGROUND]
        for locale, each in known.items()
    }
