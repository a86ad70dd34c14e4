"""Claims about two texts put together: nobody’s words vanish, and only true conflicts are asked about."""

from hypothesis import given
from hypothesis import strategies as st

from articles.merging import Agreed, Conflict, merge, merge_lines, merge_lists
from articles.publishing import Words

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "# d", "- e"]), max_size=8)


@st.composite
def edited(draw: st.DrawFn, base: list[str], mark: str) -> list[str]:
    """A text as somebody leaves it: lines of `base` dropped or changed, others put between."""
    result: list[str] = []
    for number, line in enumerate(base):
        act = draw(st.sampled_from(["keep", "keep", "drop", "change", "add"]))
        if act == "add":
            result.append(f"{mark} {number}")
        if act != "drop":
            result.append(f"{line} {mark}" if act == "change" else line)
    return result


@st.composite
def two_edits(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    base = draw(LINES)
    return base, draw(edited(base, "mine")), draw(edited(base, "theirs"))


def found(pieces: tuple[Agreed | Conflict, ...]) -> set[str]:
    return {
        line
        for piece in pieces
        for line in (piece.lines if isinstance(piece, Agreed) else (*piece.mine, *piece.theirs))
    }


@given(st.one_of(two_edits(), st.tuples(LINES, LINES, LINES)))
def test_every_line_of_both_is_in_the_result_or_in_a_conflict(
    versions: tuple[list[str], list[str], list[str]],
) -> None:
    base, mine, theirs = versions
    there = found(merge_lines("body", base, mine, theirs))
    assert set(mine) - set(base) <= there
    assert set(theirs) - set(base) <= there
    assert {line for line in set(mine) & set(theirs) if line} <= there


@given(two_edits())
def test_what_one_alone_changed_is_as_they_left_it(
    versions: tuple[list[str], list[str], list[str]],
) -> None:
    base, mine, _theirs = versions
    assert merge_lines("body", base, mine, base) in {(Agreed(tuple(mine)),), ()}
    assert merge_lines("body", base, base, mine) in {(Agreed(tuple(mine)),), ()}
    assert merge_lines("body", base, mine, mine) in {(Agreed(tuple(mine)),), ()}


@given(two_edits(), st.sampled_from(["mine", "theirs", "both"]))
def test_decisions_for_both_keep_every_new_line(
    versions: tuple[list[str], list[str], list[str]], choice: str
) -> None:
    base, mine, theirs = (Words(title="t", body="\n".join(each)) for each in versions)
    merged = merge(base, mine, theirs)
    body = merged.words({each.name: getattr(each, choice) for each in merged.conflicts}).body
    new = set(versions[1]) - set(versions[0]) if choice != "theirs" else set()
    new |= set(versions[2]) - set(versions[0]) if choice != "mine" else set()
    for side, lines in (("mine", versions[1]), ("theirs", versions[2])):
        if choice in {side, "both"}:
            assert set(lines) & new <= set(body.split("\n"))


@given(LINES, LINES, LINES)
def test_lists_keep_what_either_added_and_lose_what_either_took_out(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    merged = set(merge_lists(base, mine, theirs))
    assert (set(mine) | set(theirs)) - set(base) <= merged
    assert merged & set(base) == set(base) & set(mine) & set(theirs)


def test_titles_changed_by_both_are_a_conflict_and_by_one_are_not() -> None:
    base = Words(title="Reset", body="x", summary="old")
    merged = merge(
        base,
        Words(title="Reset a lamp", body="x", summary="old"),
        Words(title="Reset lamps", body="x", summary="new"),
    )
    (conflict,) = merged.conflicts
    assert (conflict.mine, conflict.theirs) == (("Reset a lamp",), ("Reset lamps",))
    assert merged.words({"title-0": ("Reset",)}).summary == "new"
