from pathlib import Path

import pytest
from flask import Flask

from kb.health import Check, register, without_paths


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ("/srv/our site/search/manifest.json: broken", "search/manifest.json: broken"),
        ("No such file: '/etc/models/tokens.json'", "No such file: 'tokens.json'"),
        ("12 articles, 3/4 of them by meaning", "12 articles, 3/4 of them by meaning"),
        ("see https://example.org/a/b", "see https://example.org/a/b"),
    ],
)
def test_a_detail_keeps_the_name_of_a_file_and_no_folder(detail: str, shown: str) -> None:
    assert without_paths(detail, Path("/srv/our site")) == shown


def test_what_anybody_may_ask_names_no_folder_of_the_machine(app: Flask) -> None:
    home = app.extensions["kb_settings"].home
    register(app, lambda: Check("wrong", "degraded", f"{home}/search/manifest.json is gone"))
    assert str(home) not in app.test_client().get("/readyz").text
