"""The taxonomy of skills, as organisers edit it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hackathon.accounts.models import Person
from hackathon.core.access import Role
from hackathon.core.db import db
from hackathon.events.models import Edition
from hackathon.registration.models import Profile, ProfileSkill, Skill, SkillSuggestion
from hackathon.registration.profiles import save_skills, suggest_skill
from hackathon.registration.rules import is_found_by
from hackathon.registration.taxonomy import SkillText, key_of, list_suggestions, list_taxonomy, read_taxonomy
from tests.factories import NOW, make_edition, make_member, sign_in

PAGE = "/events/skills360/organise/skills"


@pytest.fixture
def organiser(client: FlaskClient, small: Edition) -> FlaskClient:
    for key, sv, en in (("law", "Juridik", "Law"), ("data", "Data", "Data")):
        db.session.add(Skill(edition_id=small.id, key=key, name_sv=sv, name_en=en))
    return sign_in(client, make_member(Role.ORGANISER, small))


def skill(key: str) -> Skill:
    return db.session.scalars(select(Skill).where(Skill.key == key)).one()


def with_skills(edition: Edition, **levels: int) -> Person:
    person = make_member(Role.PARTICIPANT, edition)
    save_skills(person.id, {skill(key).id: level for key, level in levels.items()}, edition_id=edition.id, now=NOW)
    db.session.commit()
    return person


def levels_of(person: Person) -> dict[str, int]:
    rows = select(Skill.key, ProfileSkill.level).join(ProfileSkill).join(Profile).where(Profile.person_id == person.id)
    return dict(db.session.execute(rows).all())


def words_of(key: str) -> set[str]:
    return set(skill(key).words)


def test_skill_is_added_changed_and_found_by_its_synonyms(organiser: FlaskClient, small: Edition) -> None:
    data = {"new-sv": "Öppna data", "new-en": "Open data", "new-synonyms": "PSI,  öppenhet,PSI"}
    assert organiser.post(PAGE, data=data).status_code == 303
    assert organiser.post(PAGE, data=data).status_code == 409
    made = skill("oppna-data")
    assert made.words == ("Öppna data", "Open data", "PSI", "öppenhet")
    changed = {f"skill-{made.id}-sv": "Öppna data", f"skill-{made.id}-en": "Open government data"}
    assert organiser.post(f"{PAGE}/{made.id}", data=changed).status_code == 303
    assert words_of("oppna-data") == {"Öppna data", "Open government data"}
    assert organiser.post(f"{PAGE}/{made.id}", data={f"skill-{made.id}-sv": ""}).status_code == 422


def test_typed_words_find_a_skill_in_any_language() -> None:
    words = ("Öppna data", "Open data", "PSI")
    assert all(is_found_by(text, words) for text in ("öPP", "open", "psi data", " "))
    assert not is_found_by("lag", words)


def test_merged_skills_keep_the_higher_level_and_both_names(organiser: FlaskClient, small: Edition) -> None:
    both, one = with_skills(small, law=1, data=3), with_skills(small, data=2)
    law, data = skill("law").id, skill("data").id
    merged = {f"merge-{data}-word": "data", f"merge-{data}-into": str(law)}
    assert organiser.post(f"{PAGE}/{data}/merge", data=merged).status_code == 303
    assert (levels_of(both), levels_of(one)) == ({"law": 3}, {"law": 2})
    assert words_of("law") == {"Juridik", "Law", "Data"}
    assert db.session.scalars(select(Skill.key)).all() == ["law"]


def test_used_skill_is_not_removed(organiser: FlaskClient, small: Edition) -> None:
    with_skills(small, law=1)
    assert organiser.post(f"{PAGE}/{skill('law').id}/remove").status_code == 409
    assert organiser.post(f"{PAGE}/{skill('data').id}/remove").status_code == 303
    assert db.session.scalars(select(Skill.key)).all() == ["law"]


def test_suggestions_become_a_skill_of_everybody_who_wrote_them(organiser: FlaskClient, small: Edition) -> None:
    people = [with_skills(small), with_skills(small, law=3)]
    for person, text, level in ((people[0], "Avtal", 2), (people[1], "AVTAL", 1), (people[1], "Sång", 1)):
        suggest_skill(person.id, text, level, edition_id=small.id, now=NOW)
    assert list_suggestions(small.id) == [("Avtal", 2), ("Sång", 1)]
    assert "Avtal" in organiser.get(PAGE).text
    data = {"meaning-word": "Avtal", "meaning-into": str(skill("law").id)}
    assert organiser.post(f"{PAGE}/suggestions", data=data).status_code == 303
    assert [levels_of(person) for person in people] == [{"law": 2}, {"law": 3}]
    assert "Avtal" in words_of("law")
    organiser.post(f"{PAGE}/suggestions", data={"meaning-word": "sång", "meaning-into": "0"})
    assert db.session.scalar(select(SkillSuggestion.id)) is None


@pytest.mark.parametrize(
    "text",
    [
        "key;sv;en;synonyms\nlaw;Juridik;Law;lagar|avtal",
        "sv,en,synonyms,key\nJuridik,Law,lagar|avtal,law",
        "\ufeffkey\tsv\ten\tsynonyms\nlaw\tJuridik\tLaw\tlagar|avtal\n",
        '[{"key": "law", "sv": "Juridik", "en": "Law", "synonyms": ["lagar", "avtal"]}]',
    ],
)
def test_lists_of_several_kinds_are_read(text: str) -> None:
    assert read_taxonomy(text) == ([SkillText("law", "Juridik", "Law", ("lagar", "avtal"))], [])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("nonsense", [1]), ("[1, 2]", [1]), ('{"sv": "x"}', [1]), ("[{", [1]), ("key;sv;en\n;A;B\nX Y;C;D\n;E;", [2, 3]),
        ("sv;en\nA;B\nA;C", [2]), ('[{"sv": "' + "x" * 61 + '", "en": "y"}]', [1]),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_by_its_number(text: str, numbers: list[int]) -> None:
    assert [entry.number for entry in read_taxonomy(text)[1]] == numbers


def test_import_is_all_or_nothing_and_repeatable(organiser: FlaskClient, small: Edition) -> None:
    with_skills(small, law=2)
    bad = {"taxonomy": "key;sv;en\nlaw;Lag;Law\nx;;X"}
    answer = organiser.post(f"{PAGE}/import", data=bad)
    assert answer.status_code == 422
    assert "2: Skriv namnet på både svenska och engelska." in answer.text
    assert skill("law").name_sv == "Juridik"
    good = {"taxonomy": "key;sv;en;synonyms\nlaw;Lag;Law;avtal\nnew;Ny;New;"}
    for _ in range(2):
        assert organiser.post(f"{PAGE}/import", data=good).status_code == 303
    assert [row.key for row in list_taxonomy(small.id)] == ["law", "data", "new"]
    assert words_of("law") == {"Lag", "Law", "avtal"}
    assert db.session.scalars(select(ProfileSkill.level)).all() == [2]


def test_skill_of_another_edition_is_not_found(organiser: FlaskClient, small: Edition) -> None:
    foreign = Skill(edition_id=make_edition("other").id, key="foreign", name_sv="A", name_en="B")
    db.session.add(foreign)
    db.session.commit()
    data = {f"skill-{foreign.id}-sv": "C", f"skill-{foreign.id}-en": "D"}
    assert organiser.post(f"{PAGE}/{foreign.id}", data=data).status_code == 404
    assert organiser.post(f"{PAGE}/{foreign.id}/remove").status_code == 404
    assert skill("foreign").name_sv == "A"


def test_key_is_made_of_the_name() -> None:
    assert key_of("Öppna data & AI!") == "oppna-data-ai"
    assert key_of("数据") == "x"
