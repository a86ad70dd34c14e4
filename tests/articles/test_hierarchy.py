"""The tree of categories keeps its shape whatever is moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.hierarchy import MAX_DEPTH, Hierarchy, InsideItself, Place, Step, TooDeep


def _tree(*rows: tuple[int, int | None]) -> Hierarchy:
    return Hierarchy(Place(each, parent, order) for order, (each, parent) in enumerate(rows))


@st.composite
def trees(draw: st.DrawFn) -> tuple[Hierarchy, int]:
    """Return a tree of some categories, at most `MAX_DEPTH` levels deep, and how many there are."""
    size = draw(st.integers(1, 12))
    parents: dict[int, int | None] = {}
    depth = {}
    for each in range(1, size + 1):
        shallow = [other for other in parents if depth[other] < MAX_DEPTH]
        parents[each] = draw(st.sampled_from([None, *shallow]))
        above = parents[each]
        depth[each] = 1 if above is None else depth[above] + 1
    return _tree(*parents.items()), size


@given(trees(), st.data())
def test_any_moves_leave_a_tree_of_everything(built: tuple[Hierarchy, int], data) -> None:  # type: ignore[no-untyped-def]
    tree, size = built
    places = {each: Place(each, tree.parent(each), i) for i, each in enumerate(range(1, size + 1))}
    for each in range(1, size + 1):
        parent = data.draw(st.sampled_from([None, *range(1, size + 1)]))
        try:
            changed = tree.moved(each, parent, data.draw(st.integers(0, size)))
        except (InsideItself, TooDeep):
            continue
        places |= {place.id: place for place in changed}
        tree = Hierarchy(places.values())
        assert tree.parent(each) == parent
    reached = {inside for top in tree.below(None) for inside in tree.within(top)}
    assert reached == set(range(1, size + 1))
    assert all(len(tree.above(each)) <= MAX_DEPTH for each in reached)


@given(trees(), st.sampled_from([(Step.UP, Step.DOWN), (Step.DOWN, Step.UP)]), st.data())
def test_a_step_back_undoes_a_step(built: tuple[Hierarchy, int], steps, data) -> None:  # type: ignore[no-untyped-def]
    tree, size = built
    each = data.draw(st.integers(1, size))
    there, back = steps
    target = tree.step(each, there)
    if target is None:
        return
    before = tree.below(tree.parent(each))
    places = {every: Place(every, tree.parent(every), i) for top in (None, *range(1, size + 1))
              for i, every in enumerate(tree.below(top))}  # fmt: skip
    places |= {place.id: place for place in tree.moved(each, *target)}
    moved = Hierarchy(places.values())
    again = moved.step(each, back)
    assert again is not None
    places |= {place.id: place for place in moved.moved(each, *again)}
    assert Hierarchy(places.values()).below(tree.parent(each)) == before


def test_indenting_puts_a_category_last_under_the_one_before_it() -> None:
    tree = _tree((1, None), (2, 1), (3, None))
    assert tree.step(3, Step.INDENT) == (1, 1)
    assert tree.step(1, Step.INDENT) is None


def test_outdenting_puts_a_category_after_the_one_it_was_under() -> None:
    tree = _tree((1, None), (2, 1), (3, None))
    assert tree.step(2, Step.OUTDENT) == (None, 1)
    assert tree.step(3, Step.OUTDENT) is None


def test_nothing_goes_under_itself() -> None:
    tree = _tree((1, None), (2, 1), (3, 2))
    with pytest.raises(InsideItself):
        tree.moved(1, 3, 0)
    with pytest.raises(InsideItself):
        tree.moved(1, 1, 0)


def test_nothing_sinks_below_the_last_level() -> None:
    chain = _tree((1, None), (2, 1), (3, 2), (4, 3), (5, None))
    with pytest.raises(TooDeep):
        chain.moved(5, 4, 0)
    with pytest.raises(TooDeep):
        chain.moved(1, 5, 0)
    assert chain.moved(5, 3, 0)


def test_what_an_import_left_too_deep_may_still_rise() -> None:
    deep = _tree((1, None), (2, 1), (3, 2), (4, 3), (5, 4), (6, 5))
    assert deep.moved(6, 4, 0)
