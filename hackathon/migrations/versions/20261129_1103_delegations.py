"""delegations: invitations, and what an organisation wants to bring home"""

import sqlalchemy as sa
from alembic import op

from hackathon.core.model import UtcDateTime

revision = '20261129_1103'
down_revision = '20261129_1102'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'invitation',
        sa.Column('edition_id', NUMBER, nullable=False),
        sa.Column('organisation_id', NUMBER, nullable=False),
        sa.Column('email', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('replaces_id', NUMBER, nullable=True),
        sa.Column('token_hash', sa.String(), nullable=False),
        sa.Column('state', sa.Enum('sent', 'accepted', 'withdrawn', name='state', native_enum=False, length=24, create_constraint=True), nullable=False),
        sa.Column('invited_by', NUMBER, nullable=False),
        sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
        sa.Column('expires_at', UtcDateTime(timezone=True), nullable=False),
        sa.Column('id', NUMBER, nullable=False),
        sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_invitation_edition_id')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_invitation_organisation_id')),
        sa.ForeignKeyConstraint(['replaces_id'], ['registration.id'], name=op.f('fk_invitation_replaces_id')),
        sa.ForeignKeyConstraint(['invited_by'], ['person.id'], name=op.f('fk_invitation_invited_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash')),
    )
    op.create_index(op.f('ix_invitation_edition_id'), 'invitation', ['edition_id'])
    op.create_index('ix_invitation_organisation_state', 'invitation', ['organisation_id', 'state'])
    op.create_table(
        'delegation',
        sa.Column('organisation_id', NUMBER, nullable=False),
        sa.Column('edition_id', NUMBER, nullable=False),
        sa.Column('aims', sa.String(), nullable=False),
        sa.Column('changed_at', UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_delegation_organisation_id')),
        sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_delegation_edition_id')),
        sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_delegation')),
    )
    op.create_index(op.f('ix_delegation_edition_id'), 'delegation', ['edition_id'])


def downgrade() -> None:
    op.drop_table('delegation')
    op.drop_table('invitation')
