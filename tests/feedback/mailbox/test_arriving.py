"""Claims about piped mails: kept at once, taken in once, whatever is killed when."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.mailbox import arriving, held, keeping, taking
from feedback.mailbox.arriving import TASK, TRIES, arrivals, take_in
from feedback.mailbox.models import Became, IncomingMail, Reason
from feedback.mailbox.state import check
from feedback.privacy import erasing
from feedback.privacy.erasing import EventsWait, erase
from feedback.privacy.holdings import Person
from feedback.requests.models import ContactRequest
from feedback.writing import NotRecorded
from kb.config import Settings
from kb.db import db
from kb.mail import arrivals as files
from kb.mail.arrivals import Arrival, Arrivals, NotKept, TooLarge
from kb.worker import watching
from kb.worker.running import run_task
from kb.worker.tasks import tasks
from tests.feedback.mailbox.test_taking import NEW

HEAVY = {"flask", "sqlalchemy", "pydantic", "numpy", "babel", "email", "json", "asyncio"}
OTHER = NEW.replace(b"<first@", b"<second@").replace(b"clignote et", b"siffle et")
RECEIVE = "import sys; from kb.cli import main; main(['mail', 'receive'], standalone_mode=False);"
PATIENCE_SECONDS = 60


def pipe(*mails: bytes) -> list[Arrival]:
    """Keep mails as `kb mail receive` does."""
    return [arrivals().keep(io.BytesIO(each)) for each in mails]


def requests() -> int:
    """Return how many requests there are, as committed."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ContactRequest)) or 0


def receive(home: Path, code: str = RECEIVE) -> "subprocess.Popen[bytes]":
    """Start `kb mail receive` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "KB_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_mail_is_kept_without_loading_the_site(app: Flask, settings: Settings) -> None:
    process = receive(settings.home, f"{RECEIVE} print(*sorted(sys.modules))")
    said, trouble = process.communicate(NEW, timeout=PATIENCE_SECONDS)
    assert (process.returncode, trouble) == (0, b"")
    assert HEAVY.isdisjoint(said.decode().split())
    [kept] = arrivals().all()
    assert arrivals().read(kept) == NEW
    assert (arrivals().folder / kept.name).stat().st_mode & 0o777 == 0o600


def test_the_home_folder_is_that_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("KB_HOME", "/srv/kb"), ("kb_home", "here")):
        monkeypatch.delenv("KB_HOME", raising=False)
        monkeypatch.setenv(name, value)
        assert files.home() == Settings().home
        monkeypatch.delenv(name)
    assert files.home() == Settings().home


def test_what_was_piped_is_taken_in_by_the_worker(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    stop, seen = threading.Event(), threading.Event()
    task = tasks(app)[TASK]
    thread = threading.Thread(target=watching.look, args=(app, [task], stop))
    monkeypatch.setattr(arriving, "log", type("Log", (), {"info": lambda *_a, **_k: seen.set()}))
    thread.start()
    pipe(NEW, OTHER)
    is_taken = seen.wait(PATIENCE_SECONDS)
    stop.set()
    thread.join()
    assert is_taken
    assert (requests(), arrivals().all()) == (2, [])


def test_a_mail_that_is_brought_twice_is_taken_once(any_app: Flask) -> None:
    pipe(NEW, NEW)
    assert take_in().taken == 2
    assert (requests(), arrivals().all()) == (1, [])


# Killed


def test_a_process_that_is_killed_while_it_reads_keeps_nothing(
    app: Flask, settings: Settings
) -> None:
    process = receive(settings.home)
    assert process.stdin is not None
    process.stdin.write(NEW * 9_000)  # more than a pipe holds: it has begun to read
    process.stdin.flush()
    process.kill()
    process.communicate(timeout=PATIENCE_SECONDS)
    assert arrivals().all() == []
    pipe(NEW)  # its mail server brings it again
    run_task(app, TASK)
    assert requests() == 1


@pytest.mark.parametrize(
    ("owner", "name"),  # before it is read, amid its transaction, before its commit, and after it
    [(arriving, "take"), (taking, "become"), (keeping, "keep"), (Arrivals, "done")],
)
def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    spam = NEW.replace(b"<first@", b"<spam@").replace(
        b"Message-ID", b"X-Spam-Flag: YES\r\nMessage-ID"
    )
    pipe(NEW, spam)
    db.session.remove()
    db.engine.dispose()  # a connection must not be shared with a forked process
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(owner, name, lambda *_args: os.kill(os.getpid(), signal.SIGKILL))
        with app.test_request_context():
            take_in()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    run_task(app, TASK)
    assert (requests(), arrivals().all()) == (1, [])
    became = db.session.scalars(select(IncomingMail.became).order_by(IncomingMail.id)).all()
    assert became == [Became.REQUEST, Became.SPAM]
    assert len(keeping.names()) == 1


def test_a_mail_over_which_the_program_ends_again_and_again_waits_for_a_person(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    [bad, good] = pipe(NEW, OTHER)
    for _death in range(TRIES):
        bad = arrivals().begin(bad)
    monkeypatch.setattr(held, "parse", None)  # whoever looks at it must not read it either
    assert take_in().taken == 2
    first, second = db.session.scalars(select(IncomingMail).order_by(IncomingMail.id))
    assert {(first.became, first.reason), (second.became, second.reason)} == {
        (Became.HELD, Reason.UNREAD), (Became.REQUEST, "")
    }  # fmt: skip
    [shown] = held.listed()
    assert (shown.text, shown.may_be_request) == ("", False)
    assert keeping.read(shown.row.raw) == NEW
    assert arrivals().all() == []
    assert good.tries == 0


def test_a_mail_that_fails_each_time_keeps_no_other_waiting(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = taking.take

    def stumble(raw: bytes) -> taking.Taken:
        if raw == NEW:
            raise LookupError("nobody has thought of this")
        return take(raw)

    monkeypatch.setattr(arriving, "take", stumble)
    pipe(NEW, OTHER)
    run_task(app, TASK)
    assert (requests(), arrivals().all()) == (1, [])
    assert Reason.UNREAD in db.session.scalars(select(IncomingMail.reason)).all()


def test_while_the_database_is_busy_mails_wait_and_none_is_at_fault(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_raw: bytes) -> None:
        raise NotRecorded("database is locked")

    waiting = pipe(NEW, OTHER)
    with monkeypatch.context() as patch:
        patch.setattr(arriving, "take", busy)
        for _time in range(TRIES + 1):
            with pytest.raises(NotRecorded):
                take_in()
    assert arrivals().all() == waiting
    assert take_in().taken == 2
    assert requests() == 2


def test_of_two_workers_on_one_machine_the_second_leaves_it_to_the_first(app: Flask) -> None:
    pipe(NEW)
    with arrivals().taking():
        assert (take_in().taken, take_in().left) == (0, 1)
    assert take_in().taken == 1


def test_who_is_erased_does_not_come_back_with_a_mail_that_waited(app: Flask) -> None:
    pipe(NEW, OTHER.replace(b"zoe@", b"bob@"))
    erase(Person(email="zoe@example.com"))
    assert arrivals().all() == []
    assert db.session.scalars(select(ContactRequest.email)).all() == ["bob@example.com"]


def test_nobody_is_erased_while_a_mail_of_theirs_may_wait(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "DRAIN_WAIT_SECONDS", 0.1)
    pipe(NEW)
    with arrivals().taking(), pytest.raises(EventsWait):
        erase(Person(email="zoe@example.com"))


# Refused


@pytest.mark.parametrize(
    ("name", "value"), [("geteuid", lambda: 7), ("statvfs", lambda _path: os.statvfs("/proc"))]
)
def test_what_cannot_be_kept_is_left_to_the_mail_server(
    app: Flask, monkeypatch: pytest.MonkeyPatch, name: str, value: Callable[..., object]
) -> None:
    found = value() if name == "geteuid" else value("")
    monkeypatch.setattr(files.os, name, lambda *_args: found)
    with pytest.raises(NotKept):
        pipe(NEW)
    assert arrivals().all() == []


def test_a_folder_that_is_no_site_takes_no_mail(tmp_path: Path) -> None:
    process = receive(tmp_path / "elsewhere", RECEIVE.replace(", standalone_mode=False", ""))
    _, trouble = process.communicate(NEW, timeout=PATIENCE_SECONDS)
    assert process.returncode == os.EX_TEMPFAIL
    assert b"KB_HOME must name" in trouble
    assert not (tmp_path / "elsewhere").exists()


def test_a_mail_that_is_too_large_for_anybody_leaves_nothing_behind(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", len(NEW) - 1)
    with pytest.raises(TooLarge):
        pipe(NEW)
    assert [path.name for path in arrivals().folder.iterdir()] == []


# Told


def test_health_tells_of_mails_that_nobody_takes_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    [kept] = pipe(NEW)
    assert check().state == "ok"
    earlier = kept.came_ns - int(timedelta(hours=1).total_seconds() * 1e9)
    (arrivals().folder / kept.name).rename(arrivals().folder / Arrival(earlier, kept.mark).name)
    told = check()
    assert told.state == "degraded"
    assert re.search(r"1 piped and not taken in since .*kb worker", told.detail)


def test_beginnings_of_killed_processes_are_swept_a_day_later(app: Flask) -> None:
    old, new = (arrivals().folder / f"{name}.part" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(NEW)
    os.utime(old, (0, 0))
    run_task(app, TASK)
    assert (old.exists(), new.exists()) == (False, True)
