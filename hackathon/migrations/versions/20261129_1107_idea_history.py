"""Versions, mentions and files of ideas."""

import sqlalchemy as sa
from alembic import op

import hackathon.core.model

revision = '20261129_1107'
down_revision = '20261129_1106'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('idea_attachment',
    sa.Column('idea_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('content_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', hackathon.core.model.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_idea_attachment_idea_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_idea_attachment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idea_attachment'))
    )
    with op.batch_alter_table('idea_attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idea_attachment_idea_id'), ['idea_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_idea_attachment_person_id'), ['person_id'], unique=False)

    op.create_table('idea_version',
    sa.Column('idea_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', hackathon.core.model.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_idea_version_author_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_idea_version_idea_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_idea_version')),
    sa.UniqueConstraint('idea_id', 'number', name=op.f('uq_idea_version_idea_id_number'))
    )
    op.create_table('idea_attachment_data',
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['idea_attachment.id'], name=op.f('fk_idea_attachment_data_attachment_id')),
    sa.PrimaryKeyConstraint('attachment_id', name=op.f('pk_idea_attachment_data'))
    )
    op.create_table('idea_mention',
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['idea_comment.id'], name=op.f('fk_idea_mention_comment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_idea_mention_person_id')),
    sa.PrimaryKeyConstraint('comment_id', 'person_id', name=op.f('pk_idea_mention'))
    )
    with op.batch_alter_table('idea_mention', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idea_mention_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('idea_mention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idea_mention_person_id'))

    op.drop_table('idea_mention')
    op.drop_table('idea_attachment_data')
    op.drop_table('idea_version')
    with op.batch_alter_table('idea_attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_idea_attachment_person_id'))
        batch_op.drop_index(batch_op.f('ix_idea_attachment_idea_id'))

    op.drop_table('idea_attachment')
