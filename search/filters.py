"""The address of a search: what it asks for, and the ways to narrow it, as links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for

from articles.categories import Branch
from articles.models import Kind
from search.reading.queries import tidy
from search.results import Results

MAX_QUERY_LENGTH = 300  # characters; what is longer is a letter, and its beginning says enough
ARGUMENTS = ("q", "category", "kind", "exact")


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow the results, with what it would leave."""

    key: str
    name: str
    count: int
    address: str
    is_active: bool


def asked(argument: str) -> str:
    """Return an argument of the address as one line of printable text."""
    return tidy(request.args.get(argument, ""))[:MAX_QUERY_LENGTH]


def address(**changes: object) -> str:
    """Return the address of this search with some arguments changed, None to leave one out."""
    arguments = {name: asked(name) or None for name in ARGUMENTS}
    return url_for("search.search", **{**arguments, **changes})  # type: ignore[arg-type]


def facets(results: Results, categories: Sequence[Branch]) -> dict[str, list[Facet]]:
    """Return what the results can be narrowed to, and what they were narrowed to already."""
    branches = [branch for top in categories for branch in top.walk()]
    return {
        "category_facets": _category_facets(branches, results),
        "filters": _filters({branch.key: branch.name for branch in branches}),
        "kind_facets": [
            _facet("kind", kind.value, kind.value, results.facets.kinds.get(kind.value, 0))
            for kind in Kind
            if results.facets.kinds.get(kind.value)
        ],
    }


def _filters(category_names: Mapping[str, str]) -> list[Facet]:
    """Return what the search was narrowed to, known to the site or not."""
    wanted = {name: asked(name) for name in ("category", "kind")}
    return [
        Facet(key, category_names.get(key, key), 0, address(**{argument: None}), is_active=True)
        for argument, key in wanted.items()
        if key
    ]


def _category_facets(branches: Sequence[Branch], results: Results) -> list[Facet]:
    return [
        _facet("category", branch.key, branch.name, count)
        for branch in branches
        if (count := results.facets.categories.get(branch.key))
    ]


def _facet(argument: str, key: str, name: str, count: int) -> Facet:
    is_active = asked(argument) == key
    return Facet(key, name, count, address(**{argument: None if is_active else key}), is_active)
