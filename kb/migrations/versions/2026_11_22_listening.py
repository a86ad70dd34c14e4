"""listening"""

import sqlalchemy as sa
from alembic import op

import kb.db


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('article_again',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_article_again'))
    )
    op.create_table('article_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_article_day'))
    )
    op.create_table('gap_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('claim', sa.String(), nullable=False, comment='of the run at work; empty when none is'),
    sa.Column('beat_at', kb.db.UtcDateTime(), nullable=True, comment='last sign of life of that run'),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('finished_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('by_meaning', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gap_run'))
    )
    op.create_table('outgoing_mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(), nullable=False, comment='as in the header, with < and >'),
    sa.Column('kind', sa.String(), nullable=False, comment='what it is about, such as request or digest'),
    sa.Column('recipient', sa.String(), nullable=False),
    sa.Column('reply_to', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('html', sa.String(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('images', sa.JSON(), nullable=False, comment='content id -> PNG as base64'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('due_at', kb.db.UtcDateTime(), nullable=False, comment='not tried before'),
    sa.Column('claimed_until', kb.db.UtcDateTime(), nullable=True, comment='one process is sending it; another may try once this has passed'),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(), nullable=False),
    sa.Column('sent_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('given_up_at', kb.db.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_mail')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outgoing_mail_message_id'))
    )
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_mail_waiting', ['sent_at', 'given_up_at', 'due_at'], unique=False)

    op.create_table('rank_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False, comment='from 1'),
    sa.Column('shown', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', 'rank', name=op.f('pk_rank_day')),
    sqlite_with_rowid=False
    )
    op.create_table('report_audience_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('visitors', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', name=op.f('pk_report_audience_day'))
    )
    op.create_table('report_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('added_up', sa.Integer(), nullable=False, comment='changes that the sums have seen'),
    sa.Column('is_frozen', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_report_day'))
    )
    op.create_table('report_intent_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('channel', sa.Enum('site', 'api', 'widget', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('escalated', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('no_result', sa.Integer(), nullable=False),
    sa.Column('weak', sa.Integer(), nullable=False),
    sa.Column('reformulated', sa.Integer(), nullable=False),
    sa.Column('no_click', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.Column('bots', sa.Integer(), nullable=False),
    sa.Column('staff', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', 'channel', name=op.f('pk_report_intent_day')),
    sqlite_with_rowid=False
    )
    op.create_table('report_presence_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('pairs', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', name=op.f('pk_report_presence_day'))
    )
    op.create_table('report_subject_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', name=op.f('pk_report_subject_day'))
    )
    op.create_table('report_visit_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('channel', sa.Enum('site', 'api', 'widget', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('visits', sa.Integer(), nullable=False, comment='of people'),
    sa.Column('visitors', sa.Integer(), nullable=False, comment='of this day'),
    sa.Column('bots', sa.Integer(), nullable=False),
    sa.Column('staff', sa.Integer(), nullable=False),
    sa.Column('simulated', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', 'channel', name=op.f('pk_report_visit_day')),
    sqlite_with_rowid=False
    )
    op.create_table('rewording_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', name=op.f('pk_rewording_day'))
    )
    op.create_table('spool_position',
    sa.Column('segment', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False, comment='bytes of the segment that have been entered'),
    sa.Column('moved_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('segment', name=op.f('pk_spool_position'))
    )
    with op.batch_alter_table('spool_position', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_spool_position_moved_at'), ['moved_at'], unique=False)

    op.create_table('task_run',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('started_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('finished_at', kb.db.UtcDateTime(), nullable=True, comment='empty while it runs, or died'),
    sa.Column('failures', sa.Integer(), nullable=False, comment='in a row'),
    sa.Column('last_error', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_task_run'))
    )
    op.create_table('wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('normalised', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False, comment='as it was last typed, personal data replaced'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wording')),
    sa.UniqueConstraint('locale', 'normalised', name=op.f('uq_wording_locale_normalised')),
    sqlite_autoincrement=True
    )
    op.create_table('wording_again',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', name=op.f('pk_wording_again'))
    )
    op.create_table('wording_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('counts', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'locale', name=op.f('pk_wording_day'))
    )
    op.create_table('alert_reader',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('since', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_alert_reader_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_alert_reader'))
    )
    op.create_table('digest_subscription',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('frequency', sa.Enum('weekly', 'monthly', name='frequency', native_enum=False, length=32), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_digest_subscription_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_subscription')),
    sa.UniqueConstraint('user_id', name=op.f('uq_digest_subscription_user_id'))
    )
    op.create_table('sent_digest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.String(), nullable=False, comment='such as 2026-W47 or 2026-11'),
    sa.Column('queued_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_sent_digest_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_digest')),
    sa.UniqueConstraint('user_id', 'period', name=op.f('uq_sent_digest_user_id_period'))
    )
    op.create_table('contact_attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('visitor', sa.String(), nullable=False, comment='rotating keyed hash, hexadecimal'),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('channel', sa.Enum('site', 'api', 'widget', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('opened_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('started_at', kb.db.UtcDateTime(), nullable=True, comment='first typing in the form'),
    sa.Column('suggested', sa.JSON(), nullable=False, comment='translations offered while typing, in order of appearance'),
    sa.Column('opened', sa.JSON(), nullable=False, comment='of those offered, the ones opened after the form was started'),
    sa.Column('first_opened_at', kb.db.UtcDateTime(), nullable=True, comment='first suggestion opened'),
    sa.Column('answered_at', kb.db.UtcDateTime(), nullable=True, comment='“this answers my question”'),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('subject_id', sa.Integer(), nullable=True, comment='translation that answered, else opened first, else suggested first; derived'),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['translation.id'], name=op.f('fk_contact_attempt_answered_by_id_translation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_contact_attempt_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_attempt')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_contact_attempt_visit_id'))
    )
    with op.batch_alter_table('contact_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_attempt_answered_by_id'), ['answered_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_attempt_opened_at'), ['opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_attempt_visitor_contact_attempt_opened_at'), ['visitor', 'opened_at'], unique=False)

    op.create_table('contact_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False, comment='short name for people'),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('visitor', sa.String(), nullable=False, comment='rotating keyed hash, hexadecimal'),
    sa.Column('origin', sa.String(), nullable=False, comment='as of the visit'),
    sa.Column('channel', sa.Enum('site', 'api', 'widget', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True, comment='nearest translation when it was sent; decides category, kind and stage'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('answered_at', kb.db.UtcDateTime(), nullable=True, comment='first answer of the staff'),
    sa.Column('resolved_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('is_bot', sa.Boolean(), nullable=False),
    sa.Column('is_staff', sa.Boolean(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['subject_id'], ['translation.id'], name=op.f('fk_contact_request_subject_id_translation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_contact_request_visit_id_visit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_request')),
    sa.UniqueConstraint('reference', name=op.f('uq_contact_request_reference'))
    )
    with op.batch_alter_table('contact_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contact_request_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_origin_contact_request_created_at'), ['origin', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_resolved_at_contact_request_created_at'), ['resolved_at', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_visit_id'), ['visit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_contact_request_visitor_contact_request_created_at'), ['visitor', 'created_at'], unique=False)

    op.create_table('gap',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False, comment='its most central wording'),
    sa.Column('locale', sa.String(), nullable=False, comment='language of the name'),
    sa.Column('diagnosis', sa.Enum('missing-article', 'missing-translation', 'cannot-be-found', 'does-not-help', 'not-for-us', name='diagnosis', native_enum=False, length=32), nullable=True),
    sa.Column('status', sa.Enum('open', 'in-progress', 'published', 'dismissed', name='gapstatus', native_enum=False, length=32), nullable=False),
    sa.Column('nearest_id', sa.Integer(), nullable=True, comment='best existing article'),
    sa.Column('answer_id', sa.Integer(), nullable=True, comment='translation written or changed to close it'),
    sa.Column('answer_after', sa.Integer(), nullable=False, comment='newest revision of it that is no answer yet; 0 where any public one is'),
    sa.Column('answered_at', kb.db.UtcDateTime(), nullable=True, comment='when that went public'),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('dismissal', sa.String(), nullable=False, comment='why it was dismissed'),
    sa.Column('dismissed_visitors', sa.Integer(), nullable=False, comment='visitors a month when it was dismissed; it comes back at twice that'),
    sa.Column('figures', sa.JSON(), nullable=False, comment='of the last run: visitors, intents, outcomes, contacts'),
    sa.Column('is_listed', sa.Boolean(), nullable=False, comment='still found by the last run'),
    sa.Column('is_renamed', sa.Boolean(), nullable=False, comment='named by a person: runs leave the name alone'),
    sa.Column('merged_into_id', sa.Integer(), nullable=True, comment='found to be one with another, which is shown instead; a later run may part them'),
    sa.Column('first_seen', kb.db.UtcDateTime(), nullable=False),
    sa.Column('last_seen', kb.db.UtcDateTime(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['translation.id'], name=op.f('fk_gap_answer_id_translation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['merged_into_id'], ['gap.id'], name=op.f('fk_gap_merged_into_id_gap'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['nearest_id'], ['translation.id'], name=op.f('fk_gap_nearest_id_translation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], name=op.f('fk_gap_owner_id_user'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gap'))
    )
    with op.batch_alter_table('gap', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gap_answer_id'), ['answer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gap_is_listed'), ['is_listed'], unique=False)
        batch_op.create_index(batch_op.f('ix_gap_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gap_nearest_id'), ['nearest_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gap_owner_id'), ['owner_id'], unique=False)

    op.create_table('alert',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False, comment='the wording most asked'),
    sa.Column('locale', sa.String(), nullable=False, comment='language of the name'),
    sa.Column('wordings', sa.JSON(), nullable=False, comment='normalised, as “locale wording”: by them the rise is known again'),
    sa.Column('gap_id', sa.Integer(), nullable=True),
    sa.Column('started_at', kb.db.UtcDateTime(), nullable=False, comment='first asked in the rise'),
    sa.Column('found_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', kb.db.UtcDateTime(), nullable=False, comment='last check that still found it risen'),
    sa.Column('ended_at', kb.db.UtcDateTime(), nullable=True, comment='when it was back to usual'),
    sa.Column('visitors', sa.Integer(), nullable=False, comment='at the height, of different origins'),
    sa.Column('expected', sa.Double(), nullable=False, comment='usual in as long a stretch at this hour'),
    sa.Column('state', sa.Enum('open', 'seen', 'not-an-incident', 'drafted', name='alertstate', native_enum=False, length=32), nullable=False),
    sa.Column('decided_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('quiet_until', kb.db.UtcDateTime(), nullable=True, comment='no new alert for it before'),
    sa.Column('translation_id', sa.Integer(), nullable=True, comment='known issue drafted for it'),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['gap_id'], ['gap.id'], name=op.f('fk_alert_gap_id_gap'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_alert_translation_id_translation'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_gap_id'), ['gap_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_started_at'), ['started_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_state_alert_ended_at'), ['state', 'ended_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_translation_id'), ['translation_id'], unique=False)

    op.create_table('comment_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Enum('vote', 'survey', name='commentsource', native_enum=False, length=32), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('new', 'read', 'answered', 'task', name='state', native_enum=False, length=32), nullable=False),
    sa.Column('before', sa.Enum('new', 'read', 'answered', 'task', name='state', native_enum=False, length=32), nullable=False),
    sa.Column('note', sa.String(), nullable=False, comment='what was answered or done'),
    sa.Column('gap_id', sa.Integer(), nullable=True, comment='the task made of it'),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['gap_id'], ['gap.id'], name=op.f('fk_comment_state_gap_id_gap'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_state')),
    sa.UniqueConstraint('source', 'source_id', name=op.f('uq_comment_state_source_source_id'))
    )
    with op.batch_alter_table('comment_state', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_state_gap_id'), ['gap_id'], unique=False)

    op.create_table('gap_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gap_id', sa.Integer(), nullable=False),
    sa.Column('at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False, comment='name; empty for the site itself'),
    sa.Column('what', sa.Enum('opened', 'renamed', 'assigned', 'due', 'started', 'drafted', 'translating', 'improving', 'synonym', 'phrasing', 'answer-named', 'published', 'dismissed', 'came-back', 'reopened', 'note', name='act', native_enum=False, length=32), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False, comment='what it takes to undo the act'),
    sa.Column('undone_at', kb.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['gap_id'], ['gap.id'], name=op.f('fk_gap_note_gap_id_gap'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gap_note'))
    )
    with op.batch_alter_table('gap_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gap_note_gap_id'), ['gap_id'], unique=False)

    op.create_table('gap_wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gap_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Enum('search', 'request', 'comment', name='source', native_enum=False, length=32), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('normalised', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['gap_id'], ['gap.id'], name=op.f('fk_gap_wording_gap_id_gap'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gap_wording')),
    sa.UniqueConstraint('locale', 'normalised', 'source', name=op.f('uq_gap_wording_locale_normalised_source'))
    )
    with op.batch_alter_table('gap_wording', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gap_wording_gap_id'), ['gap_id'], unique=False)

    op.create_table('survey_response',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('survey', sa.Enum('csat', 'nps', name='survey', native_enum=False, length=32), nullable=False),
    sa.Column('after', sa.Enum('article', 'deflected', 'request', name='after', native_enum=False, length=32), nullable=False),
    sa.Column('visitor', sa.String(), nullable=False, comment='rotating keyed hash, hexadecimal'),
    sa.Column('origin', sa.String(), nullable=False, comment='as of the visit'),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=True),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('mail_id', sa.Integer(), nullable=True, comment='message that asks; empty where a page did'),
    sa.Column('asked_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('answered_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True, comment='CSAT 1 to 5, NPS 0 to 10'),
    sa.Column('comment', sa.String(), nullable=False, comment='personal data replaced'),
    sa.Column('is_bot', sa.Boolean(), nullable=False),
    sa.Column('is_staff', sa.Boolean(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['outgoing_mail.id'], name=op.f('fk_survey_response_mail_id_outgoing_mail'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['request_id'], ['contact_request.id'], name=op.f('fk_survey_response_request_id_contact_request'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_survey_response_translation_id_translation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_survey_response_visit_id_visit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_response'))
    )
    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_response_mail_id'), ['mail_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_response_request_id'), ['request_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_response_survey_survey_response_asked_at'), ['survey', 'asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_response_translation_id'), ['translation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_response_visit_id'), ['visit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_response_visitor_survey_response_asked_at'), ['visitor', 'asked_at'], unique=False)

    op.create_table('waiting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('query', sa.String(), nullable=False, comment='as typed, personal data replaced'),
    sa.Column('normalised', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True, comment='empty once they have been told'),
    sa.Column('visitor', sa.String(), nullable=False, comment='rotating keyed hash, hexadecimal'),
    sa.Column('origin', sa.String(), nullable=False, comment='as of the visit'),
    sa.Column('gap_id', sa.Integer(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('told_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['gap_id'], ['gap.id'], name=op.f('fk_waiting_gap_id_gap'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waiting')),
    sa.UniqueConstraint('email', 'locale', 'normalised', name=op.f('uq_waiting_email_locale_normalised'))
    )
    with op.batch_alter_table('waiting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_waiting_gap_id'), ['gap_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_waiting_told_at_waiting_created_at'), ['told_at', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_waiting_visitor'), ['visitor'], unique=False)

    op.create_table('gap_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('gap_id', sa.Integer(), nullable=False),
    sa.Column('wording_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Enum('search', 'request', 'comment', name='source', native_enum=False, length=32), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False, comment='intent, request or vote'),
    sa.Column('at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False, comment='in the time zone of the site'),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('visitor', sa.String(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True, comment='translation, as of the event'),
    sa.Column('outcome', sa.Enum('escalated', 'answered', 'no_result', 'weak', 'reformulated', 'no_click', 'opened', name='outcome', native_enum=False, length=32), nullable=True),
    sa.Column('is_answered', sa.Boolean(), nullable=False, comment='in these words, or in others of the visit'),
    sa.Column('is_counted', sa.Boolean(), nullable=False, comment='not one of too many visitors of one network and day'),
    sa.Column('is_first', sa.Boolean(), nullable=False, comment='first that its visitor asked of the gap in vain on that day'),
    sa.Column('seen_on', sa.Date(), nullable=True, comment='of a first: the day before on which the visitor did; so sums count visitors once'),
    sa.Column('request_id', sa.Integer(), nullable=True, comment='request that came of it, or that it is'),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['gap_id'], ['gap.id'], name=op.f('fk_gap_event_gap_id_gap'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['wording_id'], ['gap_wording.id'], name=op.f('fk_gap_event_wording_id_gap_wording'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gap_event')),
    sa.UniqueConstraint('source', 'event_id', name=op.f('uq_gap_event_source_event_id'))
    )
    with op.batch_alter_table('gap_event', schema=None) as batch_op:
        batch_op.create_index('ix_gap_event_sums', ['gap_id', 'day', 'wording_id', 'source', 'outcome', 'is_answered', 'is_counted', 'is_first', 'seen_on', 'simulated', 'locale', 'subject_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_gap_event_visitor'), ['visitor'], unique=False)
        batch_op.create_index(batch_op.f('ix_gap_event_wording_id'), ['wording_id'], unique=False)

    with op.batch_alter_table('search_intent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subject_id', sa.Integer(), nullable=True, comment='translation opened, else shown first; derived, decides category, kind and stage'))
        batch_op.create_index(batch_op.f('ix_search_intent_normalised_search_intent_locale'), ['normalised', 'locale'], unique=False)

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.String(), nullable=False, server_default='', comment='keyed hash of the network that rotates daily; empty where it is not known'))
        batch_op.add_column(sa.Column('bot_reason', sa.Enum('name', 'behaviour', 'crowd', name='botreason', native_enum=False, length=32), nullable=True))
        batch_op.create_index(batch_op.f('ix_visit_origin'), ['origin'], unique=False)

    with op.batch_alter_table('vote', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.String(), nullable=False, server_default='', comment='as of the visit'))
        batch_op.create_index('ix_vote_of_period', ['voted_at', 'translation_id', 'helpful', 'is_bot', 'is_staff', 'locale'], unique=False)
        batch_op.create_index(batch_op.f('ix_vote_origin_vote_voted_at'), ['origin', 'voted_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('vote', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vote_origin_vote_voted_at'))
        batch_op.drop_index('ix_vote_of_period')
        batch_op.drop_column('origin')

    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_origin'))
        batch_op.drop_column('bot_reason')
        batch_op.drop_column('origin')

    with op.batch_alter_table('search_intent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_intent_normalised_search_intent_locale'))
        batch_op.drop_column('subject_id')

    with op.batch_alter_table('gap_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gap_event_wording_id'))
        batch_op.drop_index(batch_op.f('ix_gap_event_visitor'))
        batch_op.drop_index('ix_gap_event_sums')

    op.drop_table('gap_event')
    with op.batch_alter_table('waiting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_waiting_visitor'))
        batch_op.drop_index(batch_op.f('ix_waiting_told_at_waiting_created_at'))
        batch_op.drop_index(batch_op.f('ix_waiting_gap_id'))

    op.drop_table('waiting')
    with op.batch_alter_table('survey_response', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_response_visitor_survey_response_asked_at'))
        batch_op.drop_index(batch_op.f('ix_survey_response_visit_id'))
        batch_op.drop_index(batch_op.f('ix_survey_response_translation_id'))
        batch_op.drop_index(batch_op.f('ix_survey_response_survey_survey_response_asked_at'))
        batch_op.drop_index(batch_op.f('ix_survey_response_request_id'))
        batch_op.drop_index(batch_op.f('ix_survey_response_mail_id'))

    op.drop_table('survey_response')
    with op.batch_alter_table('gap_wording', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gap_wording_gap_id'))

    op.drop_table('gap_wording')
    with op.batch_alter_table('gap_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gap_note_gap_id'))

    op.drop_table('gap_note')
    with op.batch_alter_table('comment_state', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_state_gap_id'))

    op.drop_table('comment_state')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_translation_id'))
        batch_op.drop_index(batch_op.f('ix_alert_state_alert_ended_at'))
        batch_op.drop_index(batch_op.f('ix_alert_started_at'))
        batch_op.drop_index(batch_op.f('ix_alert_gap_id'))

    op.drop_table('alert')
    with op.batch_alter_table('gap', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_gap_owner_id'))
        batch_op.drop_index(batch_op.f('ix_gap_nearest_id'))
        batch_op.drop_index(batch_op.f('ix_gap_merged_into_id'))
        batch_op.drop_index(batch_op.f('ix_gap_is_listed'))
        batch_op.drop_index(batch_op.f('ix_gap_answer_id'))

    op.drop_table('gap')
    with op.batch_alter_table('contact_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_request_visitor_contact_request_created_at'))
        batch_op.drop_index(batch_op.f('ix_contact_request_visit_id'))
        batch_op.drop_index(batch_op.f('ix_contact_request_subject_id'))
        batch_op.drop_index(batch_op.f('ix_contact_request_resolved_at_contact_request_created_at'))
        batch_op.drop_index(batch_op.f('ix_contact_request_origin_contact_request_created_at'))
        batch_op.drop_index(batch_op.f('ix_contact_request_created_at'))

    op.drop_table('contact_request')
    with op.batch_alter_table('contact_attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contact_attempt_visitor_contact_attempt_opened_at'))
        batch_op.drop_index(batch_op.f('ix_contact_attempt_opened_at'))
        batch_op.drop_index(batch_op.f('ix_contact_attempt_answered_by_id'))

    op.drop_table('contact_attempt')
    op.drop_table('sent_digest')
    op.drop_table('digest_subscription')
    op.drop_table('alert_reader')
    op.drop_table('wording_day')
    op.drop_table('wording_again')
    op.drop_table('wording')
    op.drop_table('task_run')
    with op.batch_alter_table('spool_position', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_spool_position_moved_at'))

    op.drop_table('spool_position')
    op.drop_table('rewording_day')
    op.drop_table('report_visit_day')
    op.drop_table('report_subject_day')
    op.drop_table('report_presence_day')
    op.drop_table('report_intent_day')
    op.drop_table('report_day')
    op.drop_table('report_audience_day')
    op.drop_table('rank_day')
    with op.batch_alter_table('outgoing_mail', schema=None) as batch_op:
        batch_op.drop_index('ix_outgoing_mail_waiting')

    op.drop_table('outgoing_mail')
    op.drop_table('gap_run')
    op.drop_table('article_day')
    op.drop_table('article_again')
