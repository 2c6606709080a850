"""Opening boards, and the operators' order of them: names, groups, positions. Nothing here closes, hides or empties a board."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from forum.boards import acts, rules
from forum.boards.models import Board, BoardGroup
from forum.boards.permissions import can_arrange_boards
from forum.core.actor import Actor
from forum.core.database import db
from forum.core.errors import N_, Invalid, Missing, Refused
from forum.ledger import actions as ledger

WHOLE = N_("A whole number, please: 1 stands first.")
NOT_YET = -1
"""A board's leaf until its number is known."""
FIRST_GROUPS = (N_("Business"), N_("Customers"), N_("Products"), N_("Company"), N_("Hobbies & interests"))


def group_named(name: str, *, make: bool) -> BoardGroup:
    """The heading of that name; made at the end of the list when `make` allows it."""
    clean = rules.group_name(name)
    found = db.session.execute(select(BoardGroup).where(BoardGroup.name == clean)).scalar_one_or_none()
    if found is None and not make:
        raise Invalid("group", N_("There is no group of that name."))
    if found is None:
        last = db.session.execute(select(func.max(BoardGroup.position))).scalar_one()
        found = BoardGroup(name=clean, position=(last or 0) + 1)
        db.session.add(found)
        db.session.flush()
    return found


def first_groups() -> None:
    """Gives an empty forum the headings a company usually needs."""
    if db.session.execute(select(func.count()).select_from(BoardGroup)).scalar_one() == 0:
        for name in FIRST_GROUPS:
            group_named(name, make=True)


def open_board(
    opener: int | None, *, slug: str, name: str, description: str, group: str, at: int, make_group: bool = False
) -> Board:
    """Opens a board, inside the writing transaction under way. Any employee may; nobody can close it."""
    clean = rules.board_slug(slug)
    if db.session.execute(select(Board.id).where(Board.slug == clean)).first():
        raise Invalid("slug", N_("A board with this address exists. Perhaps it is the one you are looking for?"))
    heading = group_named(group, make=make_group)
    last = db.session.execute(select(func.max(Board.position)).where(Board.group_id == heading.id)).scalar_one()
    board = Board(
        slug=clean,
        name=rules.board_name(name),
        description=rules.board_description(description),
        group_id=heading.id,
        position=(last or 0) + 1,
        opened_by=opener,
        opened_at=at,
        active_at=at,
        leaf=NOT_YET,
    )
    db.session.add(board)
    try:
        db.session.flush()
    except IntegrityError as error:  # opened by somebody else in the same moment
        raise Invalid(
            "slug", N_("A board with this address exists. Perhaps it is the one you are looking for?")
        ) from error
    _write_down(board, by=opener, at=at)
    return board


def _write_down(board: Board, *, by: int | None, at: int, renamed: bool = False) -> None:
    words = {"slug": board.slug, "name": board.name, "description": board.description}
    board.leaf = ledger.append(acts.board(board.id, **words, by=by, renamed=renamed), at=at)[0]
    db.session.flush()


def arrange(actor: Actor, *, slug: str, name: str, description: str, group: str, position: int, at: int) -> Board:
    """An operator renames a board or moves it to a place in its group; the others make room, every word stays."""
    if not can_arrange_boards(actor):
        raise Refused(N_("Only operators arrange boards."))
    locked = select(Board).where(Board.slug == slug).with_for_update(key_share=True)
    board = db.session.execute(locked.execution_options(populate_existing=True)).scalar_one_or_none()
    if board is None:
        raise Missing(N_("There is no such board."))
    before = board.name, board.description
    board.name = rules.board_name(name)
    board.description = rules.board_description(description)
    board.group_id = group_named(group, make=True).id
    others = select(Board).where(Board.group_id == board.group_id, Board.id != board.id)
    row = list(db.session.execute(others.order_by(Board.position, Board.id)).scalars())
    row.insert(min(max(position, 1) - 1, len(row)), board)
    for place, one in enumerate(row, start=1):
        one.position = place
    db.session.flush()
    if (board.name, board.description) != before:
        _write_down(board, by=actor.id, at=at, renamed=True)
    return board
