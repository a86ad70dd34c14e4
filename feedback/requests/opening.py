"""Open a request: the one verb behind the form, e-mail, the API and the widget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.models import Channel
from feedback.requests.files.keeping import attach
from feedback.requests.models import ContactRequest, Way
from feedback.requests.references import new_reference
from feedback.requests.signals import request_opened, tell
from feedback.visitors import Visitor
from kb.db import utc_now

NOBODY = Visitor("")


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody asks a person, checked already.

    `visitor`: who wrote it on a page of the site; None for mail and programs. `subject_id`: the nearest
    translation. `is_bot`: a program wrote it, as far as its form tells. `files`: keys of files that wait.
    """

    subject: str
    message: str
    email: str
    locale: str
    via: Way = Way.FORM
    channel: Channel = Channel.SITE
    at: datetime | None = None
    name: str = ""
    topic_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    customer_id: int | None = None
    visitor: Visitor | None = None
    visit_id: int | None = None
    subject_id: int | None = None
    is_bot: bool = False
    simulated: bool = False
    files: Sequence[str] = ()


def open_request(session: Session, opening: Opening) -> ContactRequest:
    """Return the new request, flushed and not committed; sends `request_opened` for people."""
    visitor, moment = opening.visitor or NOBODY, opening.at or utc_now()
    request = ContactRequest(
        reference=new_reference(),
        visit_id=opening.visit_id,
        visitor=visitor.id,
        origin=visitor.origin,
        channel=opening.channel,
        locale=opening.locale,
        subject=opening.subject,
        message=opening.message,
        email=opening.email,
        name=opening.name,
        via=opening.via,
        topic_id=opening.topic_id,
        details=dict(opening.details),
        customer_id=opening.customer_id or visitor.customer_id,
        subject_id=opening.subject_id,
        created_at=moment,
        is_bot=opening.is_bot or visitor.is_bot,
        is_staff=visitor.is_staff,
        simulated=opening.simulated,
    )
    session.add(request)
    session.flush()
    attach(session, opening.files, request.id)
    if not request.is_bot:
        tell(request_opened, request=request)
    return request
