"""The forms of topics and of their fields: what a lead typed, checked."""

from typing import Any

from flask_babel import gettext as _

from articles.markdown.anchors import slugify
from feedback.channels.models import Topic, TopicField
from feedback.channels.topics import FieldKind
from feedback.forms import Checked, Form
from kb.locales import settings

MAX_LABEL = 150
MAX_OPTIONS = 60
BLANK_OPTIONS = 3  # lines below those that are there
MAX_KEY = 60


def form_of_topic(topic: Topic) -> Form:
    """Return a topic as its form shows it."""
    form = Form({f"name-{locale}": name for locale, name in topic.names.items()})
    form["category"] = str(topic.category_id or "")
    if topic.is_active:
        form["active"] = "yes"
    return form


def check_topic(form: Form, category_ids: set[int]) -> Checked:
    """Return what the form of a topic says."""
    found = Checked()
    found.values["names"] = _labels(form, "name", found)
    if not found.values["names"]:
        found.errors[f"name-{settings().default_locale}"] = _("Name it in one language at least.")
    category = form.get("category", "")
    number = int(category) if category.isdecimal() else None
    found.values["category_id"] = number if number in category_ids else None
    found.values["is_active"] = form.get("active") == "yes"
    return found


def _labels(form: Form, name: str, found: Checked) -> dict[str, str]:
    labels = {}
    for locale in settings().locales:
        said = " ".join(form.get(f"{name}-{locale}", "").split())
        if len(said) > MAX_LABEL:
            found.errors[f"{name}-{locale}"] = _(
                "%(most)s characters at most; these are %(count)s.",
                most=MAX_LABEL,
                count=len(said),
            )
        if said:
            labels[locale] = said
    return labels


def form_of_field(field: TopicField) -> Form:
    """Return a field as its form shows it."""
    form = Form({"kind": field.kind})
    for locale, label in field.labels.items():
        form[f"label-{locale}"] = label
    for locale, hint in field.hints.items():
        form[f"hint-{locale}"] = hint
    for line, option in enumerate(field.options):
        form[f"key-{line}"] = option["key"]
        for locale, label in option["labels"].items():
            form[f"option-{line}-{locale}"] = label
    form["lines"] = str(len(field.options) + BLANK_OPTIONS)
    if field.is_required:
        form["required"] = "yes"
    return form


def option_lines(form: Form) -> int:
    """Return how many lines for options a form has."""
    text = form.get("lines", "")
    return min(max(int(text) if text.isdecimal() else 0, BLANK_OPTIONS), MAX_OPTIONS)


def check_field(form: Form, known: list[dict[str, Any]]) -> Checked:
    """Return what the form of a field says; `known` are its options, whose keys stay what they are."""
    found = Checked()
    kind = form.get("kind", "")
    if kind not in {each.value for each in FieldKind}:
        found.errors["kind"] = _("Choose what customers fill in.")
    found.values["kind"] = kind
    found.values["labels"] = _labels(form, "label", found)
    if not found.values["labels"]:
        found.errors[f"label-{settings().default_locale}"] = _("Name it in one language at least.")
    found.values["hints"] = _labels(form, "hint", found)
    found.values["is_required"] = form.get("required") == "yes"
    found.values["options"] = _options(form, known, found) if kind == FieldKind.CHOICE else []
    if kind == FieldKind.CHOICE and len(found.values["options"]) < 2 and not found.errors:
        found.errors[f"option-0-{settings().default_locale}"] = _(
            "A choice has two options at least."
        )
    return found


def _options(form: Form, known: list[dict[str, Any]], found: Checked) -> list[dict[str, Any]]:
    keys = {option["key"] for option in known}
    options: list[dict[str, Any]] = []
    for line in range(option_lines(form)):
        labels = _labels(form, f"option-{line}", found)
        if not labels:
            continue
        key = form.get(f"key-{line}", "")
        if key not in keys or any(each["key"] == key for each in options):
            taken = keys | {each["key"] for each in options}
            key = new_key(labels, taken)
        options.append({"key": key, "labels": labels})
    return options


def new_key(labels: dict[str, str], taken: set[str]) -> str:
    """Return a key from a label that nothing else has; it stays when the label changes."""
    words = labels.get(settings().default_locale) or next(iter(labels.values()))
    base = slugify(words)[:MAX_KEY] or "field"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
