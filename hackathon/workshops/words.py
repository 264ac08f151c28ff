"""What the states of workshops, rankings and questions are called."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from hackathon.workshops.rules import RankingState, WorkshopState

_WORKSHOPS = {
    WorkshopState.PLANNED: _l("Planerad"),
    WorkshopState.OPEN: _l("Pågår"),
    WorkshopState.CLOSED: _l("Stängd"),
    WorkshopState.PUBLISHED: _l("Publicerad"),
}
_RANKINGS = {
    RankingState.SETUP: _l("Förbereds"),
    RankingState.OPEN: _l("Öppen"),
    RankingState.CLOSED: _l("Stängd"),
    RankingState.PUBLISHED: _l("Publicerad"),
}


def language() -> str:
    """The language of the moment: "sv" or "en"."""
    locale = get_locale()
    return locale.language if locale is not None else "sv"


def workshop_states() -> dict[WorkshopState, str]:
    """What the states of a workshop are called, in the language of the moment."""
    return {state: str(name) for state, name in _WORKSHOPS.items()}


def ranking_states() -> dict[RankingState, str]:
    return {state: str(name) for state, name in _RANKINGS.items()}
