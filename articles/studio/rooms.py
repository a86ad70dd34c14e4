"""The rooms of the studio, in one table: what the frame of every page and the palette lead to."""

from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_security import current_user

from kb.rights import Right, holds


class Shelf(StrEnum):
    """Where the frame keeps a room: in its row, in a group of its menu, or in the palette alone."""

    ROW = "row"
    CONTENT = "content"
    CONTACT = "contact"
    SITE = "site"
    PALETTE = "palette"


# The groups of the menu, in its order.
GROUPS = {
    Shelf.CONTENT: _l("Content"),
    Shelf.CONTACT: _l("Contact"),
    Shelf.SITE: _l("The whole site"),
}


@dataclass(frozen=True, slots=True)
class Room:
    """A page that people work on; `within` begins the addresses that belong to it."""

    endpoint: str
    label: LazyString
    right: Right
    within: tuple[str, ...] = ()
    shelf: Shelf = Shelf.PALETTE


@dataclass(frozen=True, slots=True)
class Door:
    """A room that is open to who asks, with its address."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rooms of the menu that belong together."""

    label: str
    doors: list[Door]


# In the order of a working day; rooms that no part of the program serves are not shown.
# The row holds what is opened every day, and must stay one row at 1280 pixels for every role.
ROOMS = (
    Room("desk.home", _l("Desk"), Right.READ_STUDIO, (), Shelf.ROW),
    Room(
        "listing.articles",
        _l("Articles"),
        Right.READ_STUDIO,
        ("/studio/articles", "/studio/drafts"),
        Shelf.ROW,
    ),
    Room("inbox.listing", _l("Requests"), Right.ANSWER_REQUESTS, ("/studio/requests",), Shelf.ROW),
    Room("gaps.mine", _l("Questions"), Right.WORK_ON_GAPS, ("/studio/gaps",), Shelf.ROW),
    Room(
        "translations.overview",
        _l("Translations"),
        Right.READ_STUDIO,
        ("/studio/translations",),
        Shelf.ROW,
    ),
    Room("reports.overview", _l("Reports"), Right.SEE_REPORTS, ("/studio/reports",), Shelf.ROW),
    Room(
        "announcing.listing",
        _l("Announcements"),
        Right.ANNOUNCE,
        ("/studio/announcements",),
        Shelf.ROW,
    ),
    Room("verifying.overview", _l("To verify"), Right.WRITE, ("/studio/verify",), Shelf.CONTENT),
    Room("links.listing", _l("Links"), Right.WRITE, ("/studio/links",), Shelf.CONTENT),
    Room("undo.acts", _l("Recent acts"), Right.WRITE, ("/studio/acts",), Shelf.CONTENT),
    Room(
        "taught.synonyms",
        _l("Search words"),
        Right.TEACH_SEARCH,
        ("/studio/synonyms", "/studio/phrasings"),
        Shelf.CONTENT,
    ),
    Room(
        "categories.tree", _l("Categories"), Right.ORGANISE, ("/studio/categories",), Shelf.CONTENT
    ),
    Room(
        "templates.listing", _l("Templates"), Right.ORGANISE, ("/studio/templates",), Shelf.CONTENT
    ),
    Room(
        "addresses.listing", _l("Addresses"), Right.ORGANISE, ("/studio/addresses",), Shelf.CONTENT
    ),
    Room(
        "customers.listing",
        _l("Customers"),
        Right.ANSWER_REQUESTS,
        ("/studio/customers",),
        Shelf.CONTACT,
    ),
    Room(
        "incoming_mail.listing",
        _l("Mail to look at"),
        Right.ANSWER_REQUESTS,
        ("/studio/mail",),
        Shelf.CONTACT,
    ),
    Room(
        "channels.listing",
        _l("Channels"),
        Right.MANAGE_CHANNELS,
        ("/studio/channels",),
        Shelf.CONTACT,
    ),
    Room(
        "topics.listing",
        _l("Topics of requests"),
        Right.MANAGE_CHANNELS,
        ("/studio/topics",),
        Shelf.CONTACT,
    ),
    Room(
        "widget_studio.overview",
        _l("Widget"),
        Right.MANAGE_CHANNELS,
        ("/studio/widget",),
        Shelf.CONTACT,
    ),
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
        Shelf.SITE,
    ),
    Room("people.listing", _l("People"), Right.MANAGE_PEOPLE, ("/studio/people",), Shelf.SITE),
    Room("audit.log", _l("Audit log"), Right.READ_AUDIT, ("/studio/audit",), Shelf.SITE),
    Room("help_desk.overview", _l("Help desk"), Right.CONNECT),
    Room("webhooks.listing", _l("Webhooks"), Right.CONNECT),
    Room("api_keys.listing", _l("API keys"), Right.CONNECT),
    Room("customer_tokens.overview", _l("Customer tokens"), Right.CONNECT),
    Room("deliveries.listing", _l("Deliveries"), Right.CONNECT),
    Room("taught.phrasings", _l("Phrasings"), Right.TEACH_SEARCH),
    Room("gaps.listing", _l("Content gaps"), Right.SEE_REPORTS),
)
NEW_ARTICLE = "new_article.form"
ACCOUNT = "account.overview"


def doors() -> list[Door]:
    """Return every room open to the person of this request."""
    return [_door(room) for room in ROOMS if is_open(room)]


def row() -> list[Door]:
    """Return the rooms of the frame's row that are open to the person of this request."""
    return _on(Shelf.ROW)


def menu() -> list[Group]:
    """Return the rooms behind the row that are open to the person of this request, in groups."""
    groups = [Group(str(label), _on(shelf)) for shelf, label in GROUPS.items()]
    return [group for group in groups if group.doors]


def _on(shelf: Shelf) -> list[Door]:
    return [_door(room) for room in ROOMS if room.shelf is shelf and is_open(room)]


def _door(room: Room) -> Door:
    return Door(str(room.label), url_for(room.endpoint), _is_current(room))


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
        studio_doors=row, studio_menu=menu, new_article_at=new_article_at, account_at=account_at
    )
