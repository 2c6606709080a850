"""Following: who follows what, what was told to whom, and how far they have looked."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

FOLLOWS = {'thread_follows': ('thread_id', 'threads'), 'board_follows': ('board_id', 'boards'), 'person_follows': ('followed_id', 'people')}


def key(table, column, to):
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}_{to}'))


def upgrade():
    for table, (column, to) in FOLLOWS.items():
        more = [sa.Column('on', sa.Boolean(), nullable=False)] if table == 'thread_follows' else []
        op.create_table(table,
        sa.Column(column, sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        *more,
        key(table, column, to),
        key(table, 'person_id', 'people'),
        sa.PrimaryKeyConstraint(column, 'person_id', name=op.f(f'pk_{table}'))
        )
        op.create_index(f'ix_{table}_person_id', table, ['person_id'], unique=False)
    op.create_table('follow_choices',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('on_writing', sa.Boolean(), nullable=False),
    key('follow_choices', 'person_id', 'people'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_follow_choices'))
    )
    op.create_table('notices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('subject', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('first_post_id', sa.Integer(), nullable=False),
    sa.Column('floor', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('many', sa.Integer(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('turn', sa.BigInteger(), nullable=False),
    key('notices', 'person_id', 'people'),
    key('notices', 'thread_id', 'threads'),
    key('notices', 'post_id', 'posts'),
    key('notices', 'first_post_id', 'posts'),
    key('notices', 'by_id', 'people'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('person_id', 'kind', 'subject', name=op.f('uq_notices_person_id_kind_subject'))
    )
    op.create_index('ix_notices_person_id_turn', 'notices', ['person_id', 'turn'], unique=False)
    op.create_table('bells',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('seen', sa.BigInteger(), nullable=False),
    key('bells', 'person_id', 'people'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_bells'))
    )
    op.create_table('notice_turns',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('turn', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_turns'))
    )
    op.create_table('tellings',
    sa.Column('event', sa.String(length=40), nullable=False),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=False),
    sa.Column('begun_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('event', name=op.f('pk_tellings'))
    )
    op.create_index('ix_tellings_begun_at', 'tellings', ['begun_at'], unique=False)


def downgrade():
    for table in ('tellings', 'notice_turns', 'bells', 'notices', 'follow_choices', *FOLLOWS):
        op.drop_table(table)
