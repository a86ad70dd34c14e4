"""What the answer of a receiver means: taken, to be tried again, or not in this form. Plain Python."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

OF_THE_MESSAGE = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
MAX_SAID = 500  # characters kept of what a receiver said


class NotTaken(RuntimeError):
    """The receiver did not take a message: it is away, busy, or lets nobody in. It may take it later.

    `status` is that of HTTP, none where nothing answered; `after` is how long it asks to be left.
    """

    def __init__(
        self, reason: str, *, status: int | None = None, after: timedelta | None = None
    ) -> None:
        super().__init__(" ".join(reason.split())[:MAX_SAID])
        self.status = status
        self.after = after


class Refused(NotTaken):
    """The receiver is there and does not take this one message: others need not wait for it."""


class Gone(NotTaken):
    """The receiver wants no messages any more."""


def check(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raise what an answer means, nothing where the message was taken. Names of headers in small."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    said = body[: 4 * MAX_SAID].decode("utf-8", "replace").strip()
    reason = f"{status} {said}".strip()
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        reason = (
            f"{status}: it sends on to {headers.get('location', 'elsewhere')}; enter that address"
        )
    if status == HTTPStatus.GONE:
        raise Gone(reason, status=status)
    if status in OF_THE_MESSAGE:
        raise Refused(reason, status=status)
    raise NotTaken(reason, status=status, after=retry_after(headers.get("retry-after", ""), now))


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Return what a header Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3)."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 10**8))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta())
