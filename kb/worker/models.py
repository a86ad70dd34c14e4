"""When each task ran: kept in the database, so that several workers and restarts share one clock."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kb.db import Base


class TaskRun(Base):
    """The last run of a task, and how often it has failed since it last went well."""

    __tablename__ = "task_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(comment="empty while it runs, or died")
    failures: Mapped[int] = mapped_column(default=0, comment="in a row")
    last_error: Mapped[str] = mapped_column(default="")
