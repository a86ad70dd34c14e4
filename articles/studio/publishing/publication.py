"""The way to readers: ask for a review, publish, plan, take off, put back.

Buttons of the editor come here with its fields: the words are saved first, by `save_form`, whatever
follows. Without them, a form names the revision that it is about.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from articles import publications
from articles.checks import blocking
from articles.drafting import newest, publish_draft
from articles.models import Revision, Status, Translation
from articles.noting import note
from articles.publishing import cancel_schedule, commit_changes, planned_revision, words_of
from articles.rights import demand
from articles.studio.editing import expiry
from articles.studio.editing.saving import save_form
from articles.studio.publishing import approval, arrivals, letters, moments, reviews
from articles.studio.publishing.standing import publication_of, standing, zone
from articles.translating import mark_ready
from kb.accounts.present import who
from kb.caching import private
from kb.db import db, utc_now
from kb.formats import shown_moment
from kb.rights import Right, requires

MAX_NOTE = 2_000  # characters
PREVIEW_DAYS = (1, 7, 30)  # that a link to a preview may hold

blueprint = Blueprint("publication", __name__, url_prefix="/studio/drafts/<int:number>")
expiry.keep_words(blueprint)


def translation_or_404(number: int, right: Right) -> Translation:
    """Return a translation over whose article the signed-in person has a right."""
    found = db.session.get(Translation, number)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    demand(right, found.article)
    return found


def revision_or_404(translation: Translation, number: int | None) -> Revision:
    """Return a revision of a translation by its number."""
    found = db.session.scalar(
        select(Revision).where(
            Revision.translation_id == translation.id, Revision.number == (number or 0)
        )
    )
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


@blueprint.get("/publication")
@requires(Right.READ_STUDIO)
def overview(number: int) -> Response:
    """Show where an article stands, and everything that can be done about it."""
    return page(translation_or_404(number, Right.READ_STUDIO))


def page(
    translation: Translation,
    errors: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    **shown: object,
) -> Response:
    """Show it again, with what was wrong beside the fields, and what was typed in them."""
    html = render_template(
        "articles/studio/publication.html",
        translation=translation,
        article=translation.article,
        standing=standing(translation),
        errors=errors or {},
        typed=request.form,
        days=PREVIEW_DAYS,
        **shown,
    )
    return private(html, status)


def _with_words(number: int, right: Right, then: Callable[[Revision], Response]) -> Response:
    """Save what the editor sent, or take the revision that the form names; go on with it."""
    translation = translation_or_404(number, right)
    if "body" in request.form:
        return save_form(translation, then)
    return then(revision_or_404(translation, request.form.get("revision", type=int)))


# To publish


@blueprint.post("/publish")
@requires(Right.PUBLISH)
def publish(number: int) -> Response:
    """Bring words before readers now."""
    return _with_words(number, Right.PUBLISH, publish_words)


def publish_words(revision: Revision) -> Response:
    """Bring saved words before readers, or say what stands in the way."""
    translation = revision.translation
    if _is_public(translation, revision):
        return _nothing_new(translation)
    faults = _faults(translation, revision)
    if faults:
        return page(translation, faults, HTTPStatus.CONFLICT)
    _bring(translation, revision)
    return redirect(url_for("drafts.draft", number=translation.id, published=1), 303)


def _is_public(translation: Translation, revision: Revision) -> bool:
    is_shown = translation.status() is Status.PUBLISHED
    return is_shown and translation.public_revision_id == revision.id


def _nothing_new(translation: Translation) -> Response:
    """Say that there is nothing to publish or to review; what was saved beside the words holds."""
    flash(_("Readers see these words already."), "done")
    return redirect(url_for("drafts.draft", number=translation.id), 303)


@blueprint.post("/schedule")
@requires(Right.PUBLISH)
def schedule(number: int) -> Response:
    """Bring words before readers at a moment to come."""
    return _with_words(number, Right.PUBLISH, _schedule)


def _schedule(revision: Revision) -> Response:
    translation = revision.translation
    faults = _faults(translation, revision)
    if faults:
        return page(translation, faults, HTTPStatus.CONFLICT)
    try:
        at = moments.parse(request.form.get("publish_on", ""), zone(), now=utc_now())
    except moments.NotAMoment as error:
        return page(translation, {"publish_on": fault_said(error.fault)}, HTTPStatus.BAD_REQUEST)
    ends = translation.archived_at
    if ends is not None and utc_now() < ends <= at:
        said = _("It leaves the site on %(moment)s, before that.", moment=shown_moment(ends))
        return page(translation, {"publish_on": said}, HTTPStatus.BAD_REQUEST)
    _bring(translation, revision, at=at)
    flash(
        _(
            "Planned: revision %(number)s becomes public on %(moment)s.",
            number=revision.number,
            moment=shown_moment(at),
        ),
        "done",
    )
    return redirect(url_for(".overview", number=translation.id), 303)


def _bring(translation: Translation, revision: Revision, *, at: datetime | None = None) -> None:
    """Publish; who did not write it has approved it by that."""
    if not approval.is_own_text(current_user.id, translation, revision):
        reviews.approve_by_publishing(translation, revision, by=current_user)
    if "readiness" in request.form:
        mark_ready(revision, ready="ready_for_translation" in request.form)
    planned, moment = planned_revision(translation), translation.next_at
    shown = publish_draft(translation, revision, by=who(), at=at)
    if planned is not None and translation.next_at is None and planned.number < shown.number:
        _say_ended(planned, moment)


def _say_ended(planned: Revision, moment: datetime | None) -> None:
    flash(
        _(
            "Revision %(number)s, which was planned for %(moment)s, does not come any more: "
            "what you have published is newer.",
            number=planned.number,
            moment=shown_moment(moment) if moment else "–",
        )
    )


def _faults(translation: Translation, revision: Revision) -> dict[str, str]:
    """Return what stands in the way of publishing a revision: the form's field -> why."""
    if not approval.may_publish(current_user.id, translation, revision):
        return {"own": own_text_said()}
    if blocking(translation, words_of(revision)):
        return {"blocking": blocking_said()}
    return {}


def own_text_said() -> str:
    """Say why somebody cannot approve their own text, and what a site of one person does."""
    return str(
        _(
            "You wrote some of these words yourself, so somebody else approves them: ask for a "
            "review. Where one person does everything, whoever runs the site allows it with "
            "KB_OWN_APPROVAL=true."
        )
    )


def blocking_said() -> str:
    """Say that the checks found what readers must not get."""
    return str(_("The checks found what must be mended before anybody else sees it."))


def fault_said(fault: moments.Fault) -> str:
    """Say what is wrong with a date."""
    if fault is moments.Fault.PAST:
        return str(_("This moment has passed already. Choose a later one, or publish now."))
    if fault is moments.Fault.SKIPPED:
        return str(
            _("This hour does not exist: clocks are put forward that night. Choose another one.")
        )
    return str(_("Give a date and a time, such as 2027-03-01T09:00."))


@blueprint.post("/unschedule")
@requires(Right.PUBLISH)
def unschedule(number: int) -> Response:
    """Plan nothing any more; what is public stays, what was not becomes a draft again."""
    translation = translation_or_404(number, Right.PUBLISH)
    cancel_schedule(translation)
    note("article.unscheduled", translation, newest(translation))
    commit_changes()
    flash(_("Nothing is planned any more."), "done")
    return redirect(url_for(".overview", number=number), 303)


@blueprint.post("/put-back")
@requires(Right.PUBLISH)
def put_back(number: int) -> Response:
    """Let readers see the words again that were public before the present ones."""
    translation = translation_or_404(number, Right.PUBLISH)
    shown = request.form.get("public", type=int)
    former, public = publications.former(translation), translation.public_revision
    if former is None or public is None or translation.status() is not Status.PUBLISHED:
        abort(HTTPStatus.CONFLICT)
    if shown != public.number:  # somebody has published, or put back, in the meantime
        said = _("Somebody has published other words in the meantime: look at them first.")
        return page(translation, {"former": said}, HTTPStatus.CONFLICT)
    publish_draft(translation, former, by=who())
    flash(
        _(
            "Readers see revision %(number)s again. Nothing is lost: revision %(other)s is kept.",
            number=former.number,
            other=public.number,
        ),
        "done",
    )
    return redirect(url_for(".overview", number=number), 303)


# To ask for a review


@blueprint.post("/submit")
@requires(Right.WRITE)
def submit(number: int) -> Response:
    """Ask a reviewer, or any of them, to read the words."""
    return _with_words(number, Right.WRITE, submit_words)


def submit_words(revision: Revision) -> Response:
    """Ask for a review of saved words, or say what stands in the way."""
    translation = revision.translation
    if _is_public(translation, revision):
        return _nothing_new(translation)
    people = reviews.reviewers(translation, revision, asking=current_user)
    wanted = request.form.get("reviewer", "")
    reviewer = next((each for each in people if str(each.id) == wanted), None)
    note = request.form.get("review_note", "").replace("\r\n", "\n").strip()
    errors: dict[str, str] = {}
    if wanted and reviewer is None:
        errors["reviewer"] = _("This person cannot review the article (any more). Choose another.")
    if not people:
        errors["reviewer"] = _(
            "Nobody else may review this article. An administrator gives somebody the role of a "
            "reviewer, or sets KB_OWN_APPROVAL=true where one person does everything."
        )
    if len(note) > MAX_NOTE:
        errors["review_note"] = _("Two thousand characters at most.")
    if blocking(translation, words_of(revision)):
        errors["blocking"] = blocking_said()
    if errors:
        return page(translation, errors, HTTPStatus.BAD_REQUEST)
    review = reviews.ask(translation, revision, by=current_user, reviewer=reviewer, note=note)
    letters.tell_reviewers(review, people, by=who())
    db.session.commit()
    flash(_said_asked(reviewer.shown_name if reviewer else ""), "done")
    return redirect(url_for("reviewing.page", number=translation.id), 303)


def _said_asked(name: str) -> str:
    if name:
        return str(_("%(name)s is asked to review it, and gets a letter.", name=name))
    return str(_("The reviewers are asked, and get a letter. The first to decide does it."))


@blueprint.post("/withdraw")
@requires(Right.WRITE)
def withdraw(number: int) -> Response:
    """Take back the question for a review."""
    translation = translation_or_404(number, Right.WRITE)
    review = reviews.waiting_review(translation)
    if review is not None:
        reviews.withdraw(review, by=current_user)
        db.session.commit()
        flash(_("The review is withdrawn: it is a draft again."), "done")
    return redirect(url_for(".overview", number=number), 303)


def _as_typed(moment: datetime) -> str:
    """Return a moment as a field of the forms takes it."""
    return moments.typed(moment, zone())


def init_app(app: Flask) -> None:
    """Serve the page and its acts, and let the panel know where an article stands."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(publication_of=publication_of, as_typed=_as_typed)
    arrivals.init_app(app)
