"""What judging refuses, beside the general refusals of core."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from hackathon.core.errors import Conflict, Forbidden, Invalid


class RoundClosed(Conflict):
    """The round does not take scores."""

    def __init__(self) -> None:
        super().__init__(
            "round_not_open", _l("Bedömningen är inte öppen. Det du sparade tidigare finns kvar och kan inte ändras.")
        )


class OwnOrganisation(Forbidden):
    """Nobody scores their own organisation, idea or team."""

    def __init__(self) -> None:
        super().__init__(
            "own_organisation",
            _l("Du är jävig: teamet eller dess idé hör till din organisation. Anmäl jäv för teamet."),
        )


class Incomplete(Invalid):
    """A card was handed in without points for every criterion; `missing` names their keys."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__("points_missing", _l("Ge poäng i alla frågor innan du lämnar in, eller spara som utkast."))
        self.missing = tuple(missing)
