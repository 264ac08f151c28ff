"""One search over all that people wrote. Each feature decides what the viewer may see of its own."""

from __future__ import annotations

from dataclasses import dataclass

from hackathon.accounts.viewer import Viewer
from hackathon.core.access import Permission
from hackathon.ideas.finding import FoundComment, FoundIdea, find_comments, find_ideas
from hackathon.search.queries import understand
from hackathon.workshops.queries import FindingRow, QuestionRow
from hackathon.workshops.searching import find_findings, find_questions

MOST_OF_A_KIND = 10


@dataclass(frozen=True, slots=True)
class Everything:
    """The best hits of each kind, and how many there are of it in all."""

    ideas: list[FoundIdea]
    idea_count: int
    questions: list[QuestionRow]
    question_count: int
    findings: list[FindingRow]
    finding_count: int
    comments: list[FoundComment]
    comment_count: int

    @property
    def total(self) -> int:
        return self.idea_count + self.question_count + self.finding_count + self.comment_count


def find_everywhere(edition_id: int, viewer: Viewer, text: str) -> Everything:
    """What a text finds among ideas, questions, findings and comments."""
    asked = understand(edition_id, text)
    prepares = viewer.can(Permission.FACILITATE)
    return Everything(
        *find_ideas(viewer, asked, most=MOST_OF_A_KIND),
        *find_questions(edition_id, asked, most=MOST_OF_A_KIND, drafts=viewer.can(Permission.WRITE_QUESTION)),
        *find_findings(edition_id, asked, most=MOST_OF_A_KIND, everything=prepares),
        *find_comments(viewer, asked, most=MOST_OF_A_KIND),
    )
