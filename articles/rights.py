"""What the person who is signed in may do with an article: their role, and their categories."""

from http import HTTPStatus

from flask import abort
from flask_security import current_user

from articles.models import Article
from kb.rights import Right, holds


def may(right: Right, article: Article) -> bool:  # noqa: ARG001
    """Tell whether the signed-in person has a right over an article."""
    return holds(current_user, right)


def demand(right: Right, article: Article) -> None:
    """End the request with 403 unless the signed-in person has a right over an article."""
    if not may(right, article):
        abort(HTTPStatus.FORBIDDEN)
