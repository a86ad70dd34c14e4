"""Claims about the inbox: who stands first, what a search finds, acts on one request and on many."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.models import Audience, Translation
from articles.views import address_of as address_of_article
from feedback.channels.models import Topic
from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.opening import Opening, open_request
from feedback.requests.resolving import resolve
from feedback.requests.studio import queue
from feedback.requests.studio.answering import Overtaken, Reply, reply
from feedback.requests.studio.queue import View, Wanted, wanted_from
from feedback.requests.thread import NewMessage, add_message
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.audit.models import AuditEntry
from kb.db import db, utc_now
from tests import factories

SignIn = Callable[[RoleName], FlaskClient]
LIST = "/studio/requests"


@pytest.fixture
def writer(sign_in: SignIn) -> FlaskClient:
    signed_in = sign_in(RoleName.WRITER)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


def me() -> User:
    return db.session.scalars(select(User)).one()


def ask(subject: str = "Where is my parcel?", hours: float = 1, **more: object) -> ContactRequest:
    given: dict[str, object] = {
        "message": "I wait.", "email": "alice@example.com", "locale": "en",
        "at": utc_now() - timedelta(hours=hours), **more,
    }  # fmt: skip
    kept = open_request(db.session(), Opening(subject, **given))  # type: ignore[arg-type]
    db.session.commit()
    return kept


def say(
    kept: ContactRequest, author: Author, text: str = "Words", **more: object
) -> RequestMessage:
    made = add_message(db.session(), kept, NewMessage(author, text, **more))  # type: ignore[arg-type]
    db.session.commit()
    return made


def subjects(wanted: Wanted) -> list[str]:
    return [each.subject for each in db.session.scalars(queue.listed(wanted))]


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.act).where(AuditEntry.thing == "request")))


def address_of(kept: ContactRequest) -> str:
    return f"{LIST}/{kept.reference}"


@pytest.mark.usefixtures("any_app")
def test_who_waits_longest_stands_first_and_writing_twice_costs_no_place() -> None:
    first, second, third = ask("First", 5), ask("Second", 4), ask("Third", 3)
    say(first, Author.CUSTOMER, "Anybody there?")
    say(second, Author.STAFF, "Here it is.")
    say(third, Author.STAFF, "I look into it", is_note=True)
    say(third, Author.STAFF, "We have received it", is_automatic=True)
    assert subjects(Wanted()) == ["First", "Third"]
    assert subjects(Wanted(View.WAITING)) == ["Second"]
    say(second, Author.CUSTOMER, "It does not work.")
    assert subjects(Wanted()) == ["First", "Third", "Second"]
    assert third.answered_at is None


@pytest.mark.usefixtures("any_app")
def test_each_view_holds_what_it_says() -> None:
    mine, _, over, spam = (
        ask(each, is_bot=each == "Spam") for each in ("Mine", "Nobody's", "Over", "Spam")
    )
    mine.assigned_to_id = 7
    resolve(over)
    db.session.commit()
    assert spam.is_bot
    held = {view: sorted(subjects(Wanted(view, who=7))) for view in View}
    assert held == {
        View.OPEN: ["Mine", "Nobody's"],
        View.MINE: ["Mine"],
        View.UNASSIGNED: ["Nobody's"],
        View.WAITING: [],
        View.RESOLVED: ["Over"],
        View.SPAM: ["Spam"],
    }
    assert queue.counts(Wanted(who=7)) == {
        View.OPEN: 2, View.MINE: 1, View.UNASSIGNED: 1, View.WAITING: 0,
    }  # fmt: skip


@pytest.mark.usefixtures("any_app")
def test_a_search_looks_into_the_whole_thread_and_at_the_sender() -> None:
    lamp = ask("Éclairage", message="It is dark.", email="bob@example.com", locale="fr")
    say(lamp, Author.STAFF, "Try the **dimmer**.")
    ask("Parcel")
    for query in ("éclairage DARK", "dimmer", "bob@example.com", lamp.reference.lower()):
        assert subjects(Wanted(q=query, view=View.WAITING)) == ["Éclairage"], query
    assert subjects(Wanted(q="dimmer parcel", view=View.WAITING)) == []
    assert queue.named(lamp.reference.replace("-", " ").lower()) == lamp.reference


@pytest.mark.usefixtures("any_app")
def test_filters_narrow_and_nonsense_is_left_out() -> None:
    one = ask("One", topic_id=3, locale="fr")
    one.tags = ["été", "vip"]
    ask("Two")
    db.session.commit()
    for sent in ({"topic": "3"}, {"tag": "été"}, {"language": "fr"}):
        assert subjects(wanted_from(sent, who=1)) == ["One"], sent
    assert subjects(wanted_from({"topic": "0"}, who=1)) == ["Two"]
    assert wanted_from({"topic": "0"}, who=1).arguments() == {"topic": 0}
    assert queue.tags_in_use() == ["vip", "été"]
    assert wanted_from({"topic": "x", "way": "pigeon", "view": "all"}, who=1) == Wanted(who=1)


def test_the_list_tells_who_waits_and_a_reference_leads_to_its_request(writer: FlaskClient) -> None:
    kept = ask("<b>Where?</b>", hours=3)
    page = writer.get(LIST)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "&lt;b&gt;Where?" in page.text
    assert "3 h" in page.text
    found = writer.get(LIST, query_string={"q": kept.reference.lower()})
    assert found.headers["Location"].endswith(address_of(kept))


def test_an_answer_takes_the_request_and_ends_the_waiting(writer: FlaskClient) -> None:
    kept = ask()
    sent = {"act": "answer", "body": "It comes **today**.", "revision": "0"}
    assert writer.post(f"{address_of(kept)}/reply", data=sent).status_code == 303
    db.session.expire_all()
    assert (kept.assigned_to_id, kept.waiting_since, kept.last_by) == (me().id, None, Author.STAFF)
    assert kept.answered_at is not None
    assert kept.resolved_at is None
    assert {"request.answered", "request.assigned"} <= set(acts())
    assert "It comes <strong>today</strong>." in writer.get(address_of(kept)).text


def test_a_note_answers_nothing_and_an_answer_may_resolve(writer: FlaskClient) -> None:
    kept = ask()
    reply = f"{address_of(kept)}/reply"
    writer.post(reply, data={"act": "note", "body": "He called twice.", "revision": "0"})
    db.session.expire_all()
    assert (kept.answered_at, kept.assigned_to_id) == (None, None)
    writer.post(reply, data={"act": "answer-resolve", "body": "Done."})
    db.session.expire_all()
    assert kept.resolved_at is not None
    assert kept.closed_by is Author.STAFF
    assert writer.post(reply, data={"act": "answer", "body": " "}).status_code == 422
    assert writer.post(reply, data={"act": "burn", "body": "x"}).status_code == 400


def test_of_two_who_answer_at_once_the_second_is_told_and_loses_nothing(
    writer: FlaskClient,
) -> None:
    kept = ask()
    other = say(kept, Author.STAFF, "I have just said it.", author_name="Jonas")
    reply = f"{address_of(kept)}/reply"
    late = writer.post(reply, data={"act": "answer", "body": "My own words", "revision": "0"})
    assert late.status_code == 409
    assert ">\nMy own words</textarea>" in late.text
    assert f'name="revision" value="{other.id}"' in late.text
    assert late.text.count('class="tag new"') == 1
    told = {"act": "answer", "body": "My own words", "revision": str(other.id)}
    assert writer.post(reply, data=told).status_code == 303


def test_the_page_tells_who_else_writes_and_what_is_new(writer: FlaskClient) -> None:
    from feedback.requests.studio.presence import show_up

    kept = ask()
    jonas = add_user("jonas@clairson.example", "correct horse battery", RoleName.WRITER)
    jonas.name = "Jonas"
    db.session.commit()
    show_up(kept, jonas.id, is_writing=True)
    told = writer.post(f"{address_of(kept)}/pulse", data={"revision": "0", "writing": "1"}).text
    assert "Jonas is writing an answer" in told
    said = say(kept, Author.CUSTOMER, "Hello?")
    told = writer.get(f"{address_of(kept)}/pulse", query_string={"revision": "0"}).text
    assert f'data-newer="{said.id}"' in told
    assert "The customer has written" in told


def test_many_are_given_tagged_and_resolved_and_it_is_taken_back(writer: FlaskClient) -> None:
    one, two = ask("One"), ask("Two")
    ticked = {"request": [str(one.id), str(two.id)]}
    writer.post(LIST, data={**ticked, "act": "assign", "to": str(me().id)})
    writer.post(LIST, data={**ticked, "act": "tag", "tag_name": "#Noël"})
    page = writer.post(LIST, data={**ticked, "act": "resolve"}, follow_redirects=True).text
    db.session.expire_all()
    assert {each.assigned_to_id for each in (one, two)} == {me().id}
    assert one.tags == two.tags == ["noël"]
    assert None not in {one.resolved_at, two.resolved_at}
    writer.post(re.findall(r'action="(/studio/acts/\d+/undo)"', page)[-1])
    db.session.expire_all()
    assert (one.resolved_at, two.resolved_at) == (None, None)
    assert one.waiting_since is not None
    everything = {"all": "1", "act": "tag", "tag_name": "all"}
    writer.post(LIST, data=everything)
    db.session.expire_all()
    assert "all" in one.tags


def test_spam_is_set_aside_unseen_and_can_be_taken_back(writer: FlaskClient) -> None:
    kept = ask()
    writer.post(address_of(kept), data={"act": "spam"})
    assert subjects(Wanted()) == []
    writer.post(address_of(kept), data={"act": "genuine"})
    assert subjects(Wanted()) == [kept.subject]


def test_an_article_is_linked_in_the_language_of_the_customer(writer: FlaskClient) -> None:
    both = factories.article("Track my order", slug="track-my-order", key="order-tracking")
    french = factories.article("Suivre ma commande", locale="fr", of=both.article)
    alone = factories.article("Order a gift card", slug="order-a-gift-card")
    factories.article("Order of the staff", audience=Audience.STAFF)
    kept = ask(locale="fr")
    found = writer.get(f"{address_of(kept)}/links", query_string={"q": "order"}).text
    assert f'data-title="{french.title}"' in found
    assert "/fr/articles/" in found
    assert re.search(f'data-title="{alone.title} \\(\\w+ anglais\\)"', found)
    assert "of the staff" not in found
    suggested = writer.get(f"{address_of(kept)}/suggestions")
    assert suggested.status_code == 200
    assert "No article answers this for sure" in suggested.text


def test_an_answer_becomes_an_article_without_its_person(writer: FlaskClient) -> None:
    category = factories.category("delivery")
    topic = Topic(key="delivery", names={"en": "Delivery"}, category_id=category.id)
    db.session.add(topic)
    db.session.commit()
    kept = ask("where is my parcel", message="I am Alice, 06 12 34 56 78", name="Alice Martin",
               topic_id=topic.id)  # fmt: skip
    there = factories.article("Track my order", slug="track-my-order", key="tracking")
    link = address_of_article(there, external=True)
    answer = f"See [this]({link}). Track it, Alice: alice@example.com is how we write."
    say(kept, Author.STAFF, f"Hello Alice,\n\n{answer}\n\nKind regards,\nJonas")
    shown = writer.get(address_of(kept)).text
    assert 'href="/en/articles/track-my-order"' in shown
    assert 'class="external"' not in shown
    begun = writer.post(f"{address_of(kept)}/article")
    assert "/studio/drafts/" in begun.headers["Location"]
    draft = db.session.scalars(select(Translation).where(Translation.id != there.id)).one()
    revision = draft.article.translations[0].revisions[-1]
    assert draft.title == "Where is my parcel?"
    assert revision.answers == ["where is my parcel"]
    assert "See [this](article:tracking). Track it, [name]: [e-mail] is how" in revision.body
    for secret in ("Alice", "06 12", "Hello", "Jonas"):
        assert secret not in revision.body, secret
    db.session.expire_all()
    assert (draft.article.category_id, kept.solved_by_id) == (category.id, draft.article_id)
    assert "request.drafted" in acts()


def test_the_report_tells_which_articles_solve_requests_and_which_were_there(
    writer: FlaskClient,
) -> None:
    there = factories.article("Track my order", slug="track-my-order")
    assert there.published_at is not None
    before, after = ask("Before"), ask("After", hours=0)
    before.created_at = there.published_at - timedelta(hours=1)
    after.created_at = utc_now()
    db.session.commit()
    for kept in (before, after):
        address = address_of(kept)
        writer.post(address, data={"act": "solved-by", "article": str(there.article_id)})
    page = writer.get("/studio/reports/requests").text
    row = re.search(r"Track my order</a></th>\s*<td[^>]*>2</td>\s*<td[^>]*>1</td>", page)
    assert row is not None


def test_the_desk_shows_what_is_mine_and_what_is_nobodys(writer: FlaskClient) -> None:
    own = ask("Mine to answer")
    own.assigned_to_id = me().id
    db.session.commit()
    ask("Of nobody")
    page = writer.get("/studio/").text
    assert "1 customer waits for your answer" in page
    assert "Of nobody" in page


@pytest.mark.usefixtures("any_app")
def test_of_two_answers_at_the_same_instant_one_is_told(any_app: Flask) -> None:
    kept = ask()
    number, by = (
        kept.id,
        add_user("w@clairson.example", "correct horse battery", RoleName.WRITER).id,
    )
    db.session.commit()
    db.session.close()
    ready = threading.Barrier(2)

    def send(text: str) -> bool:
        with any_app.app_context(), any_app.test_request_context():
            mine = db.session.get_one(ContactRequest, number)
            who = db.session.get_one(User, by)
            ready.wait(timeout=60)
            try:
                reply(mine, Reply(text, after=0), who)
                db.session.commit()
            except Overtaken:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, ["One", "Two"])) == [False, True]
    query = select(RequestMessage.text).where(RequestMessage.request_id == number)
    assert len(db.session.scalars(query).all()) == 1
