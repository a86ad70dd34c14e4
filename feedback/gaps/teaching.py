"""An article that cannot be found: which synonym would help, shown with the ranking before and after."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import current_app

from articles.drafting import has_unpublished, newest
from articles.models import Revision, Significance, Translation
from articles.publishing import Words, commit_changes, publish, words_of, write_revision
from articles.rendering import public_rendering
from feedback.gaps.drafts import Question
from kb.db import db
from search.analysis import analyzer, fold, language_of
from search.engine import SearchEngine
from search.keyword import IndexDamaged, IndexMissing
from search.reading.queries import tidy
from search.snapshot import Snapshot
from search.taught import vocabulary
from search.taught.synonyms import Rule, RuleInvalid, Rules, parse_rule

MAX_MISSING, MAX_MEANT = 4, 6  # words tried on each side: each pair ranks some questions anew
MAX_QUESTIONS = 12
MAX_PROPOSALS = 3
MIN_QUESTIONS, MIN_VISITORS = 2, 3  # that use a word, from which it is a word of customers
ENOUGH_VISITORS = 1 / 3  # of all who asked, whom a rule must help if it helps one question only
FIRST_PAGE = 10  # rank up to which an article that came up is seen
NOWHERE = 100  # rank of what a question does not find


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands for a question, before and after; None: not among the first 100."""

    question: str
    before: int | None
    after: int | None

    @property
    def is_better(self) -> bool:
        """Tell whether more of those who ask will see the article."""
        is_seen = self.after is not None and self.after <= FIRST_PAGE
        return is_seen and (self.after or NOWHERE) < (self.before or NOWHERE)

    @property
    def is_worse(self) -> bool:
        """Tell whether the article falls."""
        return self.before is not None and (self.after or NOWHERE) > self.before


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule, and what it does to the ranking of the article."""

    rule: Rule
    places: tuple[Place, ...]

    @property
    def gain(self) -> float:
        """Return by how much it brings the article up: first places count most."""
        return sum(_worth(each.after) - _worth(each.before) for each in self.places)


class Outlook(StrEnum):
    """What came of looking for synonyms."""

    FOUND = "found"
    NO_WORD = "no-word"  # no word of customers that the site does not know comes back
    NO_GAIN = "no-gain"  # such words there are, but none brings the article up


@dataclass(frozen=True, slots=True)
class Proposals:
    """The rules that help, the best first; where there is none, why, and which question to teach."""

    outlook: Outlook
    rules: tuple[Proposal, ...] = ()
    question: Question | None = None


def _worth(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def candidates(
    questions: Sequence[Question],
    says: Sequence[str],
    text: str,
    locale: str,
    is_ours: Callable[[str], bool] = lambda _word: False,
) -> list[Rule]:
    """Return rules from words of customers to words of what an article `says` in short.

    That is its title and the questions it answers; codes and numbers mean nothing to customers. A
    word counts that two questions use, of three visitors together, and that neither the article says
    in its `text` nor others do: `is_ours`. Such a word means something else already. The words that
    most visitors use come first; both sides are written as people wrote them.
    """
    language = language_of(locale)
    chain = analyzer(language)
    said = set(chain.terms(" ".join([*says, text])))
    used: dict[str, dict[str, int]] = defaultdict(dict)
    written: dict[str, str] = {}
    for question in questions:
        for term in chain.analyse(question.text):
            word = question.text[term.start : term.end]
            if term.text not in said and not is_ours(word):
                used[term.text][question.text] = question.visitors
                written.setdefault(term.text, word)
    visitors = {stem: sum(by.values()) for stem, by in used.items() if len(by) >= MIN_QUESTIONS}
    missing = sorted(visitors, key=lambda stem: (-visitors[stem], stem))
    meant = _words(says, locale)
    found = []
    for stem in [each for each in missing if visitors[each] >= MIN_VISITORS][:MAX_MISSING]:
        for word in meant:
            try:
                found.append(parse_rule(f"{written[stem]} => {word}".replace(",", " "), language))
            except RuleInvalid:
                continue  # such as two forms of one word, which search takes for one already
    return found


def _words(says: Sequence[str], locale: str) -> list[str]:
    """Return the words of texts, each once, in their order, without codes and numbers."""
    chain = analyzer(language_of(locale))
    found = {
        term.text: text[term.start : term.end]
        for text in reversed(says)
        for term in chain.analyse(text)
    }
    first = list(dict.fromkeys(term.text for text in says for term in chain.analyse(text)))
    words = [found[stem] for stem in first]
    return [each for each in words if each.isalpha() and not each.isupper()][:MAX_MEANT]


def propose(questions: Sequence[Question], article: Translation) -> Proposals:
    """Return the rules that bring an article up for these questions, or the question to teach it.

    A rule must help two questions, or a third of the visitors, and hurt none.
    """
    asked = list(questions)[:MAX_QUESTIONS]
    now = {each.text: place(each.text, article) for each in asked}
    lacking = [each for each in asked if (now[each.text] or NOWHERE) > 1]
    best = max(lacking, key=lambda each: each.visitors, default=None)
    rules = candidates(
        asked,
        [article.title, *_answers(article)],
        public_rendering(article).text,
        article.locale,
        _said_elsewhere(article.locale),
    )
    if not rules:
        return Proposals(Outlook.NO_WORD, question=best)
    tried = [effect(rule, [each.text for each in asked], article, now) for rule in rules]
    helping = sorted((each for each in tried if is_help(each, asked)), key=lambda each: -each.gain)
    if not helping:
        return Proposals(Outlook.NO_GAIN, question=best)
    return Proposals(Outlook.FOUND, tuple(helping[:MAX_PROPOSALS]), best)


def _answers(article: Translation) -> list[str]:
    return list(article.public_revision.answers) if article.public_revision else []


def is_help(proposal: Proposal, questions: Sequence[Question]) -> bool:
    """Tell whether a rule helps two questions, or a third of the visitors, and hurts none."""
    visitors = {each.text: each.visitors for each in questions}
    better = [each.question for each in proposal.places if each.is_better]
    helped = sum(visitors.get(each, 0) for each in better)
    is_enough = len(better) >= MIN_QUESTIONS or (
        bool(better) and helped >= ENOUGH_VISITORS * max(sum(visitors.values()), 1)
    )
    return is_enough and not any(each.is_worse for each in proposal.places)


def _said_elsewhere(locale: str) -> Callable[[str], bool]:
    snapshot = _snapshot(current_app.extensions["kb_search"])
    if snapshot is None:
        return lambda _word: False
    language = language_of(locale)
    return lambda word: len(snapshot.holding([(0, fold(word))], language)) > 0


def effect(
    rule: Rule,
    questions: Sequence[str],
    article: Translation,
    now: Mapping[str, int | None] | None = None,
) -> Proposal:
    """Return where an article stands for questions without a rule (`now`, if known) and with it."""
    before = kept_rules(article.locale)
    known = now if now is not None else {each: place(each, article, before) for each in questions}
    return Proposal(
        rule,
        tuple(
            Place(each, known[each], place(each, article, [*before, rule])) for each in questions
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
