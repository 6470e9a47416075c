"""The pages: address, title, view file, in the order of the menu."""

from dataclasses import dataclass

from dashboard import text


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """One page: its address below /, its title, its file in views/."""

    path: str
    title: str
    file: str


PAGES: tuple[PageSpec, ...] = (
    PageSpec(path="hot", title=text.HOT, file="views/hot.py"),
    PageSpec(path="topic", title=text.TOPIC, file="views/topic.py"),
    PageSpec(path="answers", title=text.ANSWERS, file="views/answers.py"),
    PageSpec(path="brief", title=text.BRIEF, file="views/brief.py"),
    PageSpec(path="origins", title=text.ORIGINS, file="views/origins.py"),
    PageSpec(path="find", title=text.FIND, file="views/find.py"),
)
"""The first is what opens at /."""


def view(path: str) -> str:
    """Return the view file of a page, for links between pages."""
    return next(page.file for page in PAGES if page.path == path)
