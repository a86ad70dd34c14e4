"""What votes say of articles: one vote for each visitor and revision, with its Wilson interval."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from articles.models import Translation
from feedback.models import Reason, Vote
from feedback.reports.periods import Period
from feedback.statistics import Rate, wilson
from kb.db import db

MIN_VOTES = 3  # under this, an article is not even listed as too few to tell


@dataclass(frozen=True, slots=True)
class Comment:
    """What a voter wrote."""

    text: str
    helpful: bool
    reason: Reason | None
    voted_at: datetime


@dataclass(frozen=True, slots=True)
class Helpfulness:
    """What votes say of an article in one language.

    `rate` leaves out bots and staff; `raw` is all that was cast. Reasons and comments are those of
    votes that say it did not help, the newest first.
    """

    translation_id: int
    title: str
    slug: str
    locale: str
    rate: Rate
    raw: Rate
    reasons: Mapping[Reason, int]
    comments: tuple[Comment, ...]


def helpfulness(period: Period) -> list[Helpfulness]:
    """Return what the votes of a period say of each article, in the order of their translations."""
    votes: dict[int, list[Vote]] = defaultdict(list)
    for vote in db.session.scalars(
        select(Vote)
        .where(Vote.voted_at >= period.since, Vote.voted_at < period.until)
        .order_by(Vote.voted_at.desc(), Vote.id.desc())
    ):
        votes[vote.translation_id].append(vote)
    titles: Select[Translation] = (
        select(Translation).where(Translation.id.in_(votes)).order_by(Translation.id)
    )
    return [_helpfulness(each, votes[each.id]) for each in db.session.scalars(titles)]


def _helpfulness(translation: Translation, votes: Sequence[Vote]) -> Helpfulness:
    people = [each for each in votes if not each.is_bot and not each.is_staff]
    against = [each for each in people if not each.helpful]
    return Helpfulness(
        translation_id=translation.id,
        title=translation.title,
        slug=translation.slug,
        locale=translation.locale,
        rate=_rate(people),
        raw=_rate(votes),
        reasons=dict(Counter(each.reason for each in against if each.reason).most_common()),
        comments=tuple(
            Comment(each.comment, each.helpful, each.reason, each.voted_at)
            for each in against
            if each.comment
        ),
    )


def _rate(votes: Sequence[Vote]) -> Rate:
    return wilson(sum(each.helpful for each in votes), len(votes))


def summed(rates: Iterable[Rate]) -> Rate:
    """Return the rate of all observations together."""
    known = list(rates)
    return wilson(sum(each.successes for each in known), sum(each.trials for each in known))


def not_helping(votes: Iterable[Helpfulness], whole: Rate) -> list[Helpfulness]:
    """Return the articles that help less than the site as a whole, the surest first.

    Sure means: even the upper Wilson bound stays under the site's rate. Articles with too few votes
    to tell come last, where most of the few votes say no.
    """
    sure, few = [], []
    for each in votes:
        if each.rate.is_too_few:
            if each.rate.trials >= MIN_VOTES and 2 * each.rate.successes < each.rate.trials:
                few.append(each)
        elif each.rate.upper < whole.value:
            sure.append(each)
    return sorted(sure, key=_by_bound) + sorted(few, key=_by_bound)


def _by_bound(votes: Helpfulness) -> tuple[float, int]:
    return votes.rate.upper, votes.translation_id
