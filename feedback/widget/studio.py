"""The widget in the studio: the line to copy, the sites that may carry it, what it suggests where."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Article
from articles.views import site_root
from feedback.intents import clean
from feedback.widget import keeping, suggesting
from feedback.widget.matching import origin_of, path_of
from feedback.widget.models import WidgetRule, WidgetSite
from feedback.widget.sites import BadOrigin, TooManySites, allow, allowed_origins
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.locales import current_locale, settings
from kb.rights import Right, requires

MAX_ADDRESS_LENGTH = 2_000  # characters

blueprint = Blueprint("widget_studio", __name__, url_prefix="/studio/widget")


@blueprint.get("/")
@requires(Right.MANAGE_CHANNELS)
def overview() -> AnyResponse:
    """Show how to put the widget on a site, where it may stand and what it suggests."""
    return _page()


def _page(errors: dict[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK) -> AnyResponse:
    kept = suggesting.rules()
    named = [number for each in kept for number in each.article_ids]
    html = render_template(
        "feedback/widget/overview.html",
        line=f'<script src="{site_root()}/widget.js" async></script>',
        is_local=urlsplit(site_root()).scheme != "https",
        sites=db.session.scalars(select(WidgetSite).order_by(WidgetSite.origin)).all(),
        rules=kept,
        titles=keeping.titles(named, current_locale()),
        tried=_tried(),
        errors=errors or {},
    )
    return private(html, status)


def _tried() -> dict[str, object] | None:
    """Return what the widget would suggest on a page that somebody tries."""
    address = clean(request.args.get("address", ""), MAX_ADDRESS_LENGTH)
    title = clean(request.args.get("title", ""), suggesting.MAX_TITLE_LENGTH)
    if not address and not title:
        return None
    g.locale = current_locale()  # of pages that readers see, the address says it
    whole = address if "://" in address else f"{site_root()}/{address.lstrip('/')}"
    origin = origin_of(whole)
    return {
        "address": address,
        "title": title,
        "path": path_of(whole),
        "rule": suggesting.rule_for(whole),
        "suggested": suggesting.suggested(current_locale(), whole, title),
        "is_refused": "://" in address and origin not in {*allowed_origins(), origin_of(site_root())},
        "origin": origin,
    }  # fmt: skip


@blueprint.post("/sites")
@requires(Right.MANAGE_CHANNELS)
def add_site() -> AnyResponse:
    """Let a site carry the widget."""
    try:
        site, is_new = allow(request.form.get("site", ""), by_id=current_user.id)
    except BadOrigin:
        said = _("This is not the address of a site. Write it as https://shop.example.")
        return _page({"site": str(said)}, HTTPStatus.BAD_REQUEST)
    except TooManySites:
        return _page(
            {"site": str(_("The list is full: remove a site first."))}, HTTPStatus.CONFLICT
        )
    if is_new:
        record("widget.site-added", thing="widget", thing_id=site.id, label=site.origin)
    db.session.commit()
    flash(
        _("%(site)s may carry the widget; browsers know within five minutes.", site=site.origin),
        "done",
    )
    return redirect(url_for(".overview", _anchor="sites"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sites/<int:number>/remove")
@requires(Right.MANAGE_CHANNELS)
def remove_site(number: int) -> AnyResponse:
    """Let a site carry it no more: from now on its pages are refused."""
    site = db.session.get(WidgetSite, number) or abort(HTTPStatus.NOT_FOUND)
    record("widget.site-removed", thing="widget", thing_id=site.id, label=site.origin)
    db.session.delete(site)
    db.session.commit()
    flash(_("%(site)s may not carry the widget any more.", site=site.origin), "done")
    return redirect(url_for(".overview", _anchor="sites"), HTTPStatus.SEE_OTHER)


@blueprint.get("/rules/new")
@requires(Right.MANAGE_CHANNELS)
def new_rule() -> AnyResponse:
    """Show an empty rule."""
    return _rule_page(None)


@blueprint.get("/rules/<int:number>")
@requires(Right.MANAGE_CHANNELS)
def rule(number: int) -> AnyResponse:
    """Show a rule to change."""
    return _rule_page(_rule(number))


@blueprint.post("/rules/new")
@requires(Right.MANAGE_CHANNELS)
def add_rule() -> AnyResponse:
    """Keep a new rule."""
    return _keep(None)


@blueprint.post("/rules/<int:number>")
@requires(Right.MANAGE_CHANNELS)
def change_rule(number: int) -> AnyResponse:
    """Keep what was changed, move the rule up or take it away."""
    found = _rule(number)
    verb = {"up": keeping.move_up, "remove": keeping.remove_rule}.get(request.form.get("act", ""))
    if verb is None:
        return _keep(found)
    verb(found)
    db.session.commit()
    return redirect(url_for(".overview", _anchor="rules"), HTTPStatus.SEE_OTHER)


def _rule(number: int) -> WidgetRule:
    return db.session.get(WidgetRule, number) or abort(HTTPStatus.NOT_FOUND)


def _keep(found: WidgetRule | None) -> AnyResponse:
    if request.form.get("act") == "find":
        return _rule_page(found)
    try:
        keeping.keep_rule(
            found,
            pattern=request.form.get("pattern", ""),
            origin=request.form.get("origin", ""),
            article_ids=request.form.getlist("articles", type=int),
        )
    except keeping.NoPattern:
        return _refused(found, "pattern", _("Say for which pages, such as /cart or /orders/*."))
    except BadOrigin:
        return _refused(found, "origin", _("Choose a site of the list."))
    except keeping.NoArticles:
        return _refused(found, "articles", _("Choose at least one article."))
    except keeping.TooManyRules:
        return _refused(found, "pattern", _("There are 200 rules already: remove one first."))
    db.session.commit()
    flash(_("The rule is kept."), "done")
    return redirect(url_for(".overview", _anchor="rules"), HTTPStatus.SEE_OTHER)


def _refused(found: WidgetRule | None, field: str, why: str) -> AnyResponse:
    db.session.rollback()
    return _rule_page(found, {field: why}, HTTPStatus.BAD_REQUEST)


def _rule_page(
    found: WidgetRule | None,
    errors: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> AnyResponse:
    is_sent = request.method == "POST"
    chosen = (
        request.form.getlist("articles", type=int)
        if is_sent
        else (found.article_ids if found else [])
    )
    words = clean(request.form.get("q", ""))
    offered = keeping.found_by_title(words, current_locale()) if words else []
    listed = list(dict.fromkeys([*chosen, *offered]))
    known = set(db.session.scalars(select(Article.id).where(Article.id.in_(listed))))
    html = render_template(
        "feedback/widget/rule.html",
        rule=found,
        pattern=request.form.get("pattern", "") if is_sent else (found.pattern if found else ""),
        origin=request.form.get("origin", "") if is_sent else (found.origin if found else ""),
        origins=sorted({*allowed_origins(), *([found.origin] if found and found.origin else [])}),
        chosen=chosen,
        listed=[each for each in listed if each in known],
        offered=offered,
        words=words,
        titles=keeping.titles(listed, current_locale()),
        most=suggesting.MOST,
        errors=errors or {},
    )
    return private(html, status)


@blueprint.get("/preview")
@requires(Right.MANAGE_CHANNELS)
def preview() -> AnyResponse:
    """Show the widget as it stands on a page, with nothing counted and nothing sent."""
    asked = request.args.get("locale", "")
    locale = asked if asked in settings().locales else current_locale()
    html = render_template(
        "feedback/widget/preview.html",
        shown_locale=locale,
        locales=settings().locales,
        position="left" if request.args.get("position") == "left" else "right",
        scheme=request.args.get("scheme")
        if request.args.get("scheme") in {"light", "dark"}
        else "",
    )
    return private(html)


def init_app(app: Flask) -> None:
    """Open the room."""
    app.register_blueprint(blueprint)
