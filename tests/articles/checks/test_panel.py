"""The panel beside the text: what it asks of the site, and what it says."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from articles.checks import blocking, check, draft_of, facts_of
from articles.drafting import draft_article, newest
from articles.limits import BODY as BODY_LIMIT
from articles.models import Attachment, Kind
from articles.publishing import Words
from articles.studio.editing.outlines import default
from kb.accounts.models import RoleName
from kb.db import db
from tests.factories import article

SignIn = Callable[[RoleName | None], FlaskClient]
BODY = (
    "Voyez [les délais](article:delays#pays) et [ici](article:nowhere).\n\n![](attachment:0a/x.png)"
)


def test_it_says_what_the_typed_words_lack_and_where(app: Flask, sign_in: SignIn) -> None:
    draft = draft_article(Words(title="Nouveau", body="Rien."), "fr")
    client = sign_in(RoleName.WRITER)
    answer = client.post(
        f"/studio/drafts/{draft.id}/checks",
        data={"body": BODY, "title": "Nouveau", "answers": "comment faire"},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert 'data-line="3"' in answer.text
    assert "has no alternative text" in answer.text
    assert "does not exist (nowhere)" in answer.text
    assert "Until then it cannot be published." in answer.text
    assert newest(draft).body == "Rien."  # nothing is saved


def test_the_words_of_a_writer_are_never_markup(app: Flask, sign_in: SignIn) -> None:
    draft = draft_article(Words(title="Nouveau", body="Rien."), "fr")
    answer = sign_in(RoleName.WRITER).post(
        f"/studio/drafts/{draft.id}/checks",
        data={"body": "[<b>x</b>](article:<script>alert(1)</script>) 100 % [%s %(x)s](../a)"},
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_text_beyond_what_can_be_saved_is_refused(app: Flask, sign_in: SignIn) -> None:
    draft = draft_article(Words(title="Nouveau", body="Rien."), "fr")
    client = sign_in(RoleName.WRITER)
    answer = client.post(f"/studio/drafts/{draft.id}/checks", data={"body": "x" * (BODY_LIMIT + 1)})
    assert answer.status_code == 413


def test_it_knows_the_articles_and_files_of_the_site(any_app: Flask) -> None:
    article("Les délais", "## Pays\n\nFrance.", locale="fr", key="delays")
    db.session.add(
        Attachment(digest="0a", filename="x.png", media_type="image/png", size=9, width=5, height=5)
    )
    db.session.commit()
    words = Words(title="Nouveau", body=BODY, summary="Court.", answers=("q",))
    draft = draft_of(words, "fr")
    facts = facts_of(draft)
    assert [each.rule for each in check(draft, facts)] == [
        "link-vague",
        "link-unknown",
        "image-alt",
    ]
    assert facts.articles is not None
    assert facts.articles["delays"].anchors == frozenset({"pays"})


def test_only_what_leaves_readers_out_keeps_from_publishing(app: Flask) -> None:
    begun = default(Kind.GUIDE, "fr")
    draft = draft_article(Words(title="Nouveau", body=begun), "fr")
    found = blocking(draft, Words(title="Nouveau", body=begun))
    assert {each.rule for each in found} == {"template-left"}
    assert (
        blocking(draft, Words(title="", body="TODO [ici](article:nowhere) (Un reste, voilà.)"))
        == []
    )
    assert len(blocking(draft, Words(title="", body="![](attachment:0a/x.png)"))) == 1
