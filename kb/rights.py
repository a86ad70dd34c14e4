"""Who may do what: one table. Whatever asks for a right asks here."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app
from flask_security import current_user

from kb.accounts.models import RoleName

P = ParamSpec("P")
R = TypeVar("R")


class Right(StrEnum):
    """Something that not everybody may do."""

    OWN_ACCOUNT = "own-account"
    READ_STUDIO = "read-studio"
    WRITE = "write"
    WORK_ON_GAPS = "work-on-gaps"
    TEACH_SEARCH = "teach-search"
    REVIEW = "review"
    PUBLISH = "publish"
    ORGANISE = "organise"
    DIRECT_GAPS = "direct-gaps"
    SEE_REPORTS = "see-reports"
    ANSWER_REQUESTS = "answer-requests"
    ANNOUNCE = "announce"
    MANAGE_CHANNELS = "manage-channels"
    ERASE_CUSTOMERS = "erase-customers"
    MANAGE_PEOPLE = "manage-people"
    READ_AUDIT = "read-audit"
    CONNECT = "connect"


# The least role that holds each right; each role includes those before it. None: every account,
# those of customers too.
HOLDERS: Mapping[Right, RoleName | None] = {
    Right.OWN_ACCOUNT: None,  # password, second factor, passkeys, sessions
    Right.READ_STUDIO: RoleName.WRITER,  # the desk, lists, previews, articles for staff
    Right.WRITE: RoleName.WRITER,  # drafts, uploads, translations, asking for a review
    Right.WORK_ON_GAPS: RoleName.WRITER,
    Right.TEACH_SEARCH: RoleName.WRITER,  # synonyms, phrasings
    Right.REVIEW: RoleName.REVIEWER,  # comments that decide, changes asked, approval
    Right.PUBLISH: RoleName.REVIEWER,  # publish, schedule, unpublish, archive, restore
    Right.ORGANISE: RoleName.LEAD,  # categories, addresses, templates, rules of verification
    Right.DIRECT_GAPS: RoleName.LEAD,  # give to a writer, dismiss, rename
    Right.SEE_REPORTS: RoleName.LEAD,
    Right.ANSWER_REQUESTS: RoleName.WRITER,  # the inbox, and who the customer is
    Right.ANNOUNCE: RoleName.LEAD,  # notices and known issues
    Right.MANAGE_CHANNELS: RoleName.LEAD,  # ways to reach a person, topics, the widget's sites
    Right.ERASE_CUSTOMERS: RoleName.LEAD,  # and take what is held of them as a file
    Right.MANAGE_PEOPLE: RoleName.ADMIN,  # invite, roles, rights by category, lock out
    Right.READ_AUDIT: RoleName.ADMIN,
    Right.CONNECT: RoleName.ADMIN,  # help desks, webhooks, keys of the API
}


def holds(person: Any, right: Right) -> bool:
    """Tell whether a person's role has a right; in which categories, `articles.rights` tells."""
    if not person.is_authenticated:
        return False
    role = HOLDERS[right]
    return role is None or bool(person.has_role(role.value))


def requires(right: Right) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse whoever lacks `right`: to the sign-in page if signed out, 403 otherwise."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined,no-any-return]
            if not holds(current_user, right):
                abort(HTTPStatus.FORBIDDEN)
            return view(*args, **kwargs)

        guarded.required_right = right  # type: ignore[attr-defined]  # read by the test of all routes
        return guarded

    return decorate
