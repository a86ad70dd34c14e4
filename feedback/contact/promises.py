"""What may honestly be said of when somebody answers what was written here."""

from flask_babel import gettext as _

from feedback.channels.offers import offered
from feedback.requests.models import Way
from kb.locales import settings


def promises(locale: str, topic_id: int | None = None) -> list[str]:
    """Return sentences: when somebody is back, where nobody is there; how long an answer takes.

    Measured where there are enough requests, else as the company states it and said to be so, else the
    hours, else nothing.
    """
    form = next(each for each in offered(locale, topic_id=topic_id) if each.way is Way.FORM)
    said = []
    if not form.is_open and form.said:
        said.append(str(_("%(standing)s. Your message waits for us.", standing=form.said)))
    delay = form.delay_said or _hours(locale)
    return [*said, delay] if delay else said


def _hours(locale: str) -> str:
    hours = settings().contact_hours.get(locale, "")
    return str(_("A person answers you: %(hours)s.", hours=hours)) if hours else ""
