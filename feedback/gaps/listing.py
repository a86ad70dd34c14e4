"""Which groups of questions are gaps, what each costs, and what it is called.

A group is a gap when surely more of its visitors than usual left without an answer, or refused what
they opened; `shares` tells what is usual, and what surely.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from feedback.gaps.belonging import strays
from feedback.gaps.candidates import Site, candidates_of, site_of
from feedback.gaps.diagnosis import Case, diagnose
from feedback.gaps.facts import Diagnosis, Expressed, Found, Known, Source, Wording
from feedback.gaps.groups import Group
from feedback.gaps.nearness import Rows
from feedback.gaps.shares import (
    MIN_VISITORS,
    certainty,
    is_current,
    is_flooded,
    is_surely_more,
    is_surely_refused,
    least_share,
    left_without,
    refusing,
)
from feedback.gaps.wordings import visitors_of
from feedback.outcomes import Outcome


def listed(
    groups: Sequence[Group],
    rows: Rows,
    together: Rows,
    articles: Sequence[Known],
    since: datetime | None,
) -> list[Found]:
    """Return the groups that are gaps, as they are reported: by cost, what is not for us last."""
    left = [left_without(group.askings, since) for group in groups]
    refused = [refusing(group.askings, since) for group in groups]
    enough, too_many = least_share(left), least_share(refused)
    z = certainty(sum(sum(each) >= MIN_VISITORS for each in left))
    site = site_of(groups, rows, together, articles)
    found = [
        _found(group, site, number, since, own_left)
        for number, (group, own_left, own_refused) in enumerate(
            zip(groups, left, refused, strict=True)
        )
        if own_left[0] >= MIN_VISITORS
        and not is_flooded(group.askings)
        and (is_surely_more(own_left, enough, z) or is_surely_refused(own_refused, too_many))
    ]
    return sorted(
        found,
        key=lambda each: (
            each.diagnosis is Diagnosis.NOT_FOR_US, -each.cost, -each.intents, each.name, each.locale,
        ),
    )  # fmt: skip


def _found(
    group: Group,
    site: Site,
    number: int,
    since: datetime | None,
    left: tuple[int, int],
) -> Found:
    current = [each for each in group.askings if is_current(each, since)]
    vain = [one for each in current for one in each.unanswered()]
    before = [
        one for each in group.askings if not is_current(each, since) for one in each.unanswered()
    ]
    comments = [each for each in group.comments if since is None or each.asked_at >= since]
    searches = [each for each in vain if each.source is Source.SEARCH]
    requests = [each for each in vain if each.source is Source.REQUEST]
    counted = visitors_of(vain)
    escalated = {each.visitor for each in current if each.is_escalated and not each.is_answered}
    near, claims = site.near[number], site.claims[number]
    wordings = _wordings(group, vain) + _remarks(comments)
    languages = Counter(each.locale for each in vain)
    locale = min(languages, key=lambda each: (-languages[each], each))
    outcomes = Counter(each.outcome for each in searches if each.outcome is not None)
    contacts = len(counted & escalated)
    diagnosis, evidence = diagnose(
        Case(
            visitors=len(counted),
            contacts=contacts,
            weak=sum(each.is_weak for each in current),
            opened=sum(bool(each.opened) for each in current),
            askings=len(current),
            nearness=max(near.values()) if near else 1.0,
            candidates=candidates_of(current, near, claims, site, locale),
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
        answered=left[1],
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
    apart = strays(
        {
            (each.source, each.locale, each.normalised): (
                len({one.visitor for one in left[each.source, each.locale, each.normalised]}),
                each.visitors,
            )
            for each in group.wordings
        }
    )
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
        if left.get(key := (each.source, each.locale, each.normalised)) and key not in apart
    ]
    return tuple(sorted(found, key=lambda each: (-each.visitors, -each.intents, each.text)))


def _remarks(comments: Iterable[Expressed]) -> tuple[Wording, ...]:
    """Return comments as wordings: whoever mends an article reads what was said of it."""
    said: dict[tuple[str, str], list[Expressed]] = defaultdict(list)
    for each in comments:
        said[each.locale, each.normalised].append(each)
    return tuple(
        Wording(
            Source.COMMENT,
            locale,
            normalised,
            some[0].text,
            len({each.visitor for each in some}),
            len(some),
        )
        for (locale, normalised), some in said.items()
    )


def _name(group: Group, vain: Sequence[Expressed], rows: Rows, locale: str) -> str:
    """Return the most central wording of a language, searched rather than sent, often asked."""
    asked = Counter((each.source, each.locale, each.normalised) for each in vain)
    weights = np.asarray(
        [asked[each.source, each.locale, each.normalised] for each in group.wordings], dtype=float
    )
    own = rows[group.numbers]
    near = own.to(own.mean(weights)).ravel()
    may_name = [
        (each.locale == locale) + (each.source is Source.SEARCH) if weight else -1.0
        for each, weight in zip(group.wordings, weights, strict=True)
    ]
    # Rounded, so that the order of additions cannot decide between equals.
    merit = np.round(near * np.log2(1 + weights), 6) + 100 * np.asarray(may_name)
    return group.wordings[int(np.argmax(merit))].text
