"""What the reports on articles call things, and their formulas in words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.reports.articles_signs import Sign
from feedback.reports.wording import Words

SIGNS: Mapping[Sign, LazyString] = {
    Sign.FALLING: _l("Falling"),
    Sign.NOT_HELPING: _l("Does not help"),
    Sign.REFUSED: _l("Found but refused"),
    Sign.NEVER_FOUND: _l("Never found"),
    Sign.NEVER_OPENED: _l("Never opened"),
    Sign.LONG_UNREAD: _l("Long unread"),
}

MEANINGS: Mapping[Sign, LazyString] = {
    Sign.FALLING: _l(
        "Its readers, or its share of helpful votes, surely fell since the period compared with: the "
        "99% interval of the change does not contain zero. At least 30 readers before, or 30 votes on "
        "either side, are needed."
    ),
    Sign.NOT_HELPING: _l(
        "Even the upper bound of its share of helpful votes (Wilson, 95%, from 30 votes on) is under "
        "the share of the whole site."
    ),
    Sign.REFUSED: _l(
        "Those who open it from a search vote it down, or go on to a person, surely more often than is "
        "usual on the site; under 30 openings, half of them or more, and three at least."
    ),
    Sign.NEVER_FOUND: _l(
        "Public for a week or longer, and among the first ten results of no search in the period."
    ),
    Sign.NEVER_OPENED: _l(
        "Among the first ten results of 30 searches or more, and opened from none of them."
    ),
    Sign.LONG_UNREAD: _l("Public for 90 days or longer, and not opened in the last 90 days."),
}

ORDERS: Mapping[str, LazyString] = {
    "readers": _l("most read"),
    "helpful": _l("least helpful"),
    "exits": _l("most exits to a person"),
    "shown": _l("most often found"),
    "title": _l("title"),
}

WORDS: Mapping[str, Words] = {
    "articles_public": Words(
        _l("Public articles"),
        _l(
            "Articles that visitors can read at the end of the period, each language counted by itself."
        ),
        {"articles_public": _l("public articles")},
    ),
    "articles_opened": Words(
        _l("Opened at least once"),
        _l(
            "Share of the public articles that people opened in the period. The interval is Wilson’s, "
            "95%."
        ),
        {"opened": _l("opened"), "public": _l("public articles")},
    ),
    "exits": Words(
        _l("Exits to a person"),
        _l(
            "Visits in which the request form was opened, or a request sent, after the article was "
            "read ÷ visits in which it was read. The interval is Wilson’s, 95%. Robots and staff are "
            "left out."
        ),
        {"exits": _l("visits that went on to a person"), "visits": _l("visits that read it")},
    ),
    "refused": Words(
        _l("Refused"),
        _l(
            "Openings from a search that were voted down, or whose search ended with a person ÷ "
            "openings from a search. The interval is Wilson’s, 95%."
        ),
        {"refused": _l("refused"), "searched": _l("openings from a search")},
    ),
    "article_views": Words(
        _l("Views"),
        _l("Openings by people; in one visit, each way in counts once."),
        {"article_views": _l("views")},
    ),
    "article_readers": Words(
        _l("Readers"),
        _l(
            "Different visitors of the whole period who opened the article, each counted once. A "
            "visitor is a keyed hash that changes after some weeks, so that somebody who comes back "
            "later counts again."
        ),
        {"article_readers": _l("readers")},
    ),
    "article_shown": Words(
        _l("Found"),
        _l("Searches of people that had the article among their first ten results."),
        {"article_shown": _l("searches")},
    ),
}
