"""What a reader keeps and does not want to read: bookmarks, muted boards and words, keys to feeds."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

WORDS = {'people': 'muted_words', 'bookmarks': 'note'}
"""Columns that hold what people write: PostgreSQL samples none of them (see 0009)."""


def key(table, column, to):
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}_{to}'))


def upgrade():
    op.add_column('people', sa.Column('muted_words', sa.Text(), nullable=True))
    op.create_table('muted_boards',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    key('muted_boards', 'person_id', 'people'),
    key('muted_boards', 'board_id', 'boards'),
    sa.PrimaryKeyConstraint('person_id', 'board_id', name=op.f('pk_muted_boards'))
    )
    op.create_table('bookmarks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    key('bookmarks', 'person_id', 'people'),
    key('bookmarks', 'post_id', 'posts'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookmarks')),
    sa.UniqueConstraint('person_id', 'post_id', name=op.f('uq_bookmarks_person_id_post_id'))
    )
    op.create_index('ix_bookmarks_person_id_id', 'bookmarks', ['person_id', 'id'], unique=False)
    op.create_table('feed_keys',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('feed', sa.String(length=60), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    key('feed_keys', 'person_id', 'people'),
    sa.PrimaryKeyConstraint('person_id', 'feed', name=op.f('pk_feed_keys')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_feed_keys_key_hash'))
    )
    if op.get_bind().dialect.name == 'postgresql':
        for table, column in WORDS.items():
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0')


def downgrade():
    for table in ('feed_keys', 'bookmarks', 'muted_boards'):
        op.drop_table(table)
    op.drop_column('people', 'muted_words')
