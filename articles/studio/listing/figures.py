"""What readers did with articles lately, told by the part of the program that counts it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class Figures:
    """What readers did with an article lately."""

    visits: int = 0
    helpful: int = 0
    votes: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Return the sum of two languages."""
        return Figures(
            self.visits + other.visits, self.helpful + other.helpful, self.votes + other.votes
        )

    @property
    def expected(self) -> float:
        """Return the share of helpful votes to expect: a single vote says little (Laplace, 1812)."""
        return (self.helpful + 1) / (self.votes + 2)


def register_figures(app: Flask, figures: Callable[[], Mapping[int, Figures]]) -> None:
    """Let a part of the program tell what readers did lately, by the id of a translation."""
    app.extensions["kb_article_figures"] = figures


def figures_known() -> bool:
    """Tell whether anything counts readers."""
    return "kb_article_figures" in current_app.extensions


def figures_of_all() -> Mapping[int, Figures]:
    """Return what is known, by the id of a translation; nothing where nobody counts."""
    make = current_app.extensions.get("kb_article_figures")
    found: Mapping[int, Figures] = make() if make else {}
    return found
