"""Every change to an account: joining, signing in and out, names, passwords, roles, leaving. Refuses to touch what anybody said."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from forum.accounts import acts, passwords, queries, rules, tokens
from forum.accounts.models import ApiToken, Attempt, Person, PersonName, SignIn
from forum.core import outbox
from forum.core.actor import ROLES, Actor
from forum.core.database import db, execute, row, writing
from forum.core.errors import N_, Conflict, Invalid, Missing, TooFast
from forum.core.upsert import upsert
from forum.ledger import actions as ledger

STAYS_SIGNED_IN = 90 * 86400
FREE_TRIES = {"account": 5, "address": 30}
LONGEST_WAIT = 300
FORGET_AFTER = 3600
TOKEN_BEGINS = "swyw_"  # noqa: S105 (what every personal token begins with, so that scanners know one that leaked)
SPENT = N_("This link is no longer valid. Please ask for a new one.")
WRONG = N_("That name and password do not go together.")


def join(
    *,
    handle: str,
    name: str,
    email: str | None,
    password_hash: str | None,
    at: int,
    roles: frozenset[str] = frozenset(),
    operator_at: int | None = None,
) -> Person:
    """Adds a person inside the writing transaction under way; handle and address must be free.

    `operator_at`: when an operator made the account (Unix seconds), which the ledger tells everybody; None: the person did.
    """
    if row(select(Person.id).where(Person.handle == handle)):
        raise Invalid("handle", N_("This handle is taken. Please choose another."))
    if email and row(select(Person.id).where(Person.email == email)):
        raise Invalid("email", N_("This address already has an account."))
    person = Person(handle=handle, name=name, email=email, password_hash=password_hash, joined_at=at)
    for role in roles - {"employee"}:
        setattr(person, role, True)
    db.session.add(person)
    db.session.flush()
    db.session.add(PersonName(person_id=person.id, name=name, since=at))
    db.session.flush()
    done = [acts.role(person.id, role, granted=True) for role in sorted(roles - {"employee"})]
    if operator_at is not None:
        given = ((acts.PASSWORD, password_hash), (acts.ADDRESS, email))
        done.insert(0, acts.access(person.id, acts.ACCOUNT, *(word for word, there in given if there)))
    ledger.append(*done, at=at if operator_at is None else operator_at)
    return person


def sign_up(*, handle: str, name: str, email: str | None, password: str, at: int) -> Person:
    """Checks all and adds the person in a transaction of its own; Invalid names the field."""
    checked = rules.handle(handle)
    shown = rules.name(name)
    address = rules.email(email) if email else None
    password_hash = passwords.hashed(rules.password(password, checked))
    try:
        with writing():
            return join(handle=checked, name=shown, email=address, password_hash=password_hash, at=at)
    except IntegrityError as error:  # two took the same handle at the same moment
        raise Invalid("handle", N_("This handle is taken. Please choose another.")) from error


def _attempt_keys(secret: str, login: str, address: str) -> dict[str, bytes]:
    named = {"account": login.strip().lower(), "address": address}
    return {
        kind: hmac.new(
            secret.encode(), f"forum/attempt/{kind}/{what}".encode(errors="replace"), hashlib.sha256
        ).digest()
        for kind, what in named.items()
    }


def _count_attempt(keys: dict[str, bytes], at: int) -> None:
    """Counts the attempt before the password is looked at, so that many at once are slowed too."""
    with writing():
        execute(delete(Attempt).where(Attempt.last_at < at - FORGET_AFTER))
        for kind, key in keys.items():
            upsert(Attempt, {"key": key, "failures": 0, "last_at": at}, update=[])
            seen = row(select(Attempt.failures, Attempt.last_at).where(Attempt.key == key).with_for_update())
            if seen is None:  # forgiven a moment ago: another browser of the same person got in
                continue
            over = seen.failures - FREE_TRIES[kind]
            wait = min(2 ** min(over, 20), LONGEST_WAIT) if over >= 0 else 0
            if at < seen.last_at + wait:
                left = seen.last_at + wait - at
                raise TooFast(N_("Too many tries. Please try again in %(seconds)s s."), left, seconds=left)
            execute(update(Attempt).where(Attempt.key == key).values(failures=seen.failures + 1, last_at=at))


def _forgive(keys: dict[str, bytes]) -> None:
    execute(delete(Attempt).where(Attempt.key == keys["account"]))
    execute(
        update(Attempt)
        .where(Attempt.key == keys["address"], Attempt.failures > 0)
        .values(failures=Attempt.failures - 1)
    )


def sign_in(*, login: str, password: str, address: str, secret: str, at: int, paced: bool = True) -> str:
    """Returns the token for the cookie; Invalid says only that the two do not go together; TooFast says how long to wait."""
    keys = _attempt_keys(secret, login, address)
    if paced:
        _count_attempt(keys, at)
    found = queries.by_login(login)
    usable = found is not None and found.left_at is None
    if not passwords.matches(found.password_hash if found and usable else None, password) or found is None:
        raise Invalid("password", WRONG)
    with writing():
        _forgive(keys)
        return open_session(found.id, at)


def open_session(person_id: int, at: int) -> str:
    """A new signed-in browser, inside the transaction under way; returns its token, which is stored only as a hash."""
    token = secrets.token_urlsafe(32)
    execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.created_at < at - STAYS_SIGNED_IN))
    db.session.add(SignIn(token_hash=queries.token_hash(token), person_id=person_id, created_at=at))
    execute(update(Person).where(Person.id == person_id, Person.came.is_(False)).values(came=True))
    db.session.flush()
    return token


def sign_out(token: str) -> None:
    """Ends one signed-in browser."""
    execute(delete(SignIn).where(SignIn.token_hash == queries.token_hash(token)))


def end_sessions(person_id: int, *, but: str | None = None) -> None:
    """Ends every signed-in browser of a person, but the one whose token is given."""
    ending = delete(SignIn).where(SignIn.person_id == person_id)
    if but is not None:
        ending = ending.where(SignIn.token_hash != queries.token_hash(but))
    execute(ending)


def end_tokens(person_id: int) -> None:
    """Ends every personal token of a person: whoever may hold one, its time is over.

    With the password, since that is how a person locks others out; with a role, so that no token ever holds more than
    when it was made; not with the mail address, which opens nothing by itself and signs no browser out either.
    """
    execute(delete(ApiToken).where(ApiToken.person_id == person_id))


def note_use(token_id: int, *, day: str) -> None:
    """The last day on which a token was used, inside the transaction under way."""
    execute(update(ApiToken).where(ApiToken.id == token_id).values(used_on=day))


def change_password(actor: Actor, *, old: str, new: str, token: str) -> None:
    """Sets a new password after checking the old one; other browsers are signed out, tokens ended."""
    person = _existing(actor.id)
    if not passwords.matches(person.password_hash, old):
        raise Invalid("old", N_("That is not your current password."))
    try:
        password_hash = passwords.hashed(rules.password(new, actor.handle))
    except Invalid as error:
        raise Invalid("new", error.message, **error.values) from error
    with writing():
        _existing(actor.id).password_hash = password_hash
        end_sessions(actor.id, but=token)
        end_tokens(actor.id)


def change_name(actor: Actor, *, name: str, at: int) -> bool:
    """Takes a new display name, inside the transaction under way; the old one stays readable on the profile."""
    shown = rules.name(name)
    person = _existing(actor.id)
    if person.name == shown:
        return False
    person.name = shown
    db.session.add(PersonName(person_id=actor.id, name=shown, since=at))
    return True


def keep_place(actor: Actor, *, keep: bool) -> None:
    """Whether the forum remembers where this reader stopped."""
    _existing(actor.id).keeps_place = keep


def dismiss_notice(actor: Actor) -> None:
    """The person has read what an operator did to the account."""
    _existing(actor.id).notice = None


def ask_reset(*, login: str, at: int) -> None:
    """Mails a link to set a new password, if the account exists and has an address; tells nobody whether it does."""
    found = queries.by_login(login)
    if found and found.email and found.left_at is None:
        outbox.put("accounts.reset", {"person": found.id}, at=at)


def reset_password(*, token: str, password: str, secret: str) -> None:
    """Sets a new password by a mailed link; every browser is signed out, every token ended. Conflict when the link is spent or old."""
    person = reset_target(token, secret)
    if person is None:
        raise Conflict(SPENT)
    password_hash = passwords.hashed(rules.password(password, person.handle))
    with writing():
        again = reset_target(token, secret)
        if again is None:
            raise Conflict(SPENT)
        again.password_hash = password_hash
        end_sessions(again.id)
        end_tokens(again.id)


def reset_target(token: str, secret: str) -> Person | None:
    """Whom a mailed link lets set a password, or None."""
    found = tokens.reset_person(secret, token)
    person = queries.person(found[0]) if found else None
    if (
        found is None
        or person is None
        or person.left_at is not None
        or not tokens.still_valid(found[1], person.password_hash, person.email)
    ):
        return None
    return person


def ask_invitation(*, email: str, domains: tuple[str, ...], at: int) -> None:
    """Mails a link to join to an address of the company; an address that has an account gets a reset link instead."""
    address = rules.email(email)
    if address.rpartition("@")[2] not in domains:
        raise Invalid("email", N_("Please use your company address (%(domains)s)."), domains=", ".join(domains))
    if queries.by_login(address):
        ask_reset(login=address, at=at)
    else:
        outbox.put("accounts.invite", {"email": address}, at=at)


def ask_address(actor: Actor, *, email: str, password: str, domains: tuple[str, ...], at: int) -> None:
    """Mails a link to a new address to prove that it is read; nothing changes until the link is opened."""
    address = rules.email(email)
    person = _existing(actor.id)
    if not passwords.matches(person.password_hash, password):
        raise Invalid("password", N_("That is not your current password."))
    if domains and address.rpartition("@")[2] not in domains:
        raise Invalid("email", N_("Please use your company address (%(domains)s)."), domains=", ".join(domains))
    with writing():
        outbox.put("accounts.address", {"email": address, "person": actor.id}, at=at)


def take_address(*, email: str, person_id: int) -> None:
    """The link was opened: the address is the person's, inside the transaction under way."""
    other = row(select(Person.id).where(Person.email == email))
    if other and other.id != person_id:
        raise Conflict(N_("This address already has an account."))
    _existing(person_id).email = email


def set_role(*, handle: str, role: str, granted: bool, at: int) -> bool:
    """Grants or takes back a role, inside the transaction under way; returns whether anything changed."""
    if role not in ROLES or role == "employee":
        raise Invalid("role", N_("The roles are hr, management and operator; everybody is an employee."))
    person = _by_handle(handle)
    changed = getattr(person, role) is not granted
    setattr(person, role, granted)
    db.session.flush()
    if changed:
        end_tokens(person.id)
        ledger.append(acts.role(person.id, role, granted=granted), at=at)
    return changed


def set_password(*, handle: str, password_hash: str, at: int) -> None:
    """An operator sets a password from the command line: the person is told at the next visit and by mail."""
    person = _by_handle(handle)
    person.password_hash = password_hash
    end_sessions(person.id)
    end_tokens(person.id)
    _tell(person, acts.PASSWORD, at=at)
    ledger.append(acts.access(person.id, acts.PASSWORD), at=at)


def make_token(*, handle: str, name: str, at: int) -> str:
    """An operator makes a personal token from the command line, and the person is told. Returns it: only its hash is kept."""
    person = _by_handle(handle)
    if person.left_at is not None:
        raise Conflict(N_("%(handle)s has left."), handle=handle)
    token = TOKEN_BEGINS + secrets.token_urlsafe(32)
    hashed = queries.token_hash(token)
    db.session.add(ApiToken(person_id=person.id, token_hash=hashed, name=rules.name(name), created_at=at))
    _tell(person, acts.TOKEN, at=at)
    ledger.append(acts.access(person.id, acts.TOKEN), at=at)
    return token


def tell_erased(person_id: int, *, at: int) -> None:
    """The author hears that the law took the words of a post, inside the transaction under way."""
    _tell(_existing(person_id), acts.ERASED, at=at)


def _tell(person: Person, what: str, *, at: int) -> None:
    """What an operator did is read at the next visit and by mail; what was not read yet stays."""
    unread = (person.notice or "").splitlines()
    person.notice = "\n".join(dict.fromkeys([*unread, acts.TOLD[what]]))
    if person.email:
        outbox.put("accounts.told", {"person": person.id, "what": what}, at=at)
    db.session.flush()


def deactivate(*, handle: str, at: int) -> bool:
    """A leaver can no longer sign in; everything said stays. Returns False when the person had left already."""
    person = _by_handle(handle)
    if person.left_at is not None:
        return False
    person.left_at = at
    end_sessions(person.id)
    end_tokens(person.id)
    db.session.flush()
    ledger.append(acts.access(person.id, acts.LEFT), at=at)
    return True


def _existing(person_id: int) -> Person:
    person = queries.person(person_id)
    if person is None:
        raise Missing(N_("There is no such person."))
    return person


def _by_handle(handle: str) -> Person:
    person = db.session.execute(select(Person).where(Person.handle == handle)).scalar_one_or_none()
    if person is None:
        raise Missing(N_("There is nobody with the handle %(handle)s."), handle=handle)
    return person


def count_posts(person_id: int, more: int) -> None:
    """Keeps the profile's figure true, inside the transaction under way."""
    execute(update(Person).where(Person.id == person_id).values(posts=Person.posts + more))
