"""The board's columns and what its cards signal, worked out from the cards. Pure but for the card's type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from hackathon.ideas.queries import MOST_IN_COLUMN, Card, Tally
from hackathon.ideas.rules import ASIDE, PATH, STEPS, Stage

COLUMNS = PATH[1:]
MOST_OPEN = 12
"""How many cards of a column lie open; the rest is folded."""
STILL_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with one page of its cards, the first few open and the rest folded. `count`: all cards of the stage."""

    stage: Stage
    cards: tuple[Card, ...]
    folded: tuple[Card, ...]
    count: int
    page: int

    @property
    def pages(self) -> int:
        return max(ceil(self.count / MOST_IN_COLUMN), 1)


@dataclass(frozen=True, slots=True)
class Cards:
    """The columns with their cards and what those signal: alike for all who see the same cards, so that it is kept."""

    columns: tuple[Column, ...]
    aside: tuple[Card, ...]
    aside_count: int
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


def board_of(
    tallies: Sequence[Tally],
    cards: Sequence[Card],
    *,
    now: datetime,
    ideas_open: bool,
    column: Stage | None = None,
    page: int = 1,
) -> Board:
    """The board of these cards, which are in their order; `column` is at `page`, all others at their first.

    Signals speak only while ideas can still be worked on.
    """
    shown = [card for card in cards if card.stage is not Stage.DRAFT and not card.hidden]
    counts = {tally.stage: tally.shown for tally in tallies}
    pages = {column: page} if column is not None else {}
    return Board(
        shown=_cards(shown, counts, pages, _reached(tallies), now=now, ideas_open=ideas_open),
        total=sum(tally.public for tally in tallies),
        matching=sum(counts.values()),
        mine=sum(tally.mine for tally in tallies),
        drafts=[card for card in cards if card.stage is Stage.DRAFT and card.mine],
    )


def _cards(
    shown: Sequence[Card],
    counts: Mapping[Stage, int],
    pages: Mapping[Stage, int],
    reached: tuple[int, ...],
    *,
    now: datetime,
    ideas_open: bool,
) -> Cards:
    mine = [card for card in shown if card.mine and ideas_open]
    by_stage: dict[Stage, list[Card]] = {stage: [] for stage in Stage}
    for card in shown:
        by_stage[card.stage].append(card.for_everybody())
    waiting = [*by_stage[Stage.SUBMITTED], *by_stage[Stage.SHORTLISTED]] if ideas_open else []
    return Cards(
        columns=tuple(
            Column(
                stage, tuple(by_stage[stage][:MOST_OPEN]), tuple(by_stage[stage][MOST_OPEN:]), counts.get(stage, 0),
                pages.get(stage, 1),
            )
            for stage in COLUMNS
        ),
        aside=tuple(card for stage in ASIDE for card in by_stage[stage]),
        aside_count=sum(counts.get(stage, 0) for stage in ASIDE),
        reached=reached,
        makers=frozenset((card.agency, card.external) for card in shown),
        still=tuple(
            (card.id, (now - card.stage_changed_at).days)
            for card in waiting
            if now - card.stage_changed_at > STILL_AFTER
        ),
        lacking=frozenset(card.id for card in waiting if card.stage is Stage.SHORTLISTED and not card.external),
        own_moves=frozenset(card.id for card in mine if any(step.by_author for step in STEPS[card.stage])),
    )  # fmt: skip


def _reached(tallies: Sequence[Tally]) -> tuple[int, ...]:
    """Of those aside it is only known that they were submitted."""
    rank = {stage: position for position, stage in enumerate(COLUMNS)}
    at = [0] * len(COLUMNS)
    for tally in tallies:
        at[rank.get(tally.stage, 0)] += tally.public
    return tuple(sum(at[position:]) for position in range(len(COLUMNS)))
