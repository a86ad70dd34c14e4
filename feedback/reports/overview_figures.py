"""The figures of the overview from the numbers of two periods: pure calculation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feedback.outcomes import Outcome
from feedback.reports import facts
from feedback.reports.deflection import Deflection
from feedback.reports.facts import Answers, Sent
from feedback.reports.figures import Figure, Unit, count, share
from feedback.reports.satisfaction import Nps, csat, nps
from feedback.reports.times import HALF, NINE_TENTHS, quantile
from feedback.statistics import wilson

SCORES = range(1, 6)  # of CSAT


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the figures of one period are calculated from."""

    visits: facts.Visits
    searches: facts.Searches
    deflection: Deflection
    requests: Sequence[Sent]
    csat: Answers
    nps: Answers
    votes: facts.Votes

    @property
    def senders(self) -> int:
        """Return the distinct visitors who sent a request; one without a visitor counts alone."""
        known = {each.visitor for each in self.requests if each.visitor}
        return len(known) + sum(not each.visitor for each in self.requests)


def figures_of(this: Numbers, before: Numbers, cost: float = 0) -> list[Figure]:
    """Return every figure of the overview; `before` are the numbers of the period compared with.

    `cost`: what a request costs the company, 0 where it has not said so.
    """
    found = [
        count(
            "visits",
            this.visits.total,
            before.visits.total,
            visits=this.visits.total,
            bots=this.visits.bots,
            staff=this.visits.staff,
        ),
        count("visitors", this.visits.visitors, before.visits.visitors),
        _searches(this, before),
        share(
            "answered",
            this.searches.answered,
            before.searches.answered,
            answered=this.searches.answered.successes,
            searches=this.searches.answered.trials,
        ),
        *_deflections(this.deflection, before.deflection),
        _self_service(this, before),
        csat_figure(this.csat, before.csat),
        response_figure("csat_response", this.csat, before.csat),
        nps_figure(this.nps, before.nps),
        response_figure("nps_response", this.nps, before.nps),
        count("requests", len(this.requests), len(before.requests)),
        *time_figures("response", this.requests, before.requests, lambda each: each.answered_at),
        *time_figures("resolution", this.requests, before.requests, lambda each: each.resolved_at),
        share(
            "helpfulness",
            this.votes.people,
            before.votes.people,
            helpful=this.votes.people.successes,
            votes=this.votes.people.trials,
            raw_helpful=this.votes.raw.successes,
            raw_votes=this.votes.raw.trials,
        ),
    ]
    return [*found, _cost(cost, this.deflection, before.deflection)] if cost else found


def _searches(this: Numbers, before: Numbers) -> Figure:
    outcomes = this.searches.outcomes
    return count(
        "searches",
        outcomes.total(),
        before.searches.outcomes.total(),
        **{each.value: outcomes[each] for each in Outcome},
        bots=this.searches.bots,
        staff=this.searches.staff,
    )


def _deflections(this: Deflection, before: Deflection) -> list[Figure]:
    return [
        share(
            f"deflection_{name}",
            wilson(getattr(this, name), this.base),
            wilson(getattr(before, name), before.base),
            **{name: getattr(this, name)},
            base=this.base,
            came_back=this.came_back,
            pending=this.pending,
        )
        for name in ("confirmed", "implicit", "upper")
    ]


def _self_service(this: Numbers, before: Numbers) -> Figure:
    value, lower, upper = _visitors_to_senders(this)
    value_before, lower_before, upper_before = _visitors_to_senders(before)
    return Figure(
        "self_service",
        Unit.RATIO,
        value,
        {"visitors": this.visits.visitors, "senders": this.senders},
        lower=lower,
        upper=upper,
        trials=this.visits.visitors,
        previous=value_before,
        previous_trials=before.visits.visitors,
        previous_lower=lower_before,
        previous_upper=upper_before,
    )


def _visitors_to_senders(some: Numbers) -> tuple[float | None, float | None, float | None]:
    """Return visitors ÷ senders with its interval: that of the share of senders, turned round.

    Without an interval where requests outnumber visitors, as where most come by telephone.
    """
    visitors, senders = some.visits.visitors, some.senders
    if not senders or not visitors:
        return None, None, None
    if senders > visitors:
        return visitors / senders, None, None
    rate = wilson(senders, visitors)
    return visitors / senders, 1 / rate.upper, 1 / rate.lower


def csat_figure(this: Answers, before: Answers) -> Figure:
    """Return the share of positive answers."""
    rate = csat(this.scores)
    counts = {f"score_{score}": this.scores.get(score, 0) for score in SCORES}
    return share(
        "csat", rate, csat(before.scores), positive=rate.successes, answers=rate.trials, **counts
    )


def response_figure(key: str, this: Answers, before: Answers) -> Figure:
    """Return the share of those asked who answered."""
    rate, earlier = (wilson(sum(each.scores.values()), each.asked) for each in (this, before))
    return share(key, rate, earlier, answers=rate.successes, asked=rate.trials)


def nps_figure(this: Answers, before: Answers) -> Figure:
    """Return promoters less detractors."""
    score, earlier = nps(this.scores), nps(before.scores)

    def known(each: Nps, value: float) -> float | None:
        return value if each.answers else None

    return Figure(
        "nps",
        Unit.SCORE,
        known(score, score.value),
        {
            "promoters": score.promoters,
            "passives": score.passives,
            "detractors": score.detractors,
        },
        lower=known(score, score.lower),
        upper=known(score, score.upper),
        trials=score.answers,
        previous=known(earlier, earlier.value),
        previous_trials=earlier.answers,
        previous_lower=known(earlier, earlier.lower),
        previous_upper=known(earlier, earlier.upper),
    )


def time_figures(
    name: str,
    this: Sequence[Sent],
    before: Sequence[Sent],
    ended: Callable[[Sent], float | None],
) -> list[Figure]:
    """Return the median and the 90th percentile of how long requests waited; open ones apart."""
    lasted, lasted_before = _lengths(this, ended), _lengths(before, ended)
    found = []
    for part, at in (("median", HALF), ("p90", NINE_TENTHS)):
        now, earlier = quantile(lasted, at), quantile(lasted_before, at)
        found.append(
            Figure(
                f"{name}_{part}",
                Unit.SECONDS,
                now.value,
                {"done": now.trials, "open": len(this) - now.trials},
                lower=now.lower,
                upper=now.upper,
                trials=now.trials,
                previous=earlier.value,
                previous_trials=earlier.trials,
                previous_lower=earlier.lower,
                previous_upper=earlier.upper,
            )
        )
    return found


def _lengths(sent: Sequence[Sent], ended: Callable[[Sent], float | None]) -> list[float]:
    ends = ((each.created_at, ended(each)) for each in sent)
    return sorted(end - begin for begin, end in ends if end is not None)


def _cost(cost: float, this: Deflection, before: Deflection) -> Figure:
    """Return what confirmed deflection spares, up to what its upper bound would."""
    return Figure(
        "cost_avoided",
        Unit.MONEY,
        this.confirmed * cost,
        {"confirmed": this.confirmed, "upper": this.upper},
        lower=this.confirmed * cost,
        upper=this.upper * cost,
        trials=this.base,
        previous=before.confirmed * cost,
        previous_trials=before.base,
    )
