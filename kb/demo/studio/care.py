"""What keeps the articles true: whose they are, what to read again, links, and old addresses."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from articles.addresses import keep_old, rename_category
from articles.links import keeping
from articles.links.models import Link, LinkState
from articles.models import Article, Category
from articles.publishing import change_slug, commit_changes
from articles.studio.verifying.ruling import set_rule
from kb.accounts.models import User
from kb.db import db
from kb.demo.studio.past import translation_of
from kb.demo.studio.people import signed_in

TAGS = {
    "delivery-uk-switzerland": ["douane", "export"],
    "delivery-times-and-prices": ["tarifs"],
    "gift-cards": ["noël", "tarifs"],
    "pair-galet": ["galet"],
    "galet-android-16": ["galet"],
}
YEARLY = 365  # days after which articles about deliveries want to be read again
READ_AGAIN = {"galet-android-16": -6, "gift-cards": 3, "compatible-phones": 12}  # days from now
FORMER_SLUGS = {("track-my-order", "fr"): "suivi-colis", ("return-a-product", "en"): "returns-faq"}
FORMER_SITE = {
    "/aide/retours.html": ("return-a-product", "fr"),
    "/aide/livraison.html": ("delivery-times-and-prices", "fr"),
    "/help/returns.html": ("return-a-product", "en"),
}
LATER = timedelta(days=30)  # the sites are invented: nobody is asked about them


def look_after_the_articles(now: datetime) -> None:
    """Give articles their owners, tags and dates, and links and addresses their past."""
    _give_owners()
    with signed_in("ines"):
        _set_dates(now)
        _move_addresses()
        _ask_about_links(now)


def _give_owners() -> None:
    """Write the address of the account in the place of the handle that the files name."""
    for address in db.session.scalars(select(User.email)):
        handle = address.split("@")[0]
        db.session.execute(update(Article).where(Article.owner == handle).values(owner=address))
    for key, tags in TAGS.items():
        db.session.scalars(select(Article).where(Article.key == key)).one().tags = tags
    db.session.commit()


def _set_dates(now: datetime) -> None:
    delivery = db.session.scalars(select(Category).where(Category.key == "delivery")).one()
    set_rule(delivery, YEARLY)
    for key, days in READ_AGAIN.items():
        article = db.session.scalars(select(Article).where(Article.key == key)).one()
        article.verify_by = now + timedelta(days=days)
    db.session.commit()


def _move_addresses() -> None:
    """Let addresses that articles and a category had before lead to where they are now."""
    for (key, locale), former in FORMER_SLUGS.items():
        translation = translation_of(key, locale)
        present = translation.slug
        change_slug(translation, former)
        change_slug(translation, present)
    for path, (key, locale) in FORMER_SITE.items():
        keep_old(path, translation_of(key, locale))
    returns = db.session.scalars(select(Category).where(Category.key == "returns")).one()
    name = returns.name_in("fr")
    present = name.slug
    rename_category(name, "sav")
    rename_category(name, present)
    commit_changes()


def _ask_about_links(now: datetime) -> None:
    """Note how the sites that articles link to answered."""
    keeping.reconcile()
    for link in db.session.scalars(select(Link)):
        link.checked_at, link.next_at = now - timedelta(days=1), now + LATER
        link.state, link.status = LinkState.WORKING, 200
        if link.host == "recyparcs.example":
            link.state, link.status, link.failures = LinkState.BROKEN, 404, 2
            link.broken_since = now - timedelta(days=4)
        elif link.host == "eco-lumiere.example":
            link.state, link.status, link.failures = LinkState.BROKEN, None, 3
            link.trouble, link.broken_since = "timeout", now - timedelta(days=2)
        elif link.url.endswith("/en"):
            link.state, link.moved_to = LinkState.MOVED, "https://suivi.portecolis.example/en/track"
            link.status = 301
    db.session.commit()
