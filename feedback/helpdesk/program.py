"""A help desk, or a CRM, that takes requests by a signed webhook: one message says everything."""

from typing import Any

from feedback.helpdesk.case import Case, CaseFile, Comment
from kb.db import utc_now
from kb.deliveries.outcomes import NotTaken
from kb.deliveries.posting import ask, body_of, json_of
from kb.webhooks.signatures import headers

VERSION = 1


def payload(
    event: str,
    event_id: str,
    case: Case,
    *,
    created_at: str,
    comment: Comment | None = None,
    by: str = "",
) -> dict[str, Any]:
    """Return what is told of a request; the form is that of webhooks."""
    data = told_of(case)
    if comment is not None:
        data["added"] = {
            "author": "customer" if comment.is_by_customer else "staff",
            "text": comment.text,
            "files": [_file(each) for each in comment.files],
        }
    if by:
        data["by"] = by
    return {
        "version": VERSION,
        "type": event,
        "id": event_id,
        "created_at": created_at,
        "data": data,
    }


def told_of(case: Case) -> dict[str, Any]:
    """Return a request with what its sender had searched and read."""
    return {
        "reference": case.reference,
        "subject": case.subject,
        "message": case.message,
        "customer": {
            "email": case.email,
            "name": case.name,
            "reference": case.customer_reference or None,
            "plan": case.plan or None,
        },
        "locale": case.locale,
        "via": case.via,
        "channel": case.channel,
        "topic": case.topic_key or None,
        "details": dict(case.details),
        "searched": list(case.searched),
        "read": [{"title": each.title, "url": each.address} for each in case.read],
        "offered": [{"title": each.title, "url": each.address} for each in case.offered],
        "files": [_file(each) for each in case.files],
        "url": case.page,
        "thread_url": case.thread,
    }


def _file(file: CaseFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "url": file.address,
    }


def send(address: str, secret: str, what: dict[str, Any]) -> tuple[int, str, str]:
    """Return the status, and the number and page of the ticket where the program answers with them."""
    body = body_of(what)
    sent = {"Content-Type": "application/json", **headers([secret], what["id"], body, utc_now())}
    answer = ask("POST", address, headers=sent, content=body)
    try:
        said = json_of(answer) if answer.body.strip() else {}
    except NotTaken:
        said = {}  # it has taken the message; what it says is for nobody
    kept = said if isinstance(said, dict) else {}
    url = str(kept.get("url") or "")
    return (
        answer.status,
        str(kept.get("ticket") or "")[:100],
        url if url.startswith("https://") else "",
    )
