"""What the inbox of comments calls things."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.comments.models import State

STATES: Mapping[State, LazyString] = {
    State.NEW: _l("New"),
    State.READ: _l("Read"),
    State.ANSWERED: _l("Answered"),
    State.TASK: _l("Made a task"),
}
