"""Which doors the crowd came through: the site, the widget in the shop, an assistant."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select, update

from articles.models import Article
from feedback.contact.models import ContactAttempt
from feedback.models import Channel, SearchIntent, Visit
from feedback.requests.models import ContactRequest
from feedback.widget.models import WidgetRule, WidgetSite
from kb.db import db

SHOP = "https://clairson.example"
WIDGET_SINCE, ASSISTANT_SINCE = timedelta(days=75), timedelta(days=30)
IN_THE_WIDGET, BY_ASSISTANT = 0.22, 0.03  # of visitors since then
AT_ONCE = 500
WITH_VISITS = (SearchIntent, ContactAttempt, ContactRequest)
RULES = (
    ("/livraison*", ("delivery-times-and-prices", "track-my-order")),
    ("/retours*", ("return-a-product", "refund-times")),
)


def part_the_crowd(now: datetime) -> None:
    """Move some visits, with what was done in them, to the channel they came through."""
    visits = db.session.execute(
        select(Visit.id, Visit.visitor, Visit.started_at).where(Visit.simulated, ~Visit.is_bot)
    ).all()
    forms = set(db.session.scalars(select(ContactAttempt.visit_id)))  # no assistant fills one in
    for channel, since, low, high in (
        (Channel.WIDGET, WIDGET_SINCE, 0.0, IN_THE_WIDGET),
        (Channel.MCP, ASSISTANT_SINCE, 1 - BY_ASSISTANT, 1.0),
    ):
        chosen = [
            each.id
            for each in visits
            if each.started_at > now - since
            and low <= _place(each.visitor) < high
            and not (channel is Channel.MCP and each.id in forms)
        ]
        for start in range(0, len(chosen), AT_ONCE):
            ids = chosen[start : start + AT_ONCE]
            db.session.execute(update(Visit).where(Visit.id.in_(ids)).values(channel=channel))
            for model in WITH_VISITS:
                db.session.execute(
                    update(model).where(model.visit_id.in_(ids)).values(channel=channel)
                )
    db.session.commit()


def _place(visitor: str) -> float:
    """Return the place of a visitor between 0 and 1: the same each time, and drawn from nothing else."""
    digest = hashlib.sha256(f"door:{visitor}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def let_the_shop_carry_the_widget(now: datetime) -> None:
    """Allow the shop to carry the widget, with what it suggests on two of its pages."""
    db.session.add(WidgetSite(origin=SHOP, created_at=now))
    keys = dict(db.session.execute(select(Article.key, Article.id)).all())
    for position, (pattern, suggested) in enumerate(RULES):
        db.session.add(
            WidgetRule(
                position=position,
                pattern=pattern,
                origin=SHOP,
                article_ids=[keys[each] for each in suggested],
                created_at=now,
            )
        )
    db.session.commit()
