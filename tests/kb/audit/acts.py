"""Every act that the source records, read from the source: literals, constants, enums and templates.

`record` is where it begins. A function that hands its own parameter on as the act records as well,
so its callers are read in turn. An act that cannot be read fails loudly: write it more plainly.
"""

import ast
import importlib
import importlib.util
import inspect
import itertools
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any

from kb.audit.recording import record

PACKAGES = ("kb", "articles", "search", "feedback")
RECORDS = re.compile(r"kb\.audit|\bnoting\b|\bact=")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Unreadable(Exception):
    """An act of which nobody can say by reading what it is called."""


@dataclass
class Reading:
    """What was found so far: the acts, and which parameter of which function is an act."""

    acts: set[str] = field(default_factory=set)
    recorders: dict[Callable[..., Any], str] = field(default_factory=lambda: {record: "act"})
    templates: dict[Callable[..., Any], tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Handed(Exception):
    """The act is a parameter of the function that records it, put into a template."""

    parameter: str
    before: str = ""
    after: str = ""


def recorded_acts() -> set[str]:
    """Return every act that the packages record."""
    calls = [(module, *each) for module, tree in _modules() for each in _calls(tree)]
    reading = Reading()
    known = 0
    while known != len(reading.recorders):
        known = len(reading.recorders)
        reading.acts.clear()
        for module, function, call in calls:
            _read(reading, module, function, call)
    return reading.acts


def _modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    for package in map(importlib.import_module, PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            spec = None if found.ispkg else importlib.util.find_spec(found.name)
            source = Path(spec.origin).read_text() if spec and spec.origin else ""
            if RECORDS.search(source):  # the rest, with its models of languages, stays unloaded
                yield importlib.import_module(found.name), ast.parse(source)


def _calls(tree: ast.Module) -> Iterator[tuple[Function, ast.Call]]:
    for function in ast.walk(tree):
        if isinstance(function, Function):
            for each in ast.walk(function):
                if isinstance(each, ast.Call):
                    yield function, each


def _read(reading: Reading, module: ModuleType, function: Function, call: ast.Call) -> None:
    written = next((each.value for each in call.keywords if each.arg == "act"), None)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "values" and written:
        reading.acts |= _texts(written, module, function)  # a row written without `record`
        return
    called = inspect.unwrap(_object(call.func, module) or print)
    if called not in reading.recorders:
        return
    parameter = reading.recorders[called]
    names = list(inspect.signature(called).parameters)
    at = names.index(parameter)
    given = {each.arg: each.value for each in call.keywords}
    said = call.args[at] if at < len(call.args) else given.get(parameter)
    if said is None:
        raise Unreadable(f"{module.__name__}:{call.lineno}")
    before, after = reading.templates.get(called, ("", ""))
    try:
        reading.acts |= {f"{before}{each}{after}" for each in _texts(said, module, function)}
    except Handed as handed:
        outer = getattr(module, function.name, None)
        if outer is None:
            raise Unreadable(f"{module.__name__}:{call.lineno}") from handed
        reading.recorders[outer] = handed.parameter
        reading.templates[outer] = (before + handed.before, handed.after + after)


def _object(node: ast.expr, module: ModuleType) -> Any:
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        owner = _object(node.value, module)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType | type) else None
    return None


def _texts(node: ast.expr, module: ModuleType, function: Function) -> set[str]:
    """Return every text that an expression may be. Raises `Handed` and `Unreadable`."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _texts(node.body, module, function) | _texts(node.orelse, module, function)
    if isinstance(node, ast.JoinedStr):
        return _template(node, module, function)
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return _members(node.value, module, function)
    if isinstance(node, ast.Name):
        return _named(node.id, module, function)
    raise Unreadable(f"{module.__name__}:{node.lineno}")


def _template(node: ast.JoinedStr, module: ModuleType, function: Function) -> set[str]:
    parts: list[set[str]] = []
    handed: Handed | None = None
    before = ""
    for value in node.values:
        inner = value.value if isinstance(value, ast.FormattedValue) else value
        try:
            parts.append(_texts(inner, module, function))
        except Handed as found:
            (before,) = ("".join(each) for each in itertools.product(*parts))
            handed, parts = found, []
    if handed is not None:
        (after,) = ("".join(each) for each in itertools.product(*parts))
        raise Handed(handed.parameter, before + handed.before, handed.after + after)
    return {"".join(each) for each in itertools.product(*parts)}


def _named(name: str, module: ModuleType, function: Function) -> set[str]:
    assigned = [
        each.value
        for each in ast.walk(function)
        if isinstance(each, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in each.targets)
    ]
    if assigned:
        return set().union(*(_texts(each, module, function) for each in assigned))
    if name in _parameters(function):
        raise Handed(name)
    constant = getattr(module, name, None)
    if isinstance(constant, str):
        return {str(constant)}
    raise Unreadable(f"{module.__name__}.{function.name}: {name}")


def _parameters(function: Function) -> dict[str, ast.arg]:
    args = function.args
    return {each.arg: each for each in [*args.posonlyargs, *args.args, *args.kwonlyargs]}


def _members(owner: ast.expr, module: ModuleType, function: Function) -> set[str]:
    """Return the values of the enum that a parameter, or a member named outright, belongs to."""
    member = _object(owner, module)
    if isinstance(member, Enum):
        return {str(member.value)}
    if isinstance(owner, ast.Name) and owner.id in _parameters(function):
        defined = inspect.unwrap(getattr(module, function.name))
        hint = typing.get_type_hints(defined)[owner.id]
        kinds = typing.get_args(hint) if isinstance(hint, UnionType) else (hint,)
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, Enum):
                return {str(each.value) for each in kind}
    raise Unreadable(f"{module.__name__}.{function.name}: {ast.unparse(owner)}.value")
