"""The organiser's overview: every number is that of the list that it leads to."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask

from hackathon.core.access import Role
from hackathon.ideas.rules import Stage
from tests.factories import make_edition, make_member, sign_in
from tests.ideas.factories import add_author, make_idea, participant, question_of
from tests.ideas.test_board import counted, titles

IDEAS = "/events/skills360/ideas"


def test_every_number_leads_to_its_list(app: Flask) -> None:
    edition = make_edition()
    agency, business = participant(edition), participant(edition)
    for number, (stage, days, sector) in enumerate(
        [
            (Stage.SUBMITTED, 20, "S1"), (Stage.SUBMITTED, 2, "S2"), (Stage.SHORTLISTED, 30, "S1"), (Stage.WINNER, 40, None),
            (Stage.PARKED, 40, "S1"), (Stage.DRAFT, 40, "S1"),
        ],
        start=1,
    ):  # fmt: skip
        idea = make_idea(
            edition, business if number == 3 else agency, number=number, stage=stage, age_days=days, sector=sector,
            pool="external" if number == 3 else "agency", question=question_of(edition, number % 2 + 1),
        )  # fmt: skip
        if number in (1, 4):
            add_author(idea, business)
    make_idea(edition, agency, number=9, hidden="Skäl", age_days=50)
    client = sign_in(app.test_client(), make_member(Role.ORGANISER, edition))
    page = client.get(f"{IDEAS}/overview").text
    cells = re.findall(r'<a href="([^"]*/ideas[?][^"]*)">(\d+)<span', page)
    cells += [
        (address, count) for count, address in re.findall(r'<b class="num">(\d+)</b><div><a href="([^"]*)"', page)
    ]
    assert len(cells) > 20
    for address, count in cells:
        assert len(titles(client.get(unescape(address)).text)) == int(count), address
    assert "still=14" in page
    assert [count for address, count in cells if "still=14" in address] == ["2"]


def test_overview_reads_once_whatever_there_is(app: Flask) -> None:
    edition = make_edition()
    client, counts, made = sign_in(app.test_client(), make_member(Role.ORGANISER, edition)), [], 0
    author = participant(edition)
    for wanted in (1, 3, 10):
        while made < wanted:
            made += 1
            make_idea(edition, author, number=made)
        with counted() as statements:
            assert client.get(f"{IDEAS}/overview").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
