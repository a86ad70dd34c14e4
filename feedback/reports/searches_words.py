"""What the report on searches calls its figures, and their formulas in words."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from feedback.reports.wording import Words

WORDS: Mapping[str, Words] = {
    "without_answer": Words(
        _l("Without a sure answer"),
        _l(
            "Searches that found nothing, or nothing surer than the floor of their language ÷ all "
            "searches of visits that are over. The interval is Wilson’s, 95%."
        ),
        {"without_answer": _l("without a sure answer"), "searches": _l("searches")},
    ),
    "not_opened": Words(
        _l("Good results, none opened"),
        _l(
            "Searches with good results of which none was opened, asked again in other words or not "
            "÷ all searches of visits that are over. The interval is Wilson’s, 95%."
        ),
        {"not_opened": _l("none opened"), "searches": _l("searches")},
    ),
}
