"""Saving what was typed, and then something: the one way in for words.

Whatever goes wrong on the way, the answer is a page that holds every word, with the reason.
"""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from flask import request, session
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from articles.drafting import newest
from articles.filing import THINGS, things_of
from articles.models import Revision, Translation
from articles.publishing import SlugTaken, words_of
from articles.rights import demand
from articles.studio.editing import conflicts, filing, pages, working_copies
from articles.studio.editing.forms import Form, typed
from kb import disk
from kb.db import db
from kb.rights import Right

log = structlog.get_logger(__name__)

SAVED_PAGES = "saved_pages"
REMEMBERED = 5  # pages of the editor, those saved last

Then = Callable[[Revision], Response]
Page = Callable[[Translation, Form, HTTPStatus], Response]


def save_form(translation: Translation, then: Then, *, page: Page | None = None) -> Response:
    """Save the fields of this request as a revision of `translation`, and go on with `then`.

    Where they cannot be saved (a field too long, lines that somebody else has changed too, an
    address of another article, a database that does not answer), the page comes back with every
    word and the reason, and `then` is not called. `page` shows it (the editor by default).
    """
    demand(Right.WRITE, translation.article)
    number = translation.id
    form = typed(translation)
    try:
        return _saved(translation, form, then, page or shown_again)
    except (OSError, OperationalError) as error:
        if isinstance(error, OSError) and disk.refusal_of(error) is None:
            raise
        return _kept_in_page(number, form, reason_of(error), page or shown_again, error)


def _saved(translation: Translation, form: Form, then: Then, page: Page) -> Response:
    if form.errors:
        return page(translation, form, HTTPStatus.BAD_REQUEST)
    title_before = newest(translation).title
    try:
        revision = conflicts.settle(translation, form)
    except conflicts.Undecided as error:
        _keep_copy(translation, form)
        return conflicts.conflict_page(translation, form, error)
    try:
        _file(translation, form, title_before)
    except SlugTaken as error:
        db.session.rollback()
        again = on_top(form, revision, {"slug": filing.refused(error)})
        return page(translation, again, HTTPStatus.CONFLICT)
    _tell_page(request.form.get("page", ""))
    return then(revision)


def _tell_page(page: str) -> None:
    """Let the next page know whose words are safe now, so that the browser drops its copy of them."""
    known = session.get(SAVED_PAGES, [])
    session[SAVED_PAGES] = [page, *(each for each in known if each != page)][:REMEMBERED]


def on_top(form: Form, revision: Revision, errors: dict[str, str]) -> Form:
    """Return the form once its words are saved as `revision`, with what is wrong all the same."""
    return Form(words_of(revision), form.slug, revision.number, errors, form.message)


def _file(translation: Translation, form: Form, title_before: str) -> None:
    """Take over the article's own things and its address; the words are saved already."""
    slug_before = translation.slug
    filing.address(translation, form.slug, title_before)
    filed = filing.file(translation, request.form)
    working_copies.drop(translation, request.form.get("page", ""))
    filing.commit(translation, changed=filed or translation.slug != slug_before)


def _keep_copy(translation: Translation, form: Form) -> None:
    """Keep the words of whoever has to decide first: the page of decisions may be closed."""
    working_copies.keep(
        translation,
        pages.fields_of(form),
        after=form.after,
        page=request.form.get("page", "") or "conflict",
    )


def shown_again(translation: Translation, form: Form, status: HTTPStatus) -> Response:
    """Show the editor with what was typed."""
    things = {name: request.form[name] for name in THINGS if name in request.form}
    return pages.editor_page(
        translation,
        form,
        status,
        page=request.form.get("page", ""),
        things={**things_of(translation.article), **things},
    )


def _kept_in_page(number: int, form: Form, reason: str, page: Page, error: Exception) -> Response:
    """Answer 503 with the words in the page; those that were saved before the trouble are told."""
    db.session.rollback()
    log.warning("a draft could not be saved", translation=number, reason=str(error))
    translation = db.session.get(Translation, number)
    assert translation is not None, "it was there when the request began"
    last = newest(translation)
    if words_of(last).fingerprint() == form.words.fingerprint():
        form = on_top(form, last, {})
        reason = str(_("Your words are saved, but what should follow was not done.")) + " " + reason
    form.errors["form"] = reason
    response = page(translation, form, HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = "10"
    return response


def reason_of(error: OperationalError | OSError) -> str:
    """Say in words why the database or the disk did not take something."""
    refusal = disk.refusal_of(error)
    if refusal is not None or isinstance(error, OSError):
        return _disk_full() if refusal is disk.Refusal.FULL else _disk_closed()
    text = str(error.orig).casefold()
    if "locked" in text or "lock timeout" in text:
        return str(
            _("The database is busy with something else. Your text is still here: save it again.")
        )
    return str(_("The database does not answer. Your text is still here: save it again."))


def _disk_closed() -> str:
    return str(
        _(
            "The server cannot write to its disk, nothing more can be kept. Your text is still here: "
            "leave this page open and tell whoever runs the site."
        )
    )


def _disk_full() -> str:
    return str(
        _(
            "The disk of the server is full, nothing more can be kept. Your text is still here: "
            "leave this page open and tell whoever runs the site."
        )
    )
