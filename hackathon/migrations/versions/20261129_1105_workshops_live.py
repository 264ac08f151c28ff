"""Workshops that are captured live, rankings, and questions with versions. What was there before was public, and stays so."""

import sqlalchemy as sa
from alembic import op

import hackathon.core.model

revision = '20261129_1105'
down_revision = '20261129_1104'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ranking',
    sa.Column('workshop_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('setup', 'open', 'closed', 'published', name='state', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('set_size', sa.Integer(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('set_size BETWEEN 1 AND 30', name=op.f('ck_ranking_set_size')),
    sa.ForeignKeyConstraint(['workshop_id'], ['workshop.id'], name=op.f('fk_ranking_workshop_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ranking')),
    sa.UniqueConstraint('workshop_id', name=op.f('uq_ranking_workshop_id'))
    )
    op.create_table('workshop_member',
    sa.Column('workshop_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('guest', 'facilitator', name='kind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('invited_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=True),
    sa.Column('joined_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_workshop_member_person_id')),
    sa.ForeignKeyConstraint(['workshop_id'], ['workshop.id'], name=op.f('fk_workshop_member_workshop_id')),
    sa.PrimaryKeyConstraint('workshop_id', 'person_id', name=op.f('pk_workshop_member'))
    )
    with op.batch_alter_table('workshop_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_workshop_member_person_id'), ['person_id'], unique=False)

    op.create_table('question_version',
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title_sv', sa.String(), nullable=False),
    sa.Column('title_en', sa.String(), nullable=False),
    sa.Column('text_sv', sa.String(), nullable=False),
    sa.Column('text_en', sa.String(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', hackathon.core.model.UtcDateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_question_version_author_id')),
    sa.ForeignKeyConstraint(['question_id'], ['challenge_question.id'], name=op.f('fk_question_version_question_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_version')),
    sa.UniqueConstraint('question_id', 'version', name=op.f('uq_question_version_question_id_version'))
    )
    op.create_table('ranking_item',
    sa.Column('ranking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_ranking_item_finding_id')),
    sa.ForeignKeyConstraint(['ranking_id'], ['ranking.id'], name=op.f('fk_ranking_item_ranking_id')),
    sa.PrimaryKeyConstraint('ranking_id', 'finding_id', name=op.f('pk_ranking_item'))
    )
    with op.batch_alter_table('ranking_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ranking_item_finding_id'), ['finding_id'], unique=False)

    op.create_table('rating',
    sa.Column('ranking_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sector_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('given_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=False),
    sa.Column('interest', sa.Integer(), nullable=True),
    sa.Column('feasibility', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('rated_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('(rated_at IS NULL) = (interest IS NULL) AND (rated_at IS NULL) = (feasibility IS NULL)', name=op.f('ck_rating_whole')),
    sa.CheckConstraint('interest BETWEEN 1 AND 5 AND feasibility BETWEEN 1 AND 5', name=op.f('ck_rating_points')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_rating_finding_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rating_person_id')),
    sa.ForeignKeyConstraint(['ranking_id'], ['ranking.id'], name=op.f('fk_rating_ranking_id')),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_rating_sector_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
    sa.UniqueConstraint('ranking_id', 'person_id', 'finding_id', name=op.f('uq_rating_ranking_id_person_id_finding_id'))
    )
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.create_index('ix_rating_finding', ['ranking_id', 'finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rating_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rating_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('challenge_question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.Enum('draft', 'published', name='state', native_enum=False, create_constraint=True, length=24), nullable=False, server_default='published'))
        batch_op.add_column(sa.Column('published_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('promised_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('promised_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
        batch_op.create_foreign_key(batch_op.f('fk_challenge_question_promised_by_id'), 'person', ['promised_by_id'], ['id'])

    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('created_at', hackathon.core.model.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('state', sa.Enum('open', 'merged', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=24), nullable=False, server_default='open'))
        batch_op.add_column(sa.Column('merged_into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_finding_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_finding_organisation_id'), 'organisation', ['organisation_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_finding_merged_into_id'), 'finding', ['merged_into_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_finding_author_id'), 'person', ['author_id'], ['id'])
        batch_op.create_check_constraint('merged', "(state = 'merged') = (merged_into_id IS NOT NULL)")
        batch_op.create_check_constraint('merged_into_other', 'merged_into_id <> id')

    with op.batch_alter_table('workshop', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.Enum('planned', 'open', 'closed', 'published', name='state', native_enum=False, create_constraint=True, length=24), nullable=False, server_default='published'))
        batch_op.add_column(sa.Column('code', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_unique_constraint(batch_op.f('uq_workshop_code'), ['code'])

    # The defaults were for the rows that were there.
    for table, columns in (('challenge_question', ('state', 'version')), ('finding', ('state',)), ('workshop', ('state', 'revision'))):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('workshop', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_workshop_code'), type_='unique')
        batch_op.drop_column('revision')
        batch_op.drop_column('code')
        batch_op.drop_constraint(batch_op.f('ck_workshop_state'), type_='check')
        batch_op.drop_column('state')

    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_finding_author_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_finding_merged_into_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_finding_organisation_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_finding_merged_into_id'))
        batch_op.drop_constraint(batch_op.f('ck_finding_merged_into_other'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_finding_merged'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_finding_state'), type_='check')
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('state')
        batch_op.drop_column('created_at')
        batch_op.drop_column('author_id')
        batch_op.drop_column('organisation_id')

    with op.batch_alter_table('challenge_question', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_challenge_question_promised_by_id'), type_='foreignkey')
        batch_op.drop_column('version')
        batch_op.drop_column('promised_by_id')
        batch_op.drop_column('promised_at')
        batch_op.drop_column('published_at')
        batch_op.drop_constraint(batch_op.f('ck_challenge_question_state'), type_='check')
        batch_op.drop_column('state')

    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rating_person_id'))
        batch_op.drop_index(batch_op.f('ix_rating_finding_id'))
        batch_op.drop_index('ix_rating_finding')

    op.drop_table('rating')
    with op.batch_alter_table('ranking_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ranking_item_finding_id'))

    op.drop_table('ranking_item')
    op.drop_table('question_version')
    with op.batch_alter_table('workshop_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_workshop_member_person_id'))

    op.drop_table('workshop_member')
    op.drop_table('ranking')
