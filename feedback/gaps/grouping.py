"""Unanswered questions, grouped by meaning and by what visitors did: pure calculation.

Everything that was said takes part, answered or not: what is answered shows where one subject ends
and how often people leave without an answer on this site as a matter of course.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from feedback.gaps.askings import answered_chains, askings_of, followed_up
from feedback.gaps.clustering import groups
from feedback.gaps.facts import Encode, Expressed, Found, Known, Progress, Source
from feedback.gaps.groups import Group
from feedback.gaps.joining import Conduct, conduct_of, join
from feedback.gaps.listing import listed
from feedback.gaps.nearness import Matrix, Rows, common_of, drawn_together, links_of, rows_of
from feedback.gaps.wordings import Asked, asked
from feedback.outcomes import Outcome

# Chosen on two simulations of banking77 and one each of two other sets, measured on others besides.
NEAR_BY_MEANING = 0.25
NEAR_BY_WORDS = 0.15
DRAWN_TOGETHER = 0.13  # more, where a third of the wordings were drawn to others and so are nearer
TIGHTER = 0.08  # above these, whatever visitors do means the same; below, what they do decides
ENCODED_AT_ONCE = 500  # wordings, between two signs of progress
BACKGROUND = 80  # texts of a language that show what its vectors have in common


def _silent(_done: int, _total: int) -> None:
    """Show nothing."""


def find_gaps(
    said: Iterable[Expressed],
    encode: Encode | None = None,
    articles: Sequence[Known] = (),
    *,
    since: datetime | None = None,
    progress: Progress = _silent,
) -> list[Found]:
    """Return the gaps in what was said, those that cost the most contacts and visitors first.

    What is not for the site comes last. What was said before `since` helps to group and counts in
    `visitors_before` only. The same things said, in any order, give the same gaps. Progress is told
    in wordings: encoded first, where there is a model, then put into their groups.
    """
    everything = sorted(said, key=lambda each: (each.source, each.id))
    wordings = asked(everything)
    if not wordings:
        return []
    steps = len(wordings) * (1 if encode is None else 2)
    rows = _rows(wordings, encode, articles, lambda done, _total: progress(done, steps))
    numbers = {
        (each.source, each.id): number
        for number, wording in enumerate(wordings)
        for each in wording.said
    }
    together, share = drawn_together(rows, links_of(everything, numbers))
    weights = np.asarray([each.visitors for each in wordings], dtype=np.int64)
    floor = NEAR_BY_WORDS if rows.meaning is None else NEAR_BY_MEANING
    floor += DRAWN_TOGETHER * min(3 * share, 1)
    labels = groups(
        together,
        weights,
        floor + TIGHTER,
        lambda done, total: progress(steps - total + done, steps),
    )
    labels = join(together, labels, _conducts(wordings, labels, everything), floor)
    for request, search in _led(wordings, numbers):
        labels[request] = labels[search]
    found = _groups(wordings, labels, everything, numbers)
    return listed(found, rows, together, articles, since)


def _rows(
    wordings: Sequence[Asked],
    encode: Encode | None,
    articles: Sequence[Known],
    progress: Progress,
) -> Rows:
    texts = [each.text for each in wordings]
    locales = [each.locale for each in wordings]
    if encode is None:
        return rows_of(texts, locales, None, {})
    blocks = []
    for start in range(0, len(texts), ENCODED_AT_ONCE):
        blocks.append(np.asarray(encode(texts[start : start + ENCODED_AT_ONCE]), dtype=np.float32))
        progress(min(start + ENCODED_AT_ONCE, len(texts)), len(texts))
    vectors = np.concatenate(blocks)
    return rows_of(texts, locales, vectors, _common(vectors, locales, encode, articles))


def _common(
    vectors: Matrix, locales: Sequence[str], encode: Encode, articles: Sequence[Known]
) -> dict[str, Matrix]:
    """Return what the questions of each language share, titles and known questions among them."""
    own: dict[str, list[int]] = defaultdict(list)
    for number, locale in enumerate(locales):
        own[locale].append(number)
    known: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        known[article.locale] += article.texts
    samples = {
        locale: known[locale][:: max(len(known[locale]) // BACKGROUND, 1)][:BACKGROUND]
        for locale in own
    }
    return common_of(
        {
            locale: np.concatenate([vectors[numbers], *_encoded(encode, samples[locale])])
            for locale, numbers in own.items()
        }
    )


def _encoded(encode: Encode, texts: Sequence[str]) -> list[Matrix]:
    return [np.asarray(encode(texts), dtype=np.float32)] if texts else []


def _conducts(
    wordings: Sequence[Asked], labels: npt.NDArray[np.int64], everything: Sequence[Expressed]
) -> list[Conduct]:
    """Return what the visitors of each group did, from label 0 on."""
    answered = answered_chains(everything)
    said: list[list[Expressed]] = [[] for _ in range(int(labels.max()) + 1)]
    for wording, label in zip(wordings, labels.tolist(), strict=True):
        said[label] += wording.said
    return [conduct_of(askings_of(each, answered)) for each in said]


def _led(
    wordings: Sequence[Asked], numbers: Mapping[tuple[Source, int], int]
) -> list[tuple[int, int]]:
    """Return the wordings of requests with those of the searches that led to them.

    Whatever its words, a request that followed a search in vain is about what was searched.
    """
    escalated = {
        each.id
        for one in wordings
        for each in one.said
        if each.source is Source.SEARCH and each.outcome is Outcome.ESCALATED
    }
    return [
        (number, numbers[Source.SEARCH, each.chain or 0])
        for number, wording in enumerate(wordings)
        if wording.source is Source.REQUEST
        for each in wording.said[:1]
        if each.chain in escalated
    ]


def _groups(
    wordings: Sequence[Asked],
    labels: npt.NDArray[np.int64],
    everything: Sequence[Expressed],
    numbers: Mapping[tuple[Source, int], int],
) -> list[Group]:
    answered = answered_chains(everything)
    members: dict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(labels.tolist()):
        members[label].append(number)
    comments: dict[int, list[Expressed]] = defaultdict(list)
    for each in everything:
        led_by = numbers.get((Source.SEARCH, each.chain or 0))
        if each.source is Source.COMMENT and led_by is not None:
            comments[int(labels[led_by])].append(each)
    askings = followed_up(
        [
            askings_of((one for each in some for one in wordings[each].said), answered)
            for some in members.values()
        ]
    )
    return [
        Group(
            numbers=np.asarray(some, dtype=np.int64),
            wordings=tuple(wordings[each] for each in some),
            askings=own,
            comments=tuple(comments[label]),
        )
        for (label, some), own in zip(members.items(), askings, strict=True)
    ]
