"""Words that mean the same here: rules that writers keep, applied to queries and never to texts.

A rule is two-way (`refund, money back`: whoever types one finds the others) or one-way
(`aurora => lamp`: whoever types "aurora" finds what says "lamp" too, and not the other way round).
Because they act on the query alone, a change needs no new index.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

from search.analysis import analyzer, fold, language_of
from search.files import Stamp, replacing, stamp_of
from search.reading.queries import Wanted

SAME_WEIGHT = 0.95  # of a word that means the same: what says the typed one comes just before
ONE_WAY_WEIGHT = 0.8  # of a word that is only meant as well
MAX_WORDS = 30  # in one rule; more is a list of something else
MAX_LENGTH = 100  # characters of one word or phrase
FILE_NAME = "synonyms.json"
FILE_VERSION = 1

ARROW = "=>"
_COMMA = re.compile(r"(?<!\\),")
_QUOTES = re.compile(r"[\"“”«»„]")  # a phrase needs none: what stands between commas is one
_SECTION = re.compile(r"\[\s*([\w-]+)\s*\]")

log = logging.getLogger(__name__)


class Fault(StrEnum):
    """What can be wrong with a rule."""

    ALONE = "alone"  # one word means nothing else
    EMPTY = "empty"  # a side of the arrow, or what stands between two commas
    ARROWS = "arrows"  # more than one
    NO_WORD = "no-word"  # nothing but signs
    COMMON = "common"  # nothing but words such as "the", which search leaves out
    SAME = "same"  # search takes all its words for one already
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    NO_LANGUAGE = "no-language"  # a file that has not said which language its rules are of
    UNKNOWN_LANGUAGE = "unknown-language"


class RuleInvalid(ValueError):
    """A rule that cannot be kept; `words` is the part at fault."""

    def __init__(self, fault: Fault, words: str = "") -> None:
        super().__init__(f"{fault.value}: {words}" if words else fault.value)
        self.fault = fault
        self.words = words


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of a file that cannot be read."""

    line: int  # from 1
    fault: Fault
    words: str


class FileInvalid(ValueError):
    """A file with lines that cannot be read; all of them are told."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"line {each.line}: {each.fault.value}" for each in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a writer says of words: `targets` is empty where they all mean each other."""

    sources: tuple[str, ...]
    targets: tuple[str, ...] = ()

    @property
    def is_one_way(self) -> bool:
        """Tell whether only `sources` lead to `targets`."""
        return bool(self.targets)

    @property
    def words(self) -> tuple[str, ...]:
        """Every word or phrase of the rule."""
        return self.sources + self.targets

    def __str__(self) -> str:
        """Return the rule as it is written in a file."""
        sides = (self.sources, self.targets) if self.is_one_way else (self.sources,)
        return f" {ARROW} ".join(
            ", ".join(word.replace(",", r"\,") for word in side) for side in sides
        )

    @property
    def key(self) -> str:
        """Return what equal rules share: order, capitals and accents make no other rule."""
        sides = (self.sources, self.targets) if self.is_one_way else (self.sources,)
        return f" {ARROW} ".join(", ".join(sorted({fold(word) for word in side})) for side in sides)


def parse_rule(text: str, language: str) -> Rule:
    """Read one rule as a person writes it; raises RuleInvalid."""
    sides = text.split(ARROW)
    if len(sides) > 2:
        raise RuleInvalid(Fault.ARROWS, text.strip())
    parts = [_words_of(side) for side in sides]
    words = [word for side in parts for word in side]
    if len(words) > MAX_WORDS:
        raise RuleInvalid(Fault.TOO_MANY, str(len(words)))
    for word in words:
        _check_word(word, language)
    if len(words) == 1:
        raise RuleInvalid(Fault.ALONE, words[0])
    if len({_stems(word, language) for word in words}) == 1:
        raise RuleInvalid(Fault.SAME, text.strip())
    if not any(analyzer(language).terms(word) for word in words):
        raise RuleInvalid(Fault.COMMON, text.strip())
    return Rule(parts[0], parts[1] if len(parts) == 2 else ())


def _words_of(side: str) -> tuple[str, ...]:
    """Return the words of one side of a rule, each once."""
    found: dict[str, str] = {}
    for part in _COMMA.split(side):
        printable = "".join(char if char.isprintable() else " " for char in part)
        word = " ".join(_QUOTES.sub(" ", printable.replace(r"\,", ",")).split())
        if not word:
            raise RuleInvalid(Fault.EMPTY, side.strip())
        found.setdefault(fold(word), word)
    return tuple(found.values())


def _check_word(word: str, language: str) -> None:
    if len(word) > MAX_LENGTH:
        raise RuleInvalid(Fault.TOO_LONG, f"{word[:40]}…")
    if not _stems(word, language):
        raise RuleInvalid(Fault.NO_WORD, word)


def parse_file(text: str, locales: Sequence[str]) -> list[tuple[str, Rule]]:
    """Read a file of rules under `[language]` lines, `#` for comments; raises FileInvalid.

    Returns (language, rule) in the order of the file, an equal rule once.
    """
    found: dict[tuple[str, str], Rule] = {}
    problems: list[Problem] = []
    language = ""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        section = _SECTION.fullmatch(content)
        if section:
            language = section[1]
            if language not in locales:
                problems.append(Problem(number, Fault.UNKNOWN_LANGUAGE, language))
        elif not language:
            problems.append(Problem(number, Fault.NO_LANGUAGE, content))
        else:  # of an unknown language too: all that is wrong with a file is told at once
            try:
                rule = parse_rule(content, language)
            except RuleInvalid as error:
                problems.append(Problem(number, error.fault, error.words))
            else:
                found.setdefault((language, rule.key), rule)
    if problems:
        raise FileInvalid(problems)
    return [(language, rule) for (language, _), rule in found.items()]


def format_file(rules: Iterable[tuple[str, Rule]]) -> str:
    """Write rules as `parse_file` reads them, by language and alphabet."""
    by_language: dict[str, list[str]] = {}
    for language, rule in rules:
        by_language.setdefault(language, []).append(str(rule))
    sections = [
        "\n".join([f"[{language}]", *sorted(lines, key=fold)])
        for language, lines in sorted(by_language.items())
    ]
    return "\n\n".join(sections) + "\n" if sections else ""


class Rules:
    """The rules of one language, ready to act on queries; immutable."""

    def __init__(self, rules: Iterable[Rule] = (), *, language: str = "") -> None:
        """Turn words into stems once."""
        self._meant: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}
        self._written: dict[tuple[str, ...], list[str]] = {}  # what to say instead, in order
        self._language = language
        for rule in rules:
            if rule.is_one_way:
                self._add(rule.sources, rule.targets, ONE_WAY_WEIGHT, language)
            else:
                self._add(rule.sources, rule.sources, SAME_WEIGHT, language)
        self._longest = max(map(len, self._meant), default=0)

    def __len__(self) -> int:
        return len(self._meant)

    def _add(
        self, typed: Iterable[str], meant: Sequence[str], weight: float, language: str
    ) -> None:
        alternatives = dict.fromkeys(_compact(word, language) for word in meant)
        for word in typed:
            own = _compact(word, language)
            others = [each for each in alternatives if each and each != own]
            instead = [each for each in meant if _compact(each, language) != own]
            for stems in {_stems(word, language), own} - {()}:
                self._written.setdefault(stems, []).extend(instead)
                known = self._meant.setdefault(stems, {})
                for each in others:
                    known[each] = max(weight, known.get(each, 0.0))

    def expand(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        """Return what a query asks for, said in the other words as well.

        The longest phrase that a rule knows is taken at each place. Each of its words may then be
        said by the other phrase as a whole, so that articles which hold only some still count.
        """
        expanded = list(wanted)
        place = 0
        while place < len(expanded):
            size, meant, weight = self._at(wanted, place)
            for number in range(place, place + size):
                for stems, worth in meant.items():
                    expanded[number] = expanded[number].or_as(*stems, weight=weight * worth)
            place += max(size, 1)
        return expanded

    def reworded(self, text: str, is_known: Callable[[str], bool]) -> str:
        """Return a query with what it means in place of words that no article says.

        A model makes noise of such a word. `is_known` tells of a word or phrase whether the
        articles say it; what they say stays as typed, as does what no rule leads to words of theirs.
        """
        if not self._written:
            return text
        terms = list(analyzer(self._language).analyse(text))
        terms = terms or list(analyzer(self._language).analyse(text, keep_stop_words=True))
        pieces: list[str] = []
        end = place = 0
        while place < len(terms):
            for size in range(min(self._longest, len(terms) - place), 0, -1):
                found = terms[place : place + size]
                begin, until = found[0].start, max(each.end for each in found)
                written = self._written.get(tuple(each.text for each in found), ())
                if begin < end or not written or is_known(text[begin:until]):
                    continue
                instead = next(filter(is_known, written), None)
                if instead is not None:
                    pieces += [text[end:begin], instead]
                    end, place = until, place + size - 1
                    break
            place += 1
        return "".join([*pieces, text[end:]])

    def _at(
        self, wanted: Sequence[Wanted], place: int
    ) -> tuple[int, Mapping[tuple[str, ...], float], float]:
        """Return the length, the meanings and the weight of the longest known phrase at a place."""
        for size in range(min(self._longest, len(wanted) - place), 0, -1):
            for phrase, weight in _phrases(wanted[place : place + size]):
                if meant := self._meant.get(phrase):
                    return size, meant, weight
        return 0, {}, 0.0


def _phrases(wanted: Sequence[Wanted]) -> list[tuple[tuple[str, ...], float]]:
    """Return the phrases that single words in a row may stand for: typed, or as corrected."""
    phrases: list[tuple[tuple[str, ...], float]] = [((), 1.0)]
    for each in wanted:
        words = [(form.stems[0], form.weight) for form in each.forms if len(form.stems) == 1]
        words = words if len(wanted) == 1 else words[:2]
        phrases = [
            ((*phrase, stem), weight * worth) for phrase, weight in phrases for stem, worth in words
        ]
    return phrases


def _stems(text: str, language: str) -> tuple[str, ...]:
    """Return the stems as a query has them, each once."""
    return tuple(dict.fromkeys(analyzer(language).asked_terms(text)))


def _compact(text: str, language: str) -> tuple[str, ...]:
    """Return the stems that every way of writing a text has: "wi-fi" and "wifi" share "wifi"."""
    chain = analyzer(language)
    terms = list(chain.analyse(text)) or list(chain.analyse(text, keep_stop_words=True))
    whole = [
        term
        for term in terms
        if not any(
            other.start <= term.start
            and term.end <= other.end
            and (other.start, other.end) != (term.start, term.end)
            for other in terms
        )
    ]
    return tuple(dict.fromkeys(term.text for term in whole))


class SynonymBook:
    """The rules of a site in one small file, which every process reads: one stat per query."""

    def __init__(self, path: Path | None) -> None:
        """Bind to a file that need not exist; without one there are no rules."""
        self.path = path
        self.trouble = ""
        self._lock = Lock()
        self._stamp: Stamp | None = None
        self._rules: dict[str, list[Rule]] = {}
        self._compiled: dict[str, Rules] = {}

    @property
    def stamp(self) -> Stamp | None:
        """Identify the state of the file, for caches; None where there is none."""
        return stamp_of(self.path)

    def rules(self, language: str) -> Rules:
        """Return the newest rules of a language; those before where the file is damaged."""
        stamp = self.stamp
        with self._lock:
            if stamp != self._stamp:
                self._read(stamp)
            compiled = self._compiled.get(language)
            if compiled is None:
                compiled = Rules(self._rules.get(language, ()), language=language)
                self._compiled[language] = compiled
            return compiled

    def _read(self, stamp: Stamp | None) -> None:
        self._stamp = stamp
        try:
            self._rules = _load(self.path) if self.path and stamp else {}
            self.trouble = ""
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            self.trouble = f"{self.path}: {error}"
            log.warning("synonyms are as they were before: %s", self.trouble)
        self._compiled = {}


def _load(path: Path) -> dict[str, list[Rule]]:
    content = json.loads(path.read_text("utf-8"))
    if content["version"] != FILE_VERSION:
        raise ValueError(f"of version {content['version']}, not {FILE_VERSION}")
    found: dict[str, list[Rule]] = {}
    for locale, sources, targets in content["rules"]:
        rule = Rule(tuple(map(str, sources)), tuple(map(str, targets)))
        found.setdefault(language_of(locale), []).append(rule)
    return found


def dump(rules: Iterable[tuple[str, Rule]]) -> bytes:
    """Return the content of the file that a book reads."""
    listed = sorted((locale, rule.sources, rule.targets) for locale, rule in rules)
    content = {"version": FILE_VERSION, "rules": listed}
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def replace_file(path: Path, content: bytes) -> bool:
    """Replace a file atomically, unless it holds just this already; tell whether it changed."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, has_rivals=True) as file:
        file.write(content)
    return True
