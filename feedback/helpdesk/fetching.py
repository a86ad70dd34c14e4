"""Files of what a help desk has told: asked for and fetched by the worker, and tried again as deliveries are.

A message stands in the thread at once, with the names of its files. Each file is readable as soon as
its content is here; one that cannot be had stays named.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import structlog
from flask_babel import gettext as _
from sqlalchemy import select

from feedback.helpdesk.case import Ticket, ToldFile
from feedback.helpdesk.desks import APIS, access_to
from feedback.helpdesk.downloading import NotFetched, Source, download
from feedback.helpdesk.models import DeskKind, HelpDesk
from feedback.helpdesk.present import FILES, MESSAGE
from feedback.helpdesk.service import Desk
from feedback.requests.files.awaiting import MOST_NAMED, expect, fill, is_here
from feedback.requests.files.inspecting import MAX_FILES, RefusedFile
from feedback.requests.models import ContactRequest, RequestFile, RequestMessage
from kb.db import db
from kb.deliveries.outcomes import Gone, NotTaken, Refused
from kb.deliveries.queue import Address, Message, enqueue, page_of
from kb.sealing import Unreadable

EVENT = "message.files"
TAKEN = 200
ZAMMAD_FILES = "/api/v1/ticket_attachment/"

log = structlog.get_logger(__name__)


def want(
    kept: HelpDesk,
    request: ContactRequest,
    message: RequestMessage,
    files: Sequence[ToldFile] | None,
) -> None:
    """Have the files of a message fetched, uncommitted; None: the desk is asked which there are."""
    if files is None and (kept.kind not in APIS or not request.external_reference):
        return
    if files is None:
        _enqueue(kept, message, None)
    elif files:
        _enqueue(kept, message, [_at_home(kept, each) for each in files])


def _at_home(kept: HelpDesk, file: ToldFile) -> ToldFile:
    """Return a file at the address by which this site knows the desk: Zammad tells its public one."""
    path = urlsplit(file.address).path
    if kept.kind is DeskKind.ZAMMAD and path.startswith(ZAMMAD_FILES):
        return ToldFile(file.name, f"{kept.address.rstrip('/')}{path}")
    return file


def _enqueue(kept: HelpDesk, message: RequestMessage, files: Sequence[ToldFile] | None) -> None:
    """Add a delivery; files are named by the rows that wait for them, in their order."""
    rows = _rows(message.id)
    named = None
    if files is not None:
        named = [{"file": row.id, **asdict(told)} for row, told in zip(rows, files, strict=False)]
    enqueue(
        FILES,
        kept.id,
        event=EVENT,
        payload={"request": message.request_id, "message": message.id, "files": named},
        thing=MESSAGE,
        thing_id=message.id,
    )


def _rows(message_id: int) -> list[RequestFile]:
    query = select(RequestFile).where(RequestFile.message_id == message_id)
    return list(db.session.scalars(query.order_by(RequestFile.id)))


@dataclass(frozen=True, slots=True)
class _Errand:
    """All that is needed while the desk is asked, read before."""

    source: Source
    api: Desk | None
    ticket: Ticket
    number: str
    text: str
    is_known: bool  # which files there are


def send(message: Message) -> int:
    """Fetch the files of a message, or ask which there are; raises `NotTaken` where one is to come yet."""
    try:
        errand = _errand(message)
    except Unreadable as error:
        raise NotTaken(str(error)) from error
    db.session.rollback()  # no transaction stays open while the desk takes its time
    if errand is None:
        return TAKEN
    if message.payload["files"] is None:
        return _look(message, errand)
    return _fetch(message, errand)


def _errand(message: Message) -> _Errand | None:
    kept = db.session.get(HelpDesk, message.target_id)
    if kept is None:
        raise Gone("this help desk is connected no more")
    said = db.session.get(RequestMessage, message.payload["message"])
    if said is None:
        return None
    request = db.session.get_one(ContactRequest, said.request_id)
    make = APIS.get(kept.kind)
    api = make(access_to(kept)) if make else None
    return _Errand(
        source=Source(kept.kind, kept.address, api.credentials if api else {}),
        api=api,
        ticket=Ticket(request.external_reference, request.external_url),
        number=(said.external_id or "").partition(":")[2],
        text=said.text,
        is_known=bool(_rows(said.id)),
    )


def _look(message: Message, errand: _Errand) -> int:
    """Ask the desk which files a message has, and name them in the thread; they are fetched next."""
    if errand.api is None or errand.is_known:
        return TAKEN
    files = errand.api.files_of(errand.ticket, errand.number, errand.text)[:MOST_NAMED]
    said = db.session.get(RequestMessage, message.payload["message"])
    kept = db.session.get(HelpDesk, message.target_id)
    if said is not None and kept is not None and files:
        for each in files:
            expect(db.session(), each.name, request_id=said.request_id, message_id=said.id)
        _enqueue(kept, said, files)
        db.session.commit()
    return TAKEN


def _fetch(message: Message, errand: _Errand) -> int:
    """Fetch what is not here yet; the last that was refused is what is tried again."""
    refusal: Refused | None = None
    for each in message.payload["files"][:MAX_FILES]:
        try:
            _fetch_one(errand.source, each["file"], each["address"])
        except Refused as error:
            refusal = error
        except (NotFetched, RefusedFile) as reason:
            log.warning(
                "a file of the help desk is not taken", file=each["file"], reason=str(reason)
            )
    if refusal is not None:
        raise refusal
    return TAKEN


def _fetch_one(source: Source, file_id: int, address: str) -> None:
    row = db.session.get(RequestFile, file_id)
    is_wanted = row is not None and not is_here(row)
    db.session.rollback()
    if not is_wanted:
        return
    data = download(source, address)
    row = db.session.get(RequestFile, file_id)
    if row is None:
        return
    try:
        fill(db.session(), row, data)
        db.session.commit()
    finally:
        db.session.rollback()


def address_of(desk_id: int) -> Address | None:
    """Return what a page says of the files of a help desk."""
    kept = db.session.get(HelpDesk, desk_id)
    if kept is None:
        return None
    return Address(
        _("Files from %(name)s", name=kept.name), kept.address, page_of("help_desk.overview")
    )
