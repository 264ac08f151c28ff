"""Fields that forms of several features share."""

from __future__ import annotations

from typing import Any

from wtforms import IntegerField

LARGEST = 2**31 - 1


class WholeNumberField(IntegerField):
    """A whole number that a column can hold. WTForms' own field reads longer ones, and its NumberRange then fails on them."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and abs(self.data) > LARGEST:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))
