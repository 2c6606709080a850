"""Whom imports have brought along."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():

    op.create_table('imported_people',
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_imported_people_person_id_people')),
    sa.PrimaryKeyConstraint('source', 'key', name=op.f('pk_imported_people'))
    )


def downgrade():

    op.drop_table('imported_people')
