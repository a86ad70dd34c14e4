"""Questions after which visitors voted an article helpful: evidence of its own, after fusion.

A phrasing lifts its article for questions that are near it in meaning and in words, among those
articles that are plausible anyway. It may carry its article past the first one only where the
texts themselves put that article first for the phrasing's own words (`leads`), or where a writer
has kept it: so votes can spread what the texts say, and reorder what comes after, but nobody can
vote a page to the top of a question that it does not answer (docs/decisions/0015).
"""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from search.analysis import analyzer, language_of
from search.arrays import Array, Mask, Numbers
from search.files import Stamp, stamp_of
from search.fusion import NO_VECTOR
from search.reading.queries import Wanted
from search.snapshot import Snapshot

Vectors = npt.NDArray[np.float32]

# Judged on half of banking77's and hint3's questions as past votes, and checked on stackfaq's.
MAX_LIFT = 0.4  # of a score of 0..1, by a phrasing that says just what is asked
PLAUSIBLE_SHARE = 0.5  # of the best score: what is worse is not lifted at all
LEADING_SHARE = 0.85  # of the best score: what is worse is lifted, but not to the first place
WORDS_SHARE = 1 / 3  # of nearness comes from shared words, the rest from meaning
NEAR_FROM, NEAR_TO = 0.3, 0.6  # of that mean, between which nearness rises from 0 to 1
WORDS_FROM, WORDS_TO = 0.4, 0.8  # the same where there are only words
JUST_BELOW = 1e-6

MIN_VISITORS = 2
FULL_TRUST_VISITORS = 5  # in agreement; two hundred say no more than five
HALF_LIFE_DAYS = 180.0
FADED_VISITORS = 0.75  # weighted by age: two who voted 255 days ago no longer count
NOTHING = 1e-9  # votes: faded for good
Z_95 = 1.96
MAX_WORDS = 12
MAX_CHARACTERS = 120

FILE_NAME = "phrasings.bin"
FILE_VERSION = 1
_PRIVATE = re.compile(r"\[(?:e-mail|phone|card|iban)\]|@|\d{5,}")  # redacted, or nearly
_LETTERS = re.compile(r"[^\W\d_]{2,}")

log = logging.getLogger(__name__)


def is_acceptable(text: str) -> bool:
    """Tell whether a question may be kept and shown: words, few, and nothing personal."""
    return (
        bool(_LETTERS.search(text))
        and len(text) <= MAX_CHARACTERS
        and len(text.split()) <= MAX_WORDS
        and not _PRIVATE.search(text)
    )


def weight_at_age(days: float) -> float:
    """Return what a vote of that age still counts for: half every HALF_LIFE_DAYS."""
    return float(0.5 ** (max(days, 0.0) / HALF_LIFE_DAYS))


def trust(helpful: float, votes: float) -> float:
    """Return 0..1 from the visitors who voted helpful, of all who voted, weighted by age.

    The lower bound of Wilson's interval, so that two visitors say little; from
    FULL_TRUST_VISITORS in agreement on it is full, so that many say no more than a few.
    """
    return min(_lower_bound(helpful, votes) / _lower_bound(FULL_TRUST_VISITORS), 1.0)


def _lower_bound(helpful: float, votes: float | None = None) -> float:
    votes = helpful if votes is None else votes
    if votes < NOTHING:
        return 0.0
    share = min(max(helpful / votes, 0.0), 1.0)
    spread = Z_95 * Z_95 / votes
    margin = Z_95 * sqrt(share * (1.0 - share) / votes + spread / (4.0 * votes))
    return max((share + spread / 2.0 - margin) / (1.0 + spread), 0.0)


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question that an article answers, as visitors say; `leads` may take the first place."""

    document_id: str
    language: str
    text: str
    trust: float
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Support:
    """What phrasings say of every article for one question, 0..1; 0 where they say nothing."""

    leading: Array  # [articles], by phrasings that may carry to the first place
    following: Array  # [articles], by any
    said: Numbers  # [articles], number of the phrasing that says most; -1 where none does


def lift(scores: Array, eligible: Mask, support: Support) -> Array:
    """Return what to add to the scores of 0..1; nowhere negative, at most MAX_LIFT.

    An article that only follows stays below the one that is first without it.
    """
    if not support.following.any() or not eligible.any():
        return np.zeros(len(scores))
    best = float(scores[eligible].max())
    plausible = eligible & (scores >= PLAUSIBLE_SHARE * best) & (scores > 0.0)
    near = plausible & (scores >= LEADING_SHARE * best)
    led = scores + np.where(near, MAX_LIFT * support.leading, 0.0)
    followed = scores + np.where(plausible, MAX_LIFT * support.following, 0.0)
    ceiling = float(led[eligible].max()) - JUST_BELOW
    lifted: Array = np.maximum(led, np.minimum(followed, ceiling)) - scores
    return np.maximum(lifted, 0.0)


def typical_cosine(passages: Array, eligible: Mask) -> float:
    """Return the mean cosine of a question with the best passages of articles, encoded ones."""
    known = passages[eligible & (passages > NO_VECTOR)]
    return float(known.mean()) if len(known) else 0.0


class Phrasings:
    """The phrasings of a site, ready to be compared with questions; immutable."""

    def __init__(self, phrasings: Sequence[Phrasing] = (), vectors: Vectors | None = None) -> None:
        """Take vectors [phrasings, dimensions] of unit length, null where there is none yet."""
        self.all = tuple(phrasings)
        self._vectors = vectors if vectors is not None and len(vectors) == len(self.all) else None
        self._by_language: dict[str, _Group] = {}
        for language in {each.language for each in self.all}:
            numbers = [n for n, each in enumerate(self.all) if each.language == language]
            self._by_language[language] = _Group(self.all, numbers, language)

    def __len__(self) -> int:
        return len(self.all)

    def support(
        self,
        snapshot: Snapshot,
        language: str,
        weights: Mapping[Wanted, float],
        vector: Vectors | None,
        typical: float,
    ) -> Support | None:
        """Compare a question with the phrasings of one language; None where there are none.

        `weights` holds what the question asks for by rarity, `vector` is it encoded as a query, and
        `typical` the mean cosine of that with the passages of the language: what lies between it
        and 1 is what a cosine says.
        """
        group = self._by_language.get(language)
        if group is None:
            return None
        numbers = group.articles(snapshot)
        near = self._nearness(group, weights, vector, typical)
        near = np.where(numbers >= 0, near * group.trust, 0.0)
        size = len(snapshot.entries)
        leading, following = np.zeros(size), np.zeros(size)
        said: Numbers = np.full(size, -1, dtype=np.int64)
        for place in np.flatnonzero(near).tolist():
            article = int(numbers[place])
            if near[place] > following[article]:
                following[article] = near[place]
                said[article] = group.numbers[place]
            if group.leads[place]:
                leading[article] = max(leading[article], near[place])
        return Support(leading, following, said)

    def _nearness(
        self,
        group: "_Group",
        weights: Mapping[Wanted, float],
        vector: Vectors | None,
        typical: float,
    ) -> Array:
        words = group.shared(weights)
        by_words = np.clip((words - WORDS_FROM) / (WORDS_TO - WORDS_FROM), 0.0, 1.0)
        if self._vectors is None or vector is None or self._vectors.shape[1] != len(vector):
            return by_words
        rows = self._vectors[group.numbers]
        cosines = (rows @ vector).astype(np.float64)
        meant = (cosines - typical) / max(1.0 - typical, 1e-3)
        mean = (1.0 - WORDS_SHARE) * meant + WORDS_SHARE * words
        near = np.clip((mean - NEAR_FROM) / (NEAR_TO - NEAR_FROM), 0.0, 1.0)
        return np.where(rows.any(axis=1), near, by_words)


class _Group:
    """The phrasings of one language, by stem."""

    def __init__(self, phrasings: Sequence[Phrasing], numbers: Sequence[int], language: str):
        self.numbers: Numbers = np.asarray(numbers, dtype=np.int64)
        chosen = [phrasings[number] for number in numbers]
        self.trust: Array = np.asarray([each.trust for each in chosen])
        self.leads: Mask = np.asarray([each.leads for each in chosen], dtype=bool)
        self._documents = [each.document_id for each in chosen]
        self._articles: tuple[Snapshot, Numbers] | None = None
        stems = [stems_of_phrasing(each.text, language) for each in chosen]
        self._sizes: Array = np.asarray([len(each) for each in stems], dtype=np.float64)
        postings: dict[str, list[int]] = {}
        for place, found in enumerate(stems):
            for stem in found:
                postings.setdefault(stem, []).append(place)
        self._postings = {stem: np.asarray(places) for stem, places in postings.items()}

    def articles(self, snapshot: Snapshot) -> Numbers:
        """Return the number of each phrasing's article, -1 where it is not public."""
        known = self._articles
        if known is None or known[0] is not snapshot:
            found = [snapshot.by_id.get(each, -1) for each in self._documents]
            known = self._articles = snapshot, np.asarray(found, dtype=np.int64)
        return known[1]

    def shared(self, weights: Mapping[Wanted, float]) -> Array:
        """Return which share of its words a phrasing and the question have in common, 0..1."""
        common, count = np.zeros(len(self._sizes)), np.zeros(len(self._sizes))
        if not weights:
            return common
        for thing, weight in weights.items():
            for stem in {form.stems[0] for form in thing.forms if len(form.stems) == 1}:
                places = self._postings.get(stem)
                if places is not None:
                    common[places] += weight
                    count[places] += 1.0
        total = sum(weights.values())
        usual = total / len(weights)  # what a word of the phrasing alone is taken to weigh
        share: Array = common / np.maximum(total + usual * (self._sizes - count), 1e-9)
        return share


def stems_of_phrasing(text: str, language: str) -> frozenset[str]:
    """Return what a question asks for, whatever the order; wordings with the same are one."""
    return frozenset(analyzer(language).asked_terms(text))


class PhrasingBook:
    """The phrasings of a site and their vectors in one file: one stat per query."""

    def __init__(self, path: Path | None) -> None:
        """Bind to a file that need not exist; without one there are no phrasings."""
        self.path = path
        self.trouble = ""
        self._lock = Lock()
        self._stamp: Stamp | None = None
        self._phrasings = Phrasings()

    @property
    def stamp(self) -> Stamp | None:
        """Identify the state of the file, for caches; None where there is none."""
        return stamp_of(self.path)

    def phrasings(self, model: str | None = None) -> Phrasings:
        """Return the newest phrasings, with vectors if they are of `model`."""
        stamp = self.stamp
        with self._lock:
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._phrasings = load(self.path, model) if self.path and stamp else Phrasings()
                    self.trouble = ""
                except (OSError, ValueError, TypeError, KeyError) as error:
                    self.trouble = f"{self.path}: {error}"
                    log.warning("phrasings are as they were before: %s", self.trouble)
            return self._phrasings


def load(path: Path, model: str | None) -> Phrasings:
    """Read a file written from `dump`; raises OSError, ValueError, TypeError or KeyError."""
    data = path.read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    content = json.loads(data[8:begin])
    if content["version"] != FILE_VERSION:
        raise ValueError(f"of version {content['version']}, not {FILE_VERSION}")
    found = [
        Phrasing(str(document), language_of(locale), str(text), float(worth), bool(leads))
        for document, locale, text, worth, leads in content["phrasings"]
    ]
    width = int(content["width"])
    if not width or content["model"] != model:
        return Phrasings(found)
    vectors = np.frombuffer(data, dtype=np.float32, offset=begin)
    return Phrasings(found, vectors.reshape(len(found), width))


def dump(phrasings: Sequence[Phrasing], model: str, vectors: Vectors) -> bytes:
    """Return the content of the file that a book reads; equal phrasings give equal bytes."""
    content = {
        "version": FILE_VERSION,
        "model": model,
        "width": vectors.shape[1],
        "phrasings": [
            (each.document_id, each.language, each.text, round(each.trust, 4), each.leads)
            for each in phrasings
        ],
    }
    head = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    head += b" " * (-len(head) % 8)  # numbers aligned for the processor
    return len(head).to_bytes(8, "little") + head + vectors.astype(np.float32).tobytes()
