"""The ledger: its tables, and leaves for everything that was said and done before it."""

import json
import time
from base64 import b64encode

import sqlalchemy as sa
from alembic import op

from forum.ledger import leaves, merkle

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

BATCH = 1000
BOUND = {
    'boards': ('leaf',),
    'revisions': ('leaf',),
    'answers': ('leaf',),
    'promotions': ('leaf',),
    'sheets': ('opened_entry',),
}
REFUSE = 'the ledger is only appended to'


def upgrade():
    op.create_table('ledger',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('leaf', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_ledger'))
    )
    op.create_table('ledger_nodes',
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('level', 'number', name=op.f('pk_ledger_nodes'))
    )
    op.create_table('ledger_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('edge', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_head'))
    )
    op.create_table('ledger_openings',
    sa.Column('leaf', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('salt', sa.LargeBinary(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=True),
    sa.Column('words', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('leaf', name=op.f('pk_ledger_openings'))
    )
    for name, columns in (('public', ['leaf']), ('kind_leaf', ['kind', 'leaf'])):
        where = sa.text('kind IS NOT NULL')
        op.create_index(f'ix_ledger_openings_{name}', 'ledger_openings', columns, unique=False, sqlite_where=where, postgresql_where=where)
    op.create_table('ledger_checkpoints',
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_ledger_checkpoints'))
    )
    op.create_table('ledger_keys',
    sa.Column('leaf', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('leaf', name=op.f('pk_ledger_keys'))
    )
    op.create_table('note_seals',
    sa.Column('note_id', sa.String(length=32), nullable=False),
    sa.Column('batch_entry', sa.BigInteger(), nullable=False),
    sa.Column('bound', sa.LargeBinary(length=32), nullable=False),
    sa.Column('note_salt', sa.LargeBinary(length=32), nullable=True),
    sa.Column('change_entry', sa.BigInteger(), nullable=True),
    sa.Column('pending', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_note_seals_note_id_notes')),
    sa.PrimaryKeyConstraint('note_id', name=op.f('pk_note_seals')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_note_seals_batch_entry', 'note_seals', ['batch_entry'], unique=False)
    op.create_index('ix_note_seals_pending', 'note_seals', ['pending'], unique=False, sqlite_where=sa.text('pending'), postgresql_where=sa.text('pending'))

    # SQLite adds such columns without touching a row; recreating tables that others refer to would not do
    for table, columns in BOUND.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.BigInteger(), server_default='-1', nullable=False))
    op.add_column('revisions', sa.Column('title_leaf', sa.BigInteger(), nullable=True))
    op.add_column('posts', sa.Column('erased', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('posts', sa.Column('gone_leaf', sa.BigInteger(), nullable=True))
    op.add_column('sheets', sa.Column('closed_entry', sa.BigInteger(), nullable=True))

    log = Log(op.get_bind())
    for write in (boards, posts, promotions, answers, sheets, notes, roles):
        write(log)
        log.flush()
    log.close()

    if op.get_bind().dialect.name == 'postgresql':
        for table, columns in BOUND.items():
            for column in columns:
                op.alter_column(table, column, server_default=None)
    refuse_changes()


def refuse_changes():
    """A seat belt: whoever tries to change a leaf is told so."""
    for table in ('ledger', 'ledger_nodes'):
        if op.get_bind().dialect.name == 'postgresql':
            op.execute(f"CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSE}'; END $$")
            op.execute(f'CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stays()')
        else:
            for act in ('UPDATE', 'DELETE'):
                op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END")


class Log:
    """Appends leaves in batches: plain statements, so that this migration stays what it is when the code goes on."""

    def __init__(self, connection):
        self.connection = connection
        self.at = int(time.time())
        self.tree = merkle.Frontier()
        self.rows = {'ledger': [], 'ledger_openings': [], 'ledger_nodes': []}
        self.changes = {}

    def add(self, kind, by, what, *, revision=None, content=None, where=None, salt=None, public=False, gone=False, since=None):
        """One leaf; returns its number. What is `gone` is bound with a salt that nobody keeps."""
        number = self.tree.size
        act = leaves.Act(kind, by, what, revision, content, where, since=since)
        salt = salt or leaves.fresh_salt()
        leaf = leaves.written(act, at=self.at, salt=salt)
        self.rows['ledger'].append({'number': number, 'leaf': leaf.decode()})
        if content is not None and not gone:
            words = content.decode() if public else None
            self.rows['ledger_openings'].append({'leaf': number, 'salt': salt, 'kind': kind if public else None, 'words': words})
        for made in self.tree.add(merkle.leaf_hash(leaf)):
            if made.height % 8 == 0:
                self.rows['ledger_nodes'].append({'level': made.height // 8, 'number': made.number, 'hash': made.hash})
        return number

    def change(self, statement, **values):
        """Something to be updated with the batch."""
        self.changes.setdefault(statement, []).append(values)
        if sum(map(len, self.changes.values())) >= BATCH:
            self.flush()

    def flush(self):
        for table, values in self.rows.items():
            if values:
                names = list(values[0])
                self.connection.execute(sa.text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + one for one in names)})"), values)
                self.rows[table] = []
        for statement, values in self.changes.items():
            self.connection.execute(sa.text(statement), values)
        self.changes = {}

    def close(self):
        self.connection.execute(sa.text('INSERT INTO ledger_head (id, size, edge) VALUES (1, :size, :edge)'), {'size': self.tree.size, 'edge': self.tree.packed()})

    def read(self, statement):
        """All rows; for what is few."""
        return self.connection.execute(sa.text(statement)).all()

    def walk(self, statement, after=0):
        """Rows in batches by their first column, however many there are."""
        while True:
            found = self.connection.execute(sa.text(statement), {'after': after, 'most': BATCH}).all()
            yield from found
            if len(found) < BATCH:
                return
            after = found[-1][0]


def boards(log):
    for one in log.read('SELECT id, slug, name, description, opened_by FROM boards ORDER BY id'):
        by = 'cli' if one.opened_by is None else f'u:{one.opened_by}'
        words = f'{one.slug}\n{one.name}\n{one.description}'.encode()
        leaf = log.add('board.create', by, f'b:{one.id}', content=words)
        log.change('UPDATE boards SET leaf = :leaf WHERE id = :id', id=one.id, leaf=leaf)


def posts(log):
    walked = log.walk(
        'SELECT p.id, p.author_id, p.thread_id, p.floor, p.withdrawn_at, t.board_id FROM posts p'
        ' JOIN threads t ON t.id = p.thread_id WHERE p.id > :after ORDER BY p.id LIMIT :most'
    )
    for some in batches(walked):
        first, last = some[0].id, some[-1].id
        found = {}
        versions = 'SELECT post_id, number, title, body, created_at FROM revisions WHERE post_id BETWEEN :first AND :last ORDER BY post_id, number'
        for one in log.connection.execute(sa.text(versions), {'first': first, 'last': last}):
            found.setdefault(one.post_id, []).append(one)
        for post in some:
            bind(log, post, found.get(post.id, []))


def bind(log, post, versions):
    by, where, gone = f'u:{post.author_id}', f't:{post.thread_id}/{post.floor}', post.withdrawn_at is not None
    title, title_leaf = None, None
    for one in versions:
        salt = leaves.fresh_salt()
        kind = 'post.create' if one.number == 1 else 'post.edit'
        body = (one.body or '').encode()
        leaf = log.add(kind, by, f'p:{post.id}', revision=one.number, content=body, where=where, salt=salt, gone=gone, since=one.created_at)
        shown = one.title or ''
        if post.floor == 1 and (title_leaf is None or shown != title):
            title_leaf = log.add(
                'thread.title', by, f't:{post.thread_id}', revision=one.number, content=shown.encode(),
                where=f'b:{post.board_id}', salt=leaves.title_salt(salt), gone=gone,
            )
            title = shown
        log.change(
            'UPDATE revisions SET leaf = :leaf, title_leaf = :title WHERE post_id = :post AND number = :number',
            post=post.id, number=one.number, leaf=leaf, title=title_leaf,
        )
    if gone:
        leaf = log.add('post.withdraw', by, f'p:{post.id}', since=post.withdrawn_at)
        log.change('UPDATE posts SET gone_leaf = :leaf WHERE id = :id', id=post.id, leaf=leaf)


def batches(walked):
    some = []
    for one in walked:
        some.append(one)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def promotions(log):
    for one in log.walk('SELECT thread_id, at, readers, usual, starts_at FROM promotions WHERE thread_id > :after ORDER BY thread_id LIMIT :most'):
        figures = {'readers': one.readers, 'starts_at': one.starts_at, 'usual': one.usual}
        content = json.dumps(figures, sort_keys=True, separators=(',', ':')).encode()
        leaf = log.add('magic.reach', 'forum', f't:{one.thread_id}', content=content, since=one.at)
        log.change('UPDATE promotions SET leaf = :leaf WHERE thread_id = :id', id=one.thread_id, leaf=leaf)


def answers(log):
    for one in log.walk('SELECT id, thread_id, post_id, person_id, state, at FROM answers WHERE id > :after ORDER BY id LIMIT :most'):
        leaf = log.add('answer.set', f'u:{one.person_id}', f'p:{one.post_id}', content=one.state.encode(), where=f't:{one.thread_id}', since=one.at)
        log.change('UPDATE answers SET leaf = :leaf WHERE id = :id', id=one.id, leaf=leaf)


def sheets(log):
    for one in log.walk('SELECT id, door_id, question, intro, torn_at FROM sheets WHERE id > :after ORDER BY id LIMIT :most'):
        leaf = log.add('pad.open', 'pads', f's:{one.id}', content=f'{one.question}\n{one.intro}'.encode(), where=f'd:{one.door_id}')
        close = None if one.torn_at is None else log.add('pad.close', 'pads', f's:{one.id}')
        log.change('UPDATE sheets SET opened_entry = :leaf, closed_entry = :close WHERE id = :id', id=one.id, leaf=leaf, close=close)


def notes(log):
    for sheet in log.read('SELECT DISTINCT sheet_id FROM notes ORDER BY sheet_id'):
        found = log.connection.execute(sa.text('SELECT id, body FROM notes WHERE sheet_id = :sheet ORDER BY id'), {'sheet': sheet.sheet_id}).all()
        salts = {one.id: leaves.fresh_salt() for one in found}
        bound = {one.id: leaves.commitment(salts[one.id], (one.body or '').encode()) for one in found}
        content = ''.join(f'{one.id} {b64encode(bound[one.id]).decode()}\n' for one in found).encode()
        batch = log.add('pad.batch', 'pads', f's:{sheet.sheet_id}', content=content)
        for one in found:
            gone = None if one.body is not None else log.add('note.withdraw', 'pads', f'n:{one.id}')
            log.change(
                'INSERT INTO note_seals (note_id, batch_entry, bound, note_salt, change_entry, pending)'
                ' VALUES (:note, :batch, :bound, :salt, :gone, false)',
                note=one.id, batch=batch, bound=bound[one.id], salt=salts[one.id] if gone is None else None, gone=gone,
            )


def roles(log):
    for role in ('hr', 'management', 'operator'):
        for one in log.read(f'SELECT id FROM people WHERE {role} ORDER BY id'):
            log.add('role.grant', 'cli', f'u:{one.id}', content=role.encode(), public=True)


def downgrade():
    for table in ('ledger', 'ledger_nodes'):
        if op.get_bind().dialect.name == 'postgresql':
            op.execute(f'DROP TRIGGER {table}_stays ON {table}')
            op.execute(f'DROP FUNCTION {table}_stays()')
    for table in ('note_seals', 'ledger_keys', 'ledger_checkpoints', 'ledger_openings', 'ledger_head', 'ledger_nodes', 'ledger'):
        op.drop_table(table)
    for table, column in (('sheets', 'closed_entry'), ('posts', 'gone_leaf'), ('posts', 'erased'), ('revisions', 'title_leaf')):
        op.drop_column(table, column)
    for table, columns in BOUND.items():
        for column in columns:
            op.drop_column(table, column)
