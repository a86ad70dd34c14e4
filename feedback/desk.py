"""What readers tell a writer on the desk: questions given to them, articles that stopped helping."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar

from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import Select, func, or_, select

from articles.models import Translation
from articles.rights import limits, within
from articles.studio.desk import NEXT, SHOWN, Act, DeskList, Item, register_list
from articles.studio.listing.figures import Figures, register_figures
from feedback.gaps.facts import Diagnosis
from feedback.gaps.models import Gap, GapStatus
from feedback.reports.articles_numbers import numbers
from feedback.reports.articles_report import articles_report
from feedback.reports.articles_signs import Sign
from feedback.reports.articles_words import SIGNS
from feedback.reports.filters import Filters
from feedback.reports.periods import period_between
from kb.db import db, utc_now
from kb.formats import shown_date, shown_number
from kb.locales import settings
from kb.rights import Right, holds

DAYS = 28
KEEP_SECONDS = 600.0  # reports over all articles are made once in this time
OPEN = (GapStatus.OPEN, GapStatus.IN_PROGRESS)
WORRYING = (Sign.FALLING, Sign.NOT_HELPING, Sign.REFUSED)

T = TypeVar("T")


def _filters() -> Filters:
    """Return the last days, the present one included."""
    now, zone = utc_now(), settings().timezone
    whole = period_between(None, None, now=now, timezone=zone)
    since = whole.last_day - timedelta(days=DAYS - 1)
    return Filters(period_between(since.isoformat(), None, now=now, timezone=zone))


def gaps() -> DeskList | None:
    """Return the questions that the reader looks after, those due first."""
    if not holds(current_user, Right.WORK_ON_GAPS):
        return None
    mine = select(Gap).where(
        Gap.owner_id == current_user.id, Gap.status.in_(OPEN), Gap.merged_into_id.is_(None)
    )
    count = _count(mine)
    found = db.session.scalars(
        mine.order_by(Gap.due_on.is_(None), Gap.due_on, Gap.id).limit(SHOWN)
    ).all()
    return DeskList(
        "gaps",
        str(_("Questions given to you")),
        str(
            ngettext(
                "%(num)s question is yours to answer.",
                "%(num)s questions are yours to answer.",
                count,
            )
        ),
        count,
        [Item(each.name, _address(each), _about(each), each.locale) for each in found],
        url_for("gaps.mine"),
    )


def _count(query: Select[Gap]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _address(gap: Gap) -> str:
    return url_for("gaps.gap", number=gap.id)


def _visitors(gap: Gap) -> str:
    visitors = int(gap.figures.get("visitors", 0))
    if not visitors:
        return ""
    return str(
        ngettext("%(shown)s visitor", "%(shown)s visitors", visitors, shown=shown_number(visitors))
    )


def _about(gap: Gap) -> str:
    if gap.due_on is None:
        return _visitors(gap)
    return str(_("by %(day)s", day=shown_date(gap.due_on, "medium")))


def following() -> DeskList | None:
    """Return the questions that cost most and that nobody looks after, to be taken.

    Nothing for people with limits: a question has no category, its answer may lie outside theirs.
    """
    if not holds(current_user, Right.WORK_ON_GAPS) or limits() is not None:
        return None
    free = select(Gap).where(
        Gap.owner_id.is_(None),
        Gap.status == GapStatus.OPEN,
        Gap.is_listed.is_(True),
        Gap.merged_into_id.is_(None),
        or_(Gap.diagnosis.is_(None), Gap.diagnosis != Diagnosis.NOT_FOR_US),
    )
    found = sorted(
        db.session.scalars(free), key=lambda each: (-int(each.figures.get("visitors", 0)), each.id)
    )
    may_read = holds(current_user, Right.DIRECT_GAPS)
    return DeskList(
        NEXT,
        str(_("What to write next")),
        str(_("What most visitors asked in vain, and nobody looks after yet.")),
        len(found),
        [
            Item(
                each.name,
                _address(each) if may_read else "",
                _visitors(each),
                each.locale,
                (Act(str(_("Take it")), url_for("gaps.take", number=each.id)),),
            )
            for each in found[:SHOWN]
        ],
        url_for("gaps.listing") if may_read else "",
    )


def unhelpful() -> DeskList | None:
    """Return the articles that surely help less than before, or than others."""
    if not holds(current_user, Right.WRITE):
        return None
    known = _kept("kb_desk_signs", _signs)
    mine = within(select(Translation.id), Right.WRITE).where(Translation.id.in_(known))
    allowed = set(db.session.scalars(mine))
    found = {each: sign for each, sign in known.items() if each in allowed}
    shown = list(found)[:SHOWN]
    titles = {
        each.id: each
        for each in db.session.scalars(select(Translation).where(Translation.id.in_(shown)))
    }
    see = holds(current_user, Right.SEE_REPORTS)
    return DeskList(
        "unhelpful",
        str(_("Articles that help less")),
        str(
            ngettext(
                "%(num)s article disappoints its readers.",
                "%(num)s articles disappoint their readers.",
                len(found),
            )
        ),
        len(found),
        [
            Item(
                titles[each].title,
                url_for("article_reports.article", number=str(each))
                if see
                else url_for("drafts.draft", number=each),
                str(SIGNS[found[each]]),
                titles[each].locale,
            )
            for each in shown
        ],
        url_for("listing.articles", sort="helpful"),
    )


def _signs() -> Mapping[int, Sign]:
    """Return the articles with a worrying sign, those most read first."""
    worrying = articles_report(_filters()).with_sign(*WORRYING)
    worrying.sort(key=lambda row: (-row.now.readers - row.before.readers, row.id))
    return {row.id: next(sign for sign in row.signs if sign in WORRYING) for row in worrying}


def figures() -> Mapping[int, Figures]:
    """Return what readers did with each article in the last weeks, by translation."""
    return _kept("kb_desk_figures", _figures)


def _figures() -> Mapping[int, Figures]:
    return {
        each: Figures(found.visits, found.helpful, found.votes)
        for each, found in numbers(_filters().period).items()
    }


def _kept(name: str, make: Callable[[], T]) -> T:
    """Return what was made in this process a short time ago, or make it anew."""
    known: tuple[float, T] | None = current_app.extensions.get(name)
    if known is None or time.monotonic() - known[0] > KEEP_SECONDS:
        known = current_app.extensions[name] = (time.monotonic(), make())
    return known[1]


def init_app(app: Flask) -> None:
    """Put the lists on the desk, and the figures beside the articles."""
    register_list(app, "gaps", gaps)
    register_list(app, "unhelpful", unhelpful)
    register_list(app, NEXT, following)
    register_figures(app, figures)
