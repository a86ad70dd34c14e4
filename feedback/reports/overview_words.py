"""What the figures of the overview are called, and their formulas in words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.labels import OUTCOMES
from feedback.reports.wording import Words

BOTS, STAFF = _l("robots, left out"), _l("staff, left out")

_DEFLECTION: Mapping[str, LazyString] = {
    "confirmed": _l("said that it was answered"),
    "implicit": _l("said so, or opened a suggestion"),
    "upper": _l("sent nothing"),
    "base": _l("visits that opened the request form"),
    "came_back": _l("deducted: sent a request after all"),
    "pending": _l("too recent to tell, left out"),
}
_TIMES: Mapping[str, LazyString] = {
    "done": _l("requests with a time"),
    "open": _l("still open, counted apart"),
}
_INTERVAL_OF_TIMES = _l(
    "The interval lies between two of the times observed, whatever their distribution (order "
    "statistics, 95%)."
)

WORDS: Mapping[str, Words] = {
    "visits": Words(
        _l("Visits"),
        _l(
            "Visits = stretches of use without 30 minutes of silence, counted when they are over, on "
            "the day on which they began. Robots and staff are left out."
        ),
        {"visits": _l("visits"), "bots": BOTS, "staff": STAFF},
    ),
    "visitors": Words(
        _l("Visitors"),
        _l(
            "Visitors = different visitors of the whole period, each counted once. A visitor is a "
            "keyed hash that changes after some weeks (a setting), so that somebody who comes back "
            "later counts again."
        ),
        {"visitors": _l("visitors")},
    ),
    "searches": Words(
        _l("Searches"),
        _l(
            "A search counts once in a visit however often it is typed. What became of it is decided "
            "when the visit is over; the first that applies counts."
        ),
        {
            **{outcome.value: label for outcome, label in OUTCOMES.items()},
            "bots": BOTS,
            "staff": STAFF,
        },
    ),
    "answered": Words(
        _l("Answered searches"),
        _l(
            "Answered rate = answered searches ÷ all searches of visits that are over. Answered: a "
            "result was opened and voted helpful, or read for 10 seconds or more with no rewording "
            "after it. Interval: Wilson, 95%."
        ),
        {"answered": _l("answered"), "searches": _l("searches")},
    ),
    "deflection_confirmed": Words(
        _l("Deflected, confirmed"),
        _l(
            "Confirmed deflection = visits that opened the request form, said that an article "
            "answered and sent no request by any channel within the window (a setting, 72 hours) ÷ "
            "visits that opened the form and whose window is over. Interval: Wilson, 95%."
        ),
        _DEFLECTION,
    ),
    "deflection_implicit": Words(
        _l("Deflected, probable"),
        _l(
            "Probable deflection = the confirmed, and the visits that opened a suggested article "
            "after starting the form and sent no request within the window ÷ visits that opened the "
            "form and whose window is over. Interval: Wilson, 95%."
        ),
        _DEFLECTION,
    ),
    "deflection_upper": Words(
        _l("Deflected, at most"),
        _l(
            "Deflection, at most = all visits that opened the form and sent no request within the window ÷ "
            "visits that opened the form and whose window is over. Many of these just gave up: the "
            "truth lies below. Interval: Wilson, 95%."
        ),
        _DEFLECTION,
    ),
    "self_service": Words(
        _l("Self-service score"),
        _l(
            "Self-service score = visitors who used the help site ÷ visitors who sent a request. "
            "Interval: that of the share of visitors who sent one (Wilson, 95%), turned round."
        ),
        {"visitors": _l("visitors"), "senders": _l("visitors who sent a request")},
    ),
    "csat": Words(
        _l("Satisfaction (CSAT)"),
        _l("CSAT = answers of 4 or 5 ÷ all answers, from 1 to 5. Interval: Wilson, 95%."),
        {
            "positive": _l("answers of 4 or 5"),
            "answers": _l("answers"),
            **{f"score_{score}": _l("answers of %(score)s", score=score) for score in range(1, 6)},
        },
    ),
    "csat_response": Words(
        _l("Who answered (CSAT)"),
        _l("Response rate = answers ÷ times the question was shown. Interval: Wilson, 95%."),
        {"answers": _l("answers"), "asked": _l("times shown")},
    ),
    "nps": Words(
        _l("Recommendation (NPS)"),
        _l(
            "NPS = share of promoters (9 or 10) − share of detractors (0 to 6), from −100 to +100. "
            "Interval: adjusted Wald, 95% (Rocks, 2016)."
        ),
        {
            "promoters": _l("promoters (9 or 10)"),
            "passives": _l("passives (7 or 8)"),
            "detractors": _l("detractors (0 to 6)"),
        },
    ),
    "nps_response": Words(
        _l("Who answered (NPS)"),
        _l("Response rate = answers ÷ times the question was shown. Interval: Wilson, 95%."),
        {"answers": _l("answers"), "asked": _l("times shown")},
    ),
    "requests": Words(
        _l("Requests to a person"),
        _l(
            "Requests = messages sent within the period, by any channel. Robots and staff are left out."
        ),
        {"requests": _l("requests")},
    ),
    "response_median": Words(
        _l("First answer, median"),
        _l(
            "Response time = first answer of the staff − request sent. Half of the answered requests "
            "waited less. %(interval)s",
            interval=_INTERVAL_OF_TIMES,
        ),
        _TIMES,
    ),
    "response_p90": Words(
        _l("First answer, 9 in 10 within"),
        _l(
            "Response time = first answer of the staff − request sent. Nine in ten of the answered "
            "requests waited less. %(interval)s",
            interval=_INTERVAL_OF_TIMES,
        ),
        _TIMES,
    ),
    "resolution_median": Words(
        _l("Resolution, median"),
        _l(
            "Resolution time = resolved − request sent. Half of the resolved requests took less. "
            "%(interval)s",
            interval=_INTERVAL_OF_TIMES,
        ),
        _TIMES,
    ),
    "resolution_p90": Words(
        _l("Resolution, 9 in 10 within"),
        _l(
            "Resolution time = resolved − request sent. Nine in ten of the resolved requests took "
            "less. %(interval)s",
            interval=_INTERVAL_OF_TIMES,
        ),
        _TIMES,
    ),
    "helpfulness": Words(
        _l("Helpful votes"),
        _l(
            "Helpfulness = helpful votes ÷ votes, one for each visitor and revision. Interval: "
            "Wilson, 95%."
        ),
        {
            "helpful": _l("helpful votes"),
            "votes": _l("votes"),
            "raw_helpful": _l("helpful votes, with robots and staff"),
            "raw_votes": _l("votes, with robots and staff"),
        },
    ),
    "cost_avoided": Words(
        _l("Estimated cost avoided"),
        _l(
            "Cost avoided = confirmed deflections × cost of a request (a setting); at most, all "
            "visits that opened the form and sent nothing × that cost."
        ),
        {"confirmed": _DEFLECTION["confirmed"], "upper": _DEFLECTION["upper"]},
    ),
}
