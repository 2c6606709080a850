"""Letters: how people want to be told by mail, and what waits to be sent."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('mail_choices',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('rhythm', sa.String(length=5), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mail_choices_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'kind', name=op.f('pk_mail_choices'))
    )
    op.create_table('letters',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('rhythm', sa.String(length=5), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=True),
    sa.Column('upto', sa.BigInteger(), nullable=False),
    sa.Column('under_way', sa.BigInteger(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_letters_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'rhythm', name=op.f('pk_letters'))
    )
    op.create_index('ix_letters_due_at', 'letters', ['due_at'], unique=False)


def downgrade():
    op.drop_table('letters')
    op.drop_table('mail_choices')
