"""Words being typed: kept for their writer until they are saved, and a sign that somebody is there.

Everybody has one copy of a draft at most, of the page that wrote last. What another page of theirs
(another tab, or one that was closed unsaved) had left in it is not overwritten: it stays as the
`former` copy until its writer takes it up or leaves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_security import current_user
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from articles.models import Translation
from articles.studio.models import WorkingCopy
from kb.accounts.models import User
from kb.db import db, utc_now

FIELDS = ("title", "slug", "summary", "body", "answers", "synonyms", "keywords", "message")
HERE_SECONDS = 35  # a page that is open tells so every ten; one that has missed three is closed


@dataclass(frozen=True, slots=True)
class Copy:
    """Words that were typed and not saved, on top of revision number `after`."""

    page: str
    fields: Mapping[str, str]
    after: int
    at: datetime


def own(translation: Translation) -> WorkingCopy | None:
    """Return the row of the signed-in person."""
    return db.session.scalar(
        select(WorkingCopy).where(
            WorkingCopy.translation_id == translation.id, WorkingCopy.user_id == current_user.id
        )
    )


def copies(translation: Translation) -> list[Copy]:
    """Return what the signed-in person typed and did not save, the newest first."""
    row = own(translation)
    if row is None or not row.form:
        return []
    return [_copy(each) for each in (row.form, row.form.get("former")) if each]


def _copy(kept: Mapping[str, Any]) -> Copy:
    at = datetime.fromisoformat(kept["at"])
    return Copy(kept["page"], kept["fields"], kept["after"], at)


def keep(translation: Translation, fields: Mapping[str, str], *, after: int, page: str) -> datetime:
    """Keep what a page holds, beside what another page of the same person had left; committed."""
    at = utc_now()
    kept = {"page": page, "fields": dict(fields), "after": after, "at": at.isoformat()}
    row = _present(translation)
    before = row.form
    if before and before["page"] != page and before["fields"] != kept["fields"]:
        kept["former"] = {name: before[name] for name in ("page", "fields", "after", "at")}
    elif before and before.get("former"):
        kept["former"] = before["former"]
    row.form, row.after, row.saved_at = kept, after, at
    db.session.commit()
    return at


def drop(translation: Translation, page: str) -> None:
    """Forget what a page had typed, because it is saved or was left; uncommitted."""
    row = own(translation)
    if row is None or not row.form:
        return
    left = [each for each in (row.form, row.form.get("former")) if each and each["page"] != page]
    row.form = {k: v for k, v in left[0].items() if k != "former"} if left else None
    if len(left) == 2:
        row.form = {**left[0], "former": left[1]}
    row.saved_at = row.saved_at if left else None


def show_up(translation: Translation) -> None:
    """Note that the signed-in person has the page open; committed."""
    _present(translation)
    db.session.commit()


def _present(translation: Translation) -> WorkingCopy:
    row = own(translation)
    if row is None:
        number, person = translation.id, current_user.id
        row = WorkingCopy(translation_id=number, user_id=person, after=0)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:  # another tab of theirs came first
            row = own(translation)
            assert row is not None, "the row that stood in the way is there"
    row.seen_at = utc_now()
    return row


def others(translation: Translation) -> list[str]:
    """Return the names of everybody else who has the page open now."""
    since = utc_now() - timedelta(seconds=HERE_SECONDS)
    query = (
        select(User)
        .join(WorkingCopy, WorkingCopy.user_id == User.id)
        .where(
            WorkingCopy.translation_id == translation.id,
            WorkingCopy.user_id != current_user.id,
            WorkingCopy.seen_at > since,
        )
        .order_by(User.name, User.id)
    )
    return [each.shown_name for each in db.session.scalars(query)]


def unsaved_of(user: User) -> Select[WorkingCopy]:
    """Select what a person has typed somewhere and not saved, the newest first: for the desk."""
    return (
        select(WorkingCopy)
        .where(WorkingCopy.user_id == user.id, WorkingCopy.saved_at.is_not(None))
        .order_by(WorkingCopy.saved_at.desc())
    )
