"""What the stages of an idea are called."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from hackathon.ideas.rules import Stage

STAGE_NAMES = {
    Stage.DRAFT: _l("Utkast"),
    Stage.SUBMITTED: _l("Inskickad"),
    Stage.SHORTLISTED: _l("Utvald"),
    Stage.IN_TEAM: _l("I team"),
    Stage.ENTERED: _l("Bidrag"),
    Stage.FINALIST: _l("Finalist"),
    Stage.WINNER: _l("Vinnare"),
    Stage.PARKED: _l("Parkerad"),
    Stage.MERGED: _l("Sammanslagen"),
    Stage.DECLINED: _l("Avböjd"),
}

STAGE_MEANINGS = {
    Stage.DRAFT: _l("Syns bara för författarna"),
    Stage.SUBMITTED: _l("Öppen för stöd och samtal"),
    Stage.SHORTLISTED: _l("Kan tas upp av ett team"),
    Stage.IN_TEAM: _l("Ett team arbetar med den"),
    Stage.ENTERED: _l("Lämnad till juryn"),
    Stage.FINALIST: _l("Går vidare till final"),
    Stage.WINNER: _l("Vann dagen"),
    Stage.PARKED: _l("Vilar tills vidare"),
    Stage.MERGED: _l("Ingår i en annan idé"),
    Stage.DECLINED: _l("Går inte vidare"),
}


def language() -> str:
    """The language of the moment: "sv" or "en"."""
    locale = get_locale()
    return locale.language if locale is not None else "sv"


def stage_names() -> dict[Stage, str]:
    """What the stages are called in the language of the moment. Translated once per language: the board asks for them all."""
    return _in_words(language())[0]


def stage_meanings() -> dict[Stage, str]:
    """What the stages mean, in the language of the moment."""
    return _in_words(language())[1]


@lru_cache
def _in_words(_language: str) -> tuple[dict[Stage, str], dict[Stage, str]]:
    return {stage: str(name) for stage, name in STAGE_NAMES.items()}, {
        stage: str(name) for stage, name in STAGE_MEANINGS.items()
    }
