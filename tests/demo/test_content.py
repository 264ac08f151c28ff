"""The texts of the demo: how many, all different, and every reference leads somewhere."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path

import pytest

from hackathon.demo import content as reading
from hackathon.demo.content import ContentError, read_content
from hackathon.demo.texts import AGENCY, EXTERNAL
from hackathon.ideas import rules
from hackathon.workshops.models import FindingKind


def test_content_has_the_events_numbers() -> None:
    content = read_content()
    kinds = Counter(finding.kind for finding in content.findings)
    assert len(content.ideas) == 110
    assert kinds[FindingKind.SUCCESS_FACTOR] >= 200
    assert kinds[FindingKind.CHALLENGE] == 190
    assert len(content.questions) == 8
    assert len(content.workshops) == 10
    assert Counter(person.pool for person in content.participants) == {AGENCY: 40, EXTERNAL: 40}
    assert len(content.judges) == 6
    assert len(content.teams) == content.edition.tables == 16


def test_ideas_all_differ_in_every_text() -> None:
    ideas = read_content().ideas
    for name in ("title", "summary", "problem", "audience", "solution", "benefit", "first_step"):
        texts = [getattr(idea, name) for idea in ideas]
        assert len(set(texts)) == len(texts), name
        assert max(map(len, texts)) <= rules.LIMITS[name]


def test_findings_and_comments_all_differ() -> None:
    content = read_content()
    assert len({finding.text for finding in content.findings}) == len(content.findings)
    assert len({comment.text for comment in content.comments}) == len(content.comments) >= 60


def test_idea_builds_on_findings_of_its_own_question() -> None:
    content = read_content()
    for idea in content.ideas:
        assert 2 <= len(set(idea.findings)) == len(idea.findings) <= 3, idea.title
        questions = {content.findings[number - 1].question for number in idea.findings}
        assert idea.question in questions, idea.title


def test_plan_seats_everybody_once_and_no_two_of_an_organisation() -> None:
    content = read_content()
    people = {person.id: person for person in content.participants}
    assert sorted(member for team in content.teams for member in team.members) == sorted(people)
    for team in content.teams:
        members = [people[member] for member in team.members]
        assert len(members) == 5
        assert sorted(Counter(member.pool for member in members).values()) == [2, 3]
        assert len({member.organisation for member in members}) == 5


def test_content_that_refers_to_nothing_is_refused() -> None:
    content = read_content()
    wrong = dataclasses.replace(content, shortlisted=("En idé som inte finns",))
    with pytest.raises(ContentError, match=r"story\.json.*En idé som inte finns"):
        reading._check(wrong)


def test_content_with_a_person_twice_is_refused() -> None:
    content = read_content()
    wrong = dataclasses.replace(content, judges=(*content.judges, content.judges[0]))
    with pytest.raises(ContentError, match=r"people\.json: more than once"):
        reading._check(wrong)


@pytest.mark.parametrize("text", ['[{"key": "hr", "sv": ""}]', '[{"key": 7}]', "[1]", "{", ""])
def test_content_file_that_cannot_be_used_is_named(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "professions.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(reading, "FOLDER", tmp_path)
    with pytest.raises(ContentError, match=r"professions\.json"):
        reading._named("professions.json")


def test_content_files_are_all_read() -> None:
    source = Path(reading.__file__).read_text(encoding="utf-8")
    for file in reading.FOLDER.glob("*.json"):
        assert f'"{file.name}"' in source, file.name
        json.loads(file.read_text(encoding="utf-8"))
