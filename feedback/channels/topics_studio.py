"""Topics in the studio: what requests can be about, and what their form asks."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from articles.studio.organising.categories import flat, rows
from feedback.channels import topic_forms
from feedback.channels.models import Topic, TopicField
from feedback.channels.ordering import moved
from feedback.channels.topics import FieldKind, in_language
from feedback.requests.models import ContactRequest
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.locales import current_locale
from kb.rights import Right, requires

KINDS = {
    FieldKind.TEXT: _l("a line of text"),
    FieldKind.LINES: _l("several lines"),
    FieldKind.CHOICE: _l("one of several options"),
    FieldKind.NUMBER: _l("a number"),
    FieldKind.DATE: _l("a date"),
    FieldKind.YES_NO: _l("yes or no"),
}
MOST = 60  # topics, and fields of one topic

blueprint = Blueprint("topics", __name__, url_prefix="/studio/topics")


def _in_order() -> list[Topic]:
    query = select(Topic).options(selectinload(Topic.fields)).order_by(Topic.position, Topic.id)
    return list(db.session.scalars(query))


def topic_name(topic: Topic) -> str:
    """Return what a topic is called in the language of the page."""
    return in_language(topic.names, current_locale(), topic.key)


def field_name(field: TopicField) -> str:
    """Return what a field is called in the language of the page."""
    return in_language(field.labels, current_locale(), field.key)


@blueprint.get("/")
@requires(Right.MANAGE_CHANNELS)
def listing() -> AnyResponse:
    """List them."""
    counts = select(ContactRequest.topic_id, func.count()).group_by(ContactRequest.topic_id)
    html = render_template(
        "feedback/channels/topics.html",
        topics=_in_order(),
        name=topic_name,
        asked={row[0]: row[1] for row in db.session.execute(counts)},
    )
    return private(html)


@blueprint.get("/new")
@requires(Right.MANAGE_CHANNELS)
def new() -> AnyResponse:
    """Show the form of a new topic."""
    return _page(None, MultiDict({"active": "yes"}))


@blueprint.post("/new")
@requires(Right.MANAGE_CHANNELS)
def add() -> AnyResponse:
    """Add a topic."""
    everything = _in_order()
    if len(everything) >= MOST:
        abort(HTTPStatus.CONFLICT)
    topic = Topic(position=len(everything))
    return _taken(topic, {each.key for each in everything})


@blueprint.get("/<int:number>")
@requires(Right.MANAGE_CHANNELS)
def topic(number: int) -> AnyResponse:
    """Show a topic with its fields."""
    found = _found(number)
    return _page(found, topic_forms.form_of_topic(found))


@blueprint.post("/<int:number>")
@requires(Right.MANAGE_CHANNELS)
def save(number: int) -> AnyResponse:
    """Keep a topic."""
    return _taken(_found(number), set())


def _taken(topic: Topic, keys: set[str]) -> AnyResponse:
    is_new = topic.id is None
    categories = {each.category.id for each in flat(rows())}
    checked = topic_forms.check_topic(request.form, categories)
    if checked.errors:
        return _page(None if is_new else topic, request.form, checked.errors)
    for name, value in checked.values.items():
        setattr(topic, name, value)
    if is_new:
        topic.key = topic_forms.new_key(topic.names, keys)
        db.session.add(topic)
        db.session.flush()
    act = "topic.added" if is_new else "topic.changed"
    record(act, thing="topic", thing_id=topic.id, label=topic_name(topic))
    db.session.commit()
    flash(_("“%(name)s” is kept.", name=topic_name(topic)), "done")
    return redirect(url_for(".topic", number=topic.id), HTTPStatus.SEE_OTHER)


def _page(
    found: Topic | None, form: "MultiDict[str, str]", errors: dict[str, str] | None = None
) -> AnyResponse:
    html = render_template(
        "feedback/channels/topic.html",
        topic=found,
        form=form,
        errors=errors or {},
        name=topic_name(found) if found is not None else _("New topic"),
        fields=[each for each in found.fields if each.is_active] if found is not None else [],
        gone=[each for each in found.fields if not each.is_active] if found is not None else [],
        field_name=field_name,
        kinds=KINDS,
        categories=flat(rows()),
    )
    return private(html, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


@blueprint.post("/<int:number>/move")
@requires(Right.MANAGE_CHANNELS)
def move(number: int) -> AnyResponse:
    """Move a topic in the list."""
    found = _found(number)
    if moved(_in_order(), number, request.form):
        record("topic.moved", thing="topic", thing_id=number, label=topic_name(found))
        db.session.commit()
        place = found.position + 1
        flash(_("“%(name)s” is now number %(place)s.", name=topic_name(found), place=place), "done")
    else:
        flash(_("“%(name)s” can go no further that way.", name=topic_name(found)))
    return redirect(url_for(".listing", _anchor=f"topic-{number}"), HTTPStatus.SEE_OTHER)


# Fields


@blueprint.get("/<int:number>/fields/new")
@requires(Right.MANAGE_CHANNELS)
def new_field(number: int) -> AnyResponse:
    """Show the form of a new field."""
    return _field_page(_found(number), None, MultiDict({"kind": FieldKind.TEXT.value}))


@blueprint.post("/<int:number>/fields/new")
@requires(Right.MANAGE_CHANNELS)
def add_field(number: int) -> AnyResponse:
    """Add a field."""
    found = _found(number)
    if len(found.fields) >= MOST:
        abort(HTTPStatus.CONFLICT)
    return _field_taken(found, None)


@blueprint.get("/<int:number>/fields/<int:field_id>")
@requires(Right.MANAGE_CHANNELS)
def field(number: int, field_id: int) -> AnyResponse:
    """Show a field."""
    found = _found(number)
    one = _field(found, field_id)
    return _field_page(found, one, topic_forms.form_of_field(one))


@blueprint.post("/<int:number>/fields/<int:field_id>")
@requires(Right.MANAGE_CHANNELS)
def save_field(number: int, field_id: int) -> AnyResponse:
    """Keep a field; its key stays, so that answers given before keep their question."""
    found = _found(number)
    return _field_taken(found, _field(found, field_id))


def _field_taken(found: Topic, one: TopicField | None) -> AnyResponse:
    if request.form.get("act") == "more":
        form = request.form.copy()
        form["lines"] = str(topic_forms.option_lines(form) + topic_forms.BLANK_OPTIONS)
        return _field_page(found, one, form)
    checked = topic_forms.check_field(request.form, one.options if one is not None else [])
    if checked.errors:
        return _field_page(found, one, request.form, checked.errors)
    is_new = one is None
    if one is None:
        key = topic_forms.new_key(checked.values["labels"], {each.key for each in found.fields})
        one = TopicField(topic_id=found.id, key=key, position=len(found.fields))
        db.session.add(one)
    for name, value in checked.values.items():
        setattr(one, name, value)
    db.session.flush()
    act = "topic.field-added" if is_new else "topic.field-changed"
    record(act, thing="topic", thing_id=found.id, label=topic_name(found), name=field_name(one))
    db.session.commit()
    flash(_("“%(name)s” is kept.", name=field_name(one)), "done")
    return redirect(url_for(".topic", number=found.id, _anchor="fields"), HTTPStatus.SEE_OTHER)


def _field_page(
    found: Topic,
    one: TopicField | None,
    form: "MultiDict[str, str]",
    errors: dict[str, str] | None = None,
) -> AnyResponse:
    html = render_template(
        "feedback/channels/field.html",
        topic=found,
        topic_name=topic_name(found),
        field=one,
        name=field_name(one) if one is not None else _("New field"),
        form=form,
        errors=errors or {},
        kinds=KINDS,
        lines=topic_forms.option_lines(form),
    )
    return private(html, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK)


@blueprint.post("/<int:number>/fields/<int:field_id>/act")
@requires(Right.MANAGE_CHANNELS)
def act_on_field(number: int, field_id: int) -> AnyResponse:
    """Move a field, take it away, or bring it back; answers given before stay in every case."""
    found = _found(number)
    one = _field(found, field_id)
    asked = request.form.get("act", "")
    if asked in {"away", "back"}:
        one.is_active = asked == "back"
        act = "topic.field-restored" if one.is_active else "topic.field-removed"
        record(act, thing="topic", thing_id=number, label=topic_name(found), name=field_name(one))
        flash(
            _("“%(name)s” is asked again.", name=field_name(one))
            if one.is_active
            else _(
                "“%(name)s” is asked no more. Answers given before stay with their requests.",
                name=field_name(one),
            ),
            "done",
        )
    elif moved([each for each in found.fields if each.is_active], field_id, request.form):
        record("topic.changed", thing="topic", thing_id=number, label=topic_name(found))
    db.session.commit()
    return redirect(url_for(".topic", number=number, _anchor="fields"), HTTPStatus.SEE_OTHER)


def _found(number: int) -> Topic:
    found = db.session.get(Topic, number) if number < 2**31 else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _field(found: Topic, number: int) -> TopicField:
    one = next((each for each in found.fields if each.id == number), None)
    if one is None:
        abort(HTTPStatus.NOT_FOUND)
    return one


def init_app(app: Flask) -> None:
    """Serve the room."""
    app.register_blueprint(blueprint)
