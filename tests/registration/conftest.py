"""What the tests of registration share."""

from __future__ import annotations

import pytest
from flask import Flask

from hackathon.events.models import Edition
from hackathon.events.queries import find_edition
from hackathon.events.rules import EditionInfo
from tests.factories import make_edition


@pytest.fixture(autouse=True)
def question_choices(app: Flask) -> None:
    """The list of questions that workshops hands over, where the application has not wired it."""
    app.extensions.setdefault("question_choices", lambda _edition, _language: [(1, "Fråga 1?"), (2, "Fråga 2?")])


@pytest.fixture
def small(app: Flask) -> Edition:
    """An edition with two places in each pool."""
    return make_edition(capacity=2)


def info(edition: Edition) -> EditionInfo:
    """The edition as services take it."""
    found = find_edition(edition.slug)
    assert found is not None
    return found
