"""Operator tables: TOML files read into typed rows; a wrong file is refused with file, line and what is allowed.

A table is a list of `[[name]]` blocks. The row's dataclass is the whole specification: its fields are the keys,
its annotations the types (text, number, yes/no, list of texts, one of named values), its defaults what may be left out.
"""

import json
import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from config.desk import Desk
from config.settings import KINDS, line_of, read_toml
from records.errors import ConfigError

Row = TypeVar("Row")
_HEAD = re.compile(r"\[+[\w.]+\]+")
RegionKind = Literal["province", "city", "county", "town", "zone", "landmark"]
BodyLevel = Literal["central", "provincial", "city", "county", "town"]
Vertical = Literal["none", "partial", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A place with an administrative code; `parent` is the code above it ("" at the top).

    `zone` is a functional area without a division of its own, `landmark` a river, bridge or plant inside its parent.
    """

    code: str
    name: str
    parent: str
    kind: RegionKind
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body that can answer. `domains` are the fields it leads, `vertical` whether it is led from above (W03).

    `about` are words of a matter that fall to it before the domain's other bodies (快递 → 邮政管理局).
    """

    name: str
    short: str
    level: BodyLevel
    region: str
    domains: tuple[str, ...] = ()
    vertical: Vertical = "none"
    aliases: tuple[str, ...] = ()
    parent: str = ""
    about: tuple[str, ...] = ()


def rows(file: Path, name: str, row: type[Row]) -> tuple[Row, ...]:
    """Return the `[[name]]` blocks of `file` as rows. Raises ConfigError that names file, line and what is allowed."""
    found = read_toml(file).get(name, [])
    if not isinstance(found, list):
        raise ConfigError(f"{name} 应写成若干 [[{name}]] 段", file=file, line=1)
    return tuple(_row(file, name, number, block, row) for number, block in enumerate(found))


def named(file: Path, name: str, row: type[Row]) -> dict[str, Row]:
    """Return the `[name.KEY]` blocks of `file` as rows by key. Raises ConfigError like `rows`."""
    found = read_toml(file).get(name, {})
    if not isinstance(found, dict):
        raise ConfigError(f"{name} 应写成若干 [{name}.名称] 段", file=file, line=1)
    return {key: _row(file, f"{name}.{key}", 0, block, row) for key, block in found.items()}


def check_names(file: Path, allowed: tuple[str, ...]) -> None:
    """Refuse a top-level name that is not in `allowed`."""
    for name in read_toml(file):
        if name not in allowed:
            line = _line(file, name, 0, None) or _key_line(file.read_text("utf-8"), name, 0)
            line = line or line_of(file, f"[{name}.")
            message = f"没有名为 {name} 的表; 可用的有 {'、'.join(allowed)}"
            raise ConfigError(message, file=file, line=line)


def unique(file: Path, name: str, key: str, found: tuple[Row, ...]) -> tuple[Row, ...]:
    """Refuse two rows with the same `key`."""
    seen: set[object] = set()
    for number, row in enumerate(found):
        value = getattr(row, key)
        if value in seen:
            line = _line(file, name, number, key)
            raise ConfigError(f"{name} 里 {key} = {value!r} 出现了两次", file=file, line=line)
        seen.add(value)
    return found


def refuse(file: Path, name: str, number: int, key: str, message: str) -> ConfigError:
    """Return the error for a value that is well-typed but impossible, with its line."""
    return ConfigError(message, file=file, line=_line(file, name, number, key))


def load_regions(file: Path) -> tuple[Region, ...]:
    """Read the `[[regions]]` of a file; empty when there is no such file."""
    if not file.exists():
        return ()
    check_names(file, ("regions",))
    found = unique(file, "regions", "code", rows(file, "regions", Region))
    for number, region in enumerate(found):
        if not region.code.isdigit() or len(region.code) not in {6, 9}:
            message = f"行政区划代码应是六位 (乡级九位) 数字, 现在是 {region.code!r}"
            raise refuse(file, "regions", number, "code", message)
    return found


def load_bodies(file: Path) -> tuple[Body, ...]:
    """Read the `[[bodies]]` of a file; empty when there is no such file."""
    if not file.exists():
        return ()
    check_names(file, ("bodies",))
    return unique(file, "bodies", "name", rows(file, "bodies", Body))


def regions_of(desk: Desk) -> tuple[Region, ...]:
    """Return the desk's own regions (the national gazetteer lies with the language stage)."""
    return load_regions(desk.table("regions.toml"))


def bodies_of(desk: Desk) -> tuple[Body, ...]:
    """Return the desk's own bodies: the sample's, or for a live desk those of config/bodies.toml."""
    return load_bodies(desk.table("bodies.toml"))


def _row(file: Path, name: str, number: int, block: object, row: type[Row]) -> Row:
    if not isinstance(block, dict):
        raise ConfigError(f"{name} 应写成若干 [[{name}]] 段", file=file, line=1)
    hints = get_type_hints(row)
    columns: dict[str, Field[Any]] = {column.name: column for column in fields(row)}  # type: ignore[arg-type]
    for key in block:
        if key not in columns:
            message = f"{name} 没有名为 {key} 的项; 可用的有 {'、'.join(columns)}"
            raise refuse(file, name, number, key, message)
    values: dict[str, Any] = {}
    for key, column in columns.items():
        if key in block:
            values[key] = _fits(block[key], hints[key])
            if values[key] is MISSING:
                message = f"{key} 应是{_allowed(hints[key])}, 现在是 {block[key]!r}"
                raise refuse(file, name, number, key, message)
        elif column.default is MISSING and column.default_factory is MISSING:
            line = _line(file, name, number, None)
            message = f"{name} 的这一段缺少 {key} ({_allowed(hints[key])})"
            raise ConfigError(message, file=file, line=line)
    return row(**values)


def _fits(value: object, hint: Any) -> Any:
    """Return the value in the hint's type, or MISSING when it does not fit."""
    origin = get_origin(hint)
    if origin is Literal:
        return value if value in get_args(hint) else MISSING
    if origin in {Union, types.UnionType}:
        fits = (_fits(value, part) for part in get_args(hint) if part is not type(None))
        return next((found for found in fits if found is not MISSING), MISSING)
    if origin is tuple:
        return _fits_list(value, get_args(hint)[0])
    if origin is Mapping:
        return _fits_table(value, *get_args(hint))
    if hint is float and type(value) is int:
        return float(value)
    return value if type(value) is hint else MISSING


def _fits_list(value: object, hint: Any) -> Any:
    if not isinstance(value, list):
        return MISSING
    found = tuple(_fits(item, hint) for item in value)
    return MISSING if any(item is MISSING for item in found) else found


def _fits_table(value: object, key: Any, hint: Any) -> Any:
    if not isinstance(value, dict):
        return MISSING
    found = {_fits(name, key): _fits(item, hint) for name, item in value.items()}
    return MISSING if any(MISSING in pair for pair in found.items()) else found


def _allowed(hint: Any) -> str:
    origin = get_origin(hint)
    if origin is Literal:
        return " " + "、".join(str(value) for value in get_args(hint)) + " 之一"
    if origin in {Union, types.UnionType}:
        return "或".join(_allowed(part) for part in get_args(hint) if part is not type(None))
    if origin is tuple:
        return f"列表 (每项{_allowed(get_args(hint)[0])})"
    if origin is Mapping:
        key, item = get_args(hint)
        return f"一段 (名是{_allowed(key)}, 值是{_allowed(item)})"
    return KINDS.get(hint, str(hint))


def _line(file: Path, name: str, number: int, key: str | None) -> int | None:
    """Return the line of `key` in the `number`-th block (from 0) of `[[name]]`, or of the block's head."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return None
    marks = {f"[[{name}]]", f"[{name}]"}
    heads = [at for at, line in enumerate(text.splitlines(), 1) if line.strip() in marks]
    if number >= len(heads):
        return heads[-1] if heads else None
    head = heads[number]
    return head if key is None else _key_line(text, key, head) or head


def _key_line(text: str, key: str, head: int) -> int | None:
    for at, line in enumerate(text.splitlines()[head:], head + 1):
        said = line.strip()
        if said.split("=")[0].strip() == key or (head and said.endswith(f".{key}]")):
            return at
        if head and _HEAD.fullmatch(said):
            return None
    return None


def toml_text(value: str) -> str:
    """Return `value` as a TOML basic string, for files this product writes."""
    return json.dumps(value, ensure_ascii=False)
