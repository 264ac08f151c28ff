"""The index of what can be found. It is empty until `flask search rebuild`, or until what is there is written again."""

import sqlalchemy as sa
from alembic import op

revision = '20261129_1106'
down_revision = '20261129_1105'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('search_word',
    sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('word', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('stem', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_search_word_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_word')),
    sa.UniqueConstraint('edition_id', 'word', name=op.f('uq_search_word_edition_id_word'))
    )
    with op.batch_alter_table('search_word', schema=None) as batch_op:
        batch_op.create_index('ix_search_word_stem', ['edition_id', 'stem'], unique=False)

    op.create_table('search_posting',
    sa.Column('word_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('finding', 'question', 'idea', 'comment', name='kind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('weight', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['word_id'], ['search_word.id'], name=op.f('fk_search_posting_word_id')),
    sa.PrimaryKeyConstraint('word_id', 'kind', 'subject_id', name=op.f('pk_search_posting')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('search_posting', schema=None) as batch_op:
        batch_op.create_index('ix_search_posting_subject', ['subject_id', 'kind'], unique=False)


def downgrade() -> None:
    op.drop_table('search_posting')
    op.drop_table('search_word')
