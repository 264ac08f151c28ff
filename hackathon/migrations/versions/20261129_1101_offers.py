"""offers of places, and how an edition gives them"""

import sqlalchemy as sa
from alembic import op

import hackathon.core.model

revision = '20261129_1101'
down_revision = '20261122_0200'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'place_rule',
        sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('promotion', sa.Enum('automatic', 'offer', name='promotion', native_enum=False, length=24, create_constraint=True), nullable=False),
        sa.Column('offer_hours', sa.Integer(), nullable=False),
        sa.Column('ceiling', sa.Integer(), nullable=True),
        sa.CheckConstraint('offer_hours BETWEEN 1 AND 240', name=op.f('ck_place_rule_offer_hours')),
        sa.CheckConstraint('ceiling IS NULL OR ceiling >= 1', name=op.f('ck_place_rule_ceiling')),
        sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_place_rule_edition_id')),
        sa.PrimaryKeyConstraint('edition_id', name=op.f('pk_place_rule')),
    )
    op.create_index(op.f('ix_audit_entry_subject'), 'audit_entry', ['subject'])
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('offer_expires_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=True))
    # An offer that stood before it could run out gets a day.
    op.execute(
        "UPDATE registration SET offer_expires_at = "
        + ("datetime('now', '+1 day')" if op.get_bind().dialect.name == 'sqlite' else "now() + interval '1 day'")
        + " WHERE state = 'offered'"
    )
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f('ck_registration_offer_follows_state'), "(state = 'offered') = (offer_expires_at IS NOT NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table('registration', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_registration_offer_follows_state'), type_='check')
        batch_op.drop_column('offer_expires_at')
    op.drop_index(op.f('ix_audit_entry_subject'), 'audit_entry')
    op.drop_table('place_rule')
