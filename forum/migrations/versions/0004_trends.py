"""Figures by day."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('trend_days',
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('posts', sa.Integer(), nullable=False),
    sa.Column('threads', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['boards.id'], name=op.f('fk_trend_days_board_id_boards')),
    sa.PrimaryKeyConstraint('day', 'board_id', name=op.f('pk_trend_days'))
    )
    op.create_table('trend_people',
    sa.Column('day', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('writers', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_trend_people'))
    )


def downgrade():
    op.drop_table('trend_people')
    op.drop_table('trend_days')
