"""What a search answers: plain, frozen values that views, the API and evaluation share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """Which retrievers answered."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"


@dataclass(frozen=True, slots=True)
class Hit:
    """One article, shown by its best passage; `snippet` is safe HTML with `<mark>`.

    Where it is quoted as the answer, the sentence that answers is lit instead of the words.
    """

    document_id: str
    locale: str
    title: str
    score: float
    anchor: str
    path: tuple[str, ...]
    snippet: str
    keyword_score: float
    semantic_score: float
    is_other_locale: bool
    title_html: str = ""
    category: str = ""
    kind: str = ""
    sentence: str = ""  # the lit one, as plain text; empty where nothing is quoted


@dataclass(frozen=True, slots=True)
class Facets:
    """How many results each filter value would leave."""

    categories: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """The answer to one query; `degraded` says why semantic search did not take part."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    mode: Mode
    degraded: str | None = None
    confidence: float = 0.0
    weak: bool = True
    facets: Facets = field(default_factory=Facets)
    timings: Mapping[str, float] = field(default_factory=dict)
    corrected: str | None = None
    unmatched_phrases: tuple[str, ...] = ()  # quoted, but nothing says them: taken as plain words
    chance: float = 0.0  # that the first hit answers: the confidence, unless words alone speak
    is_sure: bool = False  # whether the first hit may be offered to somebody who asked for no list
    has_answer: bool = False  # whether the first hit's passage may be quoted as the answer
