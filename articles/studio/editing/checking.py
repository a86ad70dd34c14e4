"""The checks beside the text: what is to mend and to consider, as the words stand in the page."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Flask, abort, render_template, request
from werkzeug.wrappers import Response

from articles import limits
from articles.checks import (
    BLOCKING,
    Finding,
    Reading,
    Severity,
    check,
    draft_of,
    facts_of,
)
from articles.checks.messages import advice, said
from articles.checks.prose import reading_in
from articles.drafting import newest
from articles.models import Translation
from articles.publishing import Words, words_of
from articles.studio.editing.editor import translation_at
from articles.studio.editing.forms import typed_words
from kb.caching import private
from kb.rights import Right, requires

SHOWN_OF_A_KIND = 3  # findings by the same rule; the others are counted
blueprint = Blueprint("checks", __name__, url_prefix="/studio/drafts")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as the panel says it; `more` of the same kind are left out below it."""

    finding: Finding
    says: str
    advice: str
    blocks: bool
    more: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows of one draft."""

    mend: tuple[Shown, ...]
    consider: tuple[Shown, ...]
    to_mend: int
    to_consider: int
    reading: Reading | None


def panel_of(translation: Translation, words: Words) -> Panel:
    """Check words that may not be saved yet."""
    draft = draft_of(words, translation.locale)
    found = check(draft, facts_of(draft))
    mend = [each for each in found if each.severity is not Severity.HINT]
    consider = [each for each in found if each.severity is Severity.HINT]
    return Panel(_shown(mend), _shown(consider), len(mend), len(consider), reading_in(draft))


def _shown(findings: list[Finding]) -> tuple[Shown, ...]:
    """Return the first few findings of each kind, the last of them with the number of the others."""
    counts: dict[str, int] = {}
    for each in findings:
        counts[each.rule] = counts.get(each.rule, 0) + 1
    seen: dict[str, int] = {}
    shown = []
    for each in findings:
        seen[each.rule] = seen.get(each.rule, 0) + 1
        if seen[each.rule] <= SHOWN_OF_A_KIND:
            is_last = seen[each.rule] == SHOWN_OF_A_KIND
            more = counts[each.rule] - SHOWN_OF_A_KIND if is_last else 0
            shown.append(Shown(each, said(each), advice(each), each.rule in BLOCKING, max(more, 0)))
    return tuple(shown)


@blueprint.post("/<int:number>/checks")
@requires(Right.WRITE)
def fragment(number: int) -> Response:
    """Check the words of the form, as a part of the page."""
    translation = translation_at(number)
    words = sent_words(translation)
    html = render_template("articles/studio/_checks_found.html", panel=panel_of(translation, words))
    return private(html)


def sent_words(translation: Translation) -> Words:
    """Return the words of the form; a text beyond what can be saved ends the request with 413."""
    known = words_of(newest(translation))
    words = typed_words(request.form, known)
    if len(words.body) > limits.at_most(limits.BODY, known.body):
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return words


def init_app(app: Flask) -> None:
    """Serve the fragment, and give templates `checks_of`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["checks_of"] = panel_of
