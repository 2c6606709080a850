"""Pictures and files of posts."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_files_owner_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_files_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_files')),
    sqlite_autoincrement=True
    )
    op.create_index('ix_files_digest', 'files', ['digest'], unique=False)
    op.create_index('ix_files_post_id', 'files', ['post_id'], unique=False)
    op.create_index('ix_files_owner_id_created_at', 'files', ['owner_id', 'created_at'], unique=False)
    loose = sa.text('post_id IS NULL')
    op.create_index('ix_files_loose', 'files', ['created_at'], unique=False, sqlite_where=loose, postgresql_where=loose)
    if op.get_bind().dialect.name == 'postgresql':  # what people write is not sampled, see 0009
        op.execute('ALTER TABLE files ALTER COLUMN name SET STATISTICS 0')


def downgrade():
    op.drop_table('files')
