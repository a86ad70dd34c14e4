"""A site that sends and fetches mail on real servers, and customers who have a question."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from feedback.channels.models import Topic, TopicField
from feedback.requests.models import Way
from kb.config import Settings
from kb.db import db
from tests import imapbox as imap_servers
from tests.browser import content
from tests.feedback.channels import cast
from tests.imapbox import Imapbox
from tests.journeys.reaching.asking import ASKED, Asked
from tests.journeys.reaching.mailing import Mailing
from tests.postbox import Postbox

STATED = timedelta(hours=4)  # until an answer, as the company says


@pytest.fixture
def imapbox() -> Iterator[Imapbox]:
    """A mailbox on a real server."""
    with imap_servers.server() as box:
        yield box


@pytest.fixture
def settings(settings: Settings, postbox: Postbox, imapbox: Imapbox) -> Settings:
    """Those of a site that sends and fetches mail."""
    return settings.model_copy(
        update={
            "smtp_url": postbox.url,
            "imap_url": imapbox.url,
            "reply_to": "help+*@clairson.example",
            "deflection_window_hours": 1,
        }
    )


@pytest.fixture
def mailing(
    app: Flask, live_server: str, postbox: Postbox, imapbox: Imapbox, locale: str
) -> Mailing:
    """The mail servers of the site."""
    return Mailing(app, live_server, postbox, imapbox, locale)


@pytest.fixture
def asked(app: Flask, locale: str) -> Asked:
    """What customers ask; articles are there, a topic, and how long an answer takes."""
    content.fill()
    cast.channel(Way.FORM, stated_minutes=STATED // timedelta(minutes=1))
    names = {each: words.topic for each, words in ASKED.items()}
    labels = {each: words.field for each, words in ASKED.items()}
    topic = Topic(key="order", names=names)
    topic.fields = [TopicField(key="number", kind="text", labels=labels, is_required=True)]
    db.session.add(topic)
    db.session.commit()
    return ASKED[locale]
