"""vocabulary"""

import sqlalchemy as sa
from alembic import op

import kb.db


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('synonym_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False, comment='equal for equal rules, whatever order and accents'),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('targets', sa.JSON(), nullable=False, comment='empty where all words mean each other'),
    sa.Column('changed_by', sa.String(), nullable=False, comment='name or address of a person'),
    sa.Column('created_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('changed_at', kb.db.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_synonym_rule')),
    sa.UniqueConstraint('locale', 'key', name=op.f('uq_synonym_rule_locale_key'))
    )
    op.create_table('phrasing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('translation_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(), nullable=False, comment='stems in alphabetical order, equal for equal asking'),
    sa.Column('text', sa.String(), nullable=False, comment='the wording used most, personal data replaced'),
    sa.Column('helpful', sa.Integer(), nullable=False, comment='visitors who voted helpful after it'),
    sa.Column('votes', sa.Integer(), nullable=False, comment='visitors who voted after it'),
    sa.Column('trust', sa.Double(), nullable=False, comment='0 to 1, by votes and their age'),
    sa.Column('is_first', sa.Boolean(), nullable=False, comment='whether the texts alone put the article first for these words'),
    sa.Column('voted_at', kb.db.UtcDateTime(), nullable=False, comment='when a visitor last voted after it'),
    sa.Column('learned_at', kb.db.UtcDateTime(), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False, comment='by invented visitors alone'),
    sa.Column('decision', sa.Enum('kept', 'revoked', name='decision', native_enum=False, length=32), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('decided_at', kb.db.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['translation_id'], ['translation.id'], name=op.f('fk_phrasing_translation_id_translation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phrasing')),
    sa.UniqueConstraint('translation_id', 'key', name=op.f('uq_phrasing_translation_id_key'))
    )


def downgrade() -> None:
    op.drop_table('phrasing')
    op.drop_table('synonym_rule')
