"""Events through the API."""

from __future__ import annotations

from tests.api.conftest import Program, Programs, refusal
from tests.factories import make_edition, make_person


def test_events_are_listed_page_by_page(public: Program) -> None:
    for slug in ("first", "second", "third"):
        make_edition(slug)
    slugs, cursor = [], ""
    for _page in range(2):
        answer = public.get(f"/api/v1/events?limit=2{cursor}").get_json()
        slugs += [item["slug"] for item in answer["items"]]
        cursor = f"&cursor={answer['next']}"
    assert slugs == ["first", "second", "third"]
    assert answer["next"] is None
    assert answer["items"][0]["links"] == {"self": "/api/v1/events/third", "page": "/events/third"}


def test_event_says_what_it_is_made_of(program: Programs, public: Program) -> None:
    make_edition(capacity=2)
    for _ in range(3):
        program(make_person()).post("/registrations", {"pool": "agency"})
    event = public.get("/api/v1/events/skills360").get_json()
    assert (event["name"], event["date"], event["timezone"]) == ("Skills360", "2026-09-11", "Europe/Stockholm")
    pools = [(pool["key"], pool["capacity"], pool["seated"], pool["waiting"]) for pool in event["pools"]]
    assert pools == [("agency", 2, 2, 1), ("external", 2, 0, 0)]
    assert [sector["key"] for sector in event["sectors"]] == ["S1", "S2", "S3", "S4", "S5", "technology"]
    registration = next(phase for phase in event["phases"] if phase["kind"] == "registration")
    assert registration["opens_at"] == "2026-09-10T07:00:00Z"


def test_unknown_event_is_refused(public: Program) -> None:
    assert refusal(public.get("/api/v1/events/none")) == (404, "edition_unknown")
