"""Who signs in at Clairson, besides the four that everybody meets."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from flask_login import login_user
from sqlalchemy import select

from articles.models import Category
from articles.studio.models import CategoryRight, Level
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.db import db

LIMITED_WRITER = "lea@clairson.example"
HER_CATEGORY = "delivery"
CUSTOMER = "paul@client.example"


def open_more_accounts(password: str) -> None:
    """Let a writer in who works on one category, and a customer."""
    known = set(db.session.scalars(select(User.email)))
    if LIMITED_WRITER not in known:
        lea = add_user(LIMITED_WRITER, password, RoleName.WRITER, name="Léa")
        category = db.session.scalars(select(Category).where(Category.key == HER_CATEGORY)).one()
        db.session.add(CategoryRight(user_id=lea.id, category_id=category.id, level=Level.WRITE))
        db.session.commit()
    if CUSTOMER not in known:
        add_user(CUSTOMER, password, None, name="Paul")


def colleague(name: str) -> User:
    """Return the account of a colleague, such as “camille”."""
    return db.session.scalars(select(User).where(User.email == f"{name}@clairson.example")).one()


@contextmanager
def signed_in(name: str) -> Iterator[User]:
    """Do what follows as a colleague would in the browser."""
    with current_app.test_request_context():
        person = colleague(name)
        login_user(person)
        yield person
