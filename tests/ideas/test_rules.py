"""Who may read, edit and move an idea: the whole tables."""

from __future__ import annotations

import pytest

from hackathon.ideas.rules import (
    ASIDE,
    EDITABLE,
    PATH,
    STEPS,
    Stage,
    Standing,
    find_step,
    may_edit,
    may_read,
    may_support,
    steps_for,
)

ALLOWED = {
    Stage.DRAFT: {Stage.SUBMITTED},
    Stage.SUBMITTED: {Stage.DRAFT, Stage.SHORTLISTED, *ASIDE},
    Stage.SHORTLISTED: {Stage.SUBMITTED, Stage.IN_TEAM, *ASIDE},
    Stage.IN_TEAM: {Stage.SHORTLISTED, Stage.ENTERED, *ASIDE},
    Stage.ENTERED: {Stage.IN_TEAM, Stage.FINALIST, *ASIDE},
    Stage.FINALIST: {Stage.ENTERED, Stage.WINNER, *ASIDE},
    Stage.WINNER: {Stage.FINALIST, *ASIDE},
    Stage.PARKED: {Stage.SUBMITTED, Stage.SHORTLISTED},
    Stage.MERGED: {Stage.SUBMITTED, Stage.SHORTLISTED},
    Stage.DECLINED: {Stage.SUBMITTED, Stage.SHORTLISTED},
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("to", Stage)
def test_transition_table_holds_exactly_the_allowed_steps(stage: Stage, to: Stage) -> None:
    assert (find_step(stage, to) is not None) == (to in ALLOWED[stage])


@pytest.mark.parametrize("stage", Stage)
def test_every_step_but_forward_needs_a_reason(stage: Stage) -> None:
    for step in STEPS[stage]:
        forward = stage in PATH and step.to in PATH and PATH.index(step.to) > PATH.index(stage)
        assert step.needs_reason is not forward


def test_authors_submit_and_withdraw_and_nothing_else() -> None:
    own = {(stage, step.to) for stage in Stage for step in steps_for(stage, is_author=True, may_move_any=False)}
    assert own == {(Stage.DRAFT, Stage.SUBMITTED), (Stage.SUBMITTED, Stage.DRAFT)}
    assert not any(steps_for(stage, is_author=False, may_move_any=False) for stage in Stage)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("hidden", [False, True])
def test_reading(stage: Stage, hidden: bool) -> None:
    open_to_all = stage is not Stage.DRAFT and not hidden
    assert may_read(stage, hidden=hidden, standing=Standing()) is open_to_all
    assert may_read(stage, hidden=hidden, standing=Standing(coordinates=True)) is open_to_all
    assert may_read(stage, hidden=hidden, standing=Standing(moderates=True)) is (stage is not Stage.DRAFT)
    assert may_read(stage, hidden=hidden, standing=Standing(is_author=True))
    assert may_read(stage, hidden=hidden, standing=Standing(organises=True))


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("ideas_open", [False, True])
def test_editing(stage: Stage, ideas_open: bool) -> None:
    def may(standing: Standing, *, hidden: bool = False) -> bool:
        return may_edit(stage, hidden=hidden, standing=standing, ideas_open=ideas_open)

    assert not may(Standing())
    assert not may(Standing(moderates=True))
    assert may(Standing(organises=True))
    assert may(Standing(is_author=True)) is (ideas_open and stage in EDITABLE)
    assert may(Standing(coordinates=True)) is (ideas_open and stage in EDITABLE and stage is not Stage.DRAFT)
    assert not may(Standing(coordinates=True), hidden=True)


@pytest.mark.parametrize("stage", Stage)
def test_nobody_supports_a_draft_or_an_idea_of_their_own(stage: Stage) -> None:
    assert may_support(stage, standing=Standing()) is (stage is not Stage.DRAFT)
    assert not may_support(stage, standing=Standing(is_author=True))
