"""The first words of a known issue: honest about what is not known yet, for a person to complete."""

from flask_babel import force_locale
from flask_babel import gettext as _

from feedback.rises.models import Alert


def known_issue(alert: Alert) -> str:
    """Return the outline of a known-issue article in the language of an alert, as Markdown."""
    with force_locale(alert.locale):
        parts = (
            _("We know about this problem and are working on it."),
            f"## {_('What happens')}",
            _("*Say in a sentence what customers see, and since when.*"),
            f"## {_('What you can do meanwhile')}",
            _("*Give the way around it, or say that there is none yet.*"),
            f"## {_('What comes next')}",
            _("*Say when this page will next be brought up to date.*"),
        )
        return "\n\n".join(map(str, parts)) + "\n"
