"""The overview as a page says it: sentences, drawings and the rows of tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from feedback.labels import OUTCOMES
from feedback.outcomes import Outcome
from feedback.reports.charts import Line, bar, line
from feedback.reports.figures import Figure
from feedback.reports.marks import Mark
from feedback.reports.overview import Overview
from feedback.reports.overview_tables import Point
from feedback.reports.timeline import Step, place
from feedback.reports.wording import said
from kb.formats import shown_day, shown_month, shown_number, shown_share

MAX_LISTED_MARKS = 12
DEFLECTED = ("confirmed", "implicit", "upper")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart under its heading."""

    heading: str
    svg: Markup


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """An outcome with its share of all searches."""

    outcome: Outcome
    label: LazyString
    searches: int
    share: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the visits that opened the request form; the parts together are all of them."""

    kind: str
    label: str
    visits: int
    share: float


@dataclass(frozen=True, slots=True)
class Row:
    """A step of the time line with its label and what happened in it."""

    label: str
    point: Point
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the template shows beside the figures."""

    summary: str
    use: str
    needs: str
    waits: str
    opinions: str
    drawings: tuple[Drawing, ...]
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    more_marks: int
    outcomes: tuple[OutcomeRow, ...]
    outcome_bar: Markup
    needs_bar: Markup
    needs_parts: tuple[Part, ...]
    has_cut_steps: bool


def page_of(found: Overview) -> Page:
    """Return the overview in words and drawings."""
    rows = _rows(found)
    outcomes = _outcomes(found)
    parts = _needs_parts(found)
    return Page(
        summary=_summary(found),
        use=_use(found),
        needs=_needs(found),
        waits=_waits(found),
        opinions=_opinions(found),
        drawings=_drawings(found, rows),
        rows=rows,
        marks=found.marks[:MAX_LISTED_MARKS],
        more_marks=max(len(found.marks) - MAX_LISTED_MARKS, 0),
        outcomes=outcomes,
        outcome_bar=bar(
            [(each.outcome.value, each.share) for each in outcomes],
            ", ".join(f"{each.label} {shown_share(each.share)}" for each in outcomes),
        ),
        needs_bar=bar(
            [(each.kind, each.share) for each in parts],
            ", ".join(f"{each.label} {shown_share(each.share)}" for each in parts),
        ),
        needs_parts=parts,
        has_cut_steps=not all(each.point.stretch.is_whole for each in rows),
    )


def _summary(found: Overview) -> str:
    figure = found.figures["answered"]
    searches, answered = figure.counts["searches"], figure.counts["answered"]
    if not searches:
        return str(_("Nobody has searched in this period."))
    if figure.is_too_few:
        return str(
            ngettext(
                "%(answered)s of %(num)s search found an answer: too few to tell.",
                "%(answered)s of %(num)s searches found an answer: too few to tell.",
                searches,
                answered=answered,
            )
        )
    return _with_change(
        _(
            "%(rate)s of searches found an answer (%(answered)s of %(searches)s)",
            rate=shown_share(figure.value or 0),
            answered=shown_number(answered),
            searches=shown_number(searches),
        ),
        figure,
        found,
    )


def _with_change(sentence: str, figure: Figure, found: Overview) -> str:
    """Return a sentence that ends in the change of its figure, where there is one to speak of."""
    change = said(figure, found.report.filters.comparison).change
    if not change:
        return str(_("%(sentence)s.", sentence=sentence))
    return str(_("%(sentence)s, %(change)s.", sentence=sentence, change=change))


def _use(found: Overview) -> str:
    visits, visitors = found.figures["visits"].value or 0, found.figures["visitors"].value or 0
    sentence = ngettext(
        "%(visitors)s visitor made %(shown)s visit",
        "%(visitors)s visitors made %(shown)s visits",
        int(visits),
        visitors=shown_number(visitors),
        shown=shown_number(visits),
    )
    return _with_change(sentence, found.figures["visits"], found)


def _needs(found: Overview) -> str:
    counts = found.figures["deflection_upper"].counts
    confirmed = found.figures["deflection_confirmed"].counts["confirmed"]
    if not counts["base"]:
        return str(_("No visit that opened the request form is old enough to be counted."))
    return str(
        ngettext(
            "Of %(shown)s visit that opened the request form, %(least)s ended with a confirmed answer "
            "and no request, and %(most)s at most needed nobody.",
            "Of %(shown)s visits that opened the request form, %(least)s ended with a confirmed answer "
            "and no request, and %(most)s at most needed nobody.",
            counts["base"],
            shown=shown_number(counts["base"]),
            least=shown_number(confirmed),
            most=shown_number(counts["upper"]),
        )
    )


def _needs_parts(found: Overview) -> tuple[Part, ...]:
    """Return how the visits that opened the request form ended, those surely spared first."""
    counts = {name: found.figures[f"deflection_{name}"].counts for name in DEFLECTED}
    base = counts["upper"]["base"]
    confirmed, implicit, upper = (counts[name][name] for name in DEFLECTED)
    parts = (
        ("confirmed", _("said that it was answered"), confirmed),
        ("implicit", _("opened a suggestion and sent nothing"), implicit - confirmed),
        ("upper", _("left without sending anything"), upper - implicit),
        ("sent", _("sent a request"), base - upper),
    )
    return tuple(Part(kind, label, number, number / base) for kind, label, number in parts if base)


def _waits(found: Overview) -> str:
    median, late = found.figures["response_median"], found.figures["response_p90"]
    if median.value is None:
        return str(_("No request of this period has been answered yet."))
    waiting = median.counts["open"]
    sentence = _(
        "Half of the answered requests had their first answer within %(median)s, nine in ten within "
        "%(late)s.",
        median=said(median).value,
        late=said(late).value,
    )
    if not waiting:
        return str(sentence)
    more = ngettext(
        "%(shown)s request is still waiting.",
        "%(shown)s requests are still waiting.",
        waiting,
        shown=shown_number(waiting),
    )
    return f"{sentence} {more}"


def _opinions(found: Overview) -> str:
    figure = found.figures["csat"]
    answers, asked = figure.counts["answers"], found.figures["csat_response"].counts["asked"]
    if not answers:
        return str(_("Nobody has answered a survey in this period."))
    if figure.is_too_few:
        return str(
            _(
                "%(answers)s of %(asked)s people asked said how satisfied they are: too few to tell.",
                answers=shown_number(answers),
                asked=shown_number(asked),
            )
        )
    sentence = _(
        "%(share)s of those who answered are satisfied (%(answers)s answers, %(asked)s asked)",
        share=shown_share(figure.value or 0),
        answers=shown_number(answers),
        asked=shown_number(asked),
    )
    return _with_change(sentence, figure, found)


def label_of(point: Point, step: Step) -> str:
    """Return the label of a step."""
    return (
        shown_month(point.stretch.first) if step is Step.MONTH else shown_day(point.stretch.first)
    )


def _rows(found: Overview) -> tuple[Row, ...]:
    steps = [each.stretch for each in found.line]
    by_step: dict[int | None, list[Mark]] = {}
    for each in found.marks:
        by_step.setdefault(place(each.day, steps), []).append(each)
    return tuple(
        Row(label_of(point, found.step), point, tuple(by_step.get(index, ())))
        for index, point in enumerate(found.line)
    )


def _drawings(found: Overview, rows: Sequence[Row]) -> tuple[Drawing, ...]:
    def whole(value: float) -> str:
        return shown_number(round(value))

    return (
        _drawing(_("Visits"), found, rows, _when_whole(lambda each: each.visits), whole),
        _drawing(
            _("Share of searches answered"), found, rows, lambda each: each.rate, shown_share, top=1
        ),
        _drawing(
            _("Requests to a person"), found, rows, _when_whole(lambda each: each.requests), whole
        ),
    )


def _when_whole(value: Callable[[Point], float]) -> Callable[[Point], float | None]:
    """Return no value for a step that the period cuts: its count would look like a fall."""
    return lambda point: value(point) if point.stretch.is_whole else None


def _drawing(
    heading: str,
    found: Overview,
    rows: Sequence[Row],
    value: Callable[[Point], float | None],
    shown: Callable[[float], str],
    *,
    top: float | None = None,
) -> Drawing:
    values = [value(each.point) for each in rows]
    known = [each for each in values if each is not None]
    description = (
        _(
            "Between %(least)s and %(most)s; every number stands in the table below",
            least=shown(min(known)),
            most=shown(max(known)),
        )
        if known
        else _("No numbers in this period")
    )
    chart = Line(
        title=heading,
        description=str(description),
        labels=[each.label for each in rows],
        values=values,
        before=[value(each) for each in found.before],
        marked=[index for index, each in enumerate(rows) if each.marks],
        top=top,
    )
    return Drawing(heading, line(chart, shown))


def _outcomes(found: Overview) -> tuple[OutcomeRow, ...]:
    """Return the outcomes from answered to asked a person: as a bar, good lies left and bad right."""
    order = (
        Outcome.ANSWERED, Outcome.OPENED, Outcome.NO_CLICK, Outcome.REFORMULATED, Outcome.WEAK,
        Outcome.NO_RESULT, Outcome.ESCALATED,
    )  # fmt: skip
    total = sum(found.outcomes.values())
    return tuple(
        OutcomeRow(each, OUTCOMES[each], found.outcomes[each], found.outcomes[each] / total)
        for each in order
        if total and found.outcomes[each]
    )
