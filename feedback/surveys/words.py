"""The questions, and what the ends of their scales mean."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.surveys.models import After, Survey
from kb.locales import settings

LABELS: Mapping[Survey, Mapping[int, LazyString]] = {
    Survey.CSAT: {
        1: _l("very dissatisfied"),
        2: _l("dissatisfied"),
        3: _l("neither satisfied nor dissatisfied"),
        4: _l("satisfied"),
        5: _l("very satisfied"),
    },
    Survey.NPS: {0: _l("not at all likely"), 10: _l("extremely likely")},
}

SURVEYS: Mapping[Survey, LazyString] = {
    Survey.CSAT: _l("Satisfaction (CSAT)"),
    Survey.NPS: _l("Recommendation (NPS)"),
}

AFTERS: Mapping[After, LazyString] = {
    After.ARTICLE: _l("after an article that helped"),
    After.DEFLECTED: _l("after an answer found in the request form"),
    After.REQUEST: _l("after a request to a person"),
}


def question_words(survey: Survey) -> str:
    """Return the question as it is put to a visitor."""
    if survey is Survey.NPS:
        name = settings().site_name
        return str(
            _("How likely are you to recommend %(company)s to a friend or colleague?", company=name)
        )
    return str(_("How satisfied are you with the help you got?"))
