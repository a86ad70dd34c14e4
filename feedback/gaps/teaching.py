"""An article that cannot be found: which synonym would help, shown with the ranking before and after."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import current_app

from articles.drafting import has_unpublished, newest
from articles.models import Revision, Significance, Translation
from articles.publishing import Words, commit_changes, publish, words_of, write_revision
from articles.rendering import public_rendering
from kb.db import db
from search.analysis import analyzer, fold, language_of
from search.engine import SearchEngine
from search.keyword import IndexDamaged, IndexMissing
from search.reading.queries import tidy
from search.snapshot import Snapshot
from search.taught import vocabulary
from search.taught.synonyms import Rule, RuleInvalid, Rules, parse_rule

MAX_MISSING, MAX_MEANT = 4, 4  # words tried on each side: each pair ranks every question anew
MAX_QUESTIONS = 4
MAX_PROPOSALS = 3
MAX_ELSEWHERE = 1  # articles that may say a word of customers before it counts as the site's own
NOWHERE = 100  # rank of what a question does not find


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands for a question, before and after; None: not among the first 100."""

    question: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule, and what it does to the ranking of the article."""

    rule: Rule
    places: tuple[Place, ...]

    @property
    def gain(self) -> float:
        """Return by how much it brings the article up: first places count most."""
        return sum(_worth(each.after) - _worth(each.before) for each in self.places)


def _worth(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def candidates(
    questions: Sequence[str],
    title: str,
    text: str,
    locale: str,
    is_ours: Callable[[str], bool] = lambda _word: False,
) -> list[Rule]:
    """Return rules from words of customers that an article never says to the words of its title.

    The words that most questions use come first; both sides are written as people wrote them. A word
    that `is_ours`, because other articles say it too, means something else already: it is left alone.
    """
    language = language_of(locale)
    chain = analyzer(language)
    said = set(chain.terms(f"{title} {text}"))
    missing: Counter[str] = Counter()
    written: dict[str, str] = {}
    for question in questions:
        for term in chain.analyse(question):
            word = question[term.start : term.end]
            if term.text not in said and not is_ours(word):
                missing[term.text] += 1
                written.setdefault(term.text, word)
    meant = list(dict.fromkeys(title[term.start : term.end] for term in chain.analyse(title)))
    found = []
    for stem, _times in missing.most_common(MAX_MISSING):
        for word in meant[:MAX_MEANT]:
            try:
                found.append(parse_rule(f"{written[stem]} => {word}".replace(",", " "), language))
            except RuleInvalid:
                continue  # such as two forms of one word, which search takes for one already
    return found


def propose(questions: Sequence[str], article: Translation) -> list[Proposal]:
    """Return the rules that bring an article up for these questions, the best first."""
    text = public_rendering(article).text
    asked = list(questions)[:MAX_QUESTIONS]
    found = candidates(asked, article.title, text, article.locale, _said_elsewhere(article.locale))
    tried = [effect(rule, asked, article) for rule in found]
    helping = sorted((each for each in tried if each.gain > 0), key=lambda each: -each.gain)
    return helping[:MAX_PROPOSALS]


def _said_elsewhere(locale: str) -> Callable[[str], bool]:
    snapshot = _snapshot(current_app.extensions["kb_search"])
    if snapshot is None:
        return lambda _word: False
    language = language_of(locale)
    return lambda word: len(snapshot.holding([(0, fold(word))], language)) > MAX_ELSEWHERE


def effect(rule: Rule, questions: Sequence[str], article: Translation) -> Proposal:
    """Return where an article stands for questions without a rule and with it."""
    before = kept_rules(article.locale)
    return Proposal(
        rule,
        tuple(
            Place(each, place(each, article, before), place(each, article, [*before, rule]))
            for each in questions
        ),
    )


def kept_rules(locale: str) -> list[Rule]:
    """Return the rules in force for a language."""
    language = language_of(locale)
    return [rule for known, rule in vocabulary.all_rules() if language_of(known) == language]


def place(question: str, article: Translation, rules: Sequence[Rule] | None = None) -> int | None:
    """Return the rank of an article for a question, from 1; None where it is not found."""
    engine: SearchEngine = current_app.extensions["kb_search"]
    snapshot = _snapshot(engine)
    number = snapshot.by_id.get(str(article.id)) if snapshot else None
    if snapshot is None or number is None:
        return None
    compiled = Rules(
        kept_rules(article.locale) if rules is None else rules, language=language_of(article.locale)
    )
    ranking = engine.rank(
        snapshot, tidy(question), locale=article.locale, rules=lambda _language: compiled
    )
    order = ranking.order.tolist()[:NOWHERE]
    return order.index(number) + 1 if number in order else None


def _snapshot(engine: SearchEngine) -> Snapshot | None:
    try:
        return engine.snapshot()[0]
    except (IndexMissing, IndexDamaged):
        return None


def teach_question(article: Translation, question: str, *, by: str) -> Revision:
    """Add a question to what a public article answers, for readers at once; return the revision.

    Words that somebody is drafting stay the newest, and get the question as well.
    """
    assert article.public_revision is not None, "only public articles are taught"
    drafted = words_of(newest(article)) if has_unpublished(article) else None
    revision = _asking(article, words_of(article.public_revision), question, by=by)
    db.session.flush()
    if drafted is not None:
        _asking(article, drafted, question, by=by)
    publish(article, revision)
    commit_changes()
    return revision


def forget_question(article: Translation, question: str, *, by: str) -> None:
    """Take a question that was taught away again."""
    if article.public_revision is None:
        return
    words = words_of(article.public_revision)
    left = [each for each in words.answers if each != question]
    changed = Words(**{**words.columns(), "answers": left})
    revision = write_revision(
        article, changed, by=by, message=question, significance=Significance.TYPO
    )
    db.session.flush()
    publish(article, revision)
    commit_changes()


def _asking(article: Translation, words: Words, question: str, *, by: str) -> Revision:
    answers = list(dict.fromkeys([*words.answers, question]))
    changed = Words(**{**words.columns(), "answers": answers})
    return write_revision(article, changed, by=by, message=question, significance=Significance.TYPO)
