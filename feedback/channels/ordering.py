"""Put things in order, a step up or down or beside another one."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar


class Placed(Protocol):
    """Something with a place in a list."""

    id: int
    position: int


P = TypeVar("P", bound=Placed)


def moved(things: Sequence[P], number: int, asked: Mapping[str, str]) -> bool:
    """Move one of the things as a form asks, and number them; tell whether anything changed.

    `step` is up or down; `beside` names another one, before or after (`where`) which it goes.
    """
    order = [each.id for each in things]
    if number not in order:
        return False
    target = _target(order, number, asked)
    if target is None:
        return False
    rest = [each for each in order if each != number]
    rest.insert(target, number)
    known = {each.id: each for each in things}
    for position, each in enumerate(rest):
        known[each].position = position
    return rest != order


def _target(order: list[int], number: int, asked: Mapping[str, str]) -> int | None:
    """Return where it goes among the others."""
    here = order.index(number)
    step = asked.get("step")
    if step == "up" and here > 0:
        return here - 1
    if step == "down" and here < len(order) - 1:
        return here + 1
    beside = asked.get("beside", "")
    if beside.isdecimal() and int(beside) in order and int(beside) != number:
        rest = [each for each in order if each != number]
        return rest.index(int(beside)) + (asked.get("where") != "before")
    return None
