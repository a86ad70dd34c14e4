"""Fixtures for all tests: an application on each database, a client, a running server."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import select
from werkzeug.serving import make_server

from feedback.spool.draining import drain
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db
from kb.factory import create_app
from kb.schema import ensure
from kb.worker.queue import close as close_queue
from tests import postbox as mail_servers
from tests import postgres
from tests.chromium import axe, chromium
from tests.swift import SHUTDOWN_SECONDS, LazyRule, keep_what_is_loaded, share_statements

# The gate gives the same verdict each time; `--hypothesis-profile=default` searches on.
hypothesis.settings.register_profile("gate", derandomize=True, deadline=None)
hypothesis.settings.load_profile("gate")

Flask.url_rule_class = LazyRule

__all__ = ["PASSWORD", "axe", "chromium"]  # fixtures of other files, for all tests

PASSWORD = "correct horse battery"


def pytest_collection_finish() -> None:
    """Be quick from the first test on."""
    keep_what_is_loaded()


class FreshClient(FlaskClient):
    """Sends each request outside the context that the fixture `app` keeps open for the test.

    Inside it, Flask would share `g` between requests: the language of the first one, and who signed in.
    Answers are read to their end and closed, as a server does. What was noted enters the database
    before the test goes on, as it does within about a second on a site.
    """

    def open(self, *args: Any, **options: Any) -> Any:
        """Send a request in a context of its own."""
        options.setdefault("buffered", True)
        answer = Context().run(super().open, *args, **options)
        Context().run(self._drain)
        return answer

    def _drain(self) -> None:
        with self.application.app_context():
            drain(busy_wait_ms=50)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server that lives as long as the test run."""
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an empty database at the newest migration, copied for each test."""
    home = tmp_path_factory.mktemp("schema")
    app = create_app(Settings(home=home, indexer="off", embedding_model="off"))
    ensure(app)
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return (home / "kb.sqlite3").read_bytes()


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a template database at the newest migration."""
    name = "kb_template"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    app = create_app(
        Settings(
            home=tmp_path_factory.mktemp("schema-pg"),
            database_url=f"{postgres_server}/{name}",
            indexer="off",
            embedding_model="off",
        )
    )
    ensure(app)
    with app.app_context():
        db.engine.dispose()
    return name


def _execute(server: str, statement: str) -> None:
    engine = sqlalchemy.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small bilingual site without a model; override in a module to differ."""
    return Settings(
        home=tmp_path / "home",
        secret_key="for tests only",
        site_name="Clairson",
        contact_email="help@clairson.example",
        embedding_model="off",
        indexer="off",
        log_level="ERROR",
        nps_sample=0.0,  # else who is in the sample differs from one period to the next
    )


class Compiled(BytecodeCache):
    """Templates as they were compiled for the first application of the test run."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template that is known."""
        known = self._known.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = Compiled()


def _made(settings: Settings) -> Flask:
    """Return an application with what tests need, and passwords that are quickly hashed."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = FreshClient
    app.jinja_env.bytecode_cache = COMPILED
    app.extensions["security"].pwd_context.update(
        argon2__time_cost=1, argon2__memory_cost=8, argon2__parallelism=1
    )
    with app.app_context():
        share_statements(db.engine)
    return app


def _finish(app: Flask) -> None:
    close_queue(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(settings: Settings, _migrated_sqlite: bytes) -> Iterator[Flask]:
    """The application on SQLite, with its context pushed."""
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / "kb.sqlite3").write_bytes(_migrated_sqlite)
    app = _made(settings)
    with app.app_context():
        yield app
    _finish(app)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(
    request: pytest.FixtureRequest, settings: Settings, _migrated_sqlite: bytes
) -> Iterator[Flask]:
    """The application on each database in turn: for tests of the data layer."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("_migrated_postgres")
    name = f"kb_{uuid.uuid4().hex}"
    # Copied as files, which takes a third of the time of a copy by the log.
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    app = _made(settings.model_copy(update={"database_url": f"{server}/{name}"}))
    with app.app_context():
        yield app
    _finish(app)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without an account."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[RoleName | None], FlaskClient]:
    """Return a function that gives a client signed in with a role; without one, as a customer."""

    def signed_in(role: RoleName | None) -> FlaskClient:
        app.config["WTF_CSRF_ENABLED"] = False
        email = f"{role.value if role else 'customer'}@clairson.example"
        add_user(email, PASSWORD, role or RoleName.WRITER)
        if role is None:
            customer = db.session.scalars(select(User).where(User.email == email)).one()
            customer.roles.clear()
            db.session.commit()
        visitor = app.test_client()
        answer = visitor.post("/studio/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 302, "the sign-in form refused a right password"
        return visitor

    return signed_in


@pytest.fixture
def start_mail_server() -> Iterator[Callable[..., mail_servers.Postbox]]:
    """Return a function that starts a mail server on loopback, see `tests.postbox.servers`."""
    with mail_servers.servers() as start:
        yield start


@pytest.fixture
def postbox(start_mail_server: Callable[..., mail_servers.Postbox]) -> mail_servers.Postbox:
    """A mail server without encryption that takes everything; its `url` is a value of `smtp_url`."""
    return start_mail_server()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """Address of the application served on loopback, for browsers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(SHUTDOWN_SECONDS,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
