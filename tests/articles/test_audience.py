"""Claims about who may read what: nobody can tell an article for others from one that is not there."""

import io
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from articles import attachments
from articles.audience import readable_by
from articles.markdown import article_link
from articles.models import Audience, Translation
from articles.publishing import change_slug, commit_changes
from articles.queries import published
from kb.accounts.models import RoleName
from kb.config import Settings
from kb.db import db
from search import sync
from tests import factories

SignIn = Callable[[RoleName | None], FlaskClient]
HIDDEN = "Zanzibar rebates"
READERS = {
    Audience.CUSTOMERS: None,
    Audience.STAFF: RoleName.WRITER,
}  # with the role of their account


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the encoder made for tests, which needs no model."""
    return settings.model_copy(update={"embedding_model": "hashing"})


def picture(colour: str = "red") -> str:
    """Keep a small picture; return its address in a text."""
    drawn = io.BytesIO()
    Image.new("RGB", (2, 2), colour).save(drawn, "PNG")
    asset = attachments.inspect(f"{colour}.png", drawn.getvalue())
    attachments.keep(asset)
    db.session.commit()
    return asset.address


def hide(audience: Audience = Audience.STAFF, **more: object) -> Translation:
    """Publish an article for some, filed beside one for everybody."""
    return factories.article(
        HIDDEN,
        f"The zanzibar clause gives back 30 percent of a lamp order. ![x]({picture()})\n\n"
        "## Reset\n\nHold the button of the lamp as in every guide, then ask for the code.",
        slug="zanzibar",
        key="zanzibar",
        summary="For the team: zanzibarry discounts.",
        answers=("How do I grant a zanzibar rebate?", "Reset a lamp for the team"),
        audience=audience,
        **more,  # type: ignore[arg-type]
    )


def addresses() -> list[str]:
    words = [
        "zanzibar",
        "zanzibr",
        "zanzib",
        "rebate lamp",
        "reset lamp",
        "buton",
        '"zanzibar clause"',
    ]
    return [
        "/en/", "/fr/", "/en/articles/reset", "/en/articles/reset.md", "/en/articles/linking",
        "/en/articles/linking.md", "/en/categories/lamps", "/en/categories/secret",
        "/en/articles/zanzibar", "/en/articles/zanzibar.md", "/en/articles/zanzibar/vote",
        "/en/articles/older", "/en/contact/articles/zanzibar", "/sitemap.xml", "/llms.txt",
        "/en/feed.atom", "/en/search",
        *(f"/en/search?q={quote(each)}" for each in words),
        *(f"/fr/search?q={quote(each)}" for each in words),
        *(f"/en/suggest?q={quote(each)}" for each in words),
    ]  # fmt: skip


def seen(visitor: FlaskClient) -> dict[str, tuple[int, str, str]]:
    """Return what a visitor is told at every address, the offer to sign in left out."""
    found = {}
    for address in addresses():
        answer = visitor.get(address)
        text = OFFER.sub("", answer.text)
        found[address] = answer.status_code, answer.headers.get("ETag", ""), text
    return found


OFFER = re.compile(r" *<p class=\"note sign-in-offer\">.*?</p>\n", re.DOTALL)


def site() -> None:
    lamps = factories.category("lamps", en="Lamps")
    factories.category("secret", en="Secret")
    factories.article("Reset a lamp", "Hold the button of the lamp.", slug="reset", category=lamps)
    factories.article(
        "Buttons", f"See [the rebates]({article_link('zanzibar')}).", slug="linking", category=lamps
    )


@pytest.mark.parametrize("audience", READERS)
def test_the_public_site_is_byte_for_byte_as_if_the_article_were_not_there(
    app: Flask, client: FlaskClient, audience: Audience
) -> None:
    site()
    sync.reconcile(app)
    before = seen(client)
    hidden = hide(audience)
    change_slug(hidden, "older")
    change_slug(hidden, "zanzibar")
    commit_changes()
    sync.reconcile(app)
    after = seen(client)
    for address in before:
        assert after[address] == before[address], address


@pytest.mark.parametrize("audience", READERS)
def test_those_it_is_for_find_it_everywhere(
    app: Flask, sign_in: SignIn, audience: Audience
) -> None:
    site()
    lamps = db.session.scalars(published("en")).first()
    assert lamps is not None
    hide(audience, category=lamps.article.category)
    sync.reconcile(app)
    visitor = sign_in(READERS[audience])
    for address in (
        "/en/", "/en/articles/zanzibar", "/en/articles/zanzibar.md", "/en/categories/lamps",
        "/en/articles/reset", "/en/search?q=zanzibar", "/en/suggest?q=zanzib",
    ):  # fmt: skip
        answer = visitor.get(address)
        assert HIDDEN in re.sub(r"</?mark>", "", answer.text), address
        assert answer.headers["Cache-Control"].startswith("private"), address
        assert "ETag" not in answer.headers, address
    assert "zanzibar" in visitor.get("/en/search?q=zanzibr").text
    assert 'href="/en/articles/zanzibar"' in visitor.get("/en/articles/linking").text


def test_a_customer_does_not_read_what_is_for_the_staff(app: Flask, sign_in: SignIn) -> None:
    site()
    hide(Audience.STAFF)
    sync.reconcile(app)
    customer = sign_in(None)
    for address in addresses():
        assert HIDDEN not in customer.get(address).text, address
    assert customer.get("/en/articles/zanzibar").status_code == 404


def test_programs_get_what_is_for_everyone_whoever_asks(app: Flask, sign_in: SignIn) -> None:
    site()
    hide(Audience.CUSTOMERS)
    visitor = sign_in(RoleName.ADMIN)
    for address in ("/sitemap.xml", "/llms.txt", "/en/feed.atom"):
        assert "zanzibar" not in visitor.get(address).text.lower(), address


def test_a_reader_belongs_to_every_audience_below(app: Flask) -> None:
    assert [len(readable_by(each)) for each in Audience] == [1, 2, 3]
    assert all(Audience.EVERYONE in readable_by(each) for each in Audience)


def test_an_article_taken_back_from_the_public_is_found_no_more_by_its_words(
    app: Flask, client: FlaskClient
) -> None:
    """Its words stay in the files of the index until these are merged: nothing may rest on them."""
    site()
    for number in range(6):
        factories.article(f"Lamp number {number}", "Light for every room.")
    sync.reconcile(app)
    before = seen(client)
    hidden = hide(Audience.EVERYONE)
    sync.reconcile(app)
    assert HIDDEN in client.get("/en/search?q=zanzibar").text
    hidden.article.audience = Audience.STAFF
    commit_changes()
    sync.reconcile(app)
    after = seen(client)
    for address in before:
        assert after[address] == before[address], address


def test_a_lost_address_offers_to_sign_in_wherever_it_is(app: Flask, client: FlaskClient) -> None:
    site()
    assert "sign-in-offer" not in client.get("/en/articles/nothing").text
    hide()
    lost, hidden = (client.get(f"/en/articles/{each}").text for each in ("nothing", "zanzibar"))
    assert "sign-in-offer" in lost
    assert "/studio/sign-in?next=/en/articles/zanzibar" in hidden


def test_a_page_in_the_cache_does_not_stand_in_the_way_of_who_may_read_more(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    site()
    hide()
    public = client.get("/en/")
    assert HIDDEN not in public.text
    writer = sign_in(RoleName.WRITER)
    assert HIDDEN in writer.get("/en/", headers={"If-None-Match": public.headers["ETag"]}).text
    assert client.get("/en/").data == public.data


# Files


def get_file(visitor: FlaskClient, address: str) -> int:
    return visitor.get(address.replace("attachment:", "/attachments/")).status_code


def test_a_file_only_in_articles_for_some_is_sent_to_these_alone(
    client: FlaskClient, sign_in: SignIn
) -> None:
    hide(Audience.CUSTOMERS)
    address = picture()
    assert get_file(client, address) == 404
    answer = sign_in(None).get(address.replace("attachment:", "/attachments/"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_file_that_an_open_article_shows_too_is_for_everyone(client: FlaskClient) -> None:
    hide()
    factories.article("Open", f"![x]({picture()})")
    answer = client.get(picture().replace("attachment:", "/attachments/"))
    assert answer.status_code == 200
    assert "public" in answer.headers["Cache-Control"]


def test_a_file_that_stands_nowhere_yet_is_for_those_who_write(
    client: FlaskClient, sign_in: SignIn
) -> None:
    address = picture("blue")
    assert get_file(client, address) == 404
    assert get_file(sign_in(RoleName.WRITER), address) == 200


def test_a_pass_opens_the_one_file_it_was_made_for(client: FlaskClient) -> None:
    hide()
    factories.article("Also hidden", f"![x]({picture('blue')})", audience=Audience.STAFF)
    served, other = (
        picture(colour).replace("attachment:", "/attachments/") for colour in ("red", "blue")
    )
    html = attachments.with_passes(f'<img src="{served}">')
    given = html.removeprefix('<img src="').removesuffix('">')
    assert client.get(given).status_code == 200
    assert client.get(f"{other}?{given.partition('?')[2]}").status_code == 404
    assert client.get(f"{served}?pass=forged").status_code == 404


def test_what_is_not_a_picture_is_saved_and_never_opened(client: FlaskClient) -> None:
    asset = attachments.inspect("notes.txt", b"<script>alert(1)</script>")
    attachments.keep(asset)
    factories.article("Open", f"[notes]({asset.address})")
    answer = client.get(asset.address.replace("attachment:", "/attachments/"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
