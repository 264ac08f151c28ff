"""An index that holds all that the board counts and ranks by, in place of the one that held the stage alone."""

from alembic import op

revision = '20261129_1108'
down_revision = '20261129_1107'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_idea_edition_stage', table_name='idea')
    op.create_index('ix_idea_board', 'idea', ['edition_id', 'stage', 'hidden_at', 'number', 'changed_at', 'stage_changed_at'])


def downgrade() -> None:
    op.drop_index('ix_idea_board', table_name='idea')
    op.create_index('ix_idea_edition_stage', 'idea', ['edition_id', 'stage'])
