"""Views of the board that people keep."""

import sqlalchemy as sa
from alembic import op

revision = '20261129_1109'
down_revision = '20261129_1108'
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('idea_saved_view',
    sa.Column('edition_id', Number, nullable=False),
    sa.Column('person_id', Number, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('query', sa.String(), nullable=False),
    sa.Column('id', Number, nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_idea_saved_view_edition_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_idea_saved_view_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idea_saved_view')),
    sa.UniqueConstraint('edition_id', 'person_id', 'name', name=op.f('uq_idea_saved_view_edition_id_person_id_name'))
    )
    op.create_index('ix_idea_saved_view_person_id', 'idea_saved_view', ['person_id'])


def downgrade() -> None:
    op.drop_table('idea_saved_view')
