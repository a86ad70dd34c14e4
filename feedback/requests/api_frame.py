"""What the operations on requests share: their part of the API, and how a request is found."""

from typing import Any

from sqlalchemy import select

from feedback.requests.models import ContactRequest
from feedback.requests.references import spelt
from kb.api.operations import blueprint
from kb.api.problems import Problem
from kb.db import db

LOCATION = {
    "Location": {
        "description": "Where it can be read.",
        "schema": {"type": "string", "format": "uri"},
    }
}
Created = tuple[dict[str, Any], int, dict[str, str]]

operations = blueprint("requests", "What customers ask of a person, and what they are answered.")


def request_of(reference: str) -> ContactRequest:
    """Return the request of a reference, however it is written."""
    request = db.session.scalar(
        select(ContactRequest).where(ContactRequest.reference == spelt(reference))
    )
    if request is None:
        raise Problem("not-found", "No request has this reference.")
    return request
