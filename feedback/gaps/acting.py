"""What is done about a gap from its page: each form does one thing and comes back."""

from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Category, Translation
from articles.rights import may, may_file
from articles.studio.editing.pages import categories
from feedback.gaps import actions, drafts
from feedback.gaps.drafts import NothingToTranslate
from feedback.gaps.models import Gap
from feedback.gaps.views import blueprint, gap_or_404
from kb.accounts.models import RoleName, User
from kb.accounts.present import who
from kb.db import db
from kb.rights import Right, holds, requires


def _assign(gap: Gap) -> None:
    number = request.form.get("owner", type=int)
    owner = db.session.get(User, number) if number else None
    if number and (owner is None or not owner.has_role(RoleName.WRITER.value)):
        abort(HTTPStatus.BAD_REQUEST)
    actions.assign(gap, owner, by=who())


def _due(gap: Gap) -> None:
    text = request.form.get("due", "").strip()
    try:
        actions.set_due(gap, date.fromisoformat(text) if text else None, by=who())
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)


def _note(gap: Gap) -> None:
    actions.note(gap, request.form.get("text", ""), by=who())


def _rename(gap: Gap) -> None:
    actions.rename(gap, request.form.get("name", ""), by=who())


def _start(gap: Gap) -> None:
    actions.start(gap, by=who())


def _dismiss(gap: Gap) -> None:
    actions.dismiss(gap, request.form.get("reason", ""), by=who())


def _reopen(gap: Gap) -> None:
    actions.reopen(gap, by=who())


def _answer(gap: Gap) -> None:
    """Name an article, by its address or its number, as the answer that is there already."""
    asked = request.form.get("article", "").strip().rstrip("/").rsplit("/", 1)[-1]
    query = db.select(Translation).where(
        Translation.slug == asked, Translation.locale == gap.locale
    )
    found = db.session.scalar(query)
    if found is None:
        abort(HTTPStatus.BAD_REQUEST)
    actions.bind_answer(gap, found, by=who(), is_enough=True)


ACTS: dict[str, Callable[[Gap], None]] = {
    "owner": _assign,
    "due": _due,
    "note": _note,
    "name": _rename,
    "start": _start,
    "dismiss": _dismiss,
    "reopen": _reopen,
    "answer": _answer,
}
FOR_LEADS = {"owner", "due", "dismiss", "name"}


@blueprint.post("/gaps/<int:number>/<any({}):act>".format(", ".join(ACTS)))
@requires(Right.WORK_ON_GAPS)
def act(number: int, act: str) -> AnyResponse:
    """Do one thing about a gap, and come back to its page."""
    gap = gap_or_404(number)
    if act in FOR_LEADS and not holds(current_user, Right.DIRECT_GAPS):
        abort(HTTPStatus.FORBIDDEN)
    ACTS[act](gap)
    return back_to(gap)


@blueprint.post("/gaps/<int:number>/take")
@requires(Right.WORK_ON_GAPS)
def take(number: int) -> AnyResponse:
    """Let a writer look after a question that nobody looks after yet."""
    gap = db.session.get(Gap, number)
    if gap is None:
        abort(HTTPStatus.NOT_FOUND)
    if gap.owner_id is None:
        actions.assign(gap, current_user, by=who())
    elif gap.owner_id != current_user.id:
        flash(_("Somebody has just taken this question."), "error")
        return redirect(url_for("desk.home"), HTTPStatus.SEE_OTHER)
    return back_to(gap)


def back_to(gap: Gap, **arguments: int) -> AnyResponse:
    """Return to the page of a gap."""
    where = url_for("gaps.gap", number=gap.id, **arguments)  # type: ignore[arg-type]
    return redirect(where, HTTPStatus.SEE_OTHER)


BEGIN: dict[str, Callable[..., Translation]] = {
    "write": drafts.write,
    "translate": drafts.translate,
    "improve": drafts.improve,
}


@blueprint.post("/gaps/<int:number>/<any({}):way>".format(", ".join(BEGIN)))
@requires(Right.WORK_ON_GAPS)
def begin(number: int, way: str) -> AnyResponse:
    """Open a draft that closes a gap: a new article, a translation, or a better text."""
    gap = gap_or_404(number)
    there, filed = drafts.begun_from(gap, way), {}
    if there is not None:
        is_open = may(Right.WRITE, there.article)
    else:
        category = _category_for(gap)
        is_open = may_file(category)
        filed = {"category": category} if way == "write" else {}
    if not is_open:
        flash(
            _(
                "This belongs to a category in which you may not write. Nothing was begun: give "
                "the question to somebody else, or ask an administrator."
            ),
            "error",
        )
        return back_to(gap)
    try:
        draft = BEGIN[way](gap, by=who(), **filed)
    except NothingToTranslate:
        abort(HTTPStatus.CONFLICT)
    room = "translate.page" if way == "translate" else "drafts.draft"
    return redirect(url_for(room, number=draft.id), HTTPStatus.SEE_OTHER)


def _category_for(gap: Gap) -> Category | None:
    """Return where a new article is filed: nowhere yet, or, for who may not do so, near the nearest."""
    if may_file(None):
        return None
    near = drafts.begun_from(gap, "improve")
    wanted = [near.article.category] if near is not None else []
    return next((each for each in [*wanted, *categories()] if each and may_file(each)), None)
