"""What is done to the articles of a judged set: each topic is left alone, or spoilt in one way."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from search.analysis import analyzer
from search.evaluation import JudgedSet
from search.passages import Document

TWINS = Path(__file__).with_name("twins.jsonl")
MAX_TOPICS = 80
MAX_ARTICLES = 250  # of a set; beyond, every n-th of those that nobody asks about
SHARES = {"missing-article": 0.10, "cannot-be-found": 0.08, "does-not-help": 0.06}
MAX_TRANSLATIONS = 5
CODE_NAMES = (
    "KX-{n} Ops runbook", "Procedure {n} (rev. B)", "Process sheet {n}", "Fiche interne {n}",
    "Memo L2-{n}", "Workflow {n}: handling", "SOP-{n}", "Dossier technique {n}",
)  # fmt: skip
# What strays ask about must be foreign to the site, or nothing tells them from its customers.
STRAY_SUBJECT = re.compile("covid|coronavirus", re.IGNORECASE)
JARGON_WORDS = 6  # of an article, the words that name its subject best


class Fate(StrEnum):
    """What became of a topic; the last four are the diagnoses that a report should come to."""

    ANSWERED = "answered"
    MISSING_ARTICLE = "missing-article"
    MISSING_TRANSLATION = "missing-translation"
    CANNOT_BE_FOUND = "cannot-be-found"
    DOES_NOT_HELP = "does-not-help"


@dataclass(frozen=True, slots=True)
class Article:
    """What the site holds: text in one language, about one topic."""

    topic: str
    locale: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What people ask, in their words, and what became of its article.

    `insider`: words that only those use who know how the article is called.
    """

    id: str
    title: str
    locale: str
    queries: tuple[str, ...]
    fate: Fate
    insider: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """A site with planted gaps."""

    name: str
    topics: tuple[Topic, ...]
    articles: tuple[Article, ...]

    @property
    def planted(self) -> tuple[Topic, ...]:
        """Return the topics that should be found."""
        return tuple(each for each in self.topics if each.fate is not Fate.ANSWERED)


def plant(judged: JudgedSet, seed: int) -> World:
    """Spoil some topics of a set; each seed others."""
    chance = random.Random(f"plant {seed}")
    queries = _queries(judged)
    documents = {
        each.id: each for each in judged.documents or () if not STRAY_SUBJECT.search(each.title)
    }
    asked = sorted(each for each in documents if queries[each])
    # Topics asked in many ways first: one wording alone is no group.
    chance.shuffle(asked)
    asked.sort(key=lambda each: len(queries[each]) < 4)
    asked = asked[:MAX_TOPICS]
    twins = _twins(judged.name)
    fates = _fates(asked, twins, chance)
    rarity = _rarity(judged.documents or ())
    topics, articles = [], []
    for number, key in enumerate(_kept(list(documents), fates)):
        document = documents[key]
        title, text = document.title, _text(document)
        fate = fates.get(key, Fate.ANSWERED)
        insider = ""
        if fate is Fate.CANNOT_BE_FOUND:
            title, text, insider = misnamed(document, number, rarity, chance)
        if fate is Fate.MISSING_TRANSLATION:
            articles.append(Article(key, *twins[key]))
        elif fate is not Fate.MISSING_ARTICLE:
            articles.append(Article(key, document.locale, title, text))
        if key in fates:
            topics.append(Topic(key, document.title, document.locale, queries[key], fate, insider))
    return World(judged.name, tuple(topics), tuple(articles))


def _kept(keys: Sequence[str], asked: Mapping[str, Fate]) -> list[str]:
    """Return the articles of a large set that make a site of a size that is indexed in minutes."""
    others = [key for key in keys if key not in asked]
    step = max(-(-len(others) // max(MAX_ARTICLES - len(asked), 1)), 1)
    kept = {*asked, *others[::step]}
    return [key for key in keys if key in kept]


def _queries(judged: JudgedSet) -> dict[str, tuple[str, ...]]:
    """Return the questions of each topic; one that two topics answer says nothing and is left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for query in judged.judged:
        answers = list(judged.judgments[query.id])
        if len(answers) == 1:
            found[answers[0]].append(query.text)
    return defaultdict(tuple, {key: tuple(dict.fromkeys(texts)) for key, texts in found.items()})


def _twins(name: str) -> dict[str, tuple[str, str, str]]:
    """Return our own articles in another language: locale, title and text by document."""
    lines = [json.loads(line) for line in TWINS.read_text("utf-8").splitlines()]
    return {
        each["id"]: (each["lang"], each["title"], each["text"])
        for each in lines
        if each["set"] == name
    }


def _fates(
    asked: Sequence[str], twins: Mapping[str, object], chance: random.Random
) -> dict[str, Fate]:
    fates = dict.fromkeys(asked, Fate.ANSWERED)
    translatable = [each for each in asked if each in twins]
    chance.shuffle(translatable)
    for key in translatable[:MAX_TRANSLATIONS]:
        fates[key] = Fate.MISSING_TRANSLATION
    rest = [each for each in asked if fates[each] is Fate.ANSWERED]
    chance.shuffle(rest)
    for name, share in SHARES.items():
        for _ in range(max(round(share * len(asked)), 1)):
            fates[rest.pop()] = Fate(name)
    return fates


def _text(document: Document) -> str:
    return "\n\n".join(section.text for section in document.sections)


def _rarity(documents: Sequence[Document]) -> Counter[str]:
    """Return in how many articles each stem occurs."""
    return Counter(
        stem
        for each in documents
        for stem in set(analyzer(each.locale).terms(f"{each.title}\n{_text(each)}"))
    )


def misnamed(
    document: Document, number: int, rarity: Mapping[str, int], chance: random.Random
) -> tuple[str, str, str]:
    """Return title, text and insiders' words of an article as an engineer would have filed it.

    The title is a code name. Of two in three articles the text is shortened to its first half and
    the words that name its subject best stand there as abbreviations.
    """
    code = chance.randrange(100, 999)
    title = chance.choice(CODE_NAMES).format(n=code)
    text = _text(document)
    if chance.random() < 2 / 3:
        sentences = [each for each in re.split(r"(?<=[.!?])\s+|\n+", text) if each.strip()]
        text = "\n".join(sentences[: max(len(sentences) // 2, 2)])[:4_000]
        for stem, short in _jargon(document, rarity, number).items():
            text = re.sub(rf"\b{re.escape(stem)}\w*", short, text, flags=re.IGNORECASE)
    return title, f"{title}. {text}", title


def _jargon(document: Document, rarity: Mapping[str, int], number: int) -> dict[str, str]:
    counts = Counter(analyzer(document.locale).terms(f"{document.title}\n{_text(document)}"))
    stems = [stem for stem in counts if len(stem) > 3 and stem.isalpha()]
    best = sorted(stems, key=lambda stem: (-counts[stem] / rarity.get(stem, 1), stem))
    return {
        stem: f"{stem[0].upper()}{stem[-1].upper()}{number % 90 + 10}"
        for stem in best[:JARGON_WORDS]
    }
