"""A draft as the checks see it, and what is known of the things that it links to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from articles.checks.source import Source, read_source


@dataclass(frozen=True)
class Draft:
    """The words of one translation, saved or not."""

    title: str
    body: str
    locale: str
    summary: str = ""
    answers: tuple[str, ...] = ()
    outline: frozenset[str] = frozenset()  # what templates leave for the writer, folded

    @property
    def language(self) -> str:
        """The language without its country."""
        return self.locale.partition("-")[0]

    @cached_property
    def source(self) -> Source:
        """The body taken apart, once for all rules."""
        return read_source(self.body)


@dataclass(frozen=True, slots=True)
class Target:
    """An article that is linked to. `anchors` are None where they are not known."""

    title: str
    is_public: bool = True
    anchors: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that is shown: bytes, and CSS pixels where they are known."""

    size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the draft links to, by key and by digest; None where nobody knows, and nothing is said."""

    articles: Mapping[str, Target] | None = None
    files: Mapping[str, Picture] | None = None


UNKNOWN = Facts()
