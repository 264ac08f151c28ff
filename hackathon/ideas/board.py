"""The board's columns and what its cards signal, worked out from the cards. Pure but for the card's type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hackathon.ideas.queries import Card
from hackathon.ideas.rules import ASIDE, PATH, STEPS, Stage

COLUMNS = PATH[1:]
MOST_OPEN = 12
"""How many cards of a column lie open; the rest is folded."""
STILL_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its cards, the first few open and the rest folded."""

    stage: Stage
    cards: tuple[Card, ...]
    folded: tuple[Card, ...]

    @property
    def count(self) -> int:
        return len(self.cards) + len(self.folded)


@dataclass(frozen=True, slots=True)
class Cards:
    """The columns with their cards and what those signal: alike for all who see the same cards, so that it is kept."""

    columns: tuple[Column, ...]
    aside: tuple[Card, ...]
    reached: tuple[int, ...]
    """How many ideas have come to each column or further."""
    makers: frozenset[tuple[int, int]]
    """The pairs (authors from agencies, from elsewhere) that occur, so that their words are made once each."""
    still: tuple[tuple[int, int], ...]
    """(idea, days without a step) for the ideas that wait longer than STILL_AFTER."""
    lacking: frozenset[int]
    """Chosen ideas that nobody from outside the agencies has written with."""
    own_moves: frozenset[int]
    """Ideas that the viewer wrote and may move back."""


@dataclass(frozen=True, slots=True)
class Board:
    """What the board's page shows. `matching` of `total` ideas pass the filters; `mine` and `drafts` are the viewer's."""

    shown: Cards
    total: int
    matching: int
    mine: int
    drafts: list[Card]


def board_of(cards: Sequence[Card], *, now: datetime, ideas_open: bool) -> Board:
    """The board of these cards, which are in their order. Signals speak only while ideas can still be worked on."""
    public = [card for card in cards if card.stage is not Stage.DRAFT and not card.hidden]
    matching = [card for card in public if card.matches]
    return Board(
        shown=_cards(matching, _reached(public), now=now, ideas_open=ideas_open),
        total=len(public),
        matching=len(matching),
        mine=sum(card.mine for card in cards),
        drafts=[card for card in cards if card.stage is Stage.DRAFT and card.mine],
    )


def _cards(matching: Sequence[Card], reached: tuple[int, ...], *, now: datetime, ideas_open: bool) -> Cards:
    mine = [card for card in matching if card.mine and ideas_open]
    by_stage: dict[Stage, list[Card]] = {stage: [] for stage in Stage}
    for card in matching:
        by_stage[card.stage].append(card.for_everybody())
    waiting = [*by_stage[Stage.SUBMITTED], *by_stage[Stage.SHORTLISTED]] if ideas_open else []
    return Cards(
        columns=tuple(
            Column(stage, tuple(by_stage[stage][:MOST_OPEN]), tuple(by_stage[stage][MOST_OPEN:])) for stage in COLUMNS
        ),
        aside=tuple(card for stage in ASIDE for card in by_stage[stage]),
        reached=reached,
        makers=frozenset((card.agency, card.external) for card in matching),
        still=tuple(
            (card.id, (now - card.stage_changed_at).days)
            for card in waiting
            if now - card.stage_changed_at > STILL_AFTER
        ),
        lacking=frozenset(card.id for card in waiting if card.stage is Stage.SHORTLISTED and not card.external),
        own_moves=frozenset(card.id for card in mine if any(step.by_author for step in STEPS[card.stage])),
    )


def _reached(cards: Sequence[Card]) -> tuple[int, ...]:
    """Of those aside it is only known that they were submitted."""
    rank = {stage: position for position, stage in enumerate(COLUMNS)}
    at = [0] * len(COLUMNS)
    for card in cards:
        at[rank.get(card.stage, 0)] += 1
    return tuple(sum(at[position:]) for position in range(len(COLUMNS)))
