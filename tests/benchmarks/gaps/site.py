"""A throw-away site that holds the articles of a world, with the real search."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from articles.models import Article as Row
from articles.models import Translation
from articles.publishing import Words, commit_changes, publish, write_revision
from feedback.gaps.facts import Source
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.meaning import encode_when_ready
from feedback.gaps.models import GapEvent
from feedback.gaps.report import gaps_report
from feedback.models import SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from kb.config import Settings
from kb.db import db
from kb.factory import create_app
from kb.schema import ensure
from search.encoders import lazy_encoder
from search.evaluation.remembering import RememberingEncoder
from search.sync import indexer
from search.vectors import VectorStore
from tests.benchmarks.gaps.planting import World
from tests.benchmarks.gaps.scoring import Listed

PUBLISHED = datetime(2026, 1, 5, 9, tzinfo=UTC)


@contextmanager
def site(world: World, home: Path, *, cache: Path, model: str) -> Iterator[Flask]:
    """Yield an application within its context, all articles published and indexed."""
    app = create_app(
        Settings(
            home=home,
            secret_key="for benchmarks only",
            contact_email="help@bank.example",
            embedding_model=model,
            indexer="off",
            worker="off",
            log_level="ERROR",
        )
    )
    ensure(app)
    with app.test_request_context():
        _fill(world)
        made = indexer(app)
        made.store = VectorStore(cache)
        encoder = None
        if model != "off":
            lazy = RememberingEncoder.over(lazy_encoder(model), made.store)
            made.encoder = made.engine.encoder = lazy
            encoder = lazy.wait()
        made.reconcile(encoder=encoder)
        yield app
        db.session.remove()


def _fill(world: World) -> None:
    for number, each in enumerate(world.articles, 1):
        translation = Translation(
            article=Row(key=f"{each.topic}-{number}"),
            locale=each.locale,
            slug=f"a-{number}",
            title=each.title,
        )
        db.session.add(translation)
        revision = write_revision(translation, Words(each.title, each.text), at=PUBLISHED)
        publish(translation, revision, at=PUBLISHED)
    commit_changes()


def translations(world: World) -> dict[str, Translation]:
    """Return the translation of each topic that has an article."""
    rows = db.session.query(Translation).order_by(Translation.id)
    by_key = {each.slug: each for each in rows}
    return {each.topic: by_key[f"a-{number}"] for number, each in enumerate(world.articles, 1)}


def reported(since: datetime, until: datetime) -> list[Listed]:
    """Keep the gaps as the worker does, and return the report as leads see it, in its order."""
    keep_gaps(encode_when_ready(), now=until + timedelta(hours=1))
    members: dict[int, dict[Source, set[int]]] = defaultdict(lambda: defaultdict(set))
    for event in db.session.query(GapEvent).filter(GapEvent.is_answered.is_(False)):
        members[event.gap_id][event.source].add(event.event_id)
    report = gaps_report(Filters(Period(since, until)))
    return [
        Listed(
            name=gap.name,
            diagnosis=gap.diagnosis.value if gap.diagnosis else "",
            searches=frozenset(members[gap.id][Source.SEARCH]),
            requests=frozenset(members[gap.id][Source.REQUEST]),
        )
        for gap in report.gaps
    ]


def unanswered() -> frozenset[int]:
    """Return the searches of people that were not answered."""
    rows = db.session.query(SearchIntent.id).join(Visit, Visit.id == SearchIntent.visit_id)
    return frozenset(
        each.id
        for each in rows.filter(
            SearchIntent.outcome.is_not(None),
            SearchIntent.outcome != Outcome.ANSWERED,
            Visit.is_bot.is_(False),
        )
    )
