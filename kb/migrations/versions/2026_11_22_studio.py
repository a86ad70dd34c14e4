"""studio"""

import re

import sqlalchemy as sa
from alembic import op

import kb.db


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


ONLY_GROWS = "the audit log only grows"


def upgrade() -> None:
    op.create_table('article_template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('faq', 'guide', 'video-guide', 'troubleshooting', 'known-issue', name='kind', native_enum=False, length=32), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('updated_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('updated_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_template')),
    sa.UniqueConstraint('kind', 'locale', name=op.f('uq_article_template_kind_locale'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True, comment='account, if it was one'),
    sa.Column('actor', sa.String(), nullable=False, comment='name and address as they were, or the command'),
    sa.Column('act', sa.String(), nullable=False, comment='such as article.published'),
    sa.Column('thing', sa.String(), nullable=False, comment='sort of what was acted upon'),
    sa.Column('thing_id', sa.Integer(), nullable=True),
    sa.Column('label', sa.String(), nullable=False, comment='what people call it'),
    sa.Column('revision', sa.Integer(), nullable=True, comment='number of the revision'),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_act'), ['act'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_thing_audit_entry_thing_id'), ['thing', 'thing_id'], unique=False)

    op.create_table('link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('unknown', 'working', 'moved', 'broken', 'ignored', name='linkstate', native_enum=False, length=32), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True, comment='of the last HTTP answer'),
    sa.Column('trouble', sa.String(), nullable=False, comment='why there was no good answer'),
    sa.Column('moved_to', sa.String(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False, comment='different days of them, in a row'),
    sa.Column('failed_at', kb.db.UtcDateTime(), nullable=True, comment='the last of these days'),
    sa.Column('broken_since', kb.db.UtcDateTime(), nullable=True),
    sa.Column('checked_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('next_at', kb.db.UtcDateTime(), nullable=False, comment='when to ask again'),
    sa.Column('ignored_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link')),
    sa.UniqueConstraint('url', name=op.f('uq_link_url'))
    )
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_host'), ['host'], unique=False)
        batch_op.create_index(batch_op.f('ix_link_state_link_next_at'), ['state', 'next_at'], unique=False)

    op.create_table('link_host',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('robots', sa.String(), nullable=False),
    sa.Column('robots_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('free_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_host')),
    sa.UniqueConstraint('host', name=op.f('uq_link_host_host'))
    )
    op.create_table('verify_letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('week', sa.String(), nullable=False, comment='ISO 8601, such as 2026-W47'),
    sa.Column('sent_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verify_letter')),
    sa.UniqueConstraint('owner', 'week', name=op.f('uq_verify_letter_owner_week'))
    )
    op.create_table('category_right',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.Enum('read', 'write', 'publish', name='level', native_enum=False, length=32), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_category_right_category_id_category'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_category_right_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_right')),
    sa.UniqueConstraint('user_id', 'category_id', name=op.f('uq_category_right_user_id_category_id'))
    )
    with op.batch_alter_table('category_right', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_category_right_category_id'), ['category_id'], unique=False)

    op.create_table('category_slug_history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_category_slug_history_category_id_category'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_slug_history')),
    sa.UniqueConstraint('locale', 'slug', name=op.f('uq_category_slug_history_locale_slug'))
    )
    with op.batch_alter_table('category_slug_history', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_category_slug_history_category_id'), ['category_id'], unique=False)

    op.create_table('change_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(), nullable=False, comment='archive, move, tag, assign, …'),
    sa.Column('before', sa.JSON(), nullable=False, comment='what each thing was'),
    sa.Column('made_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('undone_at', kb.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_change_set_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_set'))
    )
    with op.batch_alter_table('change_set', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_change_set_user_id'), ['user_id'], unique=False)

    op.create_table('identity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_identity_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identity_issuer_subject'))
    )
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_user_id'), ['user_id'], unique=False)

    op.create_table('passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1024), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('transports', sa.JSON(), nullable=True),
    sa.Column('backup_state', sa.Boolean(), nullable=False),
    sa.Column('device_type', sa.String(), nullable=False),
    sa.Column('extensions', sa.String(), nullable=True),
    sa.Column('create_datetime', kb.db.UtcDateTime(), nullable=False),
    sa.Column('lastuse_datetime', kb.db.UtcDateTime(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('usage', sa.String(), nullable=False, comment='first: instead of the password; secondary: after it'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_passkey_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_user_id'), ['user_id'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of what the cookie holds'),
    sa.Column('device', sa.String(), nullable=False, comment='browser and system, in words'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('seen_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('ended_at', kb.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_sign_in_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('digest', name=op.f('uq_sign_in_digest'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_user_id'), ['user_id'], unique=False)

    op.create_table('attachment_use',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_attachment_use_article_id_article'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment_use')),
    sa.UniqueConstraint('digest', 'article_id', name=op.f('uq_attachment_use_digest_article_id'))
    )
    with op.batch_alter_table('attachment_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_use_article_id'), ['article_id'], unique=False)

    op.create_table('former_votes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False, comment='name of the import'),
    sa.Column('helpful', sa.Integer(), nullable=False),
    sa.Column('unhelpful', sa.Integer(), nullable=False),
    sa.Column('since', kb.db.UtcDateTime(), nullable=True, comment='first vote, if the export has dates'),
    sa.Column('until', kb.db.UtcDateTime(), nullable=True, comment='last vote, if the export has dates'),
    sa.Column('imported_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_former_votes_article_id_article'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_former_votes')),
    sa.UniqueConstraint('article_id', 'source', name=op.f('uq_former_votes_article_id_source'))
    )
    op.create_table('link_use',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('link_id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False, comment='what readers click on'),
    sa.ForeignKeyConstraint(['link_id'], ['link.id'], name=op.f('fk_link_use_link_id_link'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_link_use_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link_use')),
    sa.UniqueConstraint('link_id', 'translation_id', name=op.f('uq_link_use_link_id_translation_id'))
    )
    with op.batch_alter_table('link_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_use_translation_id'), ['translation_id'], unique=False)

    op.create_table('linked_revision',
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_linked_revision_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('translation_id', name=op.f('pk_linked_revision'))
    )
    op.create_table('old_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(), nullable=False, comment='as `articles.addresses.normalised` writes it'),
    sa.Column('translation_id', sa.Integer(), nullable=True),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('made_by', sa.String(), nullable=False, comment='who added it by hand; empty: an import'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_old_address_category_id_category'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_old_address_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_old_address')),
    sa.UniqueConstraint('path', name=op.f('uq_old_address_path'))
    )
    with op.batch_alter_table('old_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_old_address_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_old_address_translation_id'), ['translation_id'], unique=False)

    op.create_table('working_copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False, comment='number of the revision it was written on'),
    sa.Column('form', sa.JSON(), nullable=True, comment='the fields as typed; None: nothing unsaved'),
    sa.Column('saved_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('seen_at', kb.db.UtcDateTime(), nullable=False, comment='when the page was last open'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_working_copy_translation_id_translation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_working_copy_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_copy')),
    sa.UniqueConstraint('translation_id', 'user_id', name=op.f('uq_working_copy_translation_id_user_id'))
    )
    with op.batch_alter_table('working_copy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_working_copy_user_id'), ['user_id'], unique=False)

    op.create_table('line_comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('line', sa.Integer(), nullable=True, comment='of the body of the revision, from 1'),
    sa.Column('quote', sa.String(), nullable=False, comment='the line as it stood'),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('resolved_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('resolved_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['answers_id'], ['line_comment.id'], name=op.f('fk_line_comment_answers_id_line_comment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['user.id'], name=op.f('fk_line_comment_author_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_line_comment_revision_id_revision'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_line_comment_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_comment'))
    )
    with op.batch_alter_table('line_comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_line_comment_answers_id'), ['answers_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_line_comment_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_line_comment_revision_id'), ['revision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_line_comment_translation_id'), ['translation_id'], unique=False)

    op.create_table('publication',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=True, comment='None: taken off'),
    sa.Column('at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('by', sa.String(), nullable=False, comment='name of who decided it'),
    sa.Column('by_id', sa.Integer(), nullable=True, comment='their account, if there is one'),
    sa.Column('is_planned', sa.Boolean(), nullable=False, comment='planned before; who planned it has not been told yet that it came'),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_publication_revision_id_revision'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_publication_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publication'))
    )
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_publication_revision_id'), ['revision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publication_translation_id'), ['translation_id'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Enum('waiting', 'changes-asked', 'approved', 'withdrawn', name='verdict', native_enum=False, length=32), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('reviewer_id', sa.Integer(), nullable=True, comment='None: any reviewer'),
    sa.Column('note', sa.String(), nullable=False, comment='what the writer says to the reviewer'),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False, comment='what the reviewer says to the writer'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('decided_at', kb.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_review_asked_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user.id'], name=op.f('fk_review_decided_by_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reviewer_id'], ['user.id'], name=op.f('fk_review_reviewer_id_user'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_review_revision_id_revision'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_review_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_decided_by_id'), ['decided_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_reviewer_id'), ['reviewer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_revision_id'), ['revision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_translation_id'), ['translation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_verdict'), ['verdict'], unique=False)

    op.create_table('synced_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False, comment='name of the folder'),
    sa.Column('path', sa.String(), nullable=False, comment='relative to the folder, with / on every system'),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the file when both agreed'),
    sa.Column('revision_id', sa.Integer(), nullable=True),
    sa.Column('translation_id', sa.Integer(), nullable=True, comment='None: categories'),
    sa.Column('base', sa.JSON(), nullable=False, comment='what the file and the site said when both agreed'),
    sa.Column('conflict', sa.JSON(), nullable=True, comment='what both said when they last disagreed; None: they do not'),
    sa.Column('synced_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_synced_file_revision_id_revision'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_synced_file_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_synced_file')),
    sa.UniqueConstraint('source', 'path', name=op.f('uq_synced_file_source_path'))
    )
    with op.batch_alter_table('synced_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_synced_file_revision_id'), ['revision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_synced_file_translation_id'), ['translation_id'], unique=False)

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.add_column(sa.Column('audience', sa.Enum('everyone', 'customers', 'staff', name='audience', native_enum=False, length=32), nullable=False, server_default='everyone'))
        batch_op.add_column(sa.Column('tags', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('source_locale', sa.String(), nullable=False, server_default='', comment='language that the others are translated from; empty: the first there is'))
        batch_op.add_column(sa.Column('verify_by', kb.db.UtcDateTime(), nullable=True, comment='when it wants to be read again'))
        batch_op.add_column(sa.Column('verified_at', kb.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('verified_by', sa.String(), nullable=False, server_default='', comment='who said that it is still right'))
        batch_op.add_column(sa.Column('successor_id', sa.Integer(), nullable=True, comment='article that its addresses lead to once it is archived; never a chain'))

    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.add_column(sa.Column('verify_days', sa.Integer(), nullable=True, comment='days after which articles filed here want to be read again; None: as above it'))

    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('author_id', sa.Integer(), nullable=True, comment='account of the author, if there is one'))
        batch_op.add_column(sa.Column('translated_from', sa.Integer(), nullable=True, comment='revision of the source language that these words translate'))
        batch_op.add_column(sa.Column('ready_at', kb.db.UtcDateTime(), nullable=True, comment='when it was called ready for translation'))
        batch_op.add_column(sa.Column('held_at', kb.db.UtcDateTime(), nullable=True, comment='when it was held back from translation; until ready_at, if that is set'))
        batch_op.create_index(batch_op.f('ix_revision_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_revision_translation_id_revision_created_at'), ['translation_id', 'created_at'], unique=False)

    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_revision_id', sa.Integer(), nullable=True, comment='revision that becomes the public one at next_at'))
        batch_op.add_column(sa.Column('next_at', kb.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('previews_ended', sa.Integer(), nullable=False, server_default='0', comment='how often all links to previews were ended; each holds this number'))
        batch_op.create_index(batch_op.f('ix_translation_next_at'), ['next_at'], unique=False)

    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('locale', sa.String(), nullable=False, server_default='', comment='language of their mail and studio'))
        batch_op.add_column(sa.Column('invited_at', kb.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('signed_in_at', kb.db.UtcDateTime(), nullable=True, comment='when they last came in'))
        batch_op.add_column(sa.Column('refusals', sa.Integer(), nullable=False, server_default='0', comment='wrong passwords in a row'))
        batch_op.add_column(sa.Column('locked_until', kb.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('tf_primary_method', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('tf_totp_secret', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('tf_last_counter', sa.Integer(), nullable=True, comment='time step of the last code that was accepted; no code is taken twice'))
        batch_op.add_column(sa.Column('tf_phone_number', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('mf_recovery_codes', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('fs_webauthn_user_handle', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_user_fs_webauthn_user_handle'), ['fs_webauthn_user_handle'], unique=True)
    note_attachment_uses(op.get_bind())
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_fs_webauthn_user_handle'))
        batch_op.drop_column('fs_webauthn_user_handle')
        batch_op.drop_column('mf_recovery_codes')
        batch_op.drop_column('tf_phone_number')
        batch_op.drop_column('tf_last_counter')
        batch_op.drop_column('tf_totp_secret')
        batch_op.drop_column('tf_primary_method')
        batch_op.drop_column('locked_until')
        batch_op.drop_column('refusals')
        batch_op.drop_column('signed_in_at')
        batch_op.drop_column('invited_at')
        batch_op.drop_column('locale')

    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_translation_next_at'))
        batch_op.drop_column('previews_ended')
        batch_op.drop_column('next_at')
        batch_op.drop_column('next_revision_id')

    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_translation_id_revision_created_at'))
        batch_op.drop_index(batch_op.f('ix_revision_author_id'))
        batch_op.drop_column('held_at')
        batch_op.drop_column('ready_at')
        batch_op.drop_column('translated_from')
        batch_op.drop_column('author_id')

    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.drop_column('verify_days')

    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_column('successor_id')
        batch_op.drop_column('verified_by')
        batch_op.drop_column('verified_at')
        batch_op.drop_column('verify_by')
        batch_op.drop_column('source_locale')
        batch_op.drop_column('tags')
        batch_op.drop_column('audience')

    with op.batch_alter_table('synced_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_synced_file_translation_id'))
        batch_op.drop_index(batch_op.f('ix_synced_file_revision_id'))

    op.drop_table('synced_file')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_verdict'))
        batch_op.drop_index(batch_op.f('ix_review_translation_id'))
        batch_op.drop_index(batch_op.f('ix_review_revision_id'))
        batch_op.drop_index(batch_op.f('ix_review_reviewer_id'))
        batch_op.drop_index(batch_op.f('ix_review_decided_by_id'))
        batch_op.drop_index(batch_op.f('ix_review_asked_by_id'))

    op.drop_table('review')
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publication_translation_id'))
        batch_op.drop_index(batch_op.f('ix_publication_revision_id'))
        batch_op.drop_index(batch_op.f('ix_publication_at'))

    op.drop_table('publication')
    with op.batch_alter_table('line_comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_line_comment_translation_id'))
        batch_op.drop_index(batch_op.f('ix_line_comment_revision_id'))
        batch_op.drop_index(batch_op.f('ix_line_comment_author_id'))
        batch_op.drop_index(batch_op.f('ix_line_comment_answers_id'))

    op.drop_table('line_comment')
    with op.batch_alter_table('working_copy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_working_copy_user_id'))

    op.drop_table('working_copy')
    with op.batch_alter_table('old_address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_old_address_translation_id'))
        batch_op.drop_index(batch_op.f('ix_old_address_category_id'))

    op.drop_table('old_address')
    op.drop_table('linked_revision')
    with op.batch_alter_table('link_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_use_translation_id'))

    op.drop_table('link_use')
    op.drop_table('former_votes')
    with op.batch_alter_table('attachment_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_use_article_id'))

    op.drop_table('attachment_use')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_user_id'))

    op.drop_table('sign_in')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_user_id'))

    op.drop_table('passkey')
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_user_id'))

    op.drop_table('identity')
    with op.batch_alter_table('change_set', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_change_set_user_id'))

    op.drop_table('change_set')
    with op.batch_alter_table('category_slug_history', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_category_slug_history_category_id'))

    op.drop_table('category_slug_history')
    with op.batch_alter_table('category_right', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_category_right_category_id'))

    op.drop_table('category_right')
    op.drop_table('verify_letter')
    op.drop_table('link_host')
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_state_link_next_at'))
        batch_op.drop_index(batch_op.f('ix_link_host'))

    op.drop_table('link')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_thing_audit_entry_thing_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_at'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_actor_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_act'))

    op.drop_table('audit_entry')
    op.drop_table('article_template')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_only_grows()")


def note_attachment_uses(connection: sa.Connection) -> None:
    """Keep in which article each file stands, of the revisions that are there already."""
    rows = connection.execute(
        sa.text(
            "SELECT translation.article_id, revision.body FROM revision "
            "JOIN translation ON translation.id = revision.translation_id "
            "WHERE revision.body LIKE '%attachment%'"
        )
    )
    uses = {
        (digest, article_id)
        for article_id, body in rows
        for digest in re.findall(r"(?:attachment:|/attachments/)([0-9a-f]{64})\b", body)
    }
    table = sa.table("attachment_use", sa.column("digest"), sa.column("article_id"))
    if uses:
        connection.execute(
            sa.insert(table), [{"digest": digest, "article_id": article} for digest, article in sorted(uses)]
        )


TRIGGERS = {
    "sqlite": [
        f"CREATE TRIGGER audit_entry_no_{act} BEFORE {act} ON audit_entry "
        f"BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
        for act in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_entry_only_grows() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{ONLY_GROWS}'; END $$ LANGUAGE plpgsql",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_only_grows()",
    ],
}
