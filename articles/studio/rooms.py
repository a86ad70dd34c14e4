"""The rooms of the studio, in one table: what the frame of every page and the palette lead to."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_security import current_user

from kb.rights import Right, holds


@dataclass(frozen=True, slots=True)
class Room:
    """A page that people work on; `within` begins the addresses that belong to it."""

    endpoint: str
    label: LazyString
    right: Right
    within: tuple[str, ...]
    in_frame: bool = True


@dataclass(frozen=True, slots=True)
class Door:
    """A room that is open to who asks, with its address."""

    label: str
    url: str
    is_current: bool


# In the order of a working day; rooms that no part of the program serves are not shown.
ROOMS = (
    Room("desk.home", _l("Desk"), Right.READ_STUDIO, ()),
    Room(
        "listing.articles",
        _l("Articles"),
        Right.READ_STUDIO,
        ("/studio/articles", "/studio/drafts", "/studio/acts"),
    ),
    Room("inbox.listing", _l("Requests"), Right.ANSWER_REQUESTS, ("/studio/requests",)),
    Room("gaps.mine", _l("Questions"), Right.WORK_ON_GAPS, ("/studio/gaps",)),
    Room("translations.overview", _l("Translations"), Right.READ_STUDIO, ("/studio/translations",)),
    Room("reports.overview", _l("Reports"), Right.SEE_REPORTS, ("/studio/reports",)),
    Room(
        "taught.synonyms",
        _l("Search words"),
        Right.TEACH_SEARCH,
        ("/studio/synonyms", "/studio/phrasings"),
    ),
    Room("announcing.listing", _l("Announcements"), Right.ANNOUNCE, ("/studio/announcements",)),
    Room(
        "channels.listing",
        _l("Channels"),
        Right.MANAGE_CHANNELS,
        ("/studio/channels", "/studio/topics"),
    ),
    Room("categories.tree", _l("Categories"), Right.ORGANISE, ("/studio/categories",)),
    Room("templates.listing", _l("Templates"), Right.ORGANISE, ("/studio/templates",)),
    Room("addresses.listing", _l("Addresses"), Right.ORGANISE, ("/studio/addresses",)),
    Room("links.listing", _l("Links"), Right.WRITE, ("/studio/links",)),
    Room(
        "connections.overview",
        _l("Connections"),
        Right.CONNECT,
        (
            "/studio/connections",
            "/studio/help-desk",
            "/studio/webhooks",
            "/studio/deliveries",
            "/studio/api-keys",
            "/studio/customer-tokens",
        ),
    ),
    Room("people.listing", _l("People"), Right.MANAGE_PEOPLE, ("/studio/people",)),
    Room("audit.log", _l("Audit log"), Right.READ_AUDIT, ("/studio/audit",)),
    Room("topics.listing", _l("Topics of requests"), Right.MANAGE_CHANNELS, (), in_frame=False),
    Room(
        "widget_studio.overview",
        _l("Widget"),
        Right.MANAGE_CHANNELS,
        ("/studio/widget",),
        in_frame=False,
    ),
    Room("api_keys.listing", _l("API keys"), Right.CONNECT, (), in_frame=False),
    Room(
        "incoming_mail.listing",
        _l("Mail to look at"),
        Right.ANSWER_REQUESTS,
        ("/studio/mail",),
        in_frame=False,
    ),
    Room("verifying.overview", _l("To verify"), Right.WRITE, ("/studio/verify",), in_frame=False),
    Room("undo.acts", _l("Recent acts"), Right.WRITE, (), in_frame=False),
    Room("help_desk.overview", _l("Help desk"), Right.CONNECT, (), in_frame=False),
    Room("webhooks.listing", _l("Webhooks"), Right.CONNECT, (), in_frame=False),
    Room("customers.listing", _l("Customers"), Right.ANSWER_REQUESTS, (), in_frame=False),
    Room("customer_tokens.overview", _l("Customer tokens"), Right.CONNECT, (), in_frame=False),
    Room("deliveries.listing", _l("Deliveries"), Right.CONNECT, (), in_frame=False),
    Room("taught.phrasings", _l("Phrasings"), Right.TEACH_SEARCH, (), in_frame=False),
    Room("gaps.listing", _l("Content gaps"), Right.SEE_REPORTS, (), in_frame=False),
)
NEW_ARTICLE = "new_article.form"
ACCOUNT = "account.overview"


def doors(*, everywhere: bool = False) -> list[Door]:
    """Return the rooms open to the person of this request; `everywhere`: those off the frame too."""
    return [
        Door(str(room.label), url_for(room.endpoint), _is_current(room))
        for room in ROOMS
        if (everywhere or room.in_frame) and is_open(room)
    ]


def is_open(room: Room) -> bool:
    """Tell whether a room is there, and the person of this request may enter."""
    return room.endpoint in current_app.view_functions and holds(current_user, room.right)


def _is_current(room: Room) -> bool:
    return request.endpoint == room.endpoint or request.path.startswith(room.within or ("\0",))


def new_article_at() -> str:
    """Return where an article is begun; empty for who may not."""
    return _url_of(NEW_ARTICLE) if holds(current_user, Right.WRITE) else ""


def account_at() -> str:
    """Return where a person looks after their own account; empty where nothing serves it."""
    return _url_of(ACCOUNT)


def _url_of(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def init_app(app: Flask) -> None:
    """Give templates the rooms."""
    app.jinja_env.globals.update(
        studio_doors=doors, new_article_at=new_article_at, account_at=account_at
    )
