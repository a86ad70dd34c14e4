"""What was measured, for people who read it in a terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from search.evaluation.comparison import Comparison
from search.evaluation.intervals import Interval
from search.evaluation.metrics import NDCG
from search.evaluation.report import Report
from search.evaluation.running import Asked, Place
from search.evaluation.saved import Against
from search.evaluation.typos import Loss, Typos
from search.evaluation.votes import Attack, Votes
from search.results import Mode

FILE_WIDTH = 132  # characters of a line where no terminal says how many fit
TEXT_WIDTH = 60  # characters of a query in a table


def show(reports: Sequence[Report], *, worst: int = 0) -> None:
    """Print every table that has something to say."""
    console = Console()
    if not console.is_terminal:
        console.width = FILE_WIDTH
    console.print(_relevance(reports))
    for report in reports:
        console.print(_sentence(report), highlight=False)
    console.print(_judgement(reports))
    misspelt = [(report.name, report.typos) for report in reports if report.typos]
    if misspelt:
        console.print(_typos(misspelt))
    voted = [(report.name, report.votes) for report in reports if report.votes]
    if voted:
        console.print(_votes(voted))
    for report in reports:
        if report.against is not None:
            _show_against(console, report.name, report.against)
    for report in reports if worst else ():
        console.print(_worst(report, worst))


def _relevance(reports: Iterable[Report]) -> Table:
    table = Table("set", "queries", "mode", "nDCG@10 (95%)", "recall@10", "MRR", "hit@1")
    for report in reports:
        figures = report.as_json()
        modes = tuple(report.run.by_mode)
        best = max(figures[mode][NDCG] for mode in modes)
        for mode in modes:
            means = figures[mode]
            low, high = means[f"{NDCG}_interval"]
            mark = "[bold]" if means[NDCG] == best else ""
            table.add_row(
                escape(report.name) if mode is modes[0] else "",
                str(report.queries) if mode is modes[0] else "",
                mode.value,
                f"{mark}{_plain(means[NDCG])} {_bounds(Interval(low, high))}",
                *(f"{mark}{_plain(means[name])}" for name in ("recall@10", "mrr", "hit@1")),
                end_section=mode is modes[-1],
            )
    return table


def _sentence(report: Report) -> str:
    """Say where the fusion stands beside its halves, and whether that could be chance."""
    parts = [f"{_gain(each)} {mode}" for mode, each in report.comparisons().items()]
    if not parts:
        return f"{escape(report.name)}: {report.customers_mode} alone"
    return f"{escape(report.name)}: {report.customers_mode} is " + ", ".join(parts)


def _gain(found: Comparison) -> str:
    side = "over" if found.difference >= 0 else "under"
    return f"{_signed(found.difference)} {_bounds(found.interval)}{_doubt(found)} {side}"


def _doubt(found: Comparison) -> str:
    """Say why a difference may be chance, where that is not seen by its interval."""
    if not found.is_noise:
        return ""
    if 0.0 in found.interval:
        return ", which may be chance,"
    return f", which may be chance all the same (p = {found.p_value:.2f}: too few queries differ),"


def _judgement(reports: Iterable[Report]) -> Table:
    table = Table(
        Column("set", no_wrap=True), Column("AUROC (95%)", no_wrap=True),
        "confidence,\nfirst right", "called\nweak", "out of\nscope weak",
        "offered,\nright",
        "quoted", "quoted\nright", "right ones\nquoted", "out of scope\nquoted",
    )  # fmt: skip
    for report in reports:
        sure, answers, forecast = report.confidence(), report.answers(), report.forecast()
        offers = report.offers()
        known = sure.auroc is not None and sure.interval is not None
        table.add_row(
            escape(report.name),
            f"{_plain(sure.auroc)} {_bounds(sure.interval)}" if known and sure.interval else "",
            f"{_share(forecast.confidence)}, {_share(forecast.right)}" if forecast else "",
            _share(sure.weak),
            _share(sure.out_of_scope_weak),
            f"{_share(offers.offered)}, {_share(offers.right)}",
            _share(answers.quoted),
            _share(answers.right),
            _share(answers.right_quoted),
            _share(answers.out_of_scope_quoted),
        )
    return table


def _typos(found: Iterable[tuple[str, Typos]]) -> Table:
    table = Table("set", "mode or slip", "queries", "typed right", "misspelt", "nDCG@10 lost (95%)")
    for name, typos in found:
        for number, (mode, loss) in enumerate(typos.by_mode.items()):
            interval = typos.compared[mode].interval
            scale = loss.before or 1.0
            bounds = Interval(-interval.high / scale, -interval.low / scale)
            table.add_row(
                escape(name) if not number else "",
                mode.value,
                *_losses(loss),
                f"{loss.share:.1%} [dim]{bounds.low:.1%} to {bounds.high:.1%}[/]",
            )
        for slip, loss in typos.by_slip.items():
            table.add_row("", f"[dim]  {slip}", *_losses(loss), f"[dim]{loss.share:.1%}")
        table.add_section()
    return table


def _votes(found: Iterable[tuple[str, Votes]]) -> Table:
    table = Table(
        "set", "votes of visitors", "queries", "nDCG@10 before → after",
        "wrong article first:\nby texts → honest → these votes", "pushed there",
    )  # fmt: skip
    for name, votes in found:
        interval = votes.compared.interval
        table.add_row(
            escape(name),
            f"honest, on {votes.past} others",
            str(votes.asked),
            f"{_plain(votes.before)} → {_plain(votes.after)} {_bounds(interval)}",
            "",
        )
        table.add_row("", "20 lies for one article", *_attack(votes.campaign))
        table.add_row("", "20 lies on each query", *_attack(votes.every_question), end_section=True)
    return table


def _attack(found: Attack) -> tuple[str, ...]:
    return (
        str(found.tries),
        f"{_plain(found.ndcg_without)} → {_plain(found.ndcg)}",
        f"{found.first_before} → {found.first_without} → {found.first}",
        str(found.pushed),
    )


def _losses(loss: Loss) -> tuple[str, str, str]:
    return str(loss.queries), _plain(loss.before), _plain(loss.after)


def _show_against(console: Console, name: str, found: Against) -> None:
    table = Table(
        "mode", "difference (95%)", "better", "same", "worse", "p",
        title=f"{escape(name)} against {escape(found.other)}",
    )  # fmt: skip
    for mode, each in found.by_mode.items():
        table.add_row(
            mode.value,
            f"{_signed(each.difference)} {_bounds(each.interval)}",
            *map(str, (each.wins, each.ties, each.losses)),
            f"{each.p_value:.4f}",
        )
    console.print(table)
    if found.left_out:
        console.print(f"{found.left_out} queries were not asked alike in both, and are left out.")
    for change in found.changes:
        console.print(
            f"  {_plain(change.before)} → {_plain(change.after)}  {escape(_cut(change.text))}",
            highlight=False,
        )


def _worst(report: Report, count: int) -> Table:
    table = Table(
        "query", "expected, with its ranks", "came instead", title=f"{escape(report.name)}: worst"
    )
    for asked, figure in report.worst(count):
        table.add_row(
            f"{escape(_cut(asked.query.text))}\n[dim]nDCG@10 {_plain(figure)}, {_sure(asked)}[/]",
            "\n".join(_expected(place, tuple(report.run.by_mode)) for place in asked.expected),
            "\n".join(_instead(rank, each) for rank, each in enumerate(asked.shown, start=1)),
        )
        table.add_section()
    return table


def _expected(place: Place, modes: Sequence[Mode]) -> str:
    ranks = ", ".join(f"{mode} {place.ranks.get(mode, '–')}" for mode in modes)
    return f"{_named(place)}\n[dim]{ranks}; {_scores(place)}[/]"


def _instead(rank: int, place: Place) -> str:
    return f"{rank}. {_named(place)}{' ✓' if place.grade else ''} [dim]{_scores(place)}[/]"


def _named(place: Place) -> str:
    return escape(_cut(place.title or place.document_id))


def _scores(place: Place) -> str:
    return f"words {place.keyword_score:.1f}, meaning {place.semantic_score:.2f}"


def _sure(asked: Asked) -> str:
    return f"confidence {asked.confidence:.2f}{', weak' if asked.is_weak else ''}"


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_WIDTH else text[: TEXT_WIDTH - 1] + "…"


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}"


def _bounds(interval: Interval) -> str:
    return rf"[dim]\[{interval.low:.3f}, {interval.high:.3f}][/]"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"
