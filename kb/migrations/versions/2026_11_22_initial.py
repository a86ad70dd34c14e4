"""initial"""

import sqlalchemy as sa
from alembic import op

import kb.db


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attachment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the content, hexadecimal'),
    sa.Column('filename', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False, comment='bytes'),
    sa.Column('width', sa.Integer(), nullable=True, comment='CSS pixels'),
    sa.Column('height', sa.Integer(), nullable=True, comment='CSS pixels'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    sa.UniqueConstraint('digest', name=op.f('uq_attachment_digest'))
    )
    op.create_table('category',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False, comment='stable name in files and the API'),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['category.id'], name=op.f('fk_category_parent_id_category')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category')),
    sa.UniqueConstraint('key', name=op.f('uq_category_key'))
    )
    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_category_parent_id'), ['parent_id'], unique=False)

    op.create_table('content_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_version'))
    )
    op.create_table('role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name'))
    )
    op.create_table('user',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('password', sa.String(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_user_fs_uniquifier'))
    )
    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visitor', sa.String(), nullable=False, comment='rotating keyed hash, hexadecimal'),
    sa.Column('number', sa.Integer(), nullable=False, comment='from 1, of this visitor'),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('channel', sa.Enum('site', 'api', 'widget', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('started_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('settled_at', kb.db.UtcDateTime(), nullable=True, comment='when the outcomes were decided; empty while the visit may go on'),
    sa.Column('is_bot', sa.Boolean(), nullable=False),
    sa.Column('is_staff', sa.Boolean(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('visitor', 'number', name=op.f('uq_visit_visitor_number'))
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_settled_at_visit_last_seen_at'), ['settled_at', 'last_seen_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_started_at'), ['started_at'], unique=False)

    op.create_table('article',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False, comment='stable name in files, links and the API'),
    sa.Column('kind', sa.Enum('faq', 'guide', 'video-guide', 'known-issue', name='kind', native_enum=False, length=32), nullable=False),
    sa.Column('stage', sa.Enum('before', 'during', 'after', name='stage', native_enum=False, length=32), nullable=True),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False, comment='handle or address; needs no account'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_article_category_id_category')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('key', name=op.f('uq_article_key'))
    )
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_category_id'), ['category_id'], unique=False)

    op.create_table('category_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('category_id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_category_name_category_id_category'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_name')),
    sa.UniqueConstraint('category_id', 'locale', name=op.f('uq_category_name_category_id_locale')),
    sa.UniqueConstraint('locale', 'slug', name=op.f('uq_category_name_locale_slug'))
    )
    op.create_table('role_of_user',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_role_of_user_role_id_role'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_role_of_user_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk_role_of_user'))
    )
    op.create_table('search_intent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('query', sa.String(), nullable=False, comment='as typed, personal data replaced'),
    sa.Column('normalised', sa.String(), nullable=False, comment='folded words, equal for equal questions'),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('channel', sa.Enum('site', 'api', 'widget', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('retrieved', sa.Integer(), nullable=False, comment='articles that the search gave, on all pages'),
    sa.Column('matched', sa.Integer(), nullable=False, comment='of those first shown, how many hold its words'),
    sa.Column('confidence', sa.Double(), nullable=False, comment='of the best hit, 0 to 1'),
    sa.Column('weak', sa.Boolean(), nullable=False, comment='confidence under the floor of its language'),
    sa.Column('mode', sa.String(), nullable=False, comment='hybrid, keyword or semantic'),
    sa.Column('shown', sa.JSON(), nullable=False, comment='translations shown first, best first'),
    sa.Column('times', sa.Integer(), nullable=False, comment='searches merged into this intent'),
    sa.Column('reformulation_of_id', sa.Integer(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('searched_at', kb.db.UtcDateTime(), nullable=False, comment='when it was last asked in this visit'),
    sa.Column('outcome', sa.Enum('escalated', 'answered', 'no_result', 'weak', 'reformulated', 'no_click', 'opened', name='outcome', native_enum=False, length=32), nullable=True),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['reformulation_of_id'], ['search_intent.id'], name=op.f('fk_search_intent_reformulation_of_id_search_intent'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_search_intent_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_intent')),
    sa.UniqueConstraint('visit_id', 'locale', 'normalised', name=op.f('uq_search_intent_visit_id_locale_normalised'))
    )
    with op.batch_alter_table('search_intent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_intent_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_intent_outcome_search_intent_created_at'), ['outcome', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_intent_reformulation_of_id'), ['reformulation_of_id'], unique=False)

    op.create_table('translation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('article_id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False, comment='of the public revision, else of the newest draft'),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('published_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('archived_at', kb.db.UtcDateTime(), nullable=True),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('updated_at', kb.db.UtcDateTime(), nullable=False, comment='when readers last saw the words change'),
    sa.Column('public_revision_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_translation_article_id_article'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_translation')),
    sa.UniqueConstraint('article_id', 'locale', name=op.f('uq_translation_article_id_locale')),
    sa.UniqueConstraint('locale', 'slug', name=op.f('uq_translation_locale_slug'))
    )
    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_translation_archived_at'), ['archived_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_translation_locale_translation_published_at'), ['locale', 'published_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_translation_public_revision_id'), ['public_revision_id'], unique=False)

    op.create_table('imported_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(), nullable=False, comment='name of the imported folder'),
    sa.Column('path', sa.String(), nullable=False, comment='relative to the folder, with / on every system'),
    sa.Column('digest', sa.String(), nullable=False, comment='SHA-256 of the file, hexadecimal'),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_imported_file_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_file')),
    sa.UniqueConstraint('source', 'path', name=op.f('uq_imported_file_source_path'))
    )
    with op.batch_alter_table('imported_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_imported_file_translation_id'), ['translation_id'], unique=False)

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False, comment='from 1, without gaps'),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False, comment='Markdown; links as article:KEY#anchor, files as attachment:DIGEST/name'),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('synonyms', sa.JSON(), nullable=False),
    sa.Column('keywords', sa.JSON(), nullable=False),
    sa.Column('extra', sa.JSON(), nullable=False, comment='front matter that KB does not know, kept for export'),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('message', sa.String(), nullable=False, comment="why, in the author's words"),
    sa.Column('significance', sa.Enum('typo', 'medium', 'major', name='significance', native_enum=False, length=32), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_revision_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    sa.UniqueConstraint('translation_id', 'number', name=op.f('uq_revision_translation_id_number'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revision_translation_id'), ['translation_id'], unique=False)

    # The two tables point to each other, so this key comes when both are there.
    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f('fk_translation_public_revision_id_revision'),
            'revision', ['public_revision_id'], ['id'], ondelete='SET NULL',
        )

    op.create_table('slug_history',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_slug_history_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slug_history')),
    sa.UniqueConstraint('locale', 'slug', name=op.f('uq_slug_history_locale_slug'))
    )
    with op.batch_alter_table('slug_history', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slug_history_translation_id'), ['translation_id'], unique=False)

    op.create_table('article_read',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=True),
    sa.Column('intent_id', sa.Integer(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True, comment='place among the results, from 1'),
    sa.Column('opened_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('last_opened_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('read_seconds', sa.Integer(), nullable=False, comment='longest reading with the page in view'),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['intent_id'], ['search_intent.id'], name=op.f('fk_article_read_intent_id_search_intent'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_article_read_revision_id_revision'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_article_read_translation_id_translation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_article_read_visit_id_visit'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_read'))
    )
    with op.batch_alter_table('article_read', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_article_read_intent_id'), ['intent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_read_revision_id'), ['revision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_read_translation_id_article_read_opened_at'), ['translation_id', 'opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_article_read_visit_id'), ['visit_id'], unique=False)

    op.create_table('rendering',
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('pipeline_version', sa.Integer(), nullable=False),
    sa.Column('html', sa.String(), nullable=False),
    sa.Column('toc', sa.JSON(), nullable=False),
    sa.Column('sections', sa.JSON(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_rendering_revision_id_revision'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('revision_id', name=op.f('pk_rendering'))
    )
    op.create_table('vote',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('visitor', sa.String(), nullable=False, comment='rotating keyed hash, hexadecimal'),
    sa.Column('visit_id', sa.Integer(), nullable=True),
    sa.Column('intent_id', sa.Integer(), nullable=True),
    sa.Column('helpful', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Enum('solved', 'clear', 'not-solved', 'incomplete', 'outdated-or-wrong', 'hard-to-follow', 'not-searched-for', 'other', name='reason', native_enum=False, length=32), nullable=True),
    sa.Column('comment', sa.String(), nullable=False, comment='personal data replaced'),
    sa.Column('query', sa.String(), nullable=False, comment='the question that led to the article'),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('voted_at', kb.db.UtcDateTime(), nullable=False, comment='when it last said so'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False, comment='rises with each change, so that an old form cannot overwrite a new one'),
    sa.Column('is_bot', sa.Boolean(), nullable=False),
    sa.Column('is_staff', sa.Boolean(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['intent_id'], ['search_intent.id'], name=op.f('fk_vote_intent_id_search_intent'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['revision_id'], ['revision.id'], name=op.f('fk_vote_revision_id_revision'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_vote_translation_id_translation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_vote_visit_id_visit'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vote')),
    sa.UniqueConstraint('visitor', 'revision_id', name=op.f('uq_vote_visitor_revision_id'))
    )
    with op.batch_alter_table('vote', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vote_intent_id'), ['intent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vote_revision_id'), ['revision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vote_translation_id_vote_voted_at'), ['translation_id', 'voted_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_vote_visit_id'), ['visit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_vote_visitor_vote_voted_at'), ['visitor', 'voted_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.drop_constraint('fk_translation_public_revision_id_revision', type_='foreignkey')

    with op.batch_alter_table('vote', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vote_visitor_vote_voted_at'))
        batch_op.drop_index(batch_op.f('ix_vote_visit_id'))
        batch_op.drop_index(batch_op.f('ix_vote_translation_id_vote_voted_at'))
        batch_op.drop_index(batch_op.f('ix_vote_revision_id'))
        batch_op.drop_index(batch_op.f('ix_vote_intent_id'))

    op.drop_table('vote')
    op.drop_table('rendering')
    with op.batch_alter_table('article_read', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_article_read_visit_id'))
        batch_op.drop_index(batch_op.f('ix_article_read_translation_id_article_read_opened_at'))
        batch_op.drop_index(batch_op.f('ix_article_read_revision_id'))
        batch_op.drop_index(batch_op.f('ix_article_read_intent_id'))

    op.drop_table('article_read')
    with op.batch_alter_table('slug_history', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_slug_history_translation_id'))

    op.drop_table('slug_history')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_translation_id'))

    op.drop_table('revision')
    with op.batch_alter_table('imported_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_imported_file_translation_id'))

    op.drop_table('imported_file')
    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_translation_public_revision_id'))
        batch_op.drop_index(batch_op.f('ix_translation_locale_translation_published_at'))
        batch_op.drop_index(batch_op.f('ix_translation_archived_at'))

    op.drop_table('translation')
    with op.batch_alter_table('search_intent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_intent_reformulation_of_id'))
        batch_op.drop_index(batch_op.f('ix_search_intent_outcome_search_intent_created_at'))
        batch_op.drop_index(batch_op.f('ix_search_intent_created_at'))

    op.drop_table('search_intent')
    op.drop_table('role_of_user')
    op.drop_table('category_name')
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_article_category_id'))

    op.drop_table('article')
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_started_at'))
        batch_op.drop_index(batch_op.f('ix_visit_settled_at_visit_last_seen_at'))

    op.drop_table('visit')
    op.drop_table('user')
    op.drop_table('role')
    op.drop_table('content_version')
    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_category_parent_id'))

    op.drop_table('category')
    op.drop_table('attachment')
