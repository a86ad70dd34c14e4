"""What is said of requests."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.requests.resolving import State

STATES: Mapping[State, LazyString] = {
    State.OPEN: _l("open"),
    State.ANSWERED: _l("answer sent"),
    State.RESOLVED: _l("resolved"),
}
