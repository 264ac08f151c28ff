"""needs, sealed, and who is named to read them"""

import sqlalchemy as sa
from alembic import op

revision = '20261129_1111'
down_revision = '20261129_1110'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'need',
        sa.Column('edition_id', NUMBER, nullable=False),
        sa.Column('person_id', NUMBER, nullable=False),
        sa.Column('sealed', sa.String(), nullable=False),
        sa.Column('delete_on', sa.Date(), nullable=False),
        sa.Column('id', NUMBER, nullable=False),
        sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_need_edition_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_need_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_need')),
        sa.UniqueConstraint('edition_id', 'person_id', name=op.f('uq_need_edition_id_person_id')),
    )
    op.create_index(op.f('ix_need_person_id'), 'need', ['person_id'])
    op.create_index(op.f('ix_need_delete_on'), 'need', ['delete_on'])
    op.create_table(
        'needs_reader',
        sa.Column('edition_id', NUMBER, nullable=False),
        sa.Column('person_id', NUMBER, nullable=False),
        sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_needs_reader_edition_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_needs_reader_person_id')),
        sa.PrimaryKeyConstraint('edition_id', 'person_id', name=op.f('pk_needs_reader')),
    )


def downgrade() -> None:
    op.drop_table('needs_reader')
    op.drop_table('need')
