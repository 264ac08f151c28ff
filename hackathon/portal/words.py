"""What phases and stages of the event are called, and what is asked of an organiser in each."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hackathon.portal.rules import Mark, Task

PHASE_NAMES = {
    "workshops": _l("Workshoppar"),
    "questions": _l("Frågeställningar"),
    "registration": _l("Anmälan"),
    "ideas": _l("Idéer"),
    "teams": _l("Team"),
    "pitches": _l("Bidrag"),
    "judging": _l("Bedömning"),
    "followup": _l("Uppföljning"),
}

TASK_NAMES = {
    Task.QUESTIONS: _l("Underlag och frågor"),
    Task.REGISTRATION: _l("Anmälan"),
    Task.IDEAS: _l("Idéer"),
    Task.TEAMS: _l("Team"),
    Task.ENTRIES: _l("Bidrag"),
    Task.JUDGING: _l("Bedömning"),
    Task.RESULTS: _l("Resultat"),
    Task.FOLLOWUP: _l("Uppföljning"),
}

TASK_CALLS = {
    Task.QUESTIONS: _l("Evenemanget saknar frågor"),
    Task.REGISTRATION: _l("Se till anmälan"),
    Task.IDEAS: _l("Välj ut idéer som teamen kan ta upp"),
    Task.TEAMS: _l("Sätt samman teamen och publicera dem"),
    Task.ENTRIES: _l("Alla bidrag är inte inlämnade"),
    Task.JUDGING: _l("Öppna eller stäng bedömningen"),
    Task.RESULTS: _l("Två arrangörer godkänner resultatet"),
    Task.FOLLOWUP: _l("Bestäm vad som händer med idéerna"),
}

MARK_NAMES = {
    Mark.DONE: _l("Klart"),
    Mark.ACT: _l("Väntar på dig"),
    Mark.RUNNING: _l("Pågår"),
    Mark.AHEAD: _l("Kommer"),
}
