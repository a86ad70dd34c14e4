"""Which groups of questions are gaps, what each costs, and what it is called.

A group is a gap when surely more of its visitors than usual left without an answer: the lower bound
of their share (Wilson, 95%) must surpass what is usual on the site by a fifth of the rest.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median

import numpy as np
import numpy.typing as npt

from feedback.gaps.askings import Asking
from feedback.gaps.diagnosis import Candidate, Case, diagnose
from feedback.gaps.facts import Diagnosis, Evidence, Expressed, Found, Known, Source, Wording
from feedback.gaps.library import MIN_TO_TELL, TYPICAL, Library, library_of
from feedback.gaps.nearness import Rows
from feedback.gaps.wordings import Asked, visitors_of
from feedback.outcomes import Outcome
from feedback.statistics import wilson

MIN_VISITORS = 2  # what one person asks is an anecdote
MIN_OF_GROUP = 5  # visitors of a group that takes part in what is usual
MIN_GROUPS = 8  # from which what is usual on the site can be told
USUAL = 0.15  # share of visitors left without an answer, where the site is too quiet to tell
MAX_USUAL = 0.25  # more is never taken for usual: else a site of nothing but gaps had none
MARGIN = 0.2  # of the rest above the usual
NEAREST = 3  # articles by their text that may be the one that was wanted


@dataclass(frozen=True, slots=True)
class Group:
    """Wordings of one subject, with their places among all rows, and all askings of it."""

    numbers: npt.NDArray[np.int64]
    wordings: tuple[Asked, ...]
    askings: tuple[Asking, ...]
    comments: tuple[Expressed, ...]


@dataclass(frozen=True, slots=True)
class _Site:
    """What all groups together say about the site."""

    known: Mapping[int, Known]
    languages: Mapping[int, frozenset[str]]  # of each article
    library: Library
    answered_by: Counter[int]  # visitors by translation
    rows: Rows
    together: Rows


def listed(
    groups: Sequence[Group],
    rows: Rows,
    together: Rows,
    articles: Sequence[Known],
    since: datetime | None,
) -> list[Found]:
    """Return the groups that are gaps, as they are reported: by cost, what is not for us last."""
    shares = [_counts(group.askings, since) for group in groups]
    threshold = least_share(shares)
    site = _site(groups, rows, together, articles)
    found = [
        _found(group, site, since, answered)
        for group, (left, answered) in zip(groups, shares, strict=True)
        if left >= MIN_VISITORS and wilson(left, left + answered).lower > threshold
    ]
    return sorted(
        found,
        key=lambda each: (
            each.diagnosis is Diagnosis.NOT_FOR_US, -each.cost, -each.intents, each.name, each.locale,
        ),
    )  # fmt: skip


def least_share(counts: Iterable[tuple[int, int]]) -> float:
    """Return which share of visitors must surely be left without an answer in a gap.

    `counts`: (visitors without an answer, visitors with one) of each group.
    """
    shares = [left / (left + got) for left, got in counts if left + got >= MIN_OF_GROUP]
    usual = min(median(shares), MAX_USUAL) if len(shares) >= MIN_GROUPS else USUAL
    return usual + MARGIN * (1 - usual)


def _counts(askings: Iterable[Asking], since: datetime | None) -> tuple[int, int]:
    """Return how many visitors of the period left without an answer, and how many with one."""
    current = [each for each in askings if _is_current(each, since)]
    left = visitors_of(one for each in current for one in each.unanswered())
    got = visitors_of(one for each in current if each.is_answered for one in each.said)
    return len(left), len(got - left)


def _is_current(asking: Asking, since: datetime | None) -> bool:
    return since is None or asking.said[-1].asked_at >= since


def _site(groups: Sequence[Group], rows: Rows, together: Rows, articles: Sequence[Known]) -> _Site:
    languages: dict[int, set[str]] = defaultdict(set)
    for each in articles:
        languages[each.article_id].add(each.locale)
    library = library_of(articles)
    return _Site(
        known={each.id: each for each in articles},
        languages={key: frozenset(value) for key, value in languages.items()},
        library=replace(library, typical=_typical(groups, library, rows)),
        answered_by=sum((_answered_by(each.askings) for each in groups), Counter()),
        rows=rows,
        together=together,
    )


def _typical(groups: Sequence[Group], library: Library, rows: Rows) -> float:
    """Return how near articles are to what they answer, as a median over the subjects."""
    plain = replace(library, typical=1.0)
    found = []
    for group in groups:
        best = _answered_by(group.askings).most_common(1)
        if best and best[0][1] >= MIN_OF_GROUP:
            near = _nearness(group, plain, rows).get(best[0][0])
            found += [] if near is None else [near]
    return max(median(found), 1e-3) if len(found) >= MIN_TO_TELL else TYPICAL


def _nearness(group: Group, library: Library, rows: Rows) -> dict[int, float]:
    if rows.meaning is None:
        return {}
    weights = np.asarray([each.visitors for each in group.wordings], dtype=np.int64)
    return library.nearness(rows.meaning[group.numbers], weights)


def _answered_by(askings: Iterable[Asking]) -> Counter[int]:
    """Return how many visitors each article answered."""
    found: dict[int, set[str]] = defaultdict(set)
    for each in askings:
        for article in each.answering():
            found[article].add(each.visitor)
    return Counter({article: len(visitors) for article, visitors in found.items()})


def _found(group: Group, site: _Site, since: datetime | None, answered: int) -> Found:
    current = [each for each in group.askings if _is_current(each, since)]
    vain = [one for each in current for one in each.unanswered()]
    before = [
        one for each in group.askings if not _is_current(each, since) for one in each.unanswered()
    ]
    comments = [each for each in group.comments if since is None or each.asked_at >= since]
    searches = [each for each in vain if each.source is Source.SEARCH]
    requests = [each for each in vain if each.source is Source.REQUEST]
    counted = visitors_of(vain)
    escalated = {each.visitor for each in current if each.is_escalated and not each.is_answered}
    wordings = _wordings(group, vain)
    languages = Counter(each.locale for each in vain)
    locale = min(languages, key=lambda each: (-languages[each], each))
    outcomes = Counter(each.outcome for each in searches if each.outcome is not None)
    contacts = len(counted & escalated)
    near = _nearness(group, site.library, site.rows)
    diagnosis, evidence = diagnose(
        Case(
            visitors=len(counted),
            contacts=contacts,
            nearness=max(near.values()) if near else 1.0,
            candidates=_candidates(current, near, site, locale),
        )
    )
    return Found(
        name=_name(group, vain, site.together, locale),
        locale=locale,
        visitors=len(counted),
        visitors_before=len(visitors_of(before)),
        intents=len(searches),
        requests=len(requests),
        comments=len(comments),
        contacts=contacts,
        answered=answered,
        outcomes={each: outcomes[each] for each in Outcome if outcomes[each]},
        languages=tuple(sorted(languages, key=lambda each: (-languages[each], each))),
        wordings=wordings,
        members={
            Source.SEARCH: tuple(sorted(each.id for each in searches)),
            Source.REQUEST: tuple(sorted(each.id for each in requests)),
            Source.COMMENT: tuple(sorted(each.id for each in comments)),
        },
        nearest=evidence.article if evidence.nearness >= 0 else None,
        diagnosis=diagnosis,
        evidence=evidence,
        first_seen=min(each.asked_at for each in vain),
        last_seen=max(each.asked_at for each in vain),
    )


def _wordings(group: Group, vain: Sequence[Expressed]) -> tuple[Wording, ...]:
    left: dict[tuple[Source, str, str], list[Expressed]] = defaultdict(list)
    for each in vain:
        left[each.source, each.locale, each.normalised].append(each)
    found = [
        Wording(
            each.source,
            each.locale,
            each.normalised,
            each.text,
            len({one.visitor for one in left[key]}),
            len(left[key]),
        )
        for each in group.wordings
        if (key := (each.source, each.locale, each.normalised)) in left
    ]
    return tuple(sorted(found, key=lambda each: (-each.visitors, -each.intents, each.text)))


def _name(group: Group, vain: Sequence[Expressed], rows: Rows, locale: str) -> str:
    """Return the most central wording of a language, searched rather than sent, often asked."""
    asked = Counter((each.source, each.locale, each.normalised) for each in vain)
    weights = np.asarray(
        [asked[each.source, each.locale, each.normalised] for each in group.wordings], dtype=float
    )
    own = rows[group.numbers]
    near = own.to(own) @ (weights / weights.sum())
    may_name = [
        (each.locale == locale) + (each.source is Source.SEARCH) if weight else -1.0
        for each, weight in zip(group.wordings, weights, strict=True)
    ]
    # Rounded, so that the order of additions cannot decide between equals.
    merit = np.round(near * np.log2(1 + weights), 6) + 100 * np.asarray(may_name)
    return group.wordings[int(np.argmax(merit))].text


def _candidates(
    askings: Sequence[Asking], near: Mapping[int, float], site: _Site, locale: str
) -> tuple[Candidate, ...]:
    """Return the articles that may be the one that was wanted: opened, shown first, or near."""
    opened = Counter(one.translation_id for each in askings for one in each.opened)
    firsts = Counter(one.shown[0] for each in askings for one in each.said if one.shown)
    nearest = sorted(near, key=lambda each: (-near[each], each))[:NEAREST]
    common = [each for some in (opened, firsts) for each, _count in some.most_common(2 * NEAREST)]
    return tuple(
        Candidate(
            locale not in site.languages[site.known[each].article_id],
            _evidence(each, askings, site, near.get(each, 0.0)),
        )
        for each in sorted({*nearest, *common})
        if each in site.known
    )


def _evidence(article: int, askings: Sequence[Asking], site: _Site, near: float) -> Evidence:
    def visitors(kept: Iterable[Asking]) -> int:
        return len({each.visitor for each in kept})

    opened = [a for a in askings if any(o.translation_id == article for o in a.opened)]
    answered = visitors(each for each in askings if article in each.answering())
    return Evidence(
        article=article,
        nearness=near,
        shown=visitors(a for a in askings if any(article in each.shown for each in a.said)),
        shown_first=visitors(
            a for a in askings if any(each.shown[:1] == (article,) for each in a.said)
        ),
        opened=visitors(opened),
        answered=answered,
        answered_others=site.answered_by[article] - answered,
        voted_down=visitors(each for each in opened if article in each.refused()),
        escalated=visitors(each for each in opened if each.is_escalated),
        weak=visitors(each for each in askings if each.is_weak),
        not_opened=visitors(each for each in askings if not each.opened),
    )
