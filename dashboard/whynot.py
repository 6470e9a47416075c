"""Why a hot event is no issue, in plain sentences with their figures, from what its documents were judged."""

from collections import Counter
from collections.abc import Sequence

from dashboard import text
from store.interface import Found

FEW = 5


def why_not(members: Sequence[Found], *, elsewhere: bool) -> list[str]:
    """Return the reasons, the strongest first."""
    said = [text.WHY_NOT_ELSEWHERE] if elsewhere else []
    if len(members) < FEW:
        return [*said, text.WHY_NOT_FEW.format(count=len(members))]
    judged = Counter(found.score.criterion for found in members if found.score is not None)
    for criterion in ("none", "routine_service_request"):
        share = judged.get(criterion, 0)
        if share * 2 > len(members):
            said.append(
                text.WHY_NOT_KIND.format(
                    count=len(members), share=share, criterion=text.CRITERIA[criterion]
                )
            )
    return said or [text.WHY_NOT_PENDING]
