"""Search: documents in two slots, one that serves and one that is built; the worker fills them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

SLOTS = ('a', 'b')


def upgrade():
    gone = sa.text('withdrawn_at IS NOT NULL')
    op.create_index('ix_posts_withdrawn', 'posts', ['id'], unique=False, sqlite_where=gone, postgresql_where=gone)
    untitled = sa.text('title IS NULL')
    op.create_index('ix_threads_untitled', 'threads', ['id'], unique=False, sqlite_where=untitled, postgresql_where=untitled)
    postgresql = op.get_bind().dialect.name == 'postgresql'
    for slot in SLOTS:
        table = f'search_{slot}'
        op.create_table(table,
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=True),
        sa.Column('note_id', sa.String(length=32), nullable=True),
        sa.Column('thread_id', sa.Integer(), nullable=True),
        sa.Column('board_id', sa.Integer(), nullable=True),
        sa.Column('said_at', sa.BigInteger(), nullable=False),
        sa.Column('length', sa.Integer(), nullable=False),
        sa.Column('opening', sa.Boolean(), nullable=False),
        sa.Column('titled', sa.Boolean(), nullable=False),
        sa.Column('terms', sa.Text().with_variant(TSVECTOR(), 'postgresql'), nullable=True),
        sa.CheckConstraint('note_id IS NULL OR (post_id IS NULL AND thread_id IS NULL AND board_id IS NULL)', name=op.f(f'ck_{table}_apart')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}'))
        )
        op.create_index(f'uq_{table}_post_id', table, ['post_id'], unique=True)
        op.create_index(f'uq_{table}_note_id', table, ['note_id'], unique=True)
        kept = f'search_words_{slot}'
        op.create_table(kept,
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('tags', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{kept}'))
        )
        if postgresql:
            # without the list of pending entries, which every search would have to read
            op.create_index(f'ix_{table}_terms', table, ['terms'], postgresql_using='gin', postgresql_with={'fastupdate': 'off'})
        else:
            op.execute(
                f"CREATE VIRTUAL TABLE search_terms_{slot} USING fts5(terms, content='', detail=none, "
                "tokenize=\"ascii tokenchars ':'\")"
            )
            op.execute(f"INSERT INTO search_terms_{slot}(search_terms_{slot}, rank) VALUES ('secure-delete', 1)")
    op.create_table('search_state',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('serving', sa.String(length=1), nullable=True),
    sa.Column('served_by', sa.String(length=10), nullable=True),
    sa.Column('served_version', sa.Integer(), nullable=True),
    sa.Column('building', sa.String(length=1), nullable=True),
    sa.Column('built_by', sa.String(length=10), nullable=True),
    sa.Column('built_version', sa.Integer(), nullable=True),
    sa.Column('stage', sa.String(length=8), nullable=True),
    sa.Column('upto_at', sa.BigInteger(), nullable=False),
    sa.Column('upto_id', sa.Integer(), nullable=False),
    sa.Column('upto_note', sa.String(length=32), nullable=False),
    sa.Column('common', sa.Text(), nullable=False),
    sa.Column('sampled', sa.Integer(), nullable=False),
    sa.Column('sampled_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_state'))
    )


def downgrade():
    op.drop_index('ix_threads_untitled', 'threads')
    op.drop_index('ix_posts_withdrawn', 'posts')
    op.drop_table('search_state')
    for slot in SLOTS:
        if op.get_bind().dialect.name != 'postgresql':
            op.execute(f"DROP TABLE search_terms_{slot}")
        op.drop_table(f'search_words_{slot}')
        op.drop_table(f'search_{slot}')
