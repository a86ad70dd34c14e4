"""Claims about what the widget asks: from which pages, without cookies, counted as its own channel."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from articles.models import Audience, Translation
from feedback.announcements.models import Announcement, AnnouncementText, Scope
from feedback.contact.models import ContactAttempt
from feedback.models import ArticleRead, Channel, Reason, SearchIntent, Visit, Vote
from feedback.requests.files.keeping import files_of
from feedback.requests.models import ContactRequest
from feedback.surveys.models import After, SurveyResponse
from feedback.widget.models import WidgetRule
from feedback.widget.sites import allow
from kb.accounts.models import RoleName
from kb.customers.models import Customer
from kb.customers.present import session_of
from kb.db import db, utc_now
from search import sync
from tests import factories
from tests.feedback.channels import cast

SHOP = "https://shop.example"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
FROM_SHOP = BROWSER | {"Origin": SHOP, "Sec-Fetch-Site": "cross-site"}
LETTER = {"subject": "Bill", "message": "I need a bill.", "email": "alice@example.com"}


@pytest.fixture
def lamp(app: Flask) -> Translation:
    """An article that is found, on a site that the shop may show."""
    allow(SHOP)
    found = factories.article(
        "Reset a lamp",
        "Hold the button for ten seconds. See [the friend](article:friend).",
        slug="reset-a-lamp",
        key="lamp",
        category=factories.category(),
    )
    factories.article("A friend", "Of the lamp.", slug="friend", key="friend")
    sync.reconcile(app)
    return found


def ask(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    headers = fields.pop("headers", FROM_SHOP)
    return client.post(f"/widget/en/{path}", data=fields, headers=headers)


# Who may ask


def test_a_site_that_is_not_on_the_list_gets_nothing(
    app: Flask, client: FlaskClient, lamp: Translation
) -> None:
    fields = {"q": "lamp", "slug": lamp.slug, "helpful": "yes", **LETTER}
    paths = [
        each.rule.removeprefix("/widget/<locale:locale>/")
        for each in app.url_map.iter_rules()
        if each.rule.startswith("/widget/<")
    ]
    assert len(paths) >= 12
    for origin in ("https://evil.example", "http://shop.example", f"{SHOP}.evil", "null"):
        for path in paths:
            answer = ask(client, path, headers=FROM_SHOP | {"Origin": origin}, **fields)
            assert answer.status_code == 403, path
            assert answer.json["error"] == "not-allowed"
            assert origin in answer.json["message"]
    assert db.session.scalar(select(func.count(Visit.id))) == 0


def test_a_page_of_another_site_may_read_the_answer_and_no_cookie_is_set(
    client: FlaskClient, lamp: Translation
) -> None:
    answer = ask(client, "vote", slug=lamp.slug, helpful="yes")
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_only_pages_of_the_list_may_say_who_their_customer_is(
    client: FlaskClient, lamp: Translation
) -> None:
    def preflight(origin: str) -> TestResponse:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST",
                   "Access-Control-Request-Headers": "x-customer-token"}  # fmt: skip
        return client.options("/widget/en/start", headers=headers)

    assert preflight(SHOP).headers["Access-Control-Allow-Headers"] == "X-Customer-Token"
    assert "Access-Control-Allow-Origin" not in preflight("https://evil.example").headers


def test_the_session_of_a_colleague_opens_nothing_here(
    app: Flask, lamp: Translation, sign_in: object
) -> None:
    factories.article("Inside", "Secret.", slug="inside", audience=Audience.STAFF)
    colleague = sign_in(RoleName.ADMIN)  # type: ignore[operator]
    answer = ask(colleague, "article", slug="inside", headers=BROWSER)
    assert answer.status_code == 404


def test_what_goes_wrong_is_told_in_the_same_form(client: FlaskClient, lamp: Translation) -> None:
    answer = ask(client, "article", slug="nowhere")
    assert (answer.status_code, answer.json) == (404, {"error": "not-found"})
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP


# Whom a page knows


def test_a_customer_whom_the_page_names_reads_more_and_finds_the_letter_begun(
    app: Flask, client: FlaskClient, lamp: Translation
) -> None:
    factories.article("For us", "Only you.", slug="for-us", audience=Audience.CUSTOMERS)
    customer = Customer(reference="C-7", name="Alice", email="alice@example.com")
    db.session.add(customer)
    db.session.commit()
    with app.test_request_context():
        named = FROM_SHOP | {"X-Customer-Token": session_of(customer)}
    assert ask(client, "article", slug="for-us").status_code == 404
    started = ask(client, "start", headers=named).json
    assert (started["customer"]["name"], started["customer"]["email"]) == ("Alice", customer.email)
    # Given back as it came: nobody has a session go on for ever.
    assert started["customer"]["session"] == named["X-Customer-Token"]
    assert ask(client, "article", slug="for-us", headers=named).status_code == 200
    assert ask(client, "contact", headers=named).json["email"] == "alice@example.com"
    sent = ask(client, "contact/send", headers=named, **LETTER)
    kept = db.session.scalars(select(ContactRequest)).one()
    assert (kept.reference, kept.customer_id) == (sent.json["reference"], customer.id)
    assert kept.name == "Alice"


def test_notices_for_the_widget_stand_first(client: FlaskClient, lamp: Translation) -> None:
    for scope, title in ((Scope.WIDGET, "Late parcels"), (Scope.SITE, "New look")):
        text = AnnouncementText(locale="en", title=title, body="**Two** days.")
        db.session.add(
            Announcement(
                scopes=[scope.value], starts_at=utc_now() - timedelta(hours=1), texts=[text]
            )
        )
    db.session.commit()
    (notice,) = ask(client, "start").json["news"]
    assert (notice["title"], notice["severity"]) == ("Late parcels", "notice")
    assert notice["body"] == [["p", {}, ["strong", {}, "Two"], " days."]]


# What it finds


def test_a_search_gives_what_the_page_of_results_gives_and_counts_as_the_widgets(
    client: FlaskClient, lamp: Translation
) -> None:
    found = ask(client, "search", q="reset a lamp").json
    slugs = [
        each["slug"] for each in ([found["answer"]] if found["answer"] else []) + found["hits"]
    ]
    assert slugs[0] == lamp.slug
    intent = db.session.scalars(select(SearchIntent)).one()
    assert (intent.query, intent.channel) == ("reset a lamp", Channel.WIDGET)
    assert db.session.scalars(select(Visit.channel)).one() is Channel.WIDGET


def test_a_search_without_an_answer_says_so(client: FlaskClient, lamp: Translation) -> None:
    found = ask(client, "search", q="xylophone").json
    assert not found["isSure"]
    assert "xylophone" in found["heading"]
    assert found["answer"] is None


def test_suggestions_come_while_typing_and_are_no_searches(
    client: FlaskClient, lamp: Translation
) -> None:
    assert ask(client, "suggest", q="res").json["rows"][0]["slug"] == lamp.slug
    assert db.session.scalar(select(func.count(SearchIntent.id))) == 0


def test_an_article_is_a_tree_whose_links_stay_here(client: FlaskClient, lamp: Translation) -> None:
    article = ask(client, "article", slug=lamp.slug, q="reset a lamp").json
    assert article["title"] == "Reset a lamp"
    assert ["a", {"href": "/en/articles/friend"}, "the friend"] in article["body"][0]
    assert db.session.scalars(select(ArticleRead.translation_id)).one() == lamp.id


def test_a_reading_counts_for_as_long_as_it_took(client: FlaskClient, lamp: Translation) -> None:
    ask(client, "article", slug=lamp.slug)
    ask(client, "read", slug=lamp.slug, seconds=42)
    ask(client, "read", slug=lamp.slug, seconds=999_999)
    assert db.session.scalars(select(ArticleRead.read_seconds)).one() == 42


def test_rules_decide_what_is_suggested_and_titles_where_there_is_none(
    app: Flask, client: FlaskClient, lamp: Translation
) -> None:
    friend = db.session.scalars(select(Translation).where(Translation.slug == "friend")).one()
    db.session.add_all(
        [
            WidgetRule(position=1, pattern="/cart/*", article_ids=[lamp.article_id]),
            WidgetRule(position=0, pattern="/cart", origin=SHOP, article_ids=[friend.article_id]),
        ]
    )
    db.session.commit()

    def suggested(page: str, title: str = "") -> list[str]:
        answer = ask(client, "suggested", page=page, title=title)
        return [each["slug"] for each in answer.json["suggested"]]

    assert suggested(f"{SHOP}/cart?x=1", "Reset a lamp") == ["friend"]
    assert suggested("https://other.example/cart") == ["reset-a-lamp"]
    assert suggested(f"{SHOP}/home", "Reset a lamp – The Shop") == ["reset-a-lamp"]
    assert suggested(f"{SHOP}/home", "Terms of business") == []


def test_a_page_may_name_its_articles(client: FlaskClient, lamp: Translation) -> None:
    answer = ask(client, "suggested", article=["friend", "lamp", "nothing"], title="Reset a lamp")
    assert [each["slug"] for each in answer.json["suggested"]] == ["friend", "reset-a-lamp"]


# Votes


def test_a_vote_and_its_reason_are_kept_by_the_token_of_its_voter(
    client: FlaskClient, lamp: Translation
) -> None:
    cast = ask(client, "vote", slug=lamp.slug, helpful="no").json
    moved = FROM_SHOP | {"X-Forwarded-For": "203.0.113.9", "User-Agent": "Mozilla/5.0 (another)"}
    details = {"token": cast["token"], "reason": "incomplete", "comment": "How long?"}
    assert ask(client, "vote/details", headers=moved, **details).status_code == 409
    assert ask(client, "vote/details", headers=moved, visitor=cast["visitor"], **details).json
    vote = db.session.scalars(select(Vote)).one()
    assert (vote.helpful, vote.reason, vote.comment) == (False, Reason.INCOMPLETE, "How long?")


def test_who_asks_for_privacy_gets_no_token_and_is_not_watched(
    client: FlaskClient, lamp: Translation
) -> None:
    headers = FROM_SHOP | {"Sec-GPC": "1"}
    assert "visitor" not in ask(client, "search", q="reset a lamp", headers=headers).json
    assert "visitor" not in ask(client, "vote", slug=lamp.slug, helpful="yes", headers=headers).json
    assert db.session.scalar(select(func.count(Visit.id))) == 0
    assert db.session.scalar(select(func.count(Vote.id))) == 1


def test_a_question_follows_a_thank_you_and_nobody_is_asked_twice(
    client: FlaskClient, lamp: Translation
) -> None:
    thanks = ask(client, "vote", slug=lamp.slug, helpful="yes").json
    question = thanks["survey"]
    assert len(question["scores"]) in {5, 11}
    answered = {"token": question["token"], "score": "5", "visitor": thanks["visitor"]}
    assert "Thank you" in ask(client, "survey", **answered).json["message"]
    response = db.session.scalars(select(SurveyResponse)).one()
    assert (response.score, response.after) == (5, After.ARTICLE)
    assert "survey" not in ask(client, "contact/answered", slug=lamp.slug).json
    other = FROM_SHOP | {"User-Agent": "Mozilla/5.0 (another)"}
    stolen = ask(client, "survey", headers=other, token=question["token"], score="1")
    assert stolen.status_code == 403


def test_a_page_remembers_for_its_visitor_that_they_were_asked(
    client: FlaskClient, lamp: Translation
) -> None:
    assert "survey" not in ask(client, "vote", slug=lamp.slug, helpful="yes", asked="1").json
    assert db.session.scalar(select(func.count(SurveyResponse.id))) == 0


# A person


def test_a_letter_becomes_a_request_of_the_widget(client: FlaskClient, lamp: Translation) -> None:
    facts = ask(client, "contact").json
    assert "form" in [each["kind"] for each in facts["ways"]]
    sent = ask(client, "contact/send", **LETTER)
    assert sent.status_code == 200
    kept = db.session.scalars(select(ContactRequest)).one()
    assert (kept.reference, kept.channel) == (sent.json["reference"], Channel.WIDGET)
    assert db.session.scalars(select(ContactAttempt.channel)).one() is Channel.WIDGET


def test_a_closed_telephone_says_so_what_to_do_meanwhile_and_which_language_is_spoken(
    client: FlaskClient, lamp: Translation
) -> None:
    words = {"en": {"name": "Hotline", "note": "Free of charge.", "meanwhile": "Write to us."}}
    cast.telephone(hours=[[] for _day in range(7)], locales=["fr"], words=words)
    ways = ask(client, "contact").json["ways"]
    (phone,) = [each for each in ways if each["kind"] == "phone"]
    assert (phone["isOpen"], phone["said"]) == (False, "Closed for the time being")
    assert phone["meanwhile"] == "Write to us."
    assert phone["more"] == ["Free of charge.", "Spoken here: French"]


def test_a_letter_takes_the_files_that_were_sent_while_it_was_written(
    client: FlaskClient, lamp: Translation
) -> None:
    def upload(content: bytes, name: str) -> TestResponse:
        return ask(client, "contact/files", file=(BytesIO(content), name))

    refused = upload(b"MZ", "setup.exe")
    assert refused.status_code == 422
    assert "setup.exe" in refused.json["message"]
    kept, unwanted = (upload(b"It says E-12.", name).json["key"] for name in ("a.txt", "b.txt"))
    ask(client, "contact/files/remove", file=unwanted)
    ask(client, "contact/send", file=[kept, unwanted], **LETTER)
    request = db.session.scalars(select(ContactRequest)).one()
    assert [each.name for each in files_of(request)] == ["a.txt"]


def test_what_is_wrong_with_a_letter_is_said_by_field(
    client: FlaskClient, lamp: Translation
) -> None:
    answer = ask(client, "contact/send", subject="", message="x", email="alice")
    assert answer.status_code == 422
    assert set(answer.json["wrong"]) == {"subject", "email"}
    assert db.session.scalar(select(func.count(ContactRequest.id))) == 0


def test_an_article_that_answers_a_letter_is_a_confirmed_deflection(
    client: FlaskClient, lamp: Translation
) -> None:
    ask(client, "contact")
    offers = ask(client, "contact/suggestions", subject="reset a lamp", message="").json["offers"]
    assert offers[0]["slug"] == lamp.slug
    ask(client, "article", slug=lamp.slug, offer="1")
    ask(client, "contact/answered", slug=lamp.slug)
    attempt = db.session.scalars(select(ContactAttempt)).one()
    assert attempt.channel is Channel.WIDGET
    assert attempt.suggested == attempt.opened == [lamp.id]
    assert attempt.answered_by_id == lamp.id
    assert utc_now() - attempt.answered_at < timedelta(hours=1)


def test_a_preview_counts_nothing_and_sends_nothing(client: FlaskClient, lamp: Translation) -> None:
    own = BROWSER | {"Sec-Fetch-Site": "same-origin"}
    paths = ["start", "search", "article", "read", "vote", "vote/details", "contact",
             "contact/suggestions", "contact/answered", "contact/send"]  # fmt: skip
    for path in paths:
        ask(client, path, headers=own, preview="1", q="lamp", slug=lamp.slug, helpful="yes",
            seconds=12, **LETTER)  # fmt: skip
    for table in (Visit, Vote, ContactRequest, ContactAttempt):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
