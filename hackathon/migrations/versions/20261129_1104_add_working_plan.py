"""add the working plan of a run that is shared among workers"""

import sqlalchemy as sa
from alembic import op

revision = '20261129_1104'
down_revision = '20261129_1103'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('team_run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('working', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('team_run', schema=None) as batch_op:
        batch_op.drop_column('working')
