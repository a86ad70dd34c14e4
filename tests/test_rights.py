"""One table says who may do what (`kb.rights.HOLDERS`); here every route is asked with every role.

A new route needs no new test: it names its right, or lies outside the studio and is open to all.
"""

from collections.abc import Callable, Iterator
from contextvars import Context
from http import HTTPStatus
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from articles.links.models import Link, LinkUse
from articles.models import Category
from articles.publishing import Words, commit_changes, write_revision
from articles.studio.models import (
    CategoryRight,
    ChangeSet,
    Level,
    LineComment,
    Review,
    WorkingCopy,
)
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.db import db, utc_now
from kb.rights import HOLDERS, Right
from kb.security import FOR_PROGRAMS, READING, SIGNED
from tests import factories
from tests.conftest import PASSWORD

SignIn = Callable[[RoleName | None], FlaskClient]
SIGN_IN = "/studio/sign-in"
NOBODY = 987_654  # the number of nothing
# Pages of the sign-in library, which cannot be decorated: those of the account are for its owner.
LIBRARY, ITS_ACCOUNT_PAGES = "security.", "/studio/account"
DOORS = "/studio/sign-"  # steps of signing in and out: asked last, and each answers as it must
# The sign-in library still writes choices of forms in the way of WTForms 3.1.
pytestmark = pytest.mark.filterwarnings("ignore:Passing SelectField choices:DeprecationWarning")
ROLES: dict[str, RoleName | None] = {"customer": None, **{each.value: each for each in RoleName}}


class Route(NamedTuple):
    """A way to ask the application for something."""

    method: str
    address: str
    endpoint: str
    right: Right | None
    needs_key: bool = False  # for programs: no session opens it, whoever has signed in

    @property
    def is_door(self) -> bool:
        """Whether this is a step of signing in or out."""
        return self.address.startswith(DOORS)


def routes(app: Flask, number: int = NOBODY) -> list[Route]:
    """Return every way into the application, the doors last."""
    found = [
        Route(
            method,
            filled(app, rule, number),
            rule.endpoint,
            right_of(app, rule),
            getattr(app.view_functions[rule.endpoint], "scope", None) is not None,
        )
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]
    return sorted(found, key=lambda each: (each.is_door, each.address, each.method))


def filled(app: Flask, rule: Rule, number: int, **words: str) -> str:
    """Return the address of a rule; its numbers are `number`, its words lead nowhere but those given."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        if kind == "IntegerConverter":
            values[name] = number
        elif kind == "AnyConverter":
            values[name] = min(converter.items)  # type: ignore[attr-defined]
        else:
            values[name] = "en" if name == "locale" else words.get(name, "nothing")
    built = rule.build({**values, **(rule.defaults or {})})
    assert built is not None, rule
    return str(built[1])


def right_of(app: Flask, rule: Rule) -> Right | None:
    """Return the right that a route names, None where it is open to everybody."""
    view = app.view_functions[rule.endpoint]
    if hasattr(view, "required_right"):
        right: Right | None = view.required_right
        return right
    if rule.endpoint.startswith(LIBRARY):
        return Right.OWN_ACCOUNT if rule.rule.startswith(ITS_ACCOUNT_PAGES) else None
    assert not rule.rule.startswith("/studio"), f"{rule.endpoint} names no right"
    return None


def ask(visitor: FlaskClient, route: Route, **more: Any) -> TestResponse:
    """Send a request in a context of its own; nothing is settled after it."""
    options = {"method": route.method, "buffered": True, **more}
    return Context().run(lambda: FlaskClient.open(visitor, route.address, **options))


def is_sent_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code in {301, 302, 303} and SIGN_IN in (answer.location or "")


def holds(role: RoleName | None, right: Right) -> bool:
    """Tell from the table alone what an account of a role may do."""
    least = HOLDERS[right]
    return least is None or (role is not None and least in role.included)


def test_every_right_has_a_holder_and_every_role_includes_the_one_before() -> None:
    assert set(HOLDERS) == set(Right)
    assert [len(role.included) for role in RoleName] == [1, 2, 3, 4]


def test_who_is_signed_out_is_sent_to_the_door_of_the_studio_and_of_nothing_else(
    app: Flask, client: FlaskClient
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = []
    for route in routes(app):
        answer = ask(client, route)
        closed = is_sent_to_sign_in(answer) or answer.status_code in {401, 403}
        is_lost = answer.status_code == HTTPStatus.NOT_FOUND and route.endpoint.startswith(LIBRARY)
        is_closed = route.right is not None or route.needs_key
        if not route.is_door and not is_lost and closed != is_closed:
            wrong.append((route.method, route.address, answer.status_code, answer.location))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("name", ROLES)
def test_every_route_answers_each_role_as_the_table_says(
    app: Flask, sign_in: SignIn, name: str
) -> None:
    role = ROLES[name]
    visitor = sign_in(role)
    wrong = []
    for route in routes(app):
        answer = ask(visitor, route)
        refused = answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED}
        expected = route.needs_key or (route.right is not None and not holds(role, route.right))
        is_wrong = refused != expected and not route.is_door
        if is_wrong or answer.status_code >= 500:
            wrong.append((route.method, route.address, answer.status_code, route.right))
        if is_sent_to_sign_in(answer) and route.right is not None:
            wrong.append((route.method, route.address, "sent to sign in", route.right))
    assert not wrong, "\n".join(map(str, wrong))


# Rights by category

SECRET = "Zanzibar"


@pytest.fixture
def forbidden(app: Flask) -> Category:
    """A category with everything that can be about an article: the first of its sort each."""
    shop = factories.category("shop")
    draft = factories.article(SECRET, f"{SECRET} body", category=shop, draft=True, slug="zanz")
    public = factories.article("Known to all", category=shop)
    author = add_user("author@x.example", PASSWORD, RoleName.ADMIN, name="Ines")
    for translation in (draft, public):
        words = Words(f"{SECRET} again", f"See [{SECRET}](https://zanzibar.example/).")
        revision = write_revision(translation, words, message=SECRET, by="Ines")
        db.session.flush()
        of = {"translation_id": translation.id, "revision_id": revision.id}
        db.session.add_all(
            [
                Review(**of, asked_by_id=author.id, note=SECRET),
                LineComment(**of, text=SECRET, quote=SECRET, author="Ines", line=1),
                WorkingCopy(
                    translation_id=translation.id,
                    user_id=author.id,
                    after=1,
                    form={"title": SECRET},
                    saved_at=utc_now(),
                ),
                ChangeSet(user_id=author.id, act="tag", before=[{"title": SECRET}]),
            ]
        )
        host = f"{SECRET.lower()}.example"
        link = Link(url=f"https://{host}/{translation.id}", host=host)
        db.session.add(link)
        db.session.flush()
        db.session.add(LinkUse(link_id=link.id, translation_id=translation.id, text=SECRET))
    commit_changes()
    return shop


@pytest.fixture
def limited(app: Flask, sign_in: SignIn, forbidden: Category) -> FlaskClient:
    """A reviewer who may publish in one category, which is not the one of the articles."""
    visitor = sign_in(RoleName.REVIEWER)
    lamps = factories.category("lamps")
    factories.article("Own words", category=lamps, draft=True)
    reviewer = db.session.scalars(select(User).where(User.email.startswith("reviewer"))).one()
    db.session.add(CategoryRight(user_id=reviewer.id, category_id=lamps.id, level=Level.PUBLISH))
    db.session.commit()
    return visitor


NUMBERS = (1, 2, 3)  # of whatever there is: the forbidden things, then what is their own
ASKED = {"q": SECRET, "text": SECRET, "url": "zanzibar"}


def of_the_studio(app: Flask, method: str) -> Iterator[Route]:
    for number in NUMBERS:
        for route in routes(app, number):
            is_room = route.address.startswith("/studio") and not route.is_door
            if is_room and route.method == method:
                has_number = f"/{number}" in route.address
                if has_number or number == NUMBERS[0]:
                    yield route


def test_a_limited_person_reads_nothing_of_what_is_elsewhere(
    app: Flask, limited: FlaskClient
) -> None:
    told = [
        route.address
        for route in of_the_studio(app, "GET")
        if SECRET.lower() in shown(ask(limited, route, query_string=ASKED))
    ]
    assert not told, "\n".join(told)


def shown(answer: TestResponse) -> str:
    """Return what an answer says in lower case, what was asked for left out."""
    said = answer.text.lower()
    for asked in (
        'value="zanzibar"',
        "q=zanzibar",
        "text=zanzibar",
        "url=zanzibar",
        "“zanzibar”",
        "«\u202fzanzibar\u202f»",
    ):
        said = said.replace(asked, "")
    return said.replace("no-page-says:zanzibar", "")


def test_whoever_is_not_limited_does_read_it(
    app: Flask, forbidden: Category, sign_in: SignIn
) -> None:
    """Else the test above would find nothing for another reason."""
    lead = sign_in(RoleName.LEAD)
    told = [
        route.address
        for route in of_the_studio(app, "GET")
        if SECRET.lower() in shown(ask(lead, route, query_string=ASKED))
    ]
    assert len(told) >= 8, told


FORM = {
    "title": "Mine now", "body": "Taken over.", "summary": "", "answers": "", "revision": "2",
    "message": "", "significance": "typo", "slug": "mine", "category": "lamps", "kind": "faq",
    "audience": "everyone", "text": "said", "decision": "approve", "verdict": "approved",
    "act": "archive", "at": "2030-01-01T10:00", "date": "2030-01-01", "day": "2030-01-01",
    "articles": ["1", "2"], "ids": ["1", "2"], "number": ["1", "2"], "article": ["1", "2"],
    "translations": ["1", "2"], "url": "https://x.example/", "locale": "fr", "days": "30",
    "confirm": "yes", "source": "en", "reviewer": "", "reason": "so", "tag": "taken", "tags": "taken",
    "owner": "me", "to": "lamps",
}  # fmt: skip


def test_a_limited_person_changes_nothing_elsewhere(app: Flask, limited: FlaskClient) -> None:
    before = kept()
    changed = []
    for route in of_the_studio(app, "POST"):
        answer = ask(limited, route, data=FORM)
        after = kept()
        if after != before:
            changed.append((route.address, answer.status_code))
            before = after
        if SECRET.lower() in shown(answer):
            changed.append((route.address, "tells"))
    assert not changed, "\n".join(map(str, changed))


def kept() -> list[Any]:
    """Return all that is kept of the forbidden articles."""
    db.session.rollback()
    db.session.expire_all()
    numbers = (1, 2)
    found: list[Any] = []
    for name in (
        "article", "translation", "revision", "review", "line_comment", "working_copy",
        "change_set", "slug_history", "publication", "link_use",
    ):  # fmt: skip
        table = db.metadata.tables[name]
        column = table.c.get("translation_id", table.c.id)
        found += [name, db.session.execute(select(table).where(column.in_(numbers))).all()]
    return found


# Other sites


def test_no_other_site_sends_a_form_in_somebodys_name(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(RoleName.ADMIN)
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    taken = []
    for route in routes(app):
        view = app.view_functions[route.endpoint]
        # No session is worth anything there.
        is_for_programs = route.address.startswith(FOR_PROGRAMS) or hasattr(view, "takes_others")
        if route.method in READING or route.endpoint in SIGNED or is_for_programs:
            continue
        answer = ask(admin, route, headers=headers, data={"title": "x"})
        if answer.status_code != HTTPStatus.FORBIDDEN:
            taken.append((route.method, route.address, answer.status_code))
    assert not taken, "\n".join(map(str, taken))


def test_no_form_of_the_studio_is_taken_without_its_token(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(RoleName.ADMIN)
    app.config["WTF_CSRF_ENABLED"] = True
    taken = [
        (route.method, route.address, answer.status_code)
        for route in routes(app)
        if route.method not in READING and route.address.startswith("/studio")
        if (answer := ask(admin, route, data={"title": "x"})).status_code != HTTPStatus.BAD_REQUEST
    ]
    assert not taken, "\n".join(map(str, taken))


def test_what_programs_may_send_is_there(app: Flask) -> None:
    assert set(app.view_functions) >= SIGNED


def test_what_a_browser_may_fetch_does_not_act(app: Flask) -> None:
    """A link or a picture of another site sends a GET with the cookies of whoever looks at it."""
    acting = {"end", "delete", "remove", "publish", "archive", "restore", "close", "undo", "merge"}
    found = [
        each.address
        for each in routes(app)
        if each.method == "GET"
        and acting & set(each.address.strip("/").split("/"))
        and not each.endpoint.startswith(LIBRARY)
    ]
    assert found == []
