"""The application, put together. The only module that imports the contexts."""

import os
from collections.abc import Hashable, Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from babel import Locale
from flask import Flask
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

import articles.api.setup
import articles.studio.views
import articles.views
import feedback.setup
import search.api
import search.views
from articles.queries import freshness
from kb import (
    assets,
    errors,
    formats,
    health,
    incoming,
    locales,
    logs,
    pagecache,
    security,
    tallies,
)
from kb.accounts import security as accounts_security
from kb.api import setup as api
from kb.audit import views as audit
from kb.config import Settings
from kb.customers import views as customers
from kb.db import db
from kb.deliveries import setup as deliveries
from kb.extensions import babel, csrf, limiter, migrate
from kb.mail import setup as mail
from kb.pagecache import PageCache
from kb.sessions import StudioSessions
from kb.webhooks import views as webhooks
from kb.worker import state as worker

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MAX_REQUEST_BYTES = 1_000_000
CONTEXTS = (
    articles.views,
    articles.api.setup,
    articles.studio.views,
    search.views,
    search.api,
    feedback.setup,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the site for `settings` (read from the environment by default)."""
    settings = settings or Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    app = Flask("kb", root_path=str(Path(__file__).parent), static_folder=None)
    app.session_interface = StudioSessions()
    app.extensions["kb_settings"] = settings
    counters = tallies.Tallies(settings.home / tallies.FILE)
    app.config.update(
        SECRET_KEY=settings.resolved_secret_key(),
        SQLALCHEMY_DATABASE_URI=settings.resolved_database_url,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        BABEL_DEFAULT_LOCALE=settings.default_locale,
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
        RATELIMIT_HEADERS_ENABLED=True,
        # Tokens of forms end with the session that they belong to, not after an hour: somebody
        # who writes for longer in a page without scripts must not be refused when they save.
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_SECURE=settings.site_url.startswith("https:"),
        REMEMBER_COOKIE_SECURE=settings.site_url.startswith("https:"),
        RATELIMIT_STORAGE_URI=f"{tallies.SCHEME}://",
        RATELIMIT_STORAGE_OPTIONS={"tallies": counters},
    )
    app.extensions["kb_tallies"] = counters
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.autoescape = True
    logs.configure(settings.log_level)
    security.init_app(app)  # first: what another site's page sends is not looked at
    incoming.init_app(app)
    _bind_extensions(app)
    for module in (locales, assets):
        module.init_app(app, settings)
    for part in (
        accounts_security,
        audit,
        errors,
        health,
        worker,
        mail,
        deliveries,
        api,
        webhooks,
        customers,
    ):
        part.init_app(app)
    for context in CONTEXTS:
        context.init_app(app)
    _set_up_templates(app, settings)
    if settings.page_cache_mb:
        _cache_pages(app, settings.page_cache_mb * 1_000_000)
    if proxies := settings.trusted_proxies:
        # Outermost, so that the cache too knows the host and the scheme that visitors use.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=proxies
        )
    return app


def start_background_work(app: Flask) -> None:
    """Start what a serving process does beside answering: load the model, keep the index."""
    search.views.start_background_work(app)


def start_with_first_request(app: Flask) -> None:
    """Let each process start that work when it is first asked for anything, `/readyz` included.

    For servers that tell nobody when a process begins; never before a fork, which threads do not
    survive.
    """
    app.wsgi_app = _Starting(app, app.wsgi_app)  # type: ignore[assignment,method-assign]


class _Starting:
    """Starts the background work of each process once."""

    def __init__(self, app: Flask, answer: "WSGIApplication") -> None:
        self._app = app
        self._answer = answer
        self._owner = 0
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if self._owner != os.getpid():
            with self._lock:
                if self._owner != os.getpid():
                    self._owner = os.getpid()
                    start_background_work(self._app)
        return self._answer(environ, start)


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db)
    babel.init_app(app, locale_selector=locales.current_locale)
    csrf.init_app(app)
    limiter.init_app(app)


def _set_up_templates(app: Flask, settings: Settings) -> None:
    def language_name(code: str) -> str:
        """Return what a language is called in the language of the page."""
        return Locale.parse(code).get_display_name(get_locale()) or code

    app.jinja_env.filters["shown_date"] = formats.shown_date
    app.jinja_env.filters["shown_moment"] = formats.shown_moment
    app.jinja_env.filters["shown_number"] = formats.shown_number
    app.jinja_env.filters["shown_share"] = formats.shown_share
    app.jinja_env.filters["language_name"] = language_name
    app.jinja_env.globals.update(
        settings=settings,
        language_names=locales.LANGUAGE_NAMES,
        current_locale=locales.current_locale,
    )


def _cache_pages(app: Flask, max_bytes: int) -> None:
    def state() -> Hashable:
        with app.app_context():
            return (freshness(), *(part() for part in pagecache.parts_of(app)))

    app.wsgi_app = PageCache(app.wsgi_app, state, max_bytes)  # type: ignore[method-assign]
