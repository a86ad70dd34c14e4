"""The reports in the studio, for leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import NamedTuple

from flask import (
    Blueprint,
    Response,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response as AnyResponse

from articles.views import address_of
from feedback.gaps.grouping import Gap
from feedback.gaps.meaning import encode_if_ready
from feedback.gaps.report import GapsReport, gaps_report
from feedback.gaps.tables import articles_csv, gaps_csv
from feedback.labels import DIAGNOSES, FORMULAS, REASONS, REFUSALS
from feedback.outcomes import Outcome
from feedback.reports.helpfulness import Helpfulness
from feedback.reports.periods import Period, PeriodRefused, period_between
from kb.accounts.models import RoleName
from kb.db import utc_now
from kb.formats import shown_date, shown_number
from kb.locales import settings
from kb.security import require_role

blueprint = Blueprint("gaps", __name__, url_prefix="/studio")


@dataclass(frozen=True, slots=True)
class ShownPeriod:
    """A period as the page shows it: both days included."""

    since: date
    until: date
    label: str


class ShownNearest(NamedTuple):
    """The article that came nearest to an answer, in the language `locale`."""

    title: str
    address: str
    locale: str


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap as a row of the page."""

    name: str
    locale: str
    visitors: int
    visitors_before: int
    intents: int
    outcomes: Mapping[Outcome, int]
    languages: tuple[str, ...]
    queries: tuple[str, ...]
    nearest: ShownNearest | None
    last_seen: datetime
    diagnosis: LazyString | None


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article that does not help, with the words of those who say so."""

    title: str
    address: str
    locale: str
    helpful: int
    votes: int
    lower: float
    upper: float
    too_few: bool
    raw_helpful: int
    raw_votes: int
    reasons: list[tuple[LazyString, int]]
    comments: list[str]


@blueprint.get("/reports/gaps", endpoint="listing")
@require_role(RoleName.LEAD)
def gaps() -> AnyResponse:
    """Show what customers asked in vain, and the articles that do not help."""
    try:
        period = _period()
    except PeriodRefused as error:
        return _refused(error)
    encode = encode_if_ready()
    report = gaps_report(period, encode)
    html = render_template(
        "feedback/gaps.html",
        period=_shown_period(report.period),
        summary=summary(report),
        gaps=[_shown_gap(gap, report) for gap in report.gaps],
        single=report.single,
        articles=[_shown_article(each) for each in report.articles],
        searches=report.searches,
        formulas=FORMULAS,
        by_meaning=encode is not None,
        simulated=report.simulated,
        csv_address=url_for(
            ".gaps_csv_file", since=request.args.get("since"), until=request.args.get("until")
        ),
    )
    return _private(make_response(html))


@blueprint.get("/reports/gaps.csv", endpoint="gaps_csv_file")
@require_role(RoleName.LEAD)
def gaps_csv_file() -> AnyResponse:
    """Send the gaps, or with `table=articles` the articles that do not help, as CSV."""
    try:
        period = _period()
    except PeriodRefused as error:
        return _refused(error)
    report = gaps_report(period, encode_if_ready())
    is_articles = request.args.get("table") == "articles"
    text = articles_csv(report) if is_articles else gaps_csv(report)
    # The mark at the beginning makes spreadsheets read the accents.
    response = make_response(text.encode("utf-8-sig"))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"{'articles' if is_articles else 'gaps'}-{report.period.last_day}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(response)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _period() -> Period:
    """Return the period that the address asks for; raises `PeriodRefused`."""
    return period_between(
        request.args.get("since"),
        request.args.get("until"),
        now=utc_now(),
        timezone=settings().timezone,
    )


def _refused(error: PeriodRefused) -> Response:
    """Return the form as it was filled in, with what is wrong beside the field."""
    html = render_template(
        "feedback/gaps_refused.html",
        since=request.args.get("since", ""),
        until=request.args.get("until", ""),
        field=error.field,
        message=REFUSALS[error.reason],
    )
    return _private(make_response(html, HTTPStatus.BAD_REQUEST))


def _shown_period(period: Period) -> ShownPeriod:
    first, last = period.since.date(), period.last_day
    label = _(
        "From %(first)s to %(last)s.",
        first=shown_date(first),
        last=shown_date(last),
    )
    return ShownPeriod(first, last, str(label))


def summary(report: GapsReport) -> str:
    """Return the report in a sentence."""
    now, before = report.searches.answered, report.previous.answered
    if not now.trials:
        return str(_("Nobody has searched in this period."))
    sentences = [_rate_sentence(report)]
    if not now.is_too_few and not before.is_too_few:
        sentences.append(_change_sentence(round(100 * now.value) - round(100 * before.value)))
    left_out = report.searches.bots + report.searches.staff
    if left_out:
        sentences.append(
            ngettext(
                "%(num)s search by robots and staff is left out.",
                "%(num)s searches by robots and staff are left out.",
                left_out,
            )
        )
    return " ".join(map(str, sentences))


def _rate_sentence(report: GapsReport) -> str:
    now = report.searches.answered
    if now.is_too_few:
        return str(
            ngettext(
                "%(answered)s search of %(num)s found an answer: too few to tell.",
                "%(answered)s searches of %(num)s found an answer: too few to tell.",
                now.trials,
                answered=now.successes,
            )
        )
    return str(
        _(
            "%(rate)s%% of searches found an answer (%(answered)s of %(all)s, between %(low)s%% and %(high)s%%).",
            rate=round(100 * now.value),
            answered=shown_number(now.successes),
            all=shown_number(now.trials),
            low=round(100 * now.lower),
            high=round(100 * now.upper),
        )
    )


def _change_sentence(points: int) -> str:
    if points == 0:
        return str(_("That is the same as in the period before."))
    if points > 0:
        return str(
            ngettext(
                "That is %(num)s point more than in the period before.",
                "That is %(num)s points more than in the period before.",
                points,
            )
        )
    return str(
        ngettext(
            "That is %(num)s point less than in the period before.",
            "That is %(num)s points less than in the period before.",
            -points,
        )
    )


def _shown_gap(gap: Gap, report: GapsReport) -> ShownGap:
    nearest = report.nearest_to(gap)
    return ShownGap(
        name=gap.name,
        locale=gap.locale,
        visitors=gap.visitors,
        visitors_before=gap.visitors_before,
        intents=gap.intents,
        outcomes=gap.outcomes,
        languages=gap.languages,
        queries=gap.queries,
        nearest=(
            ShownNearest(nearest.title, address_of(nearest), nearest.locale) if nearest else None
        ),
        last_seen=gap.last_seen,
        diagnosis=DIAGNOSES[gap.diagnosis] if gap.diagnosis else None,
    )


def _shown_article(votes: Helpfulness) -> ShownArticle:
    return ShownArticle(
        title=votes.title,
        address=url_for("articles.article", locale=votes.locale, slug=votes.slug),
        locale=votes.locale,
        helpful=votes.rate.successes,
        votes=votes.rate.trials,
        lower=votes.rate.lower,
        upper=votes.rate.upper,
        too_few=votes.rate.is_too_few,
        raw_helpful=votes.raw.successes,
        raw_votes=votes.raw.trials,
        reasons=[(REASONS[reason], count) for reason, count in votes.reasons.items()],
        comments=[comment.text for comment in votes.comments],
    )
