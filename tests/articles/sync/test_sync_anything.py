"""Whatever two sides do, and whenever a sync is killed: no word is lost, and both end the same."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from articles.models import Article, Revision, Translation
from articles.publishing import Words, commit_changes, publish, words_of, write_revision
from articles.sync import (
    SyncOptions,
    comings,
    conflicts,
    running,
    settling,
    state,
    sync_folder,
)
from kb.db import db
from tests import factories

KEYS = ("lamp", "pair")
TOKEN = re.compile(r"w\d+w")
# What may happen, and to which article, at which line, or before which step of the next sync.
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["file", "site", "head", "summary", "sync", "kill", "move", "remove"]),
        st.integers(0, 1),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=12,
)


class Killed(BaseException):
    """The process is no more."""


@contextmanager
def killed_at(step: int) -> Iterator[None]:
    """Let a sync end abruptly right before or after something is written."""
    left = [step]

    def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            _count(left)
            result = real(*arguments, **named)
            _count(left)
            return result

        return call

    patches = [
        patch.object(module, name, deadly(getattr(module, name)))
        for module, name in (
            (state, "write_over"),
            (comings, "import_folder"),
            (settling, "commit_changes"),
            (settling, "remove"),
            (conflicts, "remove"),
            (running, "commit_changes"),
        )
    ]
    for each in patches:
        each.start()
    try:
        yield
    except Killed:
        db.session.rollback()
    finally:
        for each in patches:
            each.stop()


def _count(left: list[int]) -> None:
    left[0] -= 1
    if left[0] == 0:
        raise Killed


class World:
    """Two articles, in a folder and on the site; every word that anybody writes is another one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        for key in KEYS:
            factories.article(key=key, slug=key, title=key, body="\n\n".join("abcdef") + "\n")
        self.sync()

    def word(self) -> str:
        self.count += 1
        return f"w{self.count}w"

    def path(self, key: str) -> Path | None:
        found = [
            path
            for path in self.folder.rglob("*.md")
            if not path.name.endswith(".conflict.md") and f"\nkey: {key}\n" in path.read_text()
        ]
        return found[0] if found else None

    def act(self, what: str, key: str, number: int) -> None:
        path = self.path(key)
        if what in {"sync", "kill"}:
            before = self.in_files()
            with killed_at(number + 1 if what == "kill" else -1):
                self.sync()
            assert before <= self.in_files() | self.in_revisions()
        elif what in {"site", "summary"}:
            self.on_site(key, what, number)
        elif path is None:
            return
        elif what == "move":
            (self.folder / f"m{number}").mkdir(exist_ok=True)
            path.rename(self.folder / f"m{number}/{path.name}")
        elif what == "remove":
            path.unlink()
        else:
            self.in_file(path, what, number)

    def in_file(self, path: Path, what: str, number: int) -> None:
        text = path.read_text()
        if what == "head":
            text = re.sub(r"summary: .*\n", "", text)
            text = text.replace("---\n", f"---\nsummary: {self.word()}\n", 1)
        else:
            head, line, body = text.partition("\n---\n\n")
            lines = body.split("\n")
            lines[min(number * 2, len(lines) - 2)] = self.word()
            text = head + line + "\n".join(lines)
        path.write_text(text)

    def on_site(self, key: str, what: str, number: int) -> None:
        changed = self.translation(key)
        shown = changed.public_revision or changed.revisions[-1]
        words = words_of(shown).columns()
        lines = words["body"].split("\n")
        if what == "summary":
            words["summary"] = self.word()
        else:
            lines[min(number * 2, len(lines) - 2)] = self.word()
        new = write_revision(changed, Words(**{**words, "body": "\n".join(lines)}))
        publish(changed, new)
        commit_changes()

    def translation(self, key: str) -> Translation:
        db.session.expire_all()
        return db.session.scalars(select(Translation).join(Article).where(Article.key == key)).one()

    def in_files(self) -> set[str]:
        return {
            word for path in self.folder.rglob("*.md") for word in TOKEN.findall(path.read_text())
        }

    def in_revisions(self) -> set[str]:
        db.session.expire_all()
        return {
            word
            for each in db.session.scalars(select(Revision))
            for word in TOKEN.findall(f"{each.body} {each.summary}")
        }

    def sync(self) -> Any:
        return sync_folder(self.folder, SyncOptions(force=True))

    def settle(self) -> None:
        """Decide every conflict as a person does: keep both lines, and the file's summary."""
        for copy in self.folder.rglob("*.conflict.md"):
            head, line, body = copy.read_text().partition("\n---\n")
            head = re.sub(r"=======\n(?:.*\n)?>>>>>>> the site", "", head)
            text = f"{head}{line}{body}"
            copy.write_text(
                re.sub(r"(?m)^(<<<<<<< this file|=======|>>>>>>> the site)\n", "", text)
            )


@given(acts=ACTS)
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_word_is_lost_and_both_sides_end_the_same(
    app: Flask,
    tmp_path_factory: pytest.TempPathFactory,
    acts: list[tuple[str, int, int]],
) -> None:
    factories.empty()
    world = World(tmp_path_factory.mktemp("docs"))
    for what, which, number in acts:
        world.act(what, KEYS[which], number)
    world.sync()
    world.settle()
    report = world.sync()
    assert report.conflicts == []
    assert world.sync().changes == []
    for key in KEYS:
        path, translation = world.path(key), world.translation(key)
        if path is not None:
            assert translation.public_revision is not None
            body = path.read_text().partition("\n---\n\n")[2]
            assert body == translation.public_revision.body.rstrip() + "\n"
