"""PostgreSQL samples no column that holds what people write, so that what is withdrawn does not stay in its statistics."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

WORDS = {
    'people': ('name', 'email', 'notice'),
    'threads': ('title', 'slug'),
    'posts': ('html', 'excerpt'),
    'revisions': ('title', 'body'),
    'drafts': ('title', 'body'),
    'notes': ('body',),
    'note_answers': ('text',),
    'note_seals': ('bound', 'note_salt'),
    'ledger_openings': ('salt', 'words'),
    'outbox': ('payload', 'error'),
    'search_a': ('terms',),
    'search_b': ('terms',),
    'search_words_a': ('title', 'words', 'tags'),
    'search_words_b': ('title', 'words', 'tags'),
}


def upgrade():
    sampled(0)


def downgrade():
    sampled(-1)


def sampled(target):
    """Sets how much is sampled, -1 as usual. Naming a column's type anew, which it has, forgets what was sampled before."""
    if op.get_bind().dialect.name != 'postgresql':
        return
    kinds = {
        (one.table_name, one.column_name): one.kind
        for one in op.get_bind().execute(sa.text(
            "SELECT c.relname AS table_name, a.attname AS column_name, format_type(a.atttypid, a.atttypmod) AS kind"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0"
        ))
    }
    for table, columns in WORDS.items():
        for column in columns:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" TYPE {kinds[table, column]}, ALTER COLUMN "{column}" SET STATISTICS {target}')
