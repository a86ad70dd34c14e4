"""Which language a page speaks, and the addresses that say so."""

from flask import Flask, Request, current_app, g, has_request_context, request
from werkzeug.routing import BaseConverter

from kb.config import Settings

# Each language by its own name, for the switch and for `lang` attributes.
LANGUAGE_NAMES = {
    "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "it": "Italiano",
    "nl": "Nederlands", "pt": "Português",
}  # fmt: skip


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = current_app.extensions["kb_settings"]
    return found


def converter_for(locales: tuple[str, ...]) -> type[BaseConverter]:
    """Return a URL converter that matches these languages and nothing else."""
    return type("LocaleConverter", (BaseConverter,), {"regex": "|".join(locales)})


def preferred_locale(req: Request, config: Settings) -> str:
    """Return the site's language that the browser likes best."""
    return req.accept_languages.best_match(config.locales, default=config.default_locale)


def current_locale() -> str:
    """Return the language of this request: the address's, else the browser's, else the default."""
    if not has_request_context():
        return settings().default_locale
    found: str | None = g.get("locale")
    return found or preferred_locale(request, settings())


def init_app(app: Flask, config: Settings) -> None:
    """Read the language from the address, and put it back into the addresses that are built."""
    app.url_map.converters["locale"] = converter_for(config.locales)

    @app.url_value_preprocessor
    def take_locale(_endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "locale" in values:
            g.locale = values.pop("locale")

    @app.url_defaults
    def give_locale(endpoint: str, values: dict[str, object]) -> None:
        if "locale" not in values and app.url_map.is_endpoint_expecting(endpoint, "locale"):
            values["locale"] = current_locale()
