"""Two writers saved the same draft: put together what can be, and let the second one choose."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from http import HTTPStatus

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from articles.drafting import Overtaken, newest, save_draft
from articles.merging import Conflict, Lines, Merged, merge
from articles.models import Revision, Translation
from articles.publishing import Words, words_of
from articles.studio.editing.forms import Form
from kb.accounts.present import who
from kb.caching import private
from kb.db import db

ATTEMPTS = 5  # others may save again and again meanwhile
OWN_FIELDS = ("csrf_token", "theirs", "choice-", "edited-")


class Choice(StrEnum):
    """What becomes of lines that both changed."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    EDITED = "edited"


@dataclass(eq=False)
class Undecided(RuntimeError):
    """Both changed the same lines, and nobody has said yet which stay."""

    merged: Merged
    theirs: Revision
    authors: str
    chosen: Mapping[str, str]


def settle(translation: Translation, form: Form) -> Revision:
    """Save the form's words, put together with what others saved since it was opened.

    Raises `Undecided` where a person has to choose.
    """
    decided_on = _revision(translation, request.form.get("theirs", 0, type=int))
    if decided_on is not None:
        form = _together(translation, form, decided_on, request.form)
    for _attempt in range(ATTEMPTS):
        try:
            return save_draft(
                translation,
                form.words,
                after=form.after,
                by=who(),
                message=form.message,
                significance=form.significance,
            )
        except Overtaken as error:
            form = _together(translation, form, error.newest, {})
    raise Overtaken(newest(translation))


def _together(
    translation: Translation, form: Form, theirs: Revision, sent: Mapping[str, str]
) -> Form:
    """Return the form on top of `theirs`. Raises `Undecided` unless `sent` decides each conflict."""
    merged = merge(_base(translation, form.after), form.words, words_of(theirs))
    authors = _authors(translation, form.after)
    choices = _choices(merged, sent)
    if len(choices) < len(merged.conflicts):
        raise Undecided(merged, theirs, authors, sent)
    return replace(
        form,
        words=merged.words(choices),
        after=theirs.number,
        message=_message(form.message, authors),
    )


def _revision(translation: Translation, number: int) -> Revision | None:
    return db.session.scalar(
        select(Revision).where(Revision.translation_id == translation.id, Revision.number == number)
    )


def _base(translation: Translation, after: int) -> Words:
    found = _revision(translation, after)
    return words_of(found) if found is not None else Words(title="", body="")


def _authors(translation: Translation, after: int) -> str:
    """Return the names of whoever saved since; empty if only oneself did, in another window."""
    query = (
        select(Revision.author)
        .where(Revision.translation_id == translation.id, Revision.number > after)
        .order_by(Revision.number)
    )
    names = list(dict.fromkeys(db.session.scalars(query)))
    named = [name for name in names if name not in {"", who()}]
    if named:
        return ", ".join(named)
    return "" if who() in names else str(_("somebody else"))


def _message(message: str, authors: str) -> str:
    together = (
        str(_("together with changes of %(name)s", name=authors))
        if authors
        else str(_("together with changes made in another window"))
    )
    return f"{message} ({together})" if message else together


def _choices(merged: Merged, sent: Mapping[str, str]) -> dict[str, Lines]:
    """Return the lines of every conflict that was decided."""
    chosen = {}
    for conflict in merged.conflicts:
        choice = sent.get(f"choice-{conflict.name}", "")
        if choice in set(Choice):
            chosen[conflict.name] = _lines(conflict, Choice(choice), sent)
    return chosen


def _lines(conflict: Conflict, choice: Choice, sent: Mapping[str, str]) -> Lines:
    if choice is Choice.EDITED:
        text = sent.get(f"edited-{conflict.name}", "").replace("\r\n", "\n")
        return tuple(text.split("\n")) if text else ()
    return {
        Choice.MINE: conflict.mine,
        Choice.THEIRS: conflict.theirs,
        Choice.BOTH: conflict.both,
    }[choice]


def conflict_page(translation: Translation, form: Form, undecided: Undecided) -> Response:
    """Show each place that both changed, and send what was to be done once all are decided."""
    carried = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not name.startswith(OWN_FIELDS)
    ]
    html = render_template(
        "articles/studio/conflict.html",
        translation=translation,
        form=form,
        merged=undecided.merged,
        theirs=undecided.theirs,
        authors=undecided.authors,
        chosen=undecided.chosen,
        carried=carried,
        action=request.path,
    )
    return private(html, HTTPStatus.CONFLICT)
