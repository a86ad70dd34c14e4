"""What reports and forms call things, in the reader's language."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from articles.models import Kind, Stage
from feedback.models import Channel, Reason
from feedback.outcomes import Outcome
from feedback.reports.periods import Refusal

OUTCOMES: Mapping[Outcome, LazyString] = {
    Outcome.ESCALATED: _l("asked a person"),
    Outcome.ANSWERED: _l("answered"),
    Outcome.NO_RESULT: _l("nothing found"),
    Outcome.WEAK: _l("no sure answer"),
    Outcome.REFORMULATED: _l("asked again in other words"),
    Outcome.NO_CLICK: _l("nothing opened"),
    Outcome.OPENED: _l("opened, without an answer"),
}

REASONS: Mapping[Reason, LazyString] = {
    Reason.SOLVED: _l("It solved my problem"),
    Reason.CLEAR: _l("It is clear"),
    Reason.NOT_SOLVED: _l("It did not solve my problem"),
    Reason.INCOMPLETE: _l("Something is missing"),
    Reason.OUTDATED_OR_WRONG: _l("It is out of date or wrong"),
    Reason.HARD_TO_FOLLOW: _l("It is hard to follow"),
    Reason.NOT_SEARCHED_FOR: _l("It is not what I searched for"),
    Reason.OTHER: _l("Something else"),
}
WHY_YES = (Reason.SOLVED, Reason.CLEAR, Reason.OTHER)
WHY_NO = (
    Reason.NOT_SOLVED,
    Reason.INCOMPLETE,
    Reason.OUTDATED_OR_WRONG,
    Reason.HARD_TO_FOLLOW,
    Reason.NOT_SEARCHED_FOR,
    Reason.OTHER,
)

KINDS: Mapping[Kind, LazyString] = {
    Kind.FAQ: _l("Question"),
    Kind.GUIDE: _l("Guide"),
    Kind.VIDEO_GUIDE: _l("Video guide"),
    Kind.TROUBLESHOOTING: _l("Troubleshooting"),
    Kind.KNOWN_ISSUE: _l("Known issue"),
}

STAGES: Mapping[Stage, LazyString] = {
    Stage.BEFORE: _l("Before the purchase"),
    Stage.DURING: _l("During the purchase"),
    Stage.AFTER: _l("After the purchase"),
}

CHANNELS: Mapping[Channel, LazyString] = {
    Channel.SITE: _l("the help site"),
    Channel.API: _l("the API"),
    Channel.WIDGET: _l("the widget"),
    Channel.MCP: _l("an assistant"),
    Channel.EMAIL: _l("e-mail"),
}

REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.NO_DATE: _l("This is not a date. Write it as 2026-11-30."),
    Refusal.NO_SUCH_YEAR: _l("Nobody visited the site in that year. Choose another date."),
    Refusal.AFTER_THE_END: _l("This is after the last day. Choose an earlier date."),
    Refusal.IN_THE_FUTURE: _l("This day has not come yet. Choose an earlier date."),
}


def reasons_for(helpful: bool) -> list[tuple[str, LazyString]]:
    """Return the reasons that a voter may choose, as (value, label)."""
    return [(each.value, REASONS[each]) for each in (WHY_YES if helpful else WHY_NO)]
