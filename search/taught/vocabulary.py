"""The verbs of what the search was taught: rules kept by writers, phrasings decided by them.

The tables are the truth. After each change `project` writes them into the two files of
KB_HOME/search that queries follow, so that a change acts at once in every process of a machine;
the learner of another machine (`search.taught.learning`) does the same when it sees the change.
"""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from flask import Flask, current_app
from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from articles.models import Audience, Translation
from articles.noting import note
from articles.publishing import commit_changes
from articles.queries import published
from kb.audit.recording import record
from kb.db import db, utc_now
from search.encoders import Encoder, Vectors
from search.engine import SearchEngine
from search.models import Decision, PhrasingRow, SynonymRule
from search.passages import fingerprint
from search.taught import phrasings as taught
from search.taught import synonyms
from search.taught.phrasings import Phrasing
from search.taught.phrasings import dump as dump_phrasings
from search.taught.synonyms import Rule, replace_file
from search.taught.synonyms import dump as dump_synonyms
from search.vectors import VectorStore

NO_MODEL = "none"  # in the file, where meaning takes no part


class RuleExists(ValueError):
    """The same words are kept as a rule already."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of rules did, or would do."""

    added: int
    unchanged: int
    removed: int


def rules(locale: str | None = None) -> Select[SynonymRule]:
    """Select the rules of one language or all, those changed last first."""
    query = select(SynonymRule).order_by(SynonymRule.changed_at.desc(), SynonymRule.id.desc())
    return query if locale is None else query.where(SynonymRule.locale == locale)


def rule_of(row: SynonymRule) -> Rule:
    """Return what a row says."""
    return Rule(tuple(row.sources), tuple(row.targets))


def add_rule(locale: str, rule: Rule, *, by: str) -> SynonymRule:
    """Keep a rule; raises RuleExists."""
    row = SynonymRule(locale=locale, changed_by=by)
    db.session.add(row)
    return _save(row, rule, "synonym.added")


def change_rule(row: SynonymRule, locale: str, rule: Rule, *, by: str) -> SynonymRule:
    """Let a row say something else; raises RuleExists."""
    row.locale = locale
    row.changed_by = by
    row.changed_at = utc_now()
    return _save(row, rule, "synonym.changed")


def _save(row: SynonymRule, rule: Rule, act: str) -> SynonymRule:
    row.key = rule.key
    row.sources, row.targets = list(rule.sources), list(rule.targets)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise RuleExists(str(rule)) from error
    _record(act, row)
    commit_vocabulary()
    return row


def _record(act: str, row: SynonymRule) -> None:
    said = str(rule_of(row))
    record(act, thing="synonym", thing_id=row.id, label=said, by=row.changed_by, locale=row.locale)


def remove_rule(row: SynonymRule) -> None:
    """Forget a rule."""
    _record("synonym.removed", row)
    db.session.delete(row)
    commit_vocabulary()


def import_rules(
    found: Sequence[tuple[str, Rule]], *, by: str, replace: bool = False, dry_run: bool = False
) -> Imported:
    """Add what is not kept yet; with `replace`, also forget what `found` does not hold.

    All or nothing, and a second time nothing. `replace` looks at the languages of `found` alone.
    """
    wanted = {(locale, rule.key): rule for locale, rule in found}
    known = {(row.locale, row.key): row for row in db.session.scalars(rules())}
    fresh = [(locale, rule) for (locale, key), rule in wanted.items() if (locale, key) not in known]
    locales = {locale for locale, _ in wanted} if replace else set()
    gone = [row for key, row in known.items() if key not in wanted and row.locale in locales]
    done = Imported(len(fresh), len(wanted) - len(fresh), len(gone))
    if dry_run or not (fresh or gone):
        return done
    for row in gone:
        db.session.delete(row)
    for locale, rule in fresh:
        db.session.add(
            SynonymRule(
                locale=locale,
                key=rule.key,
                sources=list(rule.sources),
                targets=list(rule.targets),
                changed_by=by,
            )
        )
    record("synonyms.imported", by=by, added=done.added, removed=done.removed)
    commit_vocabulary()
    return done


def all_rules() -> list[tuple[str, Rule]]:
    """Return every rule with its language, in a stable order."""
    rows = db.session.execute(
        select(
            SynonymRule.locale, SynonymRule.key, SynonymRule.sources, SynonymRule.targets
        ).order_by(SynonymRule.locale, SynonymRule.key)
    )
    return [(row.locale, Rule(tuple(row.sources), tuple(row.targets))) for row in rows]


# Phrasings


def phrasings(translation_ids: Iterable[int] | None = None) -> Select[PhrasingRow]:
    """Select phrasings, of some articles or all: those that act first, by their visitors."""
    query = select(PhrasingRow).order_by(
        func.coalesce(PhrasingRow.decision, "") == Decision.REVOKED,
        PhrasingRow.helpful.desc(),
        PhrasingRow.text,
        PhrasingRow.id,
    )
    if translation_ids is None:
        return query
    return query.where(PhrasingRow.translation_id.in_(list(translation_ids)))


def decide(row: PhrasingRow, decision: Decision | None, *, by: str) -> None:
    """Keep or revoke a phrasing, or leave it to its votes again. A revoked one stays revoked."""
    row.decision = decision
    row.decided_by = by if decision else ""
    row.decided_at = utc_now() if decision else None
    act = f"phrasing.{decision.value if decision else 'left-to-votes'}"
    note(act, db.session.get_one(Translation, row.translation_id), by=by, phrasing=row.text)
    commit_vocabulary()


def acting_phrasings() -> list[Phrasing]:
    """Return the phrasings of public articles that were not revoked, in a stable order.

    What a writer keeps is trusted fully and may lead; the others lead where texts agree.
    """
    rows = db.session.execute(
        published(reader=Audience.STAFF)
        .join(PhrasingRow, PhrasingRow.translation_id == Translation.id)
        .where(func.coalesce(PhrasingRow.decision, "") != Decision.REVOKED)
        .with_only_columns(
            Translation.id,
            Translation.locale,
            PhrasingRow.text,
            PhrasingRow.trust,
            PhrasingRow.is_first,
            PhrasingRow.decision,
            maintain_column_froms=True,
        )
        .order_by(PhrasingRow.id)
    )
    return [
        Phrasing(
            str(row.id),
            row.locale,
            row.text,
            1.0 if row.decision is Decision.KEPT else row.trust,
            leads=row.is_first or row.decision is Decision.KEPT,
        )
        for row in rows
    ]


# Files


def commit_vocabulary() -> None:
    """Commit, and let every process of this machine follow."""
    commit_changes()
    project(current_app._get_current_object())  # type: ignore[attr-defined]


def project(app: Flask) -> bool:
    """Write the files from the database where they differ; tell whether they did.

    Reads under a lock: of two processes, the later one has seen what the earlier one committed.
    """
    made = app.extensions["kb_indexer"]
    folder: Path = made.home
    with _locked(folder / "vocabulary.lock"):
        db.session.rollback()  # see what others have committed
        is_new = replace_file(folder / synonyms.FILE_NAME, dump_synonyms(all_rules()))
        found = acting_phrasings()
        model = made.encoder.name if made.encoder else NO_MODEL
        vectors = _vectors(found, model, made.store)
        content = dump_phrasings(found, model, vectors)
        return replace_file(folder / taught.FILE_NAME, content) or is_new


def trouble(engine: SearchEngine) -> str:
    """Return why queries do not follow the tables, "" where the files are there and readable."""
    model = engine.encoder.name if engine.encoder else None
    engine.synonyms.rules("")
    engine.phrasings.phrasings(model)
    for book in (engine.synonyms, engine.phrasings):
        if book.path is not None and book.stamp is None:
            return f"{book.path.name} is missing"
    return engine.synonyms.trouble or engine.phrasings.trouble


def _vectors(found: Sequence[Phrasing], model: str, store: VectorStore) -> Vectors:
    """Return a row for each phrasing, null where its vector is not known."""
    keys = [vector_key(each.text) for each in found]
    known = store.get(model, keys) if keys and model != NO_MODEL else {}
    width = max((len(vector) for vector in known.values()), default=0)
    nothing = np.zeros(width, dtype=np.float32)
    rows = [known.get(key, nothing) for key in keys]
    return np.asarray(rows, dtype=np.float32).reshape(len(rows), width)


def encode_phrasings(
    encoder: Encoder, store: VectorStore, *, interrupted: Callable[[], bool] = lambda: False
) -> int:
    """Encode as questions the phrasings that have no vector; return how many that were."""
    texts = {vector_key(each.text): each.text for each in acting_phrasings()}
    known = store.get(encoder.name, list(texts)) if texts else {}
    count = 0
    for key, text in texts.items():
        if interrupted():
            break
        if key not in known:
            store.put(encoder.name, {key: encoder.encode_query(text)})
            count += 1
    return count


def vector_key(text: str) -> str:
    """Return the key of a question in the vector store, apart from that of a passage."""
    return fingerprint(f"asked: {text}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that the system frees even after kill -9."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
        yield
