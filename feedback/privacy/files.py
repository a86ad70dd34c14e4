"""What lies on disk for the rows of a person: files sent with requests, and mails as they came."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from feedback.mailbox import keeping
from feedback.mailbox.models import IncomingMail
from feedback.privacy.holdings import Holding, in_parts
from feedback.requests.files.keeping import erase_contents
from feedback.requests.models import RequestFile


@dataclass(frozen=True, slots=True)
class Files:
    """Contents by their names; `+` joins two lots."""

    sent: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()

    def __add__(self, other: "Files") -> "Files":
        """Return both lots."""
        return Files(self.sent + other.sent, self.mails + other.mails)


def files_where(session: Session, file: ColumnElement[bool], mail: ColumnElement[bool]) -> Files:
    """Return the contents of the rows of which these hold."""
    return Files(
        tuple(session.scalars(select(RequestFile.key).where(file))),
        tuple(session.scalars(select(IncomingMail.raw).where(mail, IncomingMail.raw != ""))),
    )


def files_of(session: Session, found: Sequence[Holding]) -> Files:
    """Return the contents of rows that are about to be erased."""
    files = Files()
    for each in found:
        for ids in in_parts(each.ids):
            if each.model is RequestFile:
                keys = select(RequestFile.key).where(RequestFile.id.in_(ids))
                files += Files(sent=tuple(session.scalars(keys)))
            elif each.model is IncomingMail:
                raw = select(IncomingMail.raw).where(
                    IncomingMail.id.in_(ids), IncomingMail.raw != ""
                )
                files += Files(mails=tuple(session.scalars(raw)))
    return files


def forget(files: Files) -> None:
    """Erase contents whose rows are gone: to be called after the commit."""
    erase_contents(files.sent)
    keeping.forget(files.mails)
