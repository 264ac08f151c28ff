"""second factors, links by mail that work once, single sign-on"""

import sqlalchemy as sa
from alembic import op

from hackathon.core.model import UtcDateTime

revision = '20261129_1102'
down_revision = '20261129_1101'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link_serial', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.alter_column('link_serial', server_default=None)
    op.create_table(
        'authenticator_app',
        sa.Column('person_id', NUMBER, nullable=False),
        sa.Column('sealed_secret', sa.String(), nullable=False),
        sa.Column('last_step', sa.Integer(), nullable=False),
        sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
        sa.Column('id', NUMBER, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_authenticator_app_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_authenticator_app')),
        sa.UniqueConstraint('person_id', name=op.f('uq_authenticator_app_person_id')),
    )
    op.create_table(
        'passkey',
        sa.Column('person_id', NUMBER, nullable=False),
        sa.Column('credential_id', sa.String(), nullable=False),
        sa.Column('public_key', sa.String(), nullable=False),
        sa.Column('sign_count', sa.Integer(), nullable=False),
        sa.Column('device', sa.String(), nullable=False),
        sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
        sa.Column('used_at', UtcDateTime(timezone=True), nullable=True),
        sa.Column('id', NUMBER, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_passkey_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
        sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    )
    op.create_index(op.f('ix_passkey_person_id'), 'passkey', ['person_id'])
    op.create_table(
        'sso_identity',
        sa.Column('person_id', NUMBER, nullable=False),
        sa.Column('issuer', sa.String(), nullable=False),
        sa.Column('subject', sa.String(), nullable=False),
        sa.Column('created_at', UtcDateTime(timezone=True), nullable=False),
        sa.Column('id', NUMBER, nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sso_identity_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sso_identity')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_sso_identity_issuer_subject')),
    )
    op.create_index(op.f('ix_sso_identity_person_id'), 'sso_identity', ['person_id'])


def downgrade() -> None:
    op.drop_table('sso_identity')
    op.drop_table('passkey')
    op.drop_table('authenticator_app')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('link_serial')
