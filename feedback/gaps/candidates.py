"""Which articles may be the one that was wanted, by what visitors did and by what the text says."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from feedback.gaps.askings import Asking
from feedback.gaps.diagnosis import Candidate
from feedback.gaps.facts import Evidence, Known
from feedback.gaps.groups import Group
from feedback.gaps.library import MIN_TO_TELL, TYPICAL, Library, library_of
from feedback.gaps.nearness import Rows
from feedback.gaps.shares import MIN_OF_GROUP, MIN_VISITORS

CLAIM = 0.75  # of the nearness of the nearest question to an article, to have a claim on it
NEAREST = 3  # articles by their text that may be the one that was wanted


@dataclass(frozen=True, slots=True)
class Site:
    """What all groups together say about the site."""

    known: Mapping[int, Known]
    languages: Mapping[int, frozenset[str]]  # of each article
    answered_by: Mapping[int, set[str]]  # visitors by translation
    answered_in: Mapping[str, Mapping[int, set[str]]]  # the same by the language of the question
    near: Sequence[Mapping[int, float]]  # nearness of the articles to each group
    claims: Sequence[Mapping[int, float]]  # of each group on the articles, 1 the strongest of any
    together: Rows


def site_of(groups: Sequence[Group], rows: Rows, together: Rows, articles: Sequence[Known]) -> Site:
    """Return what all groups together say; the order of its lists is theirs."""
    languages: dict[int, set[str]] = defaultdict(set)
    for each in articles:
        languages[each.article_id].add(each.locale)
    library = library_of(articles)
    askings = [one for each in groups for one in each.askings]
    spoken = {each.said[0].locale for each in askings}
    return Site(
        known={each.id: each for each in articles},
        languages={key: frozenset(value) for key, value in languages.items()},
        answered_by=_answered_by(askings),
        answered_in={
            locale: _answered_by(each for each in askings if each.said[0].locale == locale)
            for locale in spoken
        },
        near=_nearnesses(groups, library, rows),
        claims=_claims(groups, library, rows),
        together=together,
    )


def candidates_of(
    askings: Sequence[Asking],
    near: Mapping[int, float],
    claims: Mapping[int, float],
    site: Site,
    locale: str,
) -> tuple[Candidate, ...]:
    """Return the articles that may be the one that was wanted: opened, shown first, or near."""
    opened = Counter(one.translation_id for each in askings for one in each.opened)
    firsts = Counter(one.shown[0] for each in askings for one in each.said if one.shown)
    late = Counter(article for each in askings for article in each.found_late())
    common = [key for some in (opened, firsts, late) for key, _ in some.most_common(2 * NEAREST)]

    def is_foreign(article: int) -> bool:
        return locale not in site.languages[site.known[article].article_id]

    ranked = sorted(near, key=lambda each: (-near[each], each))
    nearest = ranked[:NEAREST] + [each for each in ranked if is_foreign(each)][:NEAREST]
    return tuple(
        Candidate(
            is_other_language=is_foreign(each),
            is_claimed=claims.get(each, 0.0) >= CLAIM,
            evidence=_evidence(
                each,
                askings,
                # Whom an article answers in its own language may well have asked the very same.
                site.answered_in.get(locale, {}) if is_foreign(each) else site.answered_by,
                near.get(each, 0.0),
            ),
        )
        for each in sorted({*nearest, *common})
        if each in site.known
    )


def _nearnesses(groups: Sequence[Group], library: Library, rows: Rows) -> list[dict[int, float]]:
    """Return how near the articles are to each group, 1 as near as they are to what they answer."""
    if rows.meaning is None:
        return [{} for _ in groups]
    plain = [
        library.nearness(
            rows.meaning[group.numbers],
            np.asarray([each.visitors for each in group.wordings], dtype=np.int64),
        )
        if len(group.askings) >= MIN_VISITORS
        else {}
        for group in groups
    ]
    typical = _typical(groups, plain)
    return [{key: round(cosine / typical, 4) for key, cosine in each.items()} for each in plain]


def _claims(groups: Sequence[Group], library: Library, rows: Rows) -> list[dict[int, float]]:
    """Return how near the middle of each group is to the articles, by the nearest group of all."""
    if rows.meaning is None:
        return [{} for _ in groups]
    meaning, one = rows.meaning, np.ones(1, dtype=np.int64)
    middles = [
        np.average(meaning[each.numbers], axis=0, weights=[word.visitors for word in each.wordings])
        for each in groups
    ]
    near = [
        library.nearness((middle / max(float(np.linalg.norm(middle)), 1e-9))[None], one)
        if len(group.askings) >= MIN_OF_GROUP
        else {}
        for group, middle in zip(groups, middles, strict=True)
    ]
    nearest: dict[int, float] = {}
    for each in near:
        nearest |= {key: max(value, nearest.get(key, 1e-9)) for key, value in each.items()}
    return [{key: value / nearest[key] for key, value in each.items()} for each in near]


def _typical(groups: Sequence[Group], near: Sequence[Mapping[int, float]]) -> float:
    """Return the cosine between articles and what they answer, as a median over the subjects."""
    found = []
    for group, cosines in zip(groups, near, strict=True):
        answered = _answered_by(group.askings)
        best = max(answered, key=lambda each: (len(answered[each]), -each), default=None)
        if best is not None and best in cosines and len(answered[best]) >= MIN_OF_GROUP:
            found.append(cosines[best])
    return max(median(found), 1e-3) if len(found) >= MIN_TO_TELL else TYPICAL


def _answered_by(askings: Iterable[Asking]) -> dict[int, set[str]]:
    """Return the visitors whom each article answered."""
    found: dict[int, set[str]] = defaultdict(set)
    for each in askings:
        for article in each.answering():
            found[article].add(each.visitor)
    return found


def _evidence(
    article: int, askings: Sequence[Asking], answered_by: Mapping[int, set[str]], near: float
) -> Evidence:
    def visitors(kept: Iterable[Asking]) -> int:
        return len({each.visitor for each in kept})

    opened = [a for a in askings if any(o.translation_id == article for o in a.opened)]
    late = {each.visitor for each in askings if article in each.found_late()}
    answered = {each.visitor for each in askings if article in each.answering()} | late
    return Evidence(
        article=article,
        nearness=near,
        shown=visitors(a for a in askings if any(article in each.shown for each in a.said)),
        shown_first=visitors(
            a for a in askings if any(each.shown[:1] == (article,) for each in a.said)
        ),
        opened=visitors(opened),
        answered=len(answered),
        found_late=len(late),
        answered_others=max(len(answered_by.get(article, set()) - answered), 0),
        voted_down=visitors(each for each in opened if article in each.refused()),
        escalated=visitors(each for each in opened if each.is_escalated),
        weak=visitors(each for each in askings if each.is_weak),
        not_opened=visitors(each for each in askings if not each.opened),
    )
