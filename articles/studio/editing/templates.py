"""The page where a lead says what new articles begin with, for each kind and language."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Kind
from articles.studio import undo
from articles.studio.editing.expiry import keep_words
from articles.studio.editing.forms import too_long
from articles.studio.editing.outlines import changed, default, outline
from articles.studio.models import ChangeSet, Template
from kb.accounts.present import who
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.locales import settings
from kb.rights import Right, requires

MAX_TEMPLATE = 20_000  # characters
ACT = "template.changed"

blueprint = Blueprint("templates", __name__, url_prefix="/studio/templates")
keep_words(blueprint)


@dataclass(frozen=True, slots=True)
class Line:
    """One kind in one language."""

    kind: Kind
    locale: str
    template: Template | None


@blueprint.get("")
@requires(Right.ORGANISE)
def listing() -> AnyResponse:
    """List what each kind begins with, and who changed it."""
    known = {(each.kind, each.locale): each for each in db.session.scalars(select(Template))}
    lines = [
        Line(kind, locale, known.get((kind, locale)))
        for kind in Kind
        for locale in settings().locales
    ]
    return private(render_template("articles/studio/templates.html", lines=lines))


@blueprint.get("/<kind>/<language>")
@requires(Right.ORGANISE)
def template(kind: str, language: str) -> AnyResponse:
    """Show what articles of a kind begin with, to be changed."""
    known = _kind(kind, language)
    return _page(known, language, outline(known, language))


@blueprint.post("/<kind>/<language>")
@requires(Right.ORGANISE)
def save(kind: str, language: str) -> AnyResponse:
    """Keep other headings, or go back to the default ones."""
    known = _kind(kind, language)
    body = request.form.get("body", "").replace("\r\n", "\n").replace("\0", "")
    if "default" in request.form:
        body = default(known, language)
    if len(body) > MAX_TEMPLATE:
        reason = too_long(len(body), MAX_TEMPLATE)
        return _page(known, language, body, reason=reason, status=HTTPStatus.BAD_REQUEST)
    change = _change(known, language, body)
    if change is not None:
        undo.offer(change)
    flash(_("New articles of this kind begin with it from now on."), "done")
    return redirect(url_for(".listing"), HTTPStatus.SEE_OTHER)


def _kind(kind: str, language: str) -> Kind:
    if kind not in set(Kind) or language not in settings().locales:
        abort(HTTPStatus.NOT_FOUND)
    return Kind(kind)


def _change(kind: Kind, locale: str, body: str) -> ChangeSet | None:
    """Replace a template, audited and able to be undone; None where it says that already."""
    if body.strip() == outline(kind, locale).strip():
        return None
    before = changed(kind, locale)
    was = before.body if before is not None else None
    change = undo.keep(ACT, [{"kind": kind.value, "locale": locale, "body": was, "now": body}])
    _put(kind, locale, None if body.strip() == default(kind, locale).strip() else body)
    record(ACT, thing="template", label=f"{kind.value} {locale}", characters=len(body))
    db.session.commit()
    return change


def _put(kind: Kind, locale: str, body: str | None) -> None:
    """Put a text in place, or none: then the default holds."""
    row = changed(kind, locale)
    if body is None:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = Template(kind=kind, locale=locale)
        db.session.add(row)
    row.body, row.updated_by = body, who()


def _undone(change: ChangeSet) -> undo.Undone:
    """Put back what a template was, unless somebody has changed it again."""
    (was,) = change.before
    kind, locale = Kind(was["kind"]), was["locale"]
    if outline(kind, locale).strip() != was["now"].strip():
        return undo.Undone(0, (f"{kind.value} {locale}",))
    _put(kind, locale, was["body"])
    return undo.Undone(1)


def _page(
    kind: Kind, locale: str, body: str, *, reason: str = "", status: HTTPStatus = HTTPStatus.OK
) -> AnyResponse:
    html = render_template(
        "articles/studio/template.html",
        kind=kind,
        language=locale,
        body=body,
        reason=reason,
        template=changed(kind, locale),
    )
    return private(html, status)


def init_app(app: Flask) -> None:
    """Serve the page, and know how a change is undone."""
    undo.register(app, ACT, _l("a template changed"), _undone)
    app.register_blueprint(blueprint)
