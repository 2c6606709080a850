"""Counts of readers, Magic, management's answers."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('hit_journals',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('applied', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_hit_journals'))
    )
    op.create_table('hit_keys',
    sa.Column('day', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_hit_keys'))
    )
    op.create_table('hit_seen',
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('reader', sa.BigInteger(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'reader', 'thread_id', name=op.f('pk_hit_seen')),
    sqlite_with_rowid=False,
    )
    op.create_table('magic_watch',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('tau', sa.Double(), nullable=False),
    sa.Column('reads', sa.Integer(), nullable=False),
    sa.Column('counters', sa.LargeBinary(), nullable=False),
    sa.Column('bins', sa.LargeBinary(), nullable=False),
    sa.Column('matured', sa.Integer(), nullable=False),
    sa.Column('last_thread', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_magic_watch'))
    )
    op.create_table('reading_days',
    sa.Column('day', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('reads', sa.Integer(), nullable=False),
    sa.Column('readers', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_reading_days'))
    )
    op.create_table('board_usuals',
    sa.Column('board_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('bins', sa.LargeBinary(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('mu', sa.Double(), nullable=False),
    sa.Column('spread', sa.Double(), nullable=False),
    sa.Column('readers', sa.Double(), nullable=False),
    sa.Column('starts_at', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_board_usuals_board_id_boards')),
    sa.PrimaryKeyConstraint('board_id', name=op.f('pk_board_usuals'))
    )
    op.create_table('heats',
    sa.Column('thread_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('peak', sa.Double(), nullable=False),
    sa.Column('born', sa.Double(), nullable=False),
    sa.Column('matured', sa.Boolean(), nullable=False),
    sa.Column('curve', sa.Text(), nullable=False),
    sa.Column('again', sa.Integer(), nullable=False),
    sa.Column('own', sa.Integer(), nullable=False),
    sa.Column('robots', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_heats_board_id_boards')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_heats_thread_id_threads')),
    sa.PrimaryKeyConstraint('thread_id', name=op.f('pk_heats'))
    )
    with op.batch_alter_table('heats', schema=None) as batch_op:
        batch_op.create_index('ix_heats_matured_born_thread_id', ['matured', 'born', 'thread_id'], unique=False)

    op.create_table('promotions',
    sa.Column('thread_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('readers', sa.Integer(), nullable=False),
    sa.Column('usual', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Integer(), nullable=False),
    sa.Column('matured', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_promotions_thread_id_threads')),
    sa.PrimaryKeyConstraint('thread_id', name=op.f('pk_promotions'))
    )
    with op.batch_alter_table('promotions', schema=None) as batch_op:
        batch_op.create_index('ix_promotions_at_thread_id', ['at', 'thread_id'], unique=False)

    op.create_table('thread_days',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('reads', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_days_thread_id_threads')),
    sa.PrimaryKeyConstraint('thread_id', 'day', name=op.f('pk_thread_days'))
    )
    with op.batch_alter_table('thread_days', schema=None) as batch_op:
        batch_op.create_index('ix_thread_days_day', ['day'], unique=False)

    op.create_table('answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_answers_person_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_answers_post_id_posts')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_answers_thread_id_threads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answers'))
    )
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answers_thread_id'), ['thread_id'], unique=False)

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('came', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE people SET came = true WHERE id IN (SELECT person_id FROM sign_ins)")

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.create_index('ix_posts_created_at_id', ['created_at', 'id'], unique=False)

    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('trend', sa.Double(), server_default='-1000000000.0', nullable=False))
        batch_op.add_column(sa.Column('magic_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('answer', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('answer_post_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('answered_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('answered_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('overturned_at', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_threads_board_id_trend_id', ['board_id', 'trend', 'id'], unique=False)
        batch_op.create_index('ix_threads_magic_at_id', ['magic_at', 'id'], unique=False)
        batch_op.create_index('ix_threads_trend_id', ['trend', 'id'], unique=False)



def downgrade():
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.drop_index('ix_threads_trend_id')
        batch_op.drop_index('ix_threads_magic_at_id')
        batch_op.drop_index('ix_threads_board_id_trend_id')
        batch_op.drop_column('overturned_at')
        batch_op.drop_column('answered_at')
        batch_op.drop_column('answered_by')
        batch_op.drop_column('answer_post_id')
        batch_op.drop_column('answer')
        batch_op.drop_column('magic_at')
        batch_op.drop_column('trend')

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_index('ix_posts_created_at_id')

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('came')

    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answers_thread_id'))

    op.drop_table('answers')
    with op.batch_alter_table('thread_days', schema=None) as batch_op:
        batch_op.drop_index('ix_thread_days_day')

    op.drop_table('thread_days')
    with op.batch_alter_table('promotions', schema=None) as batch_op:
        batch_op.drop_index('ix_promotions_at_thread_id')

    op.drop_table('promotions')
    with op.batch_alter_table('heats', schema=None) as batch_op:
        batch_op.drop_index('ix_heats_matured_born_thread_id')

    op.drop_table('heats')
    op.drop_table('board_usuals')
    op.drop_table('reading_days')
    op.drop_table('magic_watch')
    op.drop_table('hit_seen')
    op.drop_table('hit_keys')
    op.drop_table('hit_journals')
