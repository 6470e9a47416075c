"""The layout holds: names resolve here, nobody else claims them, imports point down, walls stand."""

import ast
import importlib.metadata
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("alerts", "config", "crawlers", "dashboard", "nlp", "records", "response", "store")
BELOW = {
    "records": set[str](),
    "config": {"records"},
    "store": {"config", "records"},
    "crawlers": {"store", "config", "records"},
    "nlp": {"store", "config", "records"},
    "alerts": {"store", "config", "records"},
    "response": {"store", "config", "records"},
    "dashboard": {"response", "alerts", "store", "config", "records"},
}
WALLS: dict[str, str | tuple[str, ...]] = {
    "scrapy": "crawlers/",
    "twisted": "crawlers/",
    "zope": "crawlers/",
    "lxml": "crawlers/extract/",
    "trafilatura": "crawlers/",
    "feedparser": "crawlers/",
    "readability": "crawlers/",
    "rjieba": "nlp/segment.py",
    "jieba": "nlp/segment.py",
    "opencc": ("nlp/clean.py", "store/text.py"),
    "numpy": "nlp/",
    "snownlp": "nlp/quality.py",
    "sklearn": "nlp/train",
    "sqlalchemy": "store/",
    "alembic": "store/",
    "pysqlite3": "store/sqlite",
    "sqlite3": "store/sqlite",
    "elasticsearch": "store/elastic.py",
    "streamlit": "dashboard/",
    "plotly": ("dashboard/charts.py", "dashboard/serve.py"),
    "uvicorn": "dashboard/serve.py",
}


def _files() -> list[Path]:
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_this_checkouts_own(package: str) -> None:
    """A foreign distribution that claims one of our names would win silently; none is installed."""
    claims = importlib.metadata.packages_distributions().get(package, [])
    assert set(claims) <= {"huiying"}


def test_every_package_has_a_layer_and_is_packaged() -> None:
    """A new folder without a layer would escape the import rule."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packaged = table["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    folders = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert sorted(packaged) == sorted(PACKAGES) == sorted(folders)


def test_imports_point_down_and_siblings_never_meet() -> None:
    """Dashboard > stages > store > config > records, also for imports inside functions."""
    wrong = []
    for file in _files():
        package = file.relative_to(ROOT).parts[0]
        for name in _imports(file):
            top = name.split(".")[0]
            if top in PACKAGES and top != package and top not in BELOW[package]:
                wrong.append(f"{file.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_each_foreign_package_has_one_wall() -> None:
    """Only the named place may import a foreign package."""
    wrong = []
    for file in _files():
        where = str(file.relative_to(ROOT))
        for name in _imports(file):
            wall = WALLS.get(name.split(".")[0])
            if wall and not where.startswith(wall):
                wrong.append(f"{where} imports {name}, allowed only in {wall}")
    assert wrong == []


def test_no_dashboard_module_hides_a_package() -> None:
    """A page named like a package would shadow it when the script's folder comes first."""
    names = {file.stem for file in (ROOT / "dashboard").rglob("*.py")}
    assert names.isdisjoint(PACKAGES)


def test_every_module_opens_by_saying_what_it_is_for() -> None:
    """A file without a docstring is a file without a reason."""
    silent = [str(f) for f in _files() if not ast.get_docstring(ast.parse(f.read_text("utf-8")))]
    assert silent == []


def test_the_two_html_doors_stay_shut() -> None:
    """Crawled text is never markup: neither door into raw HTML is used anywhere."""
    doors = ("unsafe_allow_html", "st.html(")
    opened = [str(f) for f in _files() if any(d in f.read_text("utf-8") for d in doors)]
    assert opened == []
