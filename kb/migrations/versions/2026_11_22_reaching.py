"""reaching a person, and other sites"""

import sqlalchemy as sa
from alembic import op

import kb.db


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('api_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('caller', sa.String(), nullable=False, comment='the key of the API, else the address'),
    sa.Column('key', sa.String(), nullable=False, comment='that the caller has chosen'),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the request'),
    sa.Column('status', sa.Integer(), nullable=True, comment='None: it is being worked on'),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_answer')),
    sa.UniqueConstraint('caller', 'key', name=op.f('uq_api_answer_caller_key'))
    )
    with op.batch_alter_table('api_answer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_answer_created_at'), ['created_at'], unique=False)

    op.create_table('contact_channel',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('way', sa.Enum('form', 'email', 'phone', 'chat', 'messaging', 'social', 'sms', 'post', 'shop', 'meeting', 'api', name='way', native_enum=False, length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('target', sa.String(), nullable=False, comment='number, address of mail, https address or postal lines'),
    sa.Column('snippet', sa.String(), nullable=False, comment='HTML of a vendor, shown on a page of its own'),
    sa.Column('snippet_hosts', sa.JSON(), nullable=False, comment='that the snippet may load from and talk to'),
    sa.Column('snippet_keeps', sa.Boolean(), nullable=False, comment='the snippet may use the storage and cookies of this site'),
    sa.Column('words', sa.JSON(), nullable=False, comment='by language: name, note, meanwhile (what to do when closed)'),
    sa.Column('locales', sa.JSON(), nullable=False, comment='languages it speaks; empty: all of the site'),
    sa.Column('topic_ids', sa.JSON(), nullable=False, comment='what it is for; empty: everything'),
    sa.Column('timezone', sa.String(), nullable=False, comment='empty: that of the site'),
    sa.Column('hours', sa.JSON(), nullable=False, comment='from Monday, for each day its stretches [from, to] as HH:MM; empty: always open'),
    sa.Column('holidays_of', sa.String(), nullable=False, comment='country, with a part of it after -, whose public holidays it keeps'),
    sa.Column('exceptions', sa.JSON(), nullable=False, comment='date, stretches as in hours (none: closed), why by language'),
    sa.Column('stated_minutes', sa.Integer(), nullable=True, comment='delay that the company states, until enough were measured'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('updated_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_channel'))
    )
    op.create_table('customer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False, comment='as the company calls them'),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('plan', sa.String(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('seen_at', kb.db.UtcDateTime(), nullable=False, comment='when a token last named them'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer')),
    sa.UniqueConstraint('reference', name=op.f('uq_customer_reference'))
    )
    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_email'), ['email'], unique=False)

    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False, comment='who knows how to send it: webhook, help-desk'),
    sa.Column('target_id', sa.Integer(), nullable=False, comment='the receiver, of that kind'),
    sa.Column('event_id', sa.String(), nullable=False, comment='the same for every receiver and every try: who gets it twice can tell'),
    sa.Column('event', sa.String(), nullable=False, comment='what happened, such as article.published'),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('thing', sa.String(), nullable=False, comment='what it is about, such as request'),
    sa.Column('thing_id', sa.Integer(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('due_at', kb.db.UtcDateTime(), nullable=False, comment='not tried before'),
    sa.Column('is_aside', sa.Boolean(), nullable=False, comment='its receiver takes others, and not this one: they pass it'),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('tried_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True, comment='of HTTP, as last answered'),
    sa.Column('last_error', sa.String(), nullable=False),
    sa.Column('delivered_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('given_up_at', kb.db.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_delivered_at_delivery_given_up_at_delivery_created_at'), ['delivered_at', 'given_up_at', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_thing_delivery_thing_id'), ['thing', 'thing_id'], unique=False)
        batch_op.create_index('ix_delivery_waiting', ['kind', 'target_id', 'delivered_at', 'given_up_at', 'due_at'], unique=False)

    op.create_table('delivery_receiver',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('claimed_until', kb.db.UtcDateTime(), nullable=True, comment='one process is sending to it; another may once this has passed'),
    sa.Column('served_at', kb.db.UtcDateTime(), nullable=True, comment='whose turn was longest ago is next'),
    sa.Column('not_before', kb.db.UtcDateTime(), nullable=True, comment='it failed, or asked to wait'),
    sa.Column('failures', sa.Integer(), nullable=False, comment='in a row'),
    sa.Column('failing_since', kb.db.UtcDateTime(), nullable=True),
    sa.Column('paused_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('paused_because', sa.String(), nullable=False, comment='what the site itself stopped for; empty where a person did'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_receiver')),
    sa.UniqueConstraint('kind', 'target_id', name=op.f('uq_delivery_receiver_kind_target_id'))
    )
    op.create_table('help_desk',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('email', 'webhook', 'zendesk', 'freshdesk', 'zammad', name='deskkind', native_enum=False, length=32), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False, comment='e-mail address, or https address of the service'),
    sa.Column('user', sa.String(), nullable=False, comment='who the service knows the site as'),
    sa.Column('sealed_key', sa.String(), nullable=False, comment='its token or password, encrypted'),
    sa.Column('sealed_secret', sa.String(), nullable=False, comment='what webhooks both ways are signed with, encrypted'),
    sa.Column('sealed_foreign_secret', sa.String(), nullable=False, comment='what the service itself signs with, encrypted: Zendesk makes its own'),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('heard_at', kb.db.UtcDateTime(), nullable=True, comment='when it last told something'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_help_desk'))
    )
    op.create_table('used_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the token'),
    sa.Column('expires_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_used_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_used_token_digest'))
    )
    with op.batch_alter_table('used_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_used_token_expires_at'), ['expires_at'], unique=False)

    op.create_table('widget_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False, comment='the first that fits decides'),
    sa.Column('pattern', sa.String(), nullable=False, comment="of the page's path: * stands for anything"),
    sa.Column('origin', sa.String(), nullable=False, comment='empty: every site'),
    sa.Column('article_ids', sa.JSON(), nullable=False, comment='best first'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_widget_rule'))
    )
    op.create_table('api_token',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False, comment='what it is for, in the words of its maker'),
    sa.Column('beginning', sa.String(), nullable=False, comment='its first characters, to tell it from others'),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the whole'),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('expires_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('used_at', kb.db.UtcDateTime(), nullable=True, comment='to the minute'),
    sa.Column('revoked_at', kb.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_api_token_created_by_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_token_created_by_id'), ['created_by_id'], unique=False)

    op.create_table('customer_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key_id', sa.String(), nullable=False, comment='public name, `kid` in a token'),
    sa.Column('name', sa.String(), nullable=False, comment='of the site or app that signs with it'),
    sa.Column('kind', sa.Enum('shared', 'public', name='keykind', native_enum=False, length=32), nullable=False),
    sa.Column('algorithm', sa.String(), nullable=False, comment='HS256, RS256 or ES256: the only one it may use'),
    sa.Column('sealed_secret', sa.String(), nullable=False, comment='encrypted under the site’s key'),
    sa.Column('public_key', sa.String(), nullable=False, comment='PEM'),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('ended_at', kb.db.UtcDateTime(), nullable=True, comment='signs for nobody since'),
    sa.Column('used_at', kb.db.UtcDateTime(), nullable=True, comment='when it last vouched for somebody'),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_customer_key_created_by_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_key')),
    sa.UniqueConstraint('key_id', name=op.f('uq_customer_key_key_id'))
    )
    with op.batch_alter_table('customer_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_key_created_by_id'), ['created_by_id'], unique=False)

    op.create_table('topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False, comment='by language'),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_topic_category_id_category'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('key', name=op.f('uq_topic_key'))
    )
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_topic_category_id'), ['category_id'], unique=False)

    op.create_table('webhook_endpoint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('sealed_secret', sa.String(), nullable=False, comment='what messages are signed with, encrypted'),
    sa.Column('former_secret', sa.String(), nullable=False, comment='the one before, encrypted: both sign while the receiver changes over'),
    sa.Column('former_until', kb.db.UtcDateTime(), nullable=True),
    sa.Column('events', sa.JSON(), nullable=False, comment='empty: all of them'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('updated_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_webhook_endpoint_created_by_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoint'))
    )
    with op.batch_alter_table('webhook_endpoint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_endpoint_created_by_id'), ['created_by_id'], unique=False)

    op.create_table('widget_site',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False, comment='as browsers say it: https://shop.example'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['user.id'], name=op.f('fk_widget_site_created_by_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_widget_site')),
    sa.UniqueConstraint('origin', name=op.f('uq_widget_site_origin'))
    )
    with op.batch_alter_table('widget_site', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_widget_site_created_by_id'), ['created_by_id'], unique=False)

    op.create_table('announcement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('severity', sa.Enum('notice', 'minor', 'major', name='severity', native_enum=False, length=32), nullable=False),
    sa.Column('is_issue', sa.Boolean(), nullable=False, comment='something is broken, and will be fixed'),
    sa.Column('scopes', sa.JSON(), nullable=False, comment='of Scope'),
    sa.Column('category_ids', sa.JSON(), nullable=False),
    sa.Column('starts_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('ends_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('fixed_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('article_id', sa.Integer(), nullable=True, comment='that says more'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('updated_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('announced_at', kb.db.UtcDateTime(), nullable=True, comment='when subscribers were written to'),
    sa.Column('is_mailed', sa.Boolean(), nullable=False, comment='subscribers are written to when it begins'),
    sa.Column('fixed_told_at', kb.db.UtcDateTime(), nullable=True, comment='when those who wait were told that it is fixed'),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_announcement_article_id_article'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_announcement_author_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_announcement_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_ends_at'), ['ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_announcement_starts_at_announcement_ends_at'), ['starts_at', 'ends_at'], unique=False)

    op.create_table('topic_field',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False, comment='never changes: requests keep their answers under it'),
    sa.Column('kind', sa.String(), nullable=False, comment='text, lines, choice, number, date or yes-no'),
    sa.Column('labels', sa.JSON(), nullable=False, comment='by language'),
    sa.Column('hints', sa.JSON(), nullable=False, comment='by language'),
    sa.Column('options', sa.JSON(), nullable=False, comment='of a choice: key, and labels by language'),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False, comment='one taken away is asked no more, and names the answers that it got'),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_field_topic_id_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_field')),
    sa.UniqueConstraint('topic_id', 'key', name=op.f('uq_topic_field_topic_id_key'))
    )
    op.create_table('announcement_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False, comment='Markdown'),
    sa.Column('fixed_words', sa.String(), nullable=False, comment='Markdown: what to know now that it is fixed'),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_announcement_text_announcement_id_announcement'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement_text')),
    sa.UniqueConstraint('announcement_id', 'locale', name=op.f('uq_announcement_text_announcement_id_locale'))
    )
    op.create_table('subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('announcement_id', sa.Integer(), nullable=True, comment='none: all of them'),
    sa.Column('category_id', sa.Integer(), nullable=True, comment='none: the whole site'),
    sa.Column('visitor', sa.String(), nullable=False, comment='rotating keyed hash, hexadecimal'),
    sa.Column('origin', sa.String(), nullable=False, comment='as of the visit'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('confirmed_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('told_at', kb.db.UtcDateTime(), nullable=True, comment='of the one issue: that it is fixed'),
    sa.ForeignKeyConstraint(['announcement_id'], ['announcement.id'], name=op.f('fk_subscription_announcement_id_announcement'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_subscription_category_id_category'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription'))
    )
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscription_announcement_id'), ['announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscription_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscription_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscription_email_subscription_announcement_id'), ['email', 'announcement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscription_visitor'), ['visitor'], unique=False)

    op.create_table('heard_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(), nullable=False, comment='of the desk’s event, by its number'),
    sa.Column('what', sa.String(), nullable=False, comment='answer, note, reply, resolved or reopened'),
    sa.Column('at', kb.db.UtcDateTime(), nullable=False, comment='when it happened, as the desk says, within reason'),
    sa.Column('received_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('became', sa.String(), nullable=False, comment='what it changed here: taken, known, late, unknown'),
    sa.ForeignKeyConstraint(['desk_id'], ['help_desk.id'], name=op.f('fk_heard_event_desk_id_help_desk'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_heard_event_request_id_contact_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heard_event')),
    sa.UniqueConstraint('key', name=op.f('uq_heard_event_key'))
    )
    with op.batch_alter_table('heard_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_heard_event_desk_id'), ['desk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_heard_event_received_at'), ['received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_heard_event_request_id_heard_event_at'), ['request_id', 'at'], unique=False)

    op.create_table('incoming_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False, comment='as in its header, else a digest of the whole'),
    sa.Column('sender', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('received_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('became', sa.Enum('request', 'message', 'staff-answer', 'bounce', 'auto-reply', 'spam', 'held', name='became', native_enum=False, length=32), nullable=False),
    sa.Column('reason', sa.String(), nullable=False, comment='why: the name of a reason'),
    sa.Column('said', sa.String(), nullable=False, comment='what a server said in it'),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of what it says: two mails may share a Message-ID'),
    sa.Column('raw', sa.String(), nullable=False, comment='its file in the folder mail, while a person has to look'),
    sa.Column('looked_at', kb.db.UtcDateTime(), nullable=True, comment='a person has decided'),
    sa.Column('owes_answer', sa.Boolean(), nullable=False, comment='its sender is to be told that it has come'),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_incoming_mail_request_id_contact_request'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incoming_mail')),
    sa.UniqueConstraint('message_id', name=op.f('uq_incoming_mail_message_id'))
    )
    with op.batch_alter_table('incoming_mail', schema=None) as batch_op:
        batch_op.create_index('ix_incoming_mail_kept', ['id'], unique=False, sqlite_where=sa.text("raw != ''"), postgresql_where=sa.text("raw != ''"))
        batch_op.create_index(batch_op.f('ix_incoming_mail_owes_answer'), ['owes_answer'], unique=False)
        batch_op.create_index(batch_op.f('ix_incoming_mail_received_at'), ['received_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_incoming_mail_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_incoming_mail_sender'), ['sender'], unique=False)

    op.create_table('request_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of what the link holds'),
    sa.Column('origin', sa.String(), nullable=False, comment='network that asked for it, as of a visit'),
    sa.Column('words', sa.String(), nullable=False, comment='what its reader was writing when their session ended'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('expires_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('used_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('session_digest', sa.String(), nullable=True, comment='SHA-256 of what the cookie holds, once the link was used'),
    sa.Column('session_ends_at', kb.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_request_link_request_id_contact_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_request_link_digest')),
    sa.UniqueConstraint('session_digest', name=op.f('uq_request_link_session_digest'))
    )
    with op.batch_alter_table('request_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_link_origin'), ['origin'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_link_request_id'), ['request_id'], unique=False)

    op.create_table('request_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('author', sa.Enum('customer', 'staff', name='author', native_enum=False, length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True, comment='which colleague'),
    sa.Column('author_name', sa.String(), nullable=False, comment='where it is nobody with an account: in another help desk, or by mail'),
    sa.Column('is_note', sa.Boolean(), nullable=False, comment='for the staff alone'),
    sa.Column('is_automatic', sa.Boolean(), nullable=False, comment='written by a program: an acknowledgement is no answer'),
    sa.Column('text', sa.String(), nullable=False, comment='plain, or Markdown where the staff wrote it'),
    sa.Column('html', sa.String(), nullable=False, comment='as it came by mail, sanitised'),
    sa.Column('quoted', sa.String(), nullable=False, comment='what a mail repeated of earlier ones'),
    sa.Column('via', sa.Enum('form', 'email', 'phone', 'chat', 'messaging', 'social', 'sms', 'post', 'shop', 'meeting', 'api', name='way', native_enum=False, length=32), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False, comment='of the e-mail, with < and >'),
    sa.Column('mail_id', sa.Integer(), nullable=True, comment='that carries it'),
    sa.Column('undelivered', sa.String(), nullable=False, comment='what a bounce said of it'),
    sa.Column('external_id', sa.String(), nullable=True, comment='of the company’s own help desk: none comes in twice'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['outgoing_mail.id'], name=op.f('fk_request_message_mail_id_outgoing_mail'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_request_message_request_id_contact_request'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_request_message_user_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_message')),
    sa.UniqueConstraint('external_id', name=op.f('uq_request_message_external_id'))
    )
    with op.batch_alter_table('request_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_message_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_message_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_message_request_id_request_message_created_at'), ['request_id', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_message_user_id'), ['user_id'], unique=False)

    op.create_table('request_presence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('is_writing', sa.Boolean(), nullable=False),
    sa.Column('seen_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_request_presence_request_id_contact_request'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_request_presence_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_presence')),
    sa.UniqueConstraint('request_id', 'user_id', name=op.f('uq_request_presence_request_id_user_id'))
    )
    with op.batch_alter_table('request_presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_presence_user_id'), ['user_id'], unique=False)

    op.create_table('request_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True, comment='none while the form is not sent yet'),
    sa.Column('message_id', sa.Integer(), nullable=True, comment='none: it came with the first message'),
    sa.Column('key', sa.String(), nullable=False, comment='its secret name, in addresses and on disk'),
    sa.Column('visitor', sa.String(), nullable=False, comment='who uploaded it, before it is sent'),
    sa.Column('origin', sa.String(), nullable=False, comment='their network, as of a visit'),
    sa.Column('name', sa.String(), nullable=False, comment='as its sender called it, made safe'),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False, comment='in bytes'),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the content'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['request_message.id'], name=op.f('fk_request_file_message_id_request_message'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_request_file_request_id_contact_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_file')),
    sa.UniqueConstraint('key', name=op.f('uq_request_file_key'))
    )
    with op.batch_alter_table('request_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_file_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_file_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_file_origin_request_file_created_at'), ['origin', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_file_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_file_visitor_request_file_created_at'), ['visitor', 'created_at'], unique=False)

    with op.batch_alter_table('contact_request', schema=None) as batch_op:
        batch_op.add_column(sa.Column('name', sa.String(), nullable=False, server_default='', comment='of its sender, where they gave it'))
        batch_op.add_column(sa.Column('via', sa.Enum('form', 'email', 'phone', 'chat', 'messaging', 'social', 'sms', 'post', 'shop', 'meeting', 'api', name='way', native_enum=False, length=32), nullable=False, server_default='form', comment='how it reached the company'))
        batch_op.add_column(sa.Column('topic_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('details', sa.JSON(), nullable=False, server_default='{}', comment='what the fields of its topic asked for, by their keys'))
        batch_op.add_column(sa.Column('customer_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('assigned_to_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('tags', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('solved_by_id', sa.Integer(), nullable=True, comment='article that the staff say has the answer'))
        batch_op.add_column(sa.Column('last_at', kb.db.UtcDateTime(), nullable=True, comment='of the newest message, notes apart'))
        batch_op.add_column(sa.Column('last_by', sa.Enum('customer', 'staff', name='author', native_enum=False, length=32), nullable=True))
        batch_op.add_column(sa.Column('waiting_since', kb.db.UtcDateTime(), nullable=True, comment='first words of the customer that nobody has answered; none where the turn is theirs'))
        batch_op.add_column(sa.Column('closed_by', sa.Enum('customer', 'staff', name='author', native_enum=False, length=32), nullable=True, comment='who said that it is resolved'))
        batch_op.add_column(sa.Column('external_reference', sa.String(), nullable=False, server_default='', comment='what the company’s own help desk calls it'))
        batch_op.add_column(sa.Column('external_url', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('surveyed_at', kb.db.UtcDateTime(), nullable=True, comment='day on which its sender’s browser was asked a question last, as it says'))
        batch_op.create_index(batch_op.f('ix_contact_request_assigned_to_id_contact_request_resolved_at'), ['assigned_to_id', 'resolved_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_customer_id'), ['customer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_external_reference'), ['external_reference'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_resolved_at_contact_request_last_at'), ['resolved_at', 'last_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_resolved_at_contact_request_waiting_since'), ['resolved_at', 'waiting_since'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_solved_by_id'), ['solved_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_topic_id'), ['topic_id'], unique=False)

    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sender_name', sa.String(), nullable=False, server_default='', comment='shown before the address of the site, where a person writes'))
        batch_op.add_column(sa.Column('is_personal', sa.Boolean(), nullable=False, server_default=sa.false(), comment='a person wrote it: it is not marked as made by a program'))

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('customer_id', sa.Integer(), nullable=True, comment='whom a signed token named in it; no foreign key, as below'))
        batch_op.create_index(batch_op.f('ix_visit_customer_id'), ['customer_id'], unique=False)
    # Requests of before: whose turn it is, from what was known of them.
    op.execute(
        "UPDATE contact_request SET last_at = COALESCE(answered_at, created_at), "
        "last_by = CASE WHEN answered_at IS NULL THEN 'customer' ELSE 'staff' END"
    )
    op.execute(
        "UPDATE contact_request SET waiting_since = created_at "
        "WHERE answered_at IS NULL AND resolved_at IS NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_customer_id'))
        batch_op.drop_column('customer_id')

    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_column('is_personal')
        batch_op.drop_column('sender_name')

    with op.batch_alter_table('contact_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_request_topic_id'))
        batch_op.drop_index(batch_op.f('ix_contact_request_solved_by_id'))
        batch_op.drop_index(batch_op.f('ix_contact_request_resolved_at_contact_request_waiting_since'))
        batch_op.drop_index(batch_op.f('ix_contact_request_resolved_at_contact_request_last_at'))
        batch_op.drop_index(batch_op.f('ix_contact_request_external_reference'))
        batch_op.drop_index(batch_op.f('ix_contact_request_email'))
        batch_op.drop_index(batch_op.f('ix_contact_request_customer_id'))
        batch_op.drop_index(batch_op.f('ix_contact_request_assigned_to_id_contact_request_resolved_at'))
        batch_op.drop_column('surveyed_at')
        batch_op.drop_column('external_url')
        batch_op.drop_column('external_reference')
        batch_op.drop_column('closed_by')
        batch_op.drop_column('waiting_since')
        batch_op.drop_column('last_by')
        batch_op.drop_column('last_at')
        batch_op.drop_column('solved_by_id')
        batch_op.drop_column('tags')
        batch_op.drop_column('assigned_to_id')
        batch_op.drop_column('customer_id')
        batch_op.drop_column('details')
        batch_op.drop_column('topic_id')
        batch_op.drop_column('via')
        batch_op.drop_column('name')

    with op.batch_alter_table('request_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_file_visitor_request_file_created_at'))
        batch_op.drop_index(batch_op.f('ix_request_file_request_id'))
        batch_op.drop_index(batch_op.f('ix_request_file_origin_request_file_created_at'))
        batch_op.drop_index(batch_op.f('ix_request_file_message_id'))
        batch_op.drop_index(batch_op.f('ix_request_file_created_at'))

    op.drop_table('request_file')
    with op.batch_alter_table('request_presence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_presence_user_id'))

    op.drop_table('request_presence')
    with op.batch_alter_table('request_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_message_user_id'))
        batch_op.drop_index(batch_op.f('ix_request_message_request_id_request_message_created_at'))
        batch_op.drop_index(batch_op.f('ix_request_message_message_id'))
        batch_op.drop_index(batch_op.f('ix_request_message_mail_id'))

    op.drop_table('request_message')
    with op.batch_alter_table('request_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_link_request_id'))
        batch_op.drop_index(batch_op.f('ix_request_link_origin'))

    op.drop_table('request_link')
    with op.batch_alter_table('incoming_mail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incoming_mail_sender'))
        batch_op.drop_index(batch_op.f('ix_incoming_mail_request_id'))
        batch_op.drop_index(batch_op.f('ix_incoming_mail_received_at'))
        batch_op.drop_index(batch_op.f('ix_incoming_mail_owes_answer'))
        batch_op.drop_index('ix_incoming_mail_kept', sqlite_where=sa.text("raw != ''"), postgresql_where=sa.text("raw != ''"))

    op.drop_table('incoming_mail')
    with op.batch_alter_table('heard_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_heard_event_request_id_heard_event_at'))
        batch_op.drop_index(batch_op.f('ix_heard_event_received_at'))
        batch_op.drop_index(batch_op.f('ix_heard_event_desk_id'))

    op.drop_table('heard_event')
    with op.batch_alter_table('subscription', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscription_visitor'))
        batch_op.drop_index(batch_op.f('ix_subscription_email_subscription_announcement_id'))
        batch_op.drop_index(batch_op.f('ix_subscription_created_at'))
        batch_op.drop_index(batch_op.f('ix_subscription_category_id'))
        batch_op.drop_index(batch_op.f('ix_subscription_announcement_id'))

    op.drop_table('subscription')
    op.drop_table('announcement_text')
    op.drop_table('topic_field')
    with op.batch_alter_table('announcement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_announcement_starts_at_announcement_ends_at'))
        batch_op.drop_index(batch_op.f('ix_announcement_ends_at'))
        batch_op.drop_index(batch_op.f('ix_announcement_author_id'))
        batch_op.drop_index(batch_op.f('ix_announcement_article_id'))

    op.drop_table('announcement')
    with op.batch_alter_table('widget_site', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_widget_site_created_by_id'))

    op.drop_table('widget_site')
    with op.batch_alter_table('webhook_endpoint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_webhook_endpoint_created_by_id'))

    op.drop_table('webhook_endpoint')
    with op.batch_alter_table('topic', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_topic_category_id'))

    op.drop_table('topic')
    with op.batch_alter_table('customer_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_key_created_by_id'))

    op.drop_table('customer_key')
    with op.batch_alter_table('api_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_token_created_by_id'))

    op.drop_table('api_token')
    op.drop_table('widget_rule')
    with op.batch_alter_table('used_token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_used_token_expires_at'))

    op.drop_table('used_token')
    op.drop_table('help_desk')
    op.drop_table('delivery_receiver')
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_delivery_waiting')
        batch_op.drop_index(batch_op.f('ix_delivery_thing_delivery_thing_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_event_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_delivered_at_delivery_given_up_at_delivery_created_at'))

    op.drop_table('delivery')
    with op.batch_alter_table('customer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_email'))

    op.drop_table('customer')
    op.drop_table('contact_channel')
    with op.batch_alter_table('api_answer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_answer_created_at'))

    op.drop_table('api_answer')
