"""What the audit log says about the words of one language.

An entry about them names the translation, with the title and the number of the revision and the
language in its details. What is about an article in all its languages (its category, its audience,
its verification) names the article itself.
"""

from typing import Any

from articles.models import Revision, Translation
from kb.audit.models import AuditEntry
from kb.audit.recording import record


def note(
    act: str,
    translation: Translation,
    revision: Revision | None = None,
    *,
    by: str = "",
    **details: Any,
) -> AuditEntry:
    """Record an act on the words of one language, or on one revision of them. Uncommitted.

    The actor is whoever has signed in, else `by`. Details that say nothing (None or an empty text) are left out.
    """
    return record(
        act,
        thing="translation",
        thing_id=translation.id,
        label=(revision or translation).title,
        revision=revision.number if revision is not None else None,
        by=by,
        locale=translation.locale,
        **{name: value for name, value in details.items() if value not in (None, "")},
    )
