"""Doors, topics, sheets, notes."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('pad_holidays',
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_pad_holidays'))
    )
    op.create_table('pad_hours',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('hour', sa.BigInteger(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('look_on', sa.String(length=10), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pad_hours'))
    )
    op.create_table('topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=120), nullable=False),
    sa.Column('intro', sa.String(length=300), nullable=False),
    sa.Column('mood', sa.String(length=8), nullable=False),
    sa.Column('not_before', sa.String(length=10), nullable=True),
    sa.Column('not_after', sa.String(length=10), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topics'))
    )
    op.create_table('doors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('rhythm', sa.String(length=8), nullable=False),
    sa.Column('every', sa.Integer(), nullable=False),
    sa.Column('since', sa.BigInteger(), nullable=True),
    sa.Column('due_at', sa.BigInteger(), nullable=True),
    sa.Column('tried_at', sa.BigInteger(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('wish_id', sa.Integer(), nullable=True),
    sa.Column('flipped_from', sa.Integer(), nullable=True),
    sa.Column('flipped_at', sa.BigInteger(), nullable=True),
    sa.Column('flipped_since', sa.BigInteger(), nullable=True),
    sa.Column('flipped_wish', sa.Integer(), nullable=True),
    sa.Column('retired_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['wish_id'], ['topics.id'], name=op.f('fk_doors_wish_id_topics')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_doors')),
    sa.UniqueConstraint('slug', name=op.f('uq_doors_slug'))
    )
    op.create_table('sheets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('door_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=120), nullable=False),
    sa.Column('intro', sa.String(length=300), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('goes_on', sa.Boolean(), nullable=False),
    sa.Column('undone', sa.Boolean(), nullable=False),
    sa.Column('up_at', sa.BigInteger(), nullable=False),
    sa.Column('torn_at', sa.BigInteger(), nullable=True),
    sa.Column('notes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['door_id'], ['doors.id'], name=op.f('fk_sheets_door_id_doors')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_sheets_topic_id_topics')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheets'))
    )
    with op.batch_alter_table('sheets', schema=None) as batch_op:
        batch_op.create_index('ix_sheets_topic_id_id', ['topic_id', 'id'], unique=False)
        batch_op.create_index('uq_sheets_door_id_number', ['door_id', 'number'], unique=True)
        batch_op.create_index('uq_sheets_hanging', ['door_id'], unique=True, sqlite_where=sa.text('torn_at IS NULL'), postgresql_where=sa.text('torn_at IS NULL'))

    op.create_table('notes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('pluses', sa.Integer(), nullable=False),
    sa.Column('paper', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheets.id'], name=op.f('fk_notes_sheet_id_sheets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index('ix_notes_sheet_id', ['sheet_id'], unique=False)

    op.create_table('note_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.String(length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_note_answers_note_id_notes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_answers'))
    )
    with op.batch_alter_table('note_answers', schema=None) as batch_op:
        batch_op.create_index('ix_note_answers_note_id_id', ['note_id', 'id'], unique=False)


def downgrade():
    with op.batch_alter_table('note_answers', schema=None) as batch_op:
        batch_op.drop_index('ix_note_answers_note_id_id')

    op.drop_table('note_answers')
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.drop_index('ix_notes_sheet_id')

    op.drop_table('notes')
    with op.batch_alter_table('sheets', schema=None) as batch_op:
        batch_op.drop_index('uq_sheets_hanging', sqlite_where=sa.text('torn_at IS NULL'), postgresql_where=sa.text('torn_at IS NULL'))
        batch_op.drop_index('uq_sheets_door_id_number')
        batch_op.drop_index('ix_sheets_topic_id_id')

    op.drop_table('sheets')
    op.drop_table('doors')
    op.drop_table('topics')
    op.drop_table('pad_hours')
    op.drop_table('pad_holidays')
