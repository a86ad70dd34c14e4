"""What a key may do: one table, with the words that an administrator chooses by."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class Scope(StrEnum):
    """Something that a key may be allowed to do."""

    ARTICLES_READ = "articles:read"
    ARTICLES_WRITE = "articles:write"
    ARTICLES_PUBLISH = "articles:publish"
    CATEGORIES_WRITE = "categories:write"
    REQUESTS_READ = "requests:read"
    REQUESTS_WRITE = "requests:write"
    REPORTS_READ = "reports:read"
    USERS_MANAGE = "users:manage"
    WEBHOOKS_MANAGE = "webhooks:manage"
    IMPORT_WRITE = "import:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"


# For the page on which keys are made.
WORDS: Mapping[Scope, LazyString] = {
    Scope.ARTICLES_READ: _l("Read drafts, and articles for customers and for staff"),
    Scope.ARTICLES_WRITE: _l("Write drafts, send their pictures, and file articles"),
    Scope.ARTICLES_PUBLISH: _l("Publish, archive and restore articles, without a review"),
    Scope.CATEGORIES_WRITE: _l("Add, rename, move, merge and remove categories"),
    Scope.REQUESTS_READ: _l("Read what customers have asked, and the answers"),
    Scope.REQUESTS_WRITE: _l("Answer, assign and resolve requests"),
    Scope.REPORTS_READ: _l("Read reports"),
    Scope.USERS_MANAGE: _l("Invite colleagues, change their roles, close their accounts"),
    Scope.WEBHOOKS_MANAGE: _l("Set up webhooks, and send their deliveries again"),
    Scope.IMPORT_WRITE: _l("Import articles"),
    Scope.CUSTOMERS_READ: _l("Read the history of a customer"),
    Scope.CUSTOMERS_WRITE: _l("Export and erase what is held of a customer"),
}

# For the description of the API, which is written in one language.
MEANINGS: Mapping[Scope, str] = {
    Scope.ARTICLES_READ: "Read drafts, and articles for customers and for staff.",
    Scope.ARTICLES_WRITE: "Write drafts, send their pictures, and file articles.",
    Scope.ARTICLES_PUBLISH: "Publish, archive and restore articles, without a review.",
    Scope.CATEGORIES_WRITE: "Add, rename, move, merge and remove categories.",
    Scope.REQUESTS_READ: "Read what customers have asked, and the answers.",
    Scope.REQUESTS_WRITE: "Answer, assign and resolve requests.",
    Scope.REPORTS_READ: "Read reports.",
    Scope.USERS_MANAGE: "Invite colleagues, change their roles, close their accounts.",
    Scope.WEBHOOKS_MANAGE: "Set up webhooks, and send their deliveries again.",
    Scope.IMPORT_WRITE: "Import articles.",
    Scope.CUSTOMERS_READ: "Read the history of a customer.",
    Scope.CUSTOMERS_WRITE: "Export and erase what is held of a customer.",
}
