"""The rule kinds, one module each. A new kind is one new module here, its line in `KINDS`, and its test."""

from hackathon.matching.solver.kinds.apart import Apart
from hackathon.matching.solver.kinds.balance import Balance
from hackathon.matching.solver.kinds.base import Known, Rule
from hackathon.matching.solver.kinds.coverage import Coverage
from hackathon.matching.solver.kinds.distinct import Distinct
from hackathon.matching.solver.kinds.evenness import Evenness
from hackathon.matching.solver.kinds.limit import Limit
from hackathon.matching.solver.kinds.pin import Pin
from hackathon.matching.solver.kinds.preference import Preference
from hackathon.matching.solver.kinds.stability import Stability
from hackathon.matching.solver.kinds.together import Together

KINDS: dict[str, type[Rule]] = {
    kind.kind: kind
    for kind in (
        Balance,
        Coverage,
        Limit,
        Distinct,
        Evenness,
        Preference,
        Together,
        Apart,
        Pin,
        Stability,
    )
}

__all__ = ["KINDS", "Known", "Rule"]
