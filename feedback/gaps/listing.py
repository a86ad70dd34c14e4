"""Which groups of questions are gaps, what each costs, and what it is called.

A group is a gap when surely more of its visitors than usual left without an answer, or refused what
they opened (voted it down, or turned to a person after it): the lower bound of the share (Wilson) must
surpass what is usual on the site by a fifth of the rest. The bound holds 95%; for leaving it holds more
on a site with many subjects, so that chance makes one gap of all of them at most.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist, median

import numpy as np
import numpy.typing as npt

from feedback.gaps.askings import Asking
from feedback.gaps.belonging import strays
from feedback.gaps.diagnosis import Candidate, Case, diagnose
from feedback.gaps.facts import Diagnosis, Evidence, Expressed, Found, Known, Source, Wording
from feedback.gaps.library import MIN_TO_TELL, TYPICAL, Library, library_of
from feedback.gaps.nearness import Rows
from feedback.gaps.wordings import Asked, visitors_of
from feedback.outcomes import Outcome
from feedback.statistics import Z_95, wilson

MIN_VISITORS = 2  # what one person asks is an anecdote
MIN_OF_GROUP = 5  # visitors of a group that takes part in what is usual
MIN_GROUPS = 8  # from which what is usual on the site can be told
USUAL = 0.15  # share of visitors left without an answer, where the site is too quiet to tell
MAX_USUAL = 0.25  # more is never taken for usual: else a site of nothing but gaps had none
MARGIN = 0.2  # of the rest above the usual
CHANCE = 1.0  # gaps that chance may make of all groups
LEAST_CERTAIN = 0.025  # chance of each bound, of the two-sided 95%
FLOOD = 2  # visitors for each one that counts
CLAIM = 0.75  # of the nearness of the nearest question to an article, to have a claim on it
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
    answered_by: Mapping[int, set[str]]  # visitors by translation
    answered_in: Mapping[str, Mapping[int, set[str]]]  # the same by the language of the question
    near: Sequence[Mapping[int, float]]  # nearness of the articles to each group
    claims: Sequence[Mapping[int, float]]  # of each group on the articles, 1 the strongest of any
    together: Rows


def listed(
    groups: Sequence[Group],
    rows: Rows,
    together: Rows,
    articles: Sequence[Known],
    since: datetime | None,
) -> list[Found]:
    """Return the groups that are gaps, as they are reported: by cost, what is not for us last."""
    left = [_left(group.askings, since) for group in groups]
    refused = [_refused(group.askings, since) for group in groups]
    enough, too_many = least_share(left), least_share(refused)
    z = certainty(sum(sum(each) >= MIN_VISITORS for each in left))
    site = _site(groups, rows, together, articles)
    found = [
        _found(group, site, number, since, own_left)
        for number, (group, own_left, own_refused) in enumerate(
            zip(groups, left, refused, strict=True)
        )
        if own_left[0] >= MIN_VISITORS
        and not is_flooded(group.askings)
        and (_is_more(own_left, enough, z) or _is_refused(own_refused, too_many))
    ]
    return sorted(
        found,
        key=lambda each: (
            each.diagnosis is Diagnosis.NOT_FOR_US, -each.cost, -each.intents, each.name, each.locale,
        ),
    )  # fmt: skip


def least_share(counts: Iterable[tuple[int, int]]) -> float:
    """Return which share is surely more than usual; `counts`: (bad, good) visitors of each group."""
    shares = [bad / (bad + good) for bad, good in counts if bad + good >= MIN_OF_GROUP]
    usual = min(median(shares), MAX_USUAL) if len(shares) >= MIN_GROUPS else USUAL
    return usual + MARGIN * (1 - usual)


def is_flooded(askings: Sequence[Asking]) -> bool:
    """Tell whether most visitors came from networks that sent too many in a day to count them all."""
    everybody = {each.visitor for each in askings}
    return len(everybody) > FLOOD * len(visitors_of(one for each in askings for one in each.said))


def _is_more(counts: tuple[int, int], share: float, z: float) -> bool:
    """Tell whether the share of bad visitors is surely above `share`."""
    return wilson(counts[0], sum(counts), z).lower > share


def _is_refused(counts: tuple[int, int], share: float) -> bool:
    return sum(counts) >= MIN_OF_GROUP and _is_more(counts, share, Z_95)


def certainty(tests: int) -> float:
    """Return the quantile of a bound that so many tests surpass by chance once in all."""
    return NormalDist().inv_cdf(1 - min(CHANCE / max(tests, 1), LEAST_CERTAIN))


def _left(askings: Iterable[Asking], since: datetime | None) -> tuple[int, int]:
    """Return how many visitors of the period left without an answer, and how many with one."""
    current = [each for each in askings if _is_current(each, since)]
    left = visitors_of(one for each in current for one in each.unanswered())
    got = visitors_of(one for each in current if each.is_answered for one in each.said)
    return len(left), len(got - left)


def _refused(askings: Iterable[Asking], since: datetime | None) -> tuple[int, int]:
    """Return how many of those who opened something refused it, and how many did not."""
    opened = [each for each in askings if _is_current(each, since) and each.opened]
    refused = visitors_of(
        one for each in opened if each.refused() or each.is_escalated for one in each.said
    )
    return len(refused), len(visitors_of(one for each in opened for one in each.said) - refused)


def _is_current(asking: Asking, since: datetime | None) -> bool:
    return since is None or asking.said[-1].asked_at >= since


def _site(groups: Sequence[Group], rows: Rows, together: Rows, articles: Sequence[Known]) -> _Site:
    languages: dict[int, set[str]] = defaultdict(set)
    for each in articles:
        languages[each.article_id].add(each.locale)
    library = library_of(articles)
    askings = [one for each in groups for one in each.askings]
    spoken = {each.said[0].locale for each in askings}
    return _Site(
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


def _found(
    group: Group,
    site: _Site,
    number: int,
    since: datetime | None,
    left: tuple[int, int],
) -> Found:
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
            candidates=_candidates(current, near, claims, site, locale),
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


def _candidates(
    askings: Sequence[Asking],
    near: Mapping[int, float],
    claims: Mapping[int, float],
    site: _Site,
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
