"""What browsers send of votes and readings, and what is kept of it."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from articles.models import Translation
from feedback.models import ArticleRead, Vote
from feedback.spool.draining import drain
from kb.db import db
from search.results import Hit, Mode, Results
from search.signals import search_performed

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
OWN_PAGE = BROWSER | {"Sec-Fetch-Site": "same-origin"}
BY_SCRIPT = OWN_PAGE | {"Sec-Fetch-Mode": "cors", "X-Requested-With": "fetch"}
BY_FORM = OWN_PAGE | {"Sec-Fetch-Mode": "navigate"}
ELSEWHERE = [
    BROWSER | {"Sec-Fetch-Site": "cross-site"},
    BROWSER | {"Sec-Fetch-Site": "same-site"},
    BROWSER | {"Origin": "https://evil.example"},
    BROWSER | {"Origin": "null"},
]
PRIVATE = {"Sec-GPC": "1"}  # of a visitor who asks not to be observed


def send_vote(client: FlaskClient, helpful: str = "yes", **options: object) -> TestResponse:
    headers = options.pop("headers", BY_SCRIPT)
    data = {"helpful": helpful, **options}
    return client.post("/en/articles/reset-a-lamp/vote", data=data, headers=headers)


def send_reading(
    client: FlaskClient, headers: dict[str, str] = OWN_PAGE, **data: str
) -> TestResponse:
    return client.post("/en/events/read", data={"article": "reset-a-lamp", **data}, headers=headers)


def votes() -> list[Vote]:
    db.session.expire_all()
    return list(db.session.scalars(select(Vote)))


def readings() -> list[ArticleRead]:
    db.session.expire_all()
    return list(db.session.scalars(select(ArticleRead)))


def search(
    app: Flask, query: str, *translations: Translation, client_headers: dict[str, str]
) -> None:
    hits = tuple(
        Hit(str(each.id), "en", each.title, 1.0, "", (), "", 1.0, 0.9, is_other_locale=False)
        for each in translations
    )
    results = Results(query, hits, len(hits), Mode.HYBRID, confidence=0.9, weak=False)
    with app.test_request_context(
        "/en/search", headers=client_headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}
    ):
        search_performed.send(app, query=query, locale="en", results=results, page=1)
    drain()
