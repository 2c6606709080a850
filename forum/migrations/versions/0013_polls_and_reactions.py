"""Polls in threads and reactions on posts, with kept counts."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

WORDS = (('polls', 'question'), ('poll_choices', 'words'))


def key(table, column, to, there='id'):
    return sa.ForeignKeyConstraint([column], [f'{to}.{there}'], name=op.f(f'fk_{table}_{column}_{to}'))


def upgrade():
    op.create_table('polls',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.Text(), nullable=True),
    sa.Column('several', sa.Boolean(), nullable=False),
    sa.Column('ends_at', sa.BigInteger(), nullable=False),
    sa.Column('voters', sa.Integer(), nullable=False),
    key('polls', 'thread_id', 'threads'),
    sa.PrimaryKeyConstraint('thread_id', name=op.f('pk_polls'))
    )
    op.create_table('poll_choices',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('votes', sa.Integer(), nullable=False),
    key('poll_choices', 'thread_id', 'polls', 'thread_id'),
    sa.PrimaryKeyConstraint('thread_id', 'number', name=op.f('pk_poll_choices'))
    )
    op.create_table('poll_votes',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('choices', sa.Integer(), nullable=False),
    key('poll_votes', 'thread_id', 'polls', 'thread_id'),
    key('poll_votes', 'person_id', 'people'),
    sa.PrimaryKeyConstraint('thread_id', 'person_id', name=op.f('pk_poll_votes'))
    )
    op.create_table('reactions',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('reaction', sa.String(length=9), nullable=False),
    key('reactions', 'post_id', 'posts'),
    key('reactions', 'person_id', 'people'),
    sa.PrimaryKeyConstraint('post_id', 'person_id', 'reaction', name=op.f('pk_reactions'))
    )
    op.create_table('reaction_counts',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('floor', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in ('agree', 'thanks', 'laugh', 'surprised', 'sad')),
    key('reaction_counts', 'thread_id', 'threads'),
    key('reaction_counts', 'post_id', 'posts'),
    sa.PrimaryKeyConstraint('thread_id', 'floor', name=op.f('pk_reaction_counts'))
    )
    if op.get_bind().dialect.name == 'postgresql':
        for table, column in WORDS:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STATISTICS 0')


def downgrade():
    for table in ('reaction_counts', 'reactions', 'poll_votes', 'poll_choices', 'polls'):
        op.drop_table(table)
