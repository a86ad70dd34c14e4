"""Both databases keep the same promises."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

from articles.models import Article, Category, Kind, Translation
from kb import schema
from kb.db import db
from tests import factories


def test_moments_come_back_aware_and_in_utc(any_app: Flask) -> None:
    paris_summer = timezone(timedelta(hours=2))
    translation = factories.article(published_at=datetime(2026, 7, 1, 12, tzinfo=paris_summer))
    db.session.expire_all()
    found = db.session.get(Translation, translation.id)
    assert found is not None
    assert found.published_at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert found.published_at.utcoffset() == timedelta(0)


def test_a_moment_without_a_time_zone_is_refused(any_app: Flask) -> None:
    article = Article(key="x", created_at=datetime(2026, 1, 1))  # noqa: DTZ001  (that is the point)
    db.session.add(article)
    with pytest.raises(StatementError, match="give it a time zone"):
        db.session.commit()


def test_enumerations_are_stored_by_value(any_app: Flask) -> None:
    factories.article(kind=Kind.KNOWN_ISSUE)
    assert db.session.scalar(text("SELECT kind FROM article")) == "known-issue"


def test_a_row_cannot_point_to_nothing(any_app: Flask) -> None:
    db.session.add(Category(key="lost", parent_id=999))
    with pytest.raises(IntegrityError):
        db.session.commit()


def test_the_migrations_make_what_the_models_describe(any_app: Flask) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": schema.is_modelled}
        )
        assert compare_metadata(context, db.metadata) == []


def test_there_is_one_newest_migration(any_app: Flask) -> None:
    assert schema.current() == schema.head()


def test_ensuring_the_schema_twice_is_harmless(any_app: Flask) -> None:
    schema.ensure(any_app)
    assert schema.current() == schema.head()


def test_sqlite_readers_do_not_wait_for_a_writer(app: Flask) -> None:
    assert db.session.scalar(text("PRAGMA journal_mode")) == "wal"


def test_sqlite_enforces_foreign_keys(app: Flask) -> None:
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1


def test_every_foreign_key_is_indexed_or_leads_its_table(any_app: Flask) -> None:
    inspector = inspect(db.engine)
    bare = []
    for table in db.metadata.sorted_tables:
        leading = {next(iter(i["column_names"])) for i in inspector.get_indexes(table.name)}
        leading |= {u["column_names"][0] for u in inspector.get_unique_constraints(table.name)}
        leading |= set(inspector.get_pk_constraint(table.name)["constrained_columns"])
        bare += [
            f"{table.name}.{key['constrained_columns'][0]}"
            for key in inspector.get_foreign_keys(table.name)
            if key["constrained_columns"][0] not in leading
        ]
    assert bare == []
