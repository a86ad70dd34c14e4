"""What pages call the states of a gap, the acts about it and their remedies."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.gaps.facts import Diagnosis, Source
from feedback.gaps.models import Act, GapStatus
from feedback.gaps.teaching import Outlook
from feedback.gaps.verdict import Verdict
from feedback.reports.wording import Words

STATUSES: Mapping[GapStatus, LazyString] = {
    GapStatus.OPEN: _l("Open"),
    GapStatus.IN_PROGRESS: _l("In progress"),
    GapStatus.PUBLISHED: _l("Answered"),
    GapStatus.DISMISSED: _l("Dismissed"),
}

CAUSES: Mapping[Diagnosis, LazyString] = {
    Diagnosis.MISSING_ARTICLE: _l("Missing article"),
    Diagnosis.MISSING_TRANSLATION: _l("Missing translation"),
    Diagnosis.CANNOT_BE_FOUND: _l("Cannot be found"),
    Diagnosis.DOES_NOT_HELP: _l("Does not help"),
    Diagnosis.NOT_FOR_US: _l("Not for us"),
}

WHY: Mapping[Diagnosis, LazyString] = {
    Diagnosis.MISSING_ARTICLE: _l("No article speaks of it."),
    Diagnosis.MISSING_TRANSLATION: _l(
        "An article answers it, but not in the language of those who ask."
    ),
    Diagnosis.CANNOT_BE_FOUND: _l(
        "An article answers it, but it stands too low among the results, or its title does not say so."
    ),
    Diagnosis.DOES_NOT_HELP: _l(
        "An article is found and opened, and then voted down or followed by a request."
    ),
    Diagnosis.NOT_FOR_US: _l(
        "It is far from everything that this site and its customers speak of."
    ),
}

ACTS: Mapping[Act, LazyString] = {
    Act.OPENED: _l("Opened by hand"),
    Act.RENAMED: _l("Renamed"),
    Act.ASSIGNED: _l("Given to"),
    Act.DUE: _l("Due on"),
    Act.STARTED: _l("Work begun"),
    Act.DRAFTED: _l("Draft written"),
    Act.TRANSLATING: _l("Translation begun"),
    Act.IMPROVING: _l("Improvement begun"),
    Act.SYNONYM: _l("Synonyms taught"),
    Act.PHRASING: _l("Question added to the article"),
    Act.ANSWER_NAMED: _l("Answer named"),
    Act.PUBLISHED: _l("Answer published"),
    Act.DISMISSED: _l("Dismissed"),
    Act.CAME_BACK: _l("Came back: twice as many visitors ask"),
    Act.REOPENED: _l("Taken up again"),
    Act.NOTE: _l("Note"),
}

SOURCES: Mapping[Source, LazyString] = {
    Source.SEARCH: _l("search"),
    Source.REQUEST: _l("request"),
    Source.COMMENT: _l("comment"),
}

VERDICTS: Mapping[Verdict, LazyString] = {
    Verdict.IMPROVED: _l("It has improved."),
    Verdict.NO_CHANGE: _l("Nothing has changed for sure."),
    Verdict.WORSE: _l("It has become worse."),
    Verdict.TOO_EARLY: _l("It is too early to tell."),
}

OUTLOOKS: Mapping[Outlook, LazyString] = {
    Outlook.FOUND: _l(
        "Each helps two of these questions or a third of the visitors, and hurts none."
    ),
    Outlook.NO_WORD: _l(
        "There is no pair of words to teach: no word that this site does not know comes back in two "
        "of these questions. Teach the question itself."
    ),
    Outlook.NO_GAIN: _l(
        "No pair of words brings the article up for two of these questions or for a third of the "
        "visitors. Teach the question itself."
    ),
}

FORMULA = _l(
    "A gap groups what visitors searched, asked a person or wrote under a “no”, by closeness of "
    "meaning, where it went unanswered more often than is usual here. Visitors are counted once each, "
    "and of one network and day three at most; an identity lasts 30 days, so over longer periods "
    "somebody may count again. Gaps are ranked by visitors + 3 × contacts, a contact being a visitor "
    "who turned to a person; those that are not for us come last."
)

FIGURES: Mapping[str, Words] = {
    "gaps_waiting": Words(
        _l("Questions that wait for an answer"),
        _l("Gaps that are open or in progress, asked by two visitors or more in the period."),
    ),
    "gap_visitors": Words(
        _l("Visitors left without an answer"),
        _l(
            "Distinct visitors with a search, request or comment in a gap, added up over these gaps: "
            "who asked two of these questions counts for both."
        ),
    ),
    "gap_searches": Words(
        _l("Searches without an answer"),
        _l(
            "Searches in the words of these gaps that were not answered, in these words or in others."
        ),
    ),
    "gap_contacts": Words(
        _l("Contacts that they caused"),
        _l(
            "Distinct visitors who asked one of these questions and turned to a person, added up over "
            "these gaps."
        ),
    ),
}
