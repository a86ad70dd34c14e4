"""The reports on articles in the studio: all of them, and one."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from articles.views import address_of
from feedback.comments.inbox import Wanted, comments
from feedback.gaps.meaning import encode_if_ready
from feedback.labels import REASONS
from feedback.reports import articles_days, pages, registry, rollups, wording
from feedback.reports.articles_numbers import reader_lines
from feedback.reports.articles_one import OneArticle, one_article, report_of
from feedback.reports.articles_report import articles_report, make
from feedback.reports.articles_signs import Sign
from feedback.reports.articles_words import MEANINGS, ORDERS, SIGNS, WORDS
from feedback.reports.charts import Line, line
from feedback.reports.filters import Filters
from feedback.reports.timeline import Step, place, step_of, stretches, summed
from kb.db import db
from kb.formats import shown_day, shown_month, shown_number
from kb.rights import Right, requires

PER_PAGE = 50
COMMENTS_SHOWN = 5
MAX_ID = 2**31 - 1

blueprint = Blueprint("article_reports", __name__, url_prefix="/studio/reports")


@blueprint.get("/articles")
@requires(Right.SEE_REPORTS)
def articles() -> AnyResponse:
    """Show all articles, or those of one list, in the order that the address asks for."""
    filters = pages.asked()
    report = articles_report(filters)
    chosen = next((each for each in Sign if each.value == request.args.get("list")), None)
    order = request.args.get("sort", "")
    order = order if order in ORDERS else "readers"
    places = report.in_order(report.places(*[chosen] if chosen else []), order)
    number = _page_number(len(places))
    rows = report.rows_at(places[(number - 1) * PER_PAGE : number * PER_PAGE])
    return pages.page(
        "feedback/articles/list.html",
        "articles",
        filters,
        simulated=report.simulated,
        report=report,
        rows=rows,
        lines=reader_lines(filters.period, [row.id for row in rows], filters.channel),
        page_number=number,
        page_count=-(-len(places) // PER_PAGE),
        lists=[(each, SIGNS[each], report.count(each)) for each in Sign],
        chosen=chosen,
        meaning=MEANINGS[chosen] if chosen else None,
        orders=ORDERS,
        order=order,
        signs=SIGNS,
        here=_here(filters, list=chosen.value if chosen else None, sort=order),
    )


def _page_number(count: int) -> int:
    last = max(-(-count // PER_PAGE), 1)
    return min(max(request.args.get("page", 1, type=int), 1), last)


def _here(filters: Filters, **own: str | None) -> Callable[..., str]:
    """Return what gives the address of this page with other arguments; None takes one away."""

    def address(**changed: str | int | None) -> str:
        arguments: dict[str, Any] = {**filters.arguments(), **own, **changed}
        return url_for(".articles", **{name: each for name, each in arguments.items() if each})

    return address


@blueprint.get("/articles/<number>")
@requires(Right.SEE_REPORTS)
def article(number: str) -> AnyResponse:
    """Show all that is known of one article; with `.csv` or `.json` behind it, as a file."""
    number, _dot, form = number.partition(".")
    translation = _translation(number)
    filters = pages.asked()
    arguments: dict[str, Any] = filters.arguments()
    found = one_article(translation, filters, encode_if_ready())
    if form:
        return _file(found, form)
    return pages.page(
        "feedback/articles/one.html",
        "articles",
        filters,
        simulated=found.simulated,
        found=found,
        article=translation,
        address=address_of(translation),
        drawing=_drawing(found),
        reasons=[
            (helpful, REASONS[reason], count) for (helpful, reason), count in found.reasons.items()
        ],
        comments=comments(Wanted(filters, about=translation.id), limit=COMMENTS_SHOWN),
        inbox=url_for("comments.inbox", about=translation.id, **arguments),
        file=lambda form, table=None: url_for(
            ".article", number=f"{translation.id}.{form}", table=table, **arguments
        ),
    )


def _translation(number: str) -> Translation:
    is_number = number.isascii() and number.isdigit() and int(number) <= MAX_ID
    translation = db.session.get(Translation, int(number)) if is_number else None
    if translation is None:
        abort(HTTPStatus.NOT_FOUND)
    return translation


def _file(found: OneArticle, form: str) -> AnyResponse:
    report = report_of(found)
    if form == "json":
        return pages.json_answer(report)
    if form != "csv":
        abort(HTTPStatus.NOT_FOUND)
    try:
        table = report.table(request.args.get("table"))
    except KeyError:
        abort(HTTPStatus.NOT_FOUND)
    return pages.csv_answer(table, "article", found.filters.period.last_day)


def _drawing(found: OneArticle) -> Markup:
    """Draw the readers over time, with a mark where a revision became public, pale for a typo."""
    period = found.filters.period
    step = step_of(period)
    steps = stretches(period, step)
    values = summed({day: each.views for day, each in found.days.items()}, steps)
    shown = shown_month if step is Step.MONTH else shown_day
    marked = {place(each.day, steps) for each in found.marks if not each.is_light}
    light = {place(each.day, steps) for each in found.marks if each.is_light} - marked
    chart = Line(
        title=_("Views"),
        description=_(
            "%(views)s views in the period; dashed lines mark new revisions.",
            views=shown_number(sum(values)),
        ),
        labels=[shown(each.first) for each in steps],
        values=values,
        marked=sorted(each for each in marked if each is not None),
        light=sorted(each for each in light if each is not None),
    )
    return line(chart, lambda value: shown_number(round(value)))


def init_app(app: Flask) -> None:
    """Serve the reports on articles to leads."""
    app.register_blueprint(blueprint)
    rollups.register(app, "articles", articles_days.fill)
    registry.register(app, "articles", make)
    wording.describe(app, WORDS)
    pages.add_room(app, "articles", "article_reports.articles", _l("Articles"))
