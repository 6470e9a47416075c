"""The operator's table of sources: who is listened to, where, how politely; refused with file and line when wrong.

One `[[sources]]` block a source. The crawlers read it; the dashboard shows it; the events stage takes from it how
long it waits for a broken source (`patience_minutes`).
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, NoReturn, get_args
from urllib.parse import urlsplit

from config.desk import Desk
from config.settings import LOCAL, SETTINGS, line_of, read_toml
from records.document import SourceClass
from records.errors import ConfigError

SourceKind = Literal["news", "feed", "board", "posts", "hotline"]
"""news: front and list pages with articles; feed: RSS or Atom; board: a hot list; posts: Weibo-shaped JSON; hotline: daily batch."""

SELECTORS = ("links", "next", "title", "text", "time", "origin")
PATIENCE_MINUTES = 30
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """CSS selectors of a site, used where better than the automatic choice; empty means automatic."""

    links: str = ""
    next: str = ""
    title: str = ""
    text: str = ""
    time: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source. `start` are its addresses; `cookie` names the setting that holds the operator's own cookie.

    `pages` is how many list pages one poll may turn; `follow` makes a feed fetch the linked article;
    `article` is a pattern that article addresses match; `loopback` is the one exception to the address rule.
    Events never wait for a source that is not `awaited`; its documents join when they come.
    """

    name: str
    title: str
    kind: SourceKind
    start: tuple[str, ...]
    source_class: SourceClass
    platform: str
    region: str | None = None
    on: bool = True
    awaited: bool = True
    delay_s: float = 2.0
    poll_seconds: float | None = None
    timeout_s: float = 30.0
    pages: int = 1
    follow: bool = False
    article: str = ""
    hosts: tuple[str, ...] = ()
    cookie: str = ""
    loopback: str = ""
    note: str = ""
    selectors: Selectors = field(default_factory=Selectors)
    districts: Mapping[str, str] = field(default_factory=dict)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts whose pages may be fetched for this source."""
        own = {urlsplit(url).hostname or "" for url in self.start}
        return frozenset(own | set(self.hosts))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """The whole table; `patience_minutes` is how long events wait for a broken source."""

    patience_minutes: int
    sources: tuple[Source, ...]

    def named(self, name: str) -> Source | None:
        """Return the source called `name`."""
        return next((source for source in self.sources if source.name == name), None)


Place = Callable[[str], int | None]
"""From a key of one source to the line where it stands."""


def load_sources(file: Path) -> SourceTable:
    """Read the table. Raises ConfigError with file, line and allowed values when something is wrong."""
    table = read_toml(file)
    for key in table:
        if key not in ("patience_minutes", "sources"):
            _refuse(
                file, line_of(file, key), f"没有名为 {key} 的项; 可用的有 patience_minutes、sources"
            )
    patience = table.get("patience_minutes", PATIENCE_MINUTES)
    if type(patience) is not int or patience < 1:
        _refuse(file, line_of(file, "patience_minutes"), "patience_minutes 应是不小于 1 的整数")
    blocks = table.get("sources", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        _refuse(file, line_of(file, "sources"), "sources 应写成若干个 [[sources]] 段")
    sources = tuple(_source(file, number, dict(block)) for number, block in enumerate(list(blocks)))
    _refuse_doubles(file, sources)
    return SourceTable(patience_minutes=patience, sources=sources)


LOCAL_KEYS = ("on", "start", "poll_seconds", "delay_s", "pages")


def sources_of(desk: Desk) -> SourceTable:
    """Return the desk's sources as every stage sees them: on the live desk with the operator's own changes."""
    table = load_sources(desk.table("sources.toml"))
    return table if desk.sample else with_local(table, LOCAL)


def with_local(table: SourceTable, file: Path) -> SourceTable:
    """Return the table with an operator's own `[sources.NAME]` changes (on, start …) from config/local.toml."""
    changes = read_toml(file).get("sources", {}) if file.exists() else {}
    if not isinstance(changes, dict):
        _refuse(file, line_of(file, "sources"), "sources 应写成 [sources.来源名] 段")
    made = {name: _changed(file, table, name, change) for name, change in dict(changes).items()}
    return replace(table, sources=tuple(made.get(one.name, one) for one in table.sources))


def _changed(file: Path, table: SourceTable, name: str, change: object) -> Source:
    """Return the source called `name` with an operator's change."""
    head = _local_line(file, name, name)
    source = table.named(name)
    if source is None:
        known = "、".join(source.name for source in table.sources)
        _refuse(file, head, f"没有名为 {name} 的来源; 可用的有 {known}")
    if not isinstance(change, dict):
        shown = f"请写成 [sources.{name}] 段, 例如其中一行 on = false"
        _refuse(file, head, f"{name} 不能直接写成 {change!r}; {shown}")
    values: dict[str, Any] = {}
    place = partial(_local_line, file, name)
    for key, value in change.items():
        if key not in LOCAL_KEYS:
            allowed = "、".join(LOCAL_KEYS)
            _refuse(file, place(key), f"来源 {name} 的 {key} 不能在这里改; 可改的有 {allowed}")
        _check_type(file, place, key, value)
        values[key] = tuple(value) if isinstance(value, list) else value
    made = replace(source, **values)
    _check_values(file, place, made)
    return made


def _local_line(file: Path, name: str, key: str) -> int | None:
    """Return the line of `key` in the block [sources.`name`], else where the source is named first."""
    named = re.compile(rf"\s*\[?\s*(?:sources\s*\.\s*)?[\"']?{re.escape(name)}[\"']?\s*[.=\]]")
    keyed = re.compile(rf"\s*[\"']?{re.escape(key)}\b")
    own, found = False, None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("["):
            own = bool(re.match(r"\s*\[\s*sources\b", line) and named.match(line))
        elif own and keyed.match(line):
            return number
        if found is None and named.match(line):
            found = number
    return found


def _refuse(file: Path, line: int | None, message: str) -> NoReturn:
    raise ConfigError(message, file=file, line=line)


def _refuse_doubles(file: Path, sources: tuple[Source, ...]) -> None:
    seen: set[str] = set()
    for number, source in enumerate(sources):
        if source.name in seen:
            _refuse(file, _line(file, number, "name"), f"来源名 {source.name} 写了两次")
        seen.add(source.name)


def _line(file: Path, number: int, key: str) -> int | None:
    """Return the line of `key` in the `number`-th block, else the line where the block begins."""
    lines = file.read_text(encoding="utf-8").splitlines()
    heads = [n for n, line in enumerate(lines) if line.strip().startswith("[[sources]]")]
    if number >= len(heads):
        return None
    begin = heads[number]
    end = heads[number + 1] if number + 1 < len(heads) else len(lines)
    for n in range(begin, end):
        if re.match(rf"\s*\[?(?:sources\.)?{re.escape(key)}\b", lines[n]):
            return n + 1
    held = (n for n in range(begin, end) if re.search(rf"\b{re.escape(key)}\b", lines[n]))
    return next(held, begin) + 1


_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "title": (str,),
    "kind": (str,),
    "start": (list,),
    "source_class": (str,),
    "platform": (str,),
    "region": (str,),
    "on": (bool,),
    "awaited": (bool,),
    "delay_s": (int, float),
    "poll_seconds": (int, float),
    "timeout_s": (int, float),
    "pages": (int,),
    "follow": (bool,),
    "article": (str,),
    "hosts": (list,),
    "cookie": (str,),
    "loopback": (str,),
    "note": (str,),
    "selectors": (dict,),
    "districts": (dict,),
}
_NEEDED = ("name", "title", "kind", "start", "source_class", "platform")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "kind": get_args(SourceKind),
    "source_class": get_args(SourceClass),
    "cookie": tuple(row.name for row in SETTINGS if row.name.endswith("_cookie")),
}


def _source(file: Path, number: int, block: Mapping[str, object]) -> Source:
    place = partial(_line, file, number)
    for key, value in block.items():
        _check_type(file, place, key, value)
    for key in _NEEDED:
        if key not in block:
            _refuse(file, place("name"), f"来源缺少 {key}")
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in block.items()}
    values["selectors"] = _selectors(file, place, block.get("selectors", {}))
    source = Source(**values)  # type: ignore[arg-type]
    _check_values(file, place, source)
    return source


def _check_type(file: Path, place: Place, key: str, value: object) -> None:
    if key not in _TYPES:
        allowed = "、".join(_TYPES)
        _refuse(file, place(key), f"来源没有名为 {key} 的项; 可用的有 {allowed}")
    if type(value) not in _TYPES[key]:
        wanted = "或".join(kind.__name__ for kind in _TYPES[key])
        _refuse(file, place(key), f"{key} 应是 {wanted}, 现在是 {value!r}")
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        _refuse(file, place(key), f"{key} 应是文字的列表, 现在是 {value!r}")
    allowed_values = _ALLOWED.get(key)
    if allowed_values is not None and value not in allowed_values:
        shown = "、".join(allowed_values)
        _refuse(file, place(key), f"{key} 只能是 {shown}, 现在是 {value!r}")


def _selectors(file: Path, place: Place, table: object) -> Selectors:
    assert isinstance(table, dict)  # noqa: S101 - its type was checked with the block
    for key, value in table.items():
        if key not in SELECTORS or not isinstance(value, str):
            allowed = "、".join(f.name for f in fields(Selectors))
            _refuse(
                file,
                place(key),
                f"selectors 里的 {key} 不对; 可用的有 {allowed}, 值是文字",
            )
    return Selectors(**table)


def _check_values(file: Path, place: Place, source: Source) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,31}", source.name):
        _refuse(
            file,
            place("name"),
            f"name 只用小写字母、数字和下划线, 现在是 {source.name!r}",
        )
    if not source.start or not all(_is_web(url) for url in source.start):
        _refuse(file, place("start"), "start 应是至少一个 http:// 或 https:// 网址")
    for key, least in (("delay_s", 0), ("timeout_s", 1), ("pages", 1)):
        value = getattr(source, key)
        if not (value >= least and math.isfinite(value)):
            _refuse(file, place(key), f"{key} 应是不小于 {least} 的数, 现在是 {value!r}")
    rest = source.poll_seconds
    if rest is not None and not (rest > 0 and math.isfinite(rest)):
        _refuse(file, place("poll_seconds"), "poll_seconds 应大于 0")
    try:
        re.compile(source.article)
    except re.error as error:
        _refuse(file, place("article"), f"article 不是合法的正则式: {error}")
    if source.loopback:
        _check_loopback(file, place, source)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_loopback(file: Path, place: Place, source: Source) -> None:
    host, _, port = source.loopback.rpartition(":")
    if host not in LOOPBACK_HOSTS or not port.isdigit() or int(port) > 65_535:
        allowed = "、".join(sorted(LOOPBACK_HOSTS))
        _refuse(
            file,
            place("loopback"),
            f"loopback 应是 主机:端口, 主机只能是 {allowed}, 端口 0 表示示例站点自己报的端口",
        )
    if not all(name.endswith(".test") for name in source.allowed_hosts):
        _refuse(file, place("loopback"), "loopback 只允许用于 .test 结尾的主机 (示例数据)")
