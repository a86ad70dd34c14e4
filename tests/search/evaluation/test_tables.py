from search.evaluation.comparison import compare
from search.evaluation.tables import _gain


def test_what_the_interval_calls_sure_is_called_chance_only_with_the_reason() -> None:
    found = compare([1.0] * 4 + [0.5] * 396, [0.9] * 4 + [0.5] * 396)
    assert found.interval.low > 0.0
    assert "all the same (p = 0.1" in _gain(found)


def test_what_the_interval_calls_chance_needs_no_reason() -> None:
    assert _gain(compare([1.0, 0.0] * 20, [0.0, 1.0] * 20)).endswith("which may be chance, over")


def test_a_sure_gain_is_told_without_a_doubt() -> None:
    assert "chance" not in _gain(compare([0.6] * 40, [0.5] * 40))
