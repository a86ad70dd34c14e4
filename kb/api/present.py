"""Which key acts in this request, for whoever writes down who did something."""

from flask import g, has_request_context


def called_by() -> str:
    """Return who acts through the API, for the audit log and authors of revisions; empty elsewhere."""
    key = g.get("api_key") if has_request_context() else None
    return f"API key {key.name}" if key is not None else ""
