"""studio"""

import sqlalchemy as sa
from alembic import op

import kb.db


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


ONLY_GROWS = "the audit log only grows"


def upgrade() -> None:
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
    sa.Column('failures', sa.Integer(), nullable=False, comment='in a row'),
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
    op.create_table('category_slug_history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_category_slug_history_category_id_category'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_slug_history')),
    sa.UniqueConstraint('locale', 'slug', name=op.f('uq_category_slug_history_locale_slug'))
    )
    with op.batch_alter_table('category_slug_history', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_category_slug_history_category_id'), ['category_id'], unique=False)

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

    op.create_table('old_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(), nullable=False, comment='from the root, without query, decoded'),
    sa.Column('translation_id', sa.Integer(), nullable=True),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_old_address_category_id_category'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_old_address_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_old_address')),
    sa.UniqueConstraint('path', name=op.f('uq_old_address_path'))
    )
    with op.batch_alter_table('old_address', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_old_address_category_id'), ['category_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_old_address_translation_id'), ['translation_id'], unique=False)

    op.create_table('synced_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False, comment='name of the folder'),
    sa.Column('path', sa.String(), nullable=False, comment='relative to the folder, with / on every system'),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the file when both agreed'),
    sa.Column('revision_id', sa.Integer(), nullable=True),
    sa.Column('translation_id', sa.Integer(), nullable=False),
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

    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_revision_id', sa.Integer(), nullable=True, comment='revision that becomes the public one at next_at'))
        batch_op.add_column(sa.Column('next_at', kb.db.UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f('ix_translation_next_at'), ['next_at'], unique=False)

    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.add_column(sa.Column('locale', sa.String(), nullable=False, server_default='', comment='language of their mail and studio'))
        batch_op.add_column(sa.Column('invited_at', kb.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('signed_in_at', kb.db.UtcDateTime(), nullable=True, comment='when they last came in'))
        batch_op.add_column(sa.Column('refusals', sa.Integer(), nullable=False, server_default='0', comment='wrong passwords in a row'))
        batch_op.add_column(sa.Column('locked_until', kb.db.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column('tf_primary_method', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('tf_totp_secret', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('tf_phone_number', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('mf_recovery_codes', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('fs_webauthn_user_handle', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_user_fs_webauthn_user_handle'), ['fs_webauthn_user_handle'], unique=True)
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('user', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_fs_webauthn_user_handle'))
        batch_op.drop_column('fs_webauthn_user_handle')
        batch_op.drop_column('mf_recovery_codes')
        batch_op.drop_column('tf_phone_number')
        batch_op.drop_column('tf_totp_secret')
        batch_op.drop_column('tf_primary_method')
        batch_op.drop_column('locked_until')
        batch_op.drop_column('refusals')
        batch_op.drop_column('signed_in_at')
        batch_op.drop_column('invited_at')
        batch_op.drop_column('locale')

    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_translation_next_at'))
        batch_op.drop_column('next_at')
        batch_op.drop_column('next_revision_id')

    with op.batch_alter_table('revision', schema=None) as batch_op:
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
    with op.batch_alter_table('old_address', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_old_address_translation_id'))
        batch_op.drop_index(batch_op.f('ix_old_address_category_id'))

    op.drop_table('old_address')
    with op.batch_alter_table('link_use', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_use_translation_id'))

    op.drop_table('link_use')
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_user_id'))

    op.drop_table('sign_in')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_user_id'))

    op.drop_table('passkey')
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_user_id'))

    op.drop_table('identity')
    with op.batch_alter_table('category_slug_history', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_category_slug_history_category_id'))

    op.drop_table('category_slug_history')
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
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_only_grows()")


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
