"""Beside a draft: where its questions find it, and which sections say the same."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from articles.drafting import draft_article, publish_draft, save_draft
from articles.models import Audience, Translation
from articles.publishing import Words
from kb.accounts.models import RoleName
from kb.config import Settings
from search import sync
from search.drafts import draft_document, findability
from search.findability import Findability
from tests import factories

SignIn = Callable[[RoleName | None], FlaskClient]
RETURNS = (
    "Send the lamp back within thirty days of delivery. Print the label from your account, put it "
    "on the box, and leave the box at any post office. The money comes back within ten days."
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the encoder made for tests, which needs no model."""
    return settings.model_copy(update={"embedding_model": "hashing"})


@pytest.fixture
def draft(app: Flask) -> Translation:
    """A draft beside three public articles."""
    factories.article("Reset a lamp", "Hold the button.")
    factories.article("Send a lamp back", RETURNS, answers=("how do I return a lamp",))
    factories.article("Delivery", "Parcels come by post within two days.")
    sync.reconcile(app)
    return draft_article(Words(title="Bulbs", body="Any bulb will do."), "en")


def post(client: FlaskClient, draft: Translation, **words: str) -> str:
    answer = client.post(
        f"/studio/drafts/{draft.id}/findability",
        data={"title": "Bulbs", "body": "Any bulb will do.", **words},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    return str(answer.text)


def tried(app: Flask, draft: Translation, words: Words) -> Findability:
    with app.test_request_context():
        return findability(draft_document(draft, words))


def test_each_question_is_tried_with_the_words_as_typed(
    draft: Translation, sign_in: SignIn
) -> None:
    html = post(sign_in(RoleName.WRITER), draft, answers="which bulb will do\nsend a lamp back")
    assert "which bulb will do" in html
    assert "✓" not in html  # said in words; the sign is drawn by the sheet
    assert "first" in html
    assert "number 2, only by the list" in html
    assert "Send a lamp back" in html


def test_what_is_said_already_is_shown_with_both_texts(draft: Translation, sign_in: SignIn) -> None:
    html = post(sign_in(RoleName.WRITER), draft, body=RETURNS, answers="sending back")
    assert "already says this" in html
    assert html.count("leave the box at any post office") == 2


def test_a_question_that_only_the_list_holds_up_is_told(
    draft: Translation, sign_in: SignIn
) -> None:
    html = post(sign_in(RoleName.WRITER), draft, answers="zebra crossings by moonlight")
    assert "In other words it is not found" in html
    assert "1 only because it is in the list." in html
    assert 'class="standing-lost"' in html
    assert "say it in the text too" in html


def test_a_draft_without_questions_is_told_to_have_some(
    draft: Translation, sign_in: SignIn
) -> None:
    assert "No question to try" in post(sign_in(RoleName.WRITER), draft, answers="")


def test_without_scripts_the_page_that_shows_the_text_checks_it_too(
    draft: Translation, sign_in: SignIn
) -> None:
    sent = {"preview": "1", "revision": "1", "title": "Bulbs", "body": "![](attachment:0/x.png)"}
    answer = sign_in(RoleName.WRITER).post(
        f"/studio/drafts/{draft.id}",
        data={**sent, "answers": "which bulb"},
        headers={"Accept-Language": "en"},
    )
    assert "has no alternative text" in answer.text
    assert "Its question finds it." in answer.text


def test_publishing_keeps_the_promise(app: Flask, draft: Translation) -> None:
    words = Words(
        title="Return bulbs", body=f"<!-- writer:\nlamp\n-->\n{RETURNS}", answers=("return a lamp",)
    )
    (told,) = tried(app, draft, words).questions
    revision = save_draft(draft, words, after=1, by="Camille")
    publish_draft(draft, revision, slug="return-bulbs", by="Jonas")
    sync.reconcile(app)
    hits = sync.indexer(app).engine.search("return a lamp", locale="en").hits
    assert told.rank == [hit.document_id for hit in hits].index(str(draft.id)) + 1


def test_an_article_for_staff_is_tried_as_staff_would_search(
    app: Flask, draft: Translation
) -> None:
    factories.article("Bulb prices", "What we pay for any bulb.", audience=Audience.STAFF)
    sync.reconcile(app)
    words = Words(title="Bulbs", body="Any.", answers=("bulb prices",))
    (public,) = tried(app, draft, words).questions
    assert (public.rank, public.before) == (1, ())
    draft.article.audience = Audience.STAFF
    (staff,) = tried(app, draft, words).questions
    assert [each.title for each in staff.before] == ["Bulb prices"]


def test_a_stranger_is_refused(client: FlaskClient, draft: Translation) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(f"/studio/drafts/{draft.id}/findability", data={"answers": "bulb"})
    assert answer.status_code == 302
