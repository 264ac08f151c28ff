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
    cards: list[Card]
    folded: list[Card]

    @property
    def count(self) -> int:
        return len(self.cards) + len(self.folded)


@dataclass(frozen=True, slots=True)
class Board:
    """What the board's page shows. `reached`: how many ideas have come to each column or further."""

    columns: list[Column]
    aside: list[Card]
    reached: tuple[int, ...]
    total: int
    mine: int
    drafts: list[Card]
    matching: int
    makers: set[tuple[int, int]]
    """The pairs (authors from agencies, from elsewhere) that occur, so that their words are made once each."""
    still: dict[int, int]
    """Days without a step, for the ideas that wait longer than STILL_AFTER."""
    lacking: set[int]
    """Chosen ideas that nobody from outside the agencies has written with."""
    own_moves: set[int]
    """Ideas that the viewer wrote and may move back."""


def board_of(cards: Sequence[Card], *, now: datetime, ideas_open: bool) -> Board:
    """The board of these cards, which are in their order. Signals speak only while ideas can still be worked on."""
    public = [card for card in cards if card.stage is not Stage.DRAFT and not card.hidden]
    shown = [card for card in public if card.matches]
    by_stage: dict[Stage, list[Card]] = {stage: [] for stage in Stage}
    for card in shown:
        by_stage[card.stage].append(card)
    waiting = [card for card in shown if card.stage in (Stage.SUBMITTED, Stage.SHORTLISTED)] if ideas_open else []
    return Board(
        columns=[Column(stage, by_stage[stage][:MOST_OPEN], by_stage[stage][MOST_OPEN:]) for stage in COLUMNS],
        aside=[card for stage in ASIDE for card in by_stage[stage]],
        reached=_reached(public),
        total=len(public),
        mine=sum(card.mine for card in cards),
        drafts=[card for card in cards if card.stage is Stage.DRAFT and card.mine],
        matching=len(shown),
        makers={(card.agency, card.external) for card in shown},
        still={
            card.id: (now - card.stage_changed_at).days for card in waiting if now - card.stage_changed_at > STILL_AFTER
        },
        lacking={card.id for card in waiting if card.stage is Stage.SHORTLISTED and not card.external},
        own_moves={card.id for card in shown if card.mine and any(step.by_author for step in STEPS[card.stage])}
        if ideas_open
        else set(),
    )


def _reached(cards: Sequence[Card]) -> tuple[int, ...]:
    """Of those aside it is only known that they were submitted."""
    rank = {stage: position for position, stage in enumerate(COLUMNS)}
    at = [0] * len(COLUMNS)
    for card in cards:
        at[rank.get(card.stage, 0)] += 1
    return tuple(sum(at[position:]) for position in range(len(COLUMNS)))
