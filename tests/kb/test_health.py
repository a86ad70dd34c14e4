from pathlib import Path

import pytest
from flask import Flask

from kb.health import Check, register, without_paths
from search.encoders import EmbeddingUnavailable, Encoder, HashingEncoder, LazyEncoder


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


@pytest.mark.parametrize(("address", "status"), [("/readyz", 200), ("/readyz?loaded", 503)])
def test_who_takes_the_place_of_another_is_waited_for_while_it_loads(
    app: Flask, monkeypatch: pytest.MonkeyPatch, address: str, status: int
) -> None:
    indexer = app.extensions["kb_indexer"]
    indexer.index.build([])
    monkeypatch.setattr(indexer, "encoder", LazyEncoder(HashingEncoder, name="hashing"))
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.json["loading"]) == (status, True)


def test_a_model_that_cannot_be_had_keeps_no_server_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking() -> Encoder:
        raise EmbeddingUnavailable("not on this machine")

    indexer = app.extensions["kb_indexer"]
    indexer.index.build([])
    lazy = LazyEncoder(lacking, name="lacking")
    with pytest.raises(EmbeddingUnavailable):
        lazy.wait()
    monkeypatch.setattr(indexer, "encoder", lazy)
    assert app.test_client().get("/readyz?loaded").status_code == 200
