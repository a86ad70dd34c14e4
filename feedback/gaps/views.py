"""The list of gaps for leads, and the page of each for those who work on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Flask,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Translation
from feedback.gaps import answering, keeping
from feedback.gaps.course import comparison_of, course, drawing, notes_of
from feedback.gaps.drafts import comments, excerpts, source_of
from feedback.gaps.facts import Diagnosis, Evidence
from feedback.gaps.labels import ACTS, CAUSES, FIGURES, FORMULA, SOURCES, STATUSES, VERDICTS, WHY
from feedback.gaps.models import Gap, GapStatus
from feedback.gaps.report import OPEN, GapsReport, KeptGap, gaps_report, kept_gap
from feedback.gaps.summing import wording_visitors
from feedback.gaps.tables import figures, make, show
from feedback.labels import CHANNELS, OUTCOMES
from feedback.reports import pages, registry, wording
from feedback.reports.filters import Filters
from kb.accounts.models import Role, RoleName, User
from kb.caching import private
from kb.db import db, utc_now
from kb.formats import shown_number
from kb.locales import settings
from kb.rights import Right, holds, requires

blueprint = Blueprint("gaps", __name__, url_prefix="/studio")

COURSE_DAYS = 90
SHOWN = 20  # gaps listed at once; the others are one click away


@blueprint.get("/reports/gaps")
@requires(Right.SEE_REPORTS)
def listing() -> AnyResponse:
    """List the gaps, those that cost most first."""
    filters = pages.asked()
    status = _asked_status()
    owner = request.args.get("owner", type=int)
    found = gaps_report(filters, statuses=[status] if status else OPEN, owner_id=owner)
    return pages.page(
        "feedback/gaps/list.html",
        "gaps",
        filters,
        simulated=found.simulated,
        found=found,
        ours=[each for each in found.gaps if each.diagnosis is not Diagnosis.NOT_FOR_US],
        foreign=[each for each in found.gaps if each.diagnosis is Diagnosis.NOT_FOR_US],
        figures=figures(found),
        said_in_short=summary(found),
        status=status,
        owner=owner,
        owners=people(),
        shown=SHOWN,
        **words(),
    )


def _asked_status() -> GapStatus | None:
    asked = request.args.get("status", "")
    return GapStatus(asked) if asked in set(GapStatus) else None


def words() -> dict[str, object]:
    """Return the names that the pages of gaps use."""
    return {
        "CAUSES": CAUSES,
        "WHY": WHY,
        "STATUSES": STATUSES,
        "OUTCOMES": OUTCOMES,
        "CHANNELS": CHANNELS,
        "FORMULA": FORMULA,
        "ACTS": ACTS,
        "SOURCES": SOURCES,
        "VERDICTS": VERDICTS,
    }


def people() -> list[User]:
    """Return those who can look after a gap."""
    query = select(User).join(User.roles).where(Role.name == RoleName.WRITER, User.active.is_(True))
    return list(db.session.scalars(query.order_by(User.name, User.id)))


def summary(found: GapsReport) -> str:
    """Return the report in a sentence."""
    if found.kept_at is None:
        return str(
            _("Nobody has looked for gaps yet: the worker does so every quarter of an hour.")
        )
    if not found.gaps:
        return str(_("Nobody was left without an answer."))
    ours = [each for each in found.gaps if each.diagnosis is not Diagnosis.NOT_FOR_US]
    foreign = len(found.gaps) - len(ours)
    parts = [
        ngettext(
            "%(num)s question waits for an answer.",
            "%(num)s questions wait for an answer.",
            len(found.gaps),
        ),
        ngettext("%(num)s of them seems not for us.", "%(num)s of them seem not for us.", foreign)
        if foreign
        else "",
        _most(ours),
    ]
    return " ".join(filter(None, parts))


def _most(gaps: Sequence[KeptGap]) -> str:
    """Say how many the question that costs most left without an answer: no visitor twice."""
    if not gaps:
        return ""
    first = gaps[0]
    return str(
        ngettext(
            "The one that costs most left %(shown)s visitor without an answer.",
            "The one that costs most left %(shown)s visitors without an answer.",
            first.visitors,
            shown=shown_number(first.visitors),
        )
    )


@blueprint.get("/gaps")
@requires(Right.WORK_ON_GAPS)
def mine() -> AnyResponse:
    """List the gaps that the reader looks after."""
    filters = pages.filters_of({})
    found = gaps_report(filters, statuses=set(GapStatus), owner_id=current_user.id)
    return private(render_template("feedback/gaps/mine.html", gaps=found.gaps, **words()))


@blueprint.get("/gaps/<int:number>")
@requires(Right.WORK_ON_GAPS)
def gap(number: int) -> AnyResponse:
    """Show a gap: its words, its course, what was done, and what can be done."""
    found = gap_or_404(number)
    if found.merged_into_id is not None:
        return redirect(url_for(".gap", number=found.merged_into_id))
    filters = _asked_or_longer()
    kept = kept_gap(found, filters)
    steps = course(found, filters)
    return private(
        render_template(
            "feedback/gaps/gap.html",
            row=found,
            gap=kept,
            filters=filters,
            evidence=Evidence(**found.figures["evidence"]) if "evidence" in found.figures else None,
            visitors_of=wording_visitors(filters, found.id),
            notes=notes_of(found),
            excerpts=excerpts(found),
            comments=comments(found),
            course=steps,
            chart=drawing(steps, kept.name),
            answer=db.session.get(Translation, found.answer_id) if found.answer_id else None,
            comparison=comparison_of(found),
            owners=people(),
            undo=request.args.get("undo", type=int),
            is_lead=holds(current_user, Right.DIRECT_GAPS),
            **words(),
        )
    )


def _asked_or_longer() -> Filters:
    """Return the filters of the address; without a date, three months, to see a course."""
    if "since" in request.args or "until" in request.args:
        return pages.asked()
    zone = ZoneInfo(settings().timezone)
    since = utc_now().astimezone(zone).date() - timedelta(days=COURSE_DAYS - 1)
    return pages.filters_of({**request.args, "since": since.isoformat()})


def signed(points: float) -> str:
    """Return a change with its sign."""
    return f"{round(points):+d}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a draft while it is written."""

    gap: Gap
    excerpts: list[str]
    comments: list[str]
    source: Translation | None


def beside_draft(translation: Translation) -> Beside | None:
    """Return the gap that a draft is written for, and what helps to write it; None without a gap."""
    found = db.session.scalar(
        select(Gap).where(Gap.answer_id == translation.id).order_by(Gap.id.desc()).limit(1)
    )
    if found is None:
        return None
    source = source_of(translation) if translation.public_revision_id is None else None
    return Beside(found, excerpts(found), comments(found), source)


def gap_or_404(number: int) -> Gap:
    """Return the gap of an address, if it is there and open to its reader."""
    gap = db.session.get(Gap, number)
    if gap is None:
        abort(HTTPStatus.NOT_FOUND)
    if not (holds(current_user, Right.DIRECT_GAPS) or gap.owner_id == current_user.id):
        abort(HTTPStatus.FORBIDDEN)
    return gap


def init_app(app: Flask) -> None:
    """Serve the pages of gaps, keep them by the clock, and answer for their report."""
    from feedback.gaps import acting, helping  # noqa: F401, PLC0415  (they add to the blueprint)

    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(beside_draft=beside_draft)
    app.jinja_env.filters["signed"] = signed
    answering.init_app(app)
    keeping.init_app(app)
    registry.register(app, "gaps", make, show=show, prepare=keeping.prepare)
    wording.describe(app, FIGURES)
    pages.add_room(app, "gaps", "gaps.listing", _l("Content gaps"))
