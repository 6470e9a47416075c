"""Documents are executed and complete: examples run, every command, package and setting is told, both READMEs agree."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = sorted(file.parent.name for file in ROOT.glob("*/__init__.py"))
ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda page: page.as_posix()
)


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Return (package, subcommand) named in the README's table of commands."""
    found = re.findall(r"^\| `python -m (\w+) (\w+)[^|]*\|([^|]*)\|", ENGLISH, flags=re.MULTILINE)
    return [
        (package, name)
        for package, first, rest in found
        for name in (first, *re.findall(r"`(\w[\w-]*)[^`]*`", rest.partition("also")[2]))
    ]


def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of ours in this environment."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_the_readmes_map_names_every_package(package: str) -> None:
    """The table of folders is complete in both languages."""
    assert f"| `{package}/` |" in ENGLISH
    assert f"| `{package}/` |" in CHINESE


def test_both_readmes_show_the_same_blocks_links_and_commands() -> None:
    """The Chinese twin is kept in step: same headings in number, same code, same links."""
    for pattern in (r"```.*?```", r"\]\(([^)]+)\)", r"^\| (`[^`]+`) \|"):
        flags = re.DOTALL | re.MULTILINE
        assert re.findall(pattern, ENGLISH, flags) == re.findall(pattern, CHINESE, flags)
    assert len(re.findall(r"^#", ENGLISH, re.MULTILINE)) == len(
        re.findall(r"^#", CHINESE, re.MULTILINE)
    )


@pytest.mark.parametrize("package", sorted({package for package, _ in commands()}))
def test_every_command_the_readme_names_exists(package: str) -> None:
    """`--help` of the package lists each subcommand that the README names."""
    answer = run(package, "--help")
    assert answer.returncode == 0, answer.stderr
    missing = [name for owner, name in commands() if owner == package and name not in answer.stdout]
    assert missing == []


def test_the_example_of_judging_two_lines_runs() -> None:
    """The pipe of the README answers one line each."""
    (line,) = [block for block in blocks(ENGLISH, "console") if block.startswith("printf")]
    given = re.search(r"printf '(.*)' \|", line)
    assert given is not None
    text = given.group(1).replace("\\n", "\n")
    answer = run("nlp", "score", "--in", "-", "--out", "-", given=text)
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stdout.splitlines()) == len(text.splitlines())


def test_every_make_target_named_in_a_page_exists() -> None:
    """`make x` in code marks or a code block of any page is a target of the Makefile."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    texts = [page.read_text("utf-8") for page in PAGES]
    named = {
        name
        for text in texts
        for name in re.findall(r"`make (\w+)`|^make (\w+)$", text, re.MULTILINE)
    }
    assert {name for pair in named for name in pair if name} - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_python_blocks_run(page: Path) -> None:
    """Every python example in the pages runs as it stands."""
    for block in blocks(page.read_text(encoding="utf-8"), "python"):
        answer = subprocess.run(
            [sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr


def test_every_setting_is_documented() -> None:
    """docs/settings.md names each setting of the table."""
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert [row.name for row in SETTINGS if f"## {row.name}\n" not in text] == []


def test_every_dependency_has_a_reason() -> None:
    """Each package of the requirement files is named by a page of docs/decisions."""
    pages = " ".join(
        page.read_text("utf-8").lower() for page in (ROOT / "docs/decisions").glob("*.md")
    )
    named = [
        re.split(r"[=<>]", line)[0].strip().lower()
        for file in ("run.in", "dev.in")
        for line in (ROOT / "requirements" / file).read_text("utf-8").splitlines()
        if line and not line.startswith(("#", "-r"))
    ]
    assert [name for name in named if name not in pages] == []
