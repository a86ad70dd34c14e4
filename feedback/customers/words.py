"""What the page of a customer calls things."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.customers.history import Kind
from feedback.surveys.models import Survey

KINDS: Mapping[Kind, LazyString] = {
    Kind.SEARCH: _l("Looked for"),
    Kind.READ: _l("Read"),
    Kind.VOTE: _l("Voted"),
    Kind.CONTACT: _l("Looked for a person"),
    Kind.REQUEST: _l("Wrote"),
    Kind.SURVEY: _l("Answered a survey"),
    Kind.ANNOUNCEMENT: _l("Was told"),
}

SURVEYS: Mapping[str, LazyString] = {
    Survey.CSAT.value: _l("satisfaction, 1 to 5"),
    Survey.NPS.value: _l("would recommend, 0 to 10"),
}

# What is held, in the words of whoever erases it; a table that is not named here counts as “other”.
HELD: Mapping[str, LazyString] = {
    "visit": _l("visits"),
    "search_intent": _l("searches"),
    "article_read": _l("readings"),
    "vote": _l("votes"),
    "contact_request": _l("requests"),
    "request_message": _l("messages"),
    "request_file": _l("files"),
    "survey_response": _l("answers to surveys"),
    "subscription": _l("subscriptions"),
}
OTHER = _l("other rows")
