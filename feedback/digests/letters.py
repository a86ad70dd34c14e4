"""A digest as a letter: its subject, its text, the HTML twin and the charts in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template
from flask_babel import gettext as _

from feedback.digests.charts import Bar, accent, bars
from feedback.digests.content import Content, Step
from feedback.digests.models import Frequency
from feedback.reports.periods import Period
from kb.formats import shown_date, shown_number, shown_share
from kb.locales import settings

SEARCHES, REQUESTS = "searches", "requests"  # content ids of the charts


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with the words that say the same, for whom it does not load."""

    name: str
    heading: str
    words: str
    image: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes into the outbox."""

    subject: str
    text: str
    html: str
    images: Mapping[str, bytes]


def write(content: Content, frequency: Frequency, *, stop: str, settle: str) -> Letter:
    """Write a digest in the language of the moment.

    `stop` is the address that ends it, `settle` where its reader chooses how often it comes.
    """
    charts = _charts(content)
    days = said_days(frequency, content.filters.period)
    frame = {
        "content": content,
        "charts": charts,
        "is_weekly": frequency is Frequency.WEEKLY,
        "period": days,
        "stop": stop,
        "settle": settle,
    }
    return Letter(
        subject=_subject(content, days),
        text=render_template("mail/digest.txt", **frame),
        html=render_template("mail/digest.html", **frame),
        images={each.name: each.image for each in charts},
    )


def _subject(content: Content, days: str) -> str:
    figure, site = content.answered, settings().site_name
    if figure is None or figure.value is None or figure.is_too_few:
        return str(_("%(site)s: what visitors looked for, %(days)s", site=site, days=days))
    return str(
        _(
            "%(site)s: %(rate)s of searches found an answer, %(days)s",
            site=site,
            rate=shown_share(figure.value),
            days=days,
        )
    )


def said_days(frequency: Frequency, period: Period) -> str:
    """Return a week or a month as people say it: "9 to 15 November 2026", "October 2026"."""
    first, last = period.since.date(), period.last_day
    if frequency is Frequency.MONTHLY:
        return shown_date(first, "MMMM yyyy")
    if first.year != last.year:
        begin = shown_date(first)
    else:
        begin = shown_date(first, "d" if first.month == last.month else "d MMMM")
    return str(_("%(first)s to %(last)s", first=begin, last=shown_date(last)))


def _charts(content: Content) -> list[Chart]:
    steps = [each for each in content.steps if each.searches or each.requests]
    if not steps:
        return []
    return [_searches(content.steps), *([_requests(content.steps)] if _any_request(steps) else [])]


def _any_request(steps: Sequence[Step]) -> bool:
    return any(each.requests for each in steps)


def _searches(steps: Sequence[Step]) -> Chart:
    least, most = _ends([each.searches for each in steps])
    rates = [each.answered / each.searches for each in steps if each.searches]
    words = _(
        "Between %(least)s and %(most)s searches a day; from %(worst)s to %(best)s of them found an "
        "answer (the dark part of each bar).",
        least=least,
        most=most,
        worst=shown_share(min(rates, default=0)),
        best=shown_share(max(rates, default=0)),
    )
    drawn = [Bar(_digits(each.first), each.searches, each.answered) for each in steps]
    return _chart(SEARCHES, str(_("Searches, day by day")), str(words), drawn)


def _requests(steps: Sequence[Step]) -> Chart:
    least, most = _ends([each.requests for each in steps])
    words = _(
        "Between %(least)s and %(most)s requests to a person a day, %(total)s in all.",
        least=least,
        most=most,
        total=shown_number(sum(each.requests for each in steps)),
    )
    drawn = [Bar(_digits(each.first), each.requests, each.requests) for each in steps]
    return _chart(REQUESTS, str(_("Requests to a person, day by day")), str(words), drawn)


def _chart(name: str, heading: str, words: str, drawn: Sequence[Bar]) -> Chart:
    return Chart(name, heading, words, bars(drawn, accent(settings().accent_hue)))


def _ends(numbers: Sequence[int]) -> tuple[str, str]:
    return shown_number(min(numbers)), shown_number(max(numbers))


def _digits(day: date) -> str:
    """Return a day in digits alone, the day first as most readers write it."""
    return f"{day.day}/{day.month}"
