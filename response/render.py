"""Write a briefing as Markdown or as one printable HTML page. Crawled words are escaped here and nowhere else."""

import html

from records.briefing import Briefing, Line, Section
from response.page import is_listed
from response.wording import heading_time

SAMPLE = "示例数据"
MARKS = frozenset("\\`*_{}[]<>|~$&@")
LINKS = (("://", "\\://"), ("www.", "www\\."))
"""Signs that are Markdown inside a line, and what readers turn into links by themselves."""

CSS = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 156mm; color: #000; background: #fff;
  font: 15.7pt/28.9pt FangSong, STFangsong, "Noto Serif CJK SC", "Songti SC", serif; }
h1 { margin: 0; font-size: 15.7pt; line-height: 28.9pt; text-align: center; }
p, ol { margin: 0; padding: 0; }
ol { list-style: none; counter-reset: item; }
li { counter-increment: item; }
li::before { content: counter(item) ". "; }
.stamp { text-align: center; font-size: 14pt; }
.sample { color: #b00000; font-weight: bold; margin-right: 1em; }
@media screen { body { padding: 12mm 0; } }
"""


def to_markdown(briefing: Briefing) -> str:
    """Return the briefing as Markdown; the ids behind each section stand in a comment, unseen in print."""
    head = [f"# {_plain(briefing.title)}", "", _stamp(briefing), ""]
    parts = [text for section in briefing.sections for text in _section_markdown(section)]
    return "\n".join([*head, *parts]).rstrip() + "\n"


def to_html(briefing: Briefing) -> str:
    """Return the briefing as one HTML page of A4; each sentence carries its ids in `data-refs`."""
    sample = f'<span class="sample">{SAMPLE}</span>' if briefing.sample else ""
    title = html.escape(briefing.title)
    body = "\n".join(_section_html(section) for section in briefing.sections)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{CSS}</style>\n</head>\n<body>\n"
        f'<h1>{title}</h1>\n<p class="stamp">{sample}{heading_time(briefing.as_of)}</p>\n'
        f"{body}\n</body>\n</html>\n"
    )


def _stamp(briefing: Briefing) -> str:
    time = heading_time(briefing.as_of)
    return f"**{SAMPLE}**　{time}" if briefing.sample else time


def _section_markdown(section: Section) -> list[str]:
    refs = tuple(dict.fromkeys(ref for line in section.lines for ref in line.refs))
    note = [f"<!-- {' '.join(_safe_id(ref) for ref in refs)} -->"] if refs else []
    if is_listed(section):
        items = [f"{at}. {_plain(line.text)}" for at, line in enumerate(section.lines, 1)]
        return [f"**{_plain(section.heading)}**", "", *items, *note, ""]
    text = "".join(_plain(line.text) for line in section.lines)
    return [f"**{_plain(section.heading)}**　{text}", *note, ""]


def _section_html(section: Section) -> str:
    heading = f"<b>{html.escape(section.heading)}</b>"
    if is_listed(section):
        items = "\n".join(f"<li>{_line_html(line)}</li>" for line in section.lines)
        return f"<p>{heading}</p>\n<ol>\n{items}\n</ol>"
    return f"<p>{heading}　{''.join(_line_html(line) for line in section.lines)}</p>"


def _line_html(line: Line) -> str:
    refs = html.escape(" ".join(line.refs), quote=True)
    return f'<span data-refs="{refs}">{html.escape(line.text)}</span>'


def _plain(text: str) -> str:
    """Return one line in which nothing is Markdown, wherever it stands."""
    line = "".join(f"\\{sign}" if sign in MARKS else sign for sign in " ".join(text.split()))
    for link, broken in LINKS:
        line = line.replace(link, broken)
    return f"\\{line}" if line[:1] in {"#", "+", "-", "="} else line


def _safe_id(ref: str) -> str:
    return "".join(sign for sign in ref if sign.isalnum() or sign in "_.")
