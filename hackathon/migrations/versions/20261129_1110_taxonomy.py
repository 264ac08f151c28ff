"""synonyms and suggestions of skills, acquaintances"""

import sqlalchemy as sa
from alembic import op

revision = '20261129_1110'
down_revision = '20261129_1109'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'skill_synonym',
        sa.Column('skill_id', NUMBER, nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['skill_id'], ['skill.id'], name=op.f('fk_skill_synonym_skill_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('skill_id', 'text', name=op.f('pk_skill_synonym')),
    )
    op.create_table(
        'skill_suggestion',
        sa.Column('profile_id', NUMBER, nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('id', NUMBER, nullable=False),
        sa.CheckConstraint('level BETWEEN 1 AND 3', name=op.f('ck_skill_suggestion_level')),
        sa.ForeignKeyConstraint(['profile_id'], ['profile.id'], name=op.f('fk_skill_suggestion_profile_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_skill_suggestion')),
        sa.UniqueConstraint('profile_id', 'text', name=op.f('uq_skill_suggestion_profile_id_text')),
    )
    op.create_table(
        'acquaintance',
        sa.Column('profile_id', NUMBER, nullable=False),
        sa.Column('email', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['profile_id'], ['profile.id'], name=op.f('fk_acquaintance_profile_id')),
        sa.PrimaryKeyConstraint('profile_id', 'email', name=op.f('pk_acquaintance')),
    )


def downgrade() -> None:
    op.drop_table('acquaintance')
    op.drop_table('skill_suggestion')
    op.drop_table('skill_synonym')
