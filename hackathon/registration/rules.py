"""Places, the waiting list and profiles: what may happen. Pure: service, view and template ask the same functions."""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hackathon.accounts.rules import LONGEST_NAME, looks_like_email, normalised_email, one_line
from hackathon.events.rules import PhaseStatus

HIGHEST_CAPACITY = 2000
LONGEST_OFFER_HOURS = 240
LONGEST_REASON = 500
LONGEST_AIMS = 2000
INVITATION_LENGTH = timedelta(days=7)
MOST_OPEN_INVITATIONS = 100
"""Per organisation: enough for the largest delegation, and no way to write to the whole country."""
LONGEST_BRINGS = 140
MOST_WISHES = 3
MOST_YEARS = 70
MOST_KNOWN = 20
MOST_SUGGESTIONS = 10
LONGEST_SKILL = 60


class RegistrationState(enum.StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    EXPIRED = "expired"
    CHECKED_IN = "checked_in"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


_S = RegistrationState

SEATED = frozenset({_S.CONFIRMED, _S.OFFERED, _S.CHECKED_IN, _S.NO_SHOW})
"""The states that hold a numbered seat."""

CAME = frozenset({_S.CHECKED_IN, _S.NO_SHOW})
"""The states of the day, after which there is nothing left to cancel by letter."""

TRANSITIONS: dict[RegistrationState, frozenset[RegistrationState]] = {
    _S.CONFIRMED: frozenset({_S.CHECKED_IN, _S.NO_SHOW, _S.CANCELLED}),
    _S.WAITLISTED: frozenset({_S.OFFERED, _S.CONFIRMED, _S.CANCELLED}),
    _S.OFFERED: frozenset({_S.CONFIRMED, _S.EXPIRED, _S.CANCELLED}),
    _S.EXPIRED: frozenset({_S.WAITLISTED, _S.OFFERED, _S.CONFIRMED, _S.CANCELLED}),
    _S.CHECKED_IN: frozenset({_S.CANCELLED}),
    _S.NO_SHOW: frozenset({_S.CHECKED_IN, _S.CANCELLED}),
    _S.CANCELLED: frozenset({_S.CONFIRMED, _S.WAITLISTED}),
}


def may_move(state: RegistrationState, to: RegistrationState) -> bool:
    """Whether a registration can go from one state to the other."""
    return to in TRANSITIONS[state]


class InvitationState(enum.StrEnum):
    """A sent invitation whose time is over counts as expired; nothing has to happen for that."""

    SENT = "sent"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Nominee:
    """Somebody whom a coordinator wants to invite; `name` may be empty."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A pasted line in which there is no address, by its number from 1."""

    number: int
    text: str


def read_nominees(text: str) -> tuple[list[Nominee], list[BadLine]]:
    """People out of lines such as "Anna Ek; anna@example.org", pasted from a list or a spreadsheet, in any order of columns.

    A heading row is passed over; whoever stands there twice is read once.
    """
    nominees: dict[str, Nominee] = {}
    bad = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip().strip('"').strip() for cell in re.split(r"[;,\t]|(?<=\s)<|>", line)]
        emails = [normalised_email(cell) for cell in cells if looks_like_email(normalised_email(cell))]
        if len(emails) == 1:
            name = one_line(" ".join(cell for cell in cells if cell and "@" not in cell))[:LONGEST_NAME]
            nominees.setdefault(emails[0], Nominee(name, emails[0]))
        elif line.strip() and not (number == 1 and "@" not in line):
            bad.append(BadLine(number, one_line(line)[:80]))
    return list(nominees.values()), bad


class Refusal(enum.StrEnum):
    """Why somebody cannot register. The values are the reason codes of the errors."""

    NOT_OPEN_YET = "registration_not_open_yet"
    CLOSED = "registration_closed"
    JUDGE = "judges_do_not_register"
    UNVERIFIED = "email_not_verified"


def may_register(*, phase: PhaseStatus | None, is_judge: bool, is_verified: bool) -> Refusal | None:
    """None where somebody may register, else why not. `phase` None: the edition has no registration."""
    if is_judge:
        return Refusal.JUDGE
    if phase is PhaseStatus.BEFORE:
        return Refusal.NOT_OPEN_YET
    if phase is not PhaseStatus.OPEN:
        return Refusal.CLOSED
    return None if is_verified else Refusal.UNVERIFIED


def free_seat(taken: Collection[int], capacity: int) -> int | None:
    """The lowest free seat from 1 to `capacity`; None where all are taken."""
    return next((seat for seat in range(1, capacity + 1) if seat not in taken), None)


class Promotion(enum.StrEnum):
    """What happens to a seat that falls free: the first in line has it at once, or is asked first."""

    AUTOMATIC = "automatic"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """How an edition gives its places. `ceiling`: the most seats that one organisation gets; None for no ceiling."""

    promotion: Promotion = Promotion.AUTOMATIC
    offer_hours: int = 24
    ceiling: int | None = None


def offer_until(rules: PlaceRules, *, now: datetime, last: datetime) -> datetime | None:
    """Until when an offer made now stands; None where the seat is given without asking.

    No offer outlives `last`, the beginning of the event's day: from then on a free seat goes to the first at once.
    """
    if rules.promotion is Promotion.AUTOMATIC or now >= last:
        return None
    return min(now + timedelta(hours=rules.offer_hours), last)


_BEST_FIRST = (_S.CONFIRMED, _S.OFFERED, _S.WAITLISTED, _S.EXPIRED)
MERGEABLE = frozenset(_BEST_FIRST)
"""The states in which two registrations of one person can become one: before the day, and not given up."""


def is_better(
    state: RegistrationState, line_no: int | None, than_state: RegistrationState, than_line_no: int | None
) -> bool:
    """Whether the first of two places is worth more: a seat, an offer, a place in line, in this order.

    Of two places in one line the earlier is; in different lines (hand in None) neither is.
    """
    rank, than_rank = _BEST_FIRST.index(state), _BEST_FIRST.index(than_state)
    if rank != than_rank:
        return rank < than_rank
    return line_no is not None and than_line_no is not None and line_no < than_line_no


def capacity_fits(capacity: int, seated: int) -> bool:
    """Whether a pool can have this capacity: nobody loses a seat by it."""
    return seated <= capacity <= HIGHEST_CAPACITY


def is_complete(*, has_profession: bool, has_seniority: bool, skills: int, wishes: int) -> bool:
    """Whether a profile says what the team engine works with."""
    return has_profession and has_seniority and skills > 0 and wishes > 0


class Diet(enum.StrEnum):
    """What caterers count."""

    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    GLUTEN = "gluten"
    LACTOSE = "lactose"
    NUTS = "nuts"
    NO_PORK = "no_pork"
    OTHER = "other"


class Access(enum.StrEnum):
    """What makes the day possible for somebody."""

    STEP_FREE = "step_free"
    HEARING_LOOP = "hearing_loop"
    SIGN_LANGUAGE = "sign_language"
    LARGE_PRINT = "large_print"
    QUIET_ROOM = "quiet_room"
    OTHER = "other"


LONGEST_NEED = 500
NEEDS_KEPT_DAYS = 14
"""So many days after the event all needs are deleted."""


def needs_deleted_on(event_date: date) -> date:
    return event_date + timedelta(days=NEEDS_KEPT_DAYS)


class Step(enum.StrEnum):
    """The steps of a profile, in their order. The values are in their addresses."""

    ABOUT = "about"
    SKILLS = "skills"
    WISHES = "wishes"
    KNOWN = "known"


def next_step(step: Step) -> Step | None:
    """The step after this one; None after the last."""
    steps = list(Step)
    place = steps.index(step) + 1
    return steps[place] if place < len(steps) else None


def first_open_step(*, has_about: bool, skills: int, wishes: int) -> Step:
    """Where somebody goes on who comes back: the first step that the team engine still lacks something of."""
    if not has_about:
        return Step.ABOUT
    if not skills:
        return Step.SKILLS
    return Step.WISHES if not wishes else Step.ABOUT


def read_addresses(text: str) -> tuple[list[str], list[str]]:
    """E-mail addresses out of a text, each once, and the words that are none."""
    words = [word for word in re.split(r"[\s;,<>]+", text) if word]
    addresses = dict.fromkeys(normalised_email(word) for word in words if looks_like_email(normalised_email(word)))
    return list(addresses), [word for word in words if not looks_like_email(normalised_email(word))]


def is_found_by(text: str, words: Sequence[str]) -> bool:
    """Whether what somebody types finds a skill: each typed word is part of one of the skill's words."""
    known = " ".join(words).casefold()
    return all(typed in known for typed in text.casefold().split())


def has_doubles(wishes: Sequence[int]) -> bool:
    """Whether one question stands at two ranks."""
    return len(set(wishes)) < len(wishes)
