from search.evaluation.report import Report
from search.evaluation.running import Run
from search.results import Mode
from tests.search.evaluation.conftest import MakeRun, asked


def test_the_worst_come_first_and_of_equals_those_that_one_half_had_right(
    make_run: MakeRun,
) -> None:
    run = make_run([1, 20, 20, 4], {Mode.KEYWORD: [1, 20, 1, 1], Mode.SEMANTIC: [1, 20, 9, 1]})
    worst = Report("set", run).worst(3)
    assert [each.query.id for each, _ in worst] == ["2", "1", "3"]
    assert worst[0][1] == 0.0


def test_what_would_be_suggested_is_counted_beside_what_is_right() -> None:
    run = Run(
        {},
        (
            asked("1", is_offered=True),
            asked("2", is_offered=True, is_right=False),
            asked("3"),
            asked("4"),
            asked("5", is_judged=False, is_offered=True),
            asked("6", is_judged=False),
        ),
    )
    offers = Report("set", run).offers()
    assert (offers.offered, offers.right, offers.out_of_scope_offered) == (0.5, 0.5, 0.5)


def test_what_is_quoted_is_counted_beside_what_is_right() -> None:
    run = Run(
        {},
        (
            asked("1"),
            asked("2", is_right=False),
            asked("3", is_quoted=False),
            asked("3b", is_quoted=False),
            asked("4", is_quoted=False, is_right=False),
            asked("5", is_judged=False),
            asked("6", is_judged=False, is_quoted=False),
        ),
    )
    answers = Report("set", run).answers()
    assert answers.quoted == 2 / 5
    assert answers.right == 1 / 2
    assert answers.right_quoted == 1 / 3
    assert answers.out_of_scope_quoted == 0.5


def test_without_out_of_scope_queries_nothing_is_said_of_them(make_run: MakeRun) -> None:
    found = Report("set", make_run([1, 2])).as_json()
    assert "confidence" not in found
    assert found["answers"]["out_of_scope_quoted"] is None


def test_a_query_whose_article_is_missing_counts_as_judged(make_run: MakeRun) -> None:
    run = make_run([1, 2])
    assert all(not each.expected for each in run.asked)
    assert Report("set", run).queries == 2


def test_the_fusion_is_compared_with_each_half(make_run: MakeRun) -> None:
    run = make_run([1, 1], {Mode.KEYWORD: [2, 2], Mode.SEMANTIC: [1, 1]})
    compared = Report("set", run).as_json()["compared"]
    assert compared["hybrid-keyword"]["wins"] == 2
    assert compared["hybrid-semantic"]["ties"] == 2
