"""Alerts in the studio: the band at the top of reports, and the page where leads decide."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from feedback.reports import pages, registry
from feedback.reports.articles_numbers import is_simulated
from feedback.reports.searches_models import Wording
from feedback.rises import alerts, notices, task
from feedback.rises.body import known_issue
from feedback.rises.models import Alert, AlertState
from feedback.rises.reading import of_period, open_alerts
from feedback.rises.report import make
from feedback.rises.words import STATES, measure
from kb.accounts.present import who
from kb.db import db
from kb.locales import current_locale
from kb.rights import Right, requires

MAX_ID = 2**31 - 1
DECISIONS = {AlertState.SEEN.value, AlertState.NOT_AN_INCIDENT.value}

blueprint = Blueprint("rises", __name__, url_prefix="/studio")


@blueprint.get("/reports/alerts")
@requires(Right.SEE_REPORTS)
def page() -> AnyResponse:
    """Show what rose in the period, the newest first, and what was decided."""
    filters = pages.asked()
    return pages.page(
        "feedback/rises/alerts.html",
        "alerts",
        filters,
        simulated=is_simulated(filters.period),
        alerts=of_period(filters),
        states=STATES,
        is_told=notices.is_told(current_user),
    )


@blueprint.post("/alerts/<int:number>")
@requires(Right.SEE_REPORTS)
def act(number: int) -> AnyResponse:
    """Decide about an alert, draft its known issue, or take a decision back."""
    alert = db.session.get(Alert, number) if number <= MAX_ID else None
    if alert is None:
        abort(HTTPStatus.NOT_FOUND)
    by = who()
    asked = request.form.get("act", "")
    if asked == "draft":
        texts = _texts(alert)
        draft = alerts.draft_known_issue(alert, known_issue(alert), texts, by=by)
        return redirect(url_for("drafts.draft", number=draft.id), HTTPStatus.SEE_OTHER)
    if asked == "reopen":
        alerts.reopen(alert)
    elif asked in DECISIONS:
        alerts.decide(alert, AlertState(asked), by=by)
    else:
        abort(HTTPStatus.BAD_REQUEST)
    return redirect(url_for(".page") + f"#alert-{alert.id}", HTTPStatus.SEE_OTHER)


def _texts(alert: Alert) -> list[str]:
    """Return the wordings of an alert as they were typed, those that are known."""
    texts = [alert.name]
    for locale, normalised in alerts.keys_of(alert):
        if locale == alert.locale:
            known = select(Wording.text).where(
                Wording.locale == locale, Wording.normalised == normalised
            )
            texts.append(db.session.scalar(known) or normalised)
    return list({text.casefold(): text for text in reversed(texts)}.values())[::-1]


@blueprint.post("/alerts/letters")
@requires(Right.SEE_REPORTS)
def letters() -> AnyResponse:
    """Begin or stop to write to this lead when something rises."""
    user = current_user._get_current_object()
    if request.form.get("told") == "yes":
        notices.subscribe(user, current_locale())
    else:
        notices.unsubscribe(user)
    return redirect(url_for(".page") + "#letters", HTTPStatus.SEE_OTHER)


def init_app(app: Flask) -> None:
    """Serve alerts to leads, and let the worker look for them."""
    app.register_blueprint(blueprint)
    registry.register(app, "alerts", make)
    pages.add_room(app, "alerts", "rises.page", _l("Alerts"))
    task.init_app(app)
    app.jinja_env.globals.update(open_alerts=open_alerts, alert_measure=measure)
