"""Choose the confidence floor of each language from searches whose end is known.

A floor is good where it calls weak what had no answer, and leaves alone what had one: its merit is
the difference of the two shares (Youden's J, 1950). Of the floors whose merit is within one
standard error of the best, the one nearest to today's is taken, so that chance moves it as little
as can be (the rule of Breiman and others, 1984, for trees), and never one that hides more than a
tenth of the answers.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.confidence import DEFAULT_FLOOR
from search.files import Stamp, replacing, stamp_of

MIN_OBSERVATIONS = 30  # of each kind; with fewer a floor would be chosen by chance
MAX_ANSWERED_WEAK = 0.10  # a page that hides its answers is worse than one that overrates itself
FOLDS = 5
SEED = 20_261_122

FORMAT = 1
# Raise it when search.confidence comes to mean something else: a site's own floors, chosen on the
# old scale, are then left aside until it calibrates again.
SCALE = 2
FILE_NAME = "calibration.json"  # beside the index

Array = npt.NDArray[np.float64]

log = logging.getLogger(__name__)


class CalibrationInvalid(ValueError):
    """A file of floors cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A search whose end is known."""

    language: str
    confidence: float  # 0..1, as the engine gives it today
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a floor calls weak: shares of the answered searches and of the others, 0..1."""

    answered_weak: float
    unanswered_weak: float

    @property
    def merit(self) -> float:
        """Return Youden's J: 1 for a floor that parts them, 0 for one that knows nothing."""
        return self.unanswered_weak - self.answered_weak

    @property
    def is_harmless(self) -> bool:
        """Tell whether few enough answers are hidden."""
        return self.answered_weak <= MAX_ANSWERED_WEAK


@dataclass(frozen=True, slots=True)
class Choice:
    """The floor of one language before and after; `reason` says why it is kept where it is."""

    language: str
    answered: int
    unanswered: int
    floor_before: float
    floor: float
    before: Effect
    after: Effect  # by floors that were chosen without the searches they are counted on
    reason: str = ""

    @property
    def is_new(self) -> bool:
        """Tell whether there is a floor to write."""
        return not self.reason


def calibrate(observations: Iterable[Observation], floors: Mapping[str, float]) -> list[Choice]:
    """Choose a floor for each language that was observed, against the floors of today."""
    grouped: dict[str, tuple[list[float], list[float]]] = {}
    for each in observations:
        pair = grouped.setdefault(each.language, ([], []))
        pair[0 if each.is_answered else 1].append(each.confidence)
    return [
        _choose(
            language,
            answered=_sorted(grouped[language][0]),
            unanswered=_sorted(grouped[language][1]),
            present=floors.get(language, DEFAULT_FLOOR),
        )
        for language in sorted(grouped)
    ]


def choose_floor(
    answered: Sequence[float], unanswered: Sequence[float], present: float = DEFAULT_FLOOR
) -> float:
    """Return a floor, 0..1, among the best the nearest to today's; the order does not matter.

    Today's stays where there is nothing of one kind.
    """
    return _chosen(_sorted(answered), _sorted(unanswered), present)


def effect(answered: Sequence[float], unanswered: Sequence[float], floor: float) -> Effect:
    """Return what a floor calls weak of each kind; nothing is weak where there is nothing."""
    return Effect(_share_below(_array(answered), floor), _share_below(_array(unanswered), floor))


def _choose(language: str, *, answered: Array, unanswered: Array, present: float) -> Choice:
    before = effect(answered.tolist(), unanswered.tolist(), present)

    def kept(reason: str) -> Choice:
        return Choice(
            language, len(answered), len(unanswered), present, present, before, before, reason
        )

    if min(len(answered), len(unanswered)) < MIN_OBSERVATIONS:
        return kept(f"too few to tell: {MIN_OBSERVATIONS} of each are needed")
    after = _foreseen(answered, unanswered, present)
    if after.merit <= 0.0:
        return kept("the confidence does not tell them apart")
    slack = _standard_error(after, len(answered), len(unanswered))
    if before.is_harmless and before.merit >= after.merit - slack:
        return kept("the floor of today is as good")
    floor = round(_chosen(answered, unanswered, present), 3)
    return Choice(language, len(answered), len(unanswered), present, floor, before, after)


def _foreseen(answered: Array, unanswered: Array, present: float) -> Effect:
    """Count each fifth by the floor that the other four choose: what new searches will meet."""
    generator = np.random.default_rng(SEED)
    parts = [generator.permutation(len(values)) % FOLDS for values in (answered, unanswered)]
    hidden, caught = 0.0, 0.0
    for fold in range(FOLDS):
        floor = _chosen(answered[parts[0] != fold], unanswered[parts[1] != fold], present)
        hidden += float((answered[parts[0] == fold] < floor).sum())
        caught += float((unanswered[parts[1] == fold] < floor).sum())
    return Effect(hidden / len(answered), caught / len(unanswered))


def _chosen(answered: Array, unanswered: Array, present: float) -> float:
    """Choose between the confidences that were seen, which are sorted."""
    if not len(answered) or not len(unanswered):
        return present
    levels = np.unique(np.concatenate([answered, unanswered]))
    floors = np.append(levels[0], (levels[1:] + levels[:-1]) / 2.0)  # under the first, none is weak
    floors = np.append(floors, present)
    hidden = np.searchsorted(answered, floors) / len(answered)
    caught = np.searchsorted(unanswered, floors) / len(unanswered)
    merit = np.where(hidden <= MAX_ANSWERED_WEAK, caught - hidden, -1.0)
    best = int(merit.argmax())
    found = Effect(float(hidden[best]), float(caught[best]))
    slack = _standard_error(found, len(answered), len(unanswered))
    good = floors[merit >= found.merit - slack]
    return float(good[np.abs(good - present).argmin()])


def _standard_error(found: Effect, answered: int, unanswered: int) -> float:
    """Return that of the merit: the difference of two shares of so many searches each."""
    return sqrt(
        found.answered_weak * (1.0 - found.answered_weak) / answered
        + found.unanswered_weak * (1.0 - found.unanswered_weak) / unanswered
    )


def _share_below(values: Array, floor: float) -> float:
    return float((values < floor).mean()) if len(values) else 0.0


def _array(values: Sequence[float]) -> Array:
    return np.asarray(values, dtype=np.float64)


def _sorted(values: Sequence[float]) -> Array:
    return np.sort(_array(values))


# The file


def write(path: Path, choices: Iterable[Choice], *, model: str) -> dict[str, float]:
    """Add the floors that were chosen to those written before; return what is written now.

    The file is replaced atomically: a process that reads it meanwhile has the old one or the new.
    """
    try:
        floors = read(path, model=model)
    except (CalibrationInvalid, FileNotFoundError):
        floors = {}  # of another model, or damaged: no use to anyone
    floors.update({each.language: each.floor for each in choices if each.is_new})
    content = {
        "format": FORMAT,
        "model": model,
        "scale": SCALE,
        "floors": floors,
        "chosen_from": {each.language: asdict(each) for each in choices if each.is_new},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, has_rivals=True) as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=2).encode())
    return floors


def read(path: Path, *, model: str) -> dict[str, float]:
    """Return the floors by language; raises FileNotFoundError or CalibrationInvalid."""
    try:
        content = json.loads(path.read_text("utf-8"))
        version, made_with, scale = content["format"], content["model"], content["scale"]
        floors = {str(language): float(value) for language, value in content["floors"].items()}
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CalibrationInvalid(f"{path}: {error!r}") from error
    if version != FORMAT:
        raise CalibrationInvalid(f"{path} is of format {version}, not {FORMAT}")
    if made_with != model:
        raise CalibrationInvalid(f"{path} is for the model {made_with}, not {model}")
    if scale != SCALE:
        raise CalibrationInvalid(f"{path} is for an older confidence: run `kb calibrate` again")
    if not all(0.0 <= value <= 1.0 for value in floors.values()):
        raise CalibrationInvalid(f"{path}: a floor is not between 0 and 1")
    return floors


class CalibratedFloors(Mapping[str, float]):
    """The floors in a file, read again when it changes; empty, with a warning, if it is no use."""

    def __init__(self, path: Path, *, model: str) -> None:
        """Bind to a file, which need not exist."""
        self._path = path
        self._model = model
        self._known: tuple[Stamp | None, dict[str, float], str] = (None, {}, "")

    @property
    def stamp(self) -> Stamp | None:
        """Tell the file of today from any other; costs one stat."""
        return stamp_of(self._path)

    def trouble(self) -> str:
        """Say why the file is left aside; empty where there is none, or it is used."""
        return self._read()[1]

    def __getitem__(self, language: str) -> float:
        return self._read()[0][language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read()[0])

    def __len__(self) -> int:
        return len(self._read()[0])

    def _read(self) -> tuple[dict[str, float], str]:
        stamp = self.stamp
        seen, floors, trouble = self._known
        if stamp != seen:
            floors, trouble = self._load()
            self._known = (stamp, floors, trouble)
        return floors, trouble

    def _load(self) -> tuple[dict[str, float], str]:
        try:
            return read(self._path, model=self._model), ""
        except FileNotFoundError:
            return {}, ""
        except CalibrationInvalid as error:
            log.warning("the confidence floors are the defaults: %s", error)
            return {}, str(error)
