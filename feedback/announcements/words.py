"""Announcements in words."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.announcements.models import Announcement, Scope, Severity
from feedback.announcements.showing import FIXED_SHOWS
from kb.formats import shown_moment

SEVERITIES: Mapping[Severity, LazyString] = {
    Severity.NOTICE: _l("good to know"),
    Severity.MINOR: _l("hinders some customers"),
    Severity.MAJOR: _l("stops customers"),
}
SCOPES: Mapping[Scope, LazyString] = {
    Scope.SITE: _l("on every page of this site"),
    Scope.CATEGORY: _l("on the pages of some categories"),
    Scope.WIDGET: _l("in the widget on other sites"),
}


class State(StrEnum):
    """Where an announcement stands; in the order of the list."""

    RUNNING = "running"
    PLANNED = "planned"
    FIXED = "fixed"
    PAST = "past"


def state_of(notice: Announcement, now: datetime) -> State:
    """Return where an announcement stands at a moment."""
    if notice.fixed_at is not None:
        return State.FIXED if notice.fixed_at > now - FIXED_SHOWS else State.PAST
    if notice.ends_at is not None and notice.ends_at <= now:
        return State.PAST
    return State.PLANNED if notice.starts_at > now else State.RUNNING


def state_in_words(notice: Announcement, now: datetime) -> str:
    """Return it in words, with the moment that matters."""
    state = state_of(notice, now)
    if state is State.PLANNED:
        return str(_("from %(moment)s", moment=shown_moment(notice.starts_at)))
    if notice.fixed_at is not None:
        return str(_("fixed on %(moment)s", moment=shown_moment(notice.fixed_at)))
    if state is State.PAST and notice.ends_at is not None:
        return str(_("ended on %(moment)s", moment=shown_moment(notice.ends_at)))
    if notice.ends_at is not None:
        return str(_("shown until %(moment)s", moment=shown_moment(notice.ends_at)))
    return str(_("shown now"))
