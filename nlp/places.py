"""Places: which administrative places a text names, by code, with ambiguity resolved from the text itself.

A name alone is not yet a place: 朝阳路 is a road, 和平 mostly peace, 朝阳区 is in four cities. A candidate
counts when its name is unmistakable, or its parent stands right before it, or the operator's own
region is meant. What stays ambiguous is left out: a wrong code costs more than a missing one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from config.tables import Region
from nlp.gazetteer import Entry, entries, short_name
from nlp.match import Hit
from records.score import Place

_NOT_PLACE = re.compile(
    r"[东西南北中上下新老]{0,2}(?:"
    r"[一二三四五六七八九十\d]{0,2}(?:路(?![况面政网段])|街(?!道|头|上)|大道|大街|巷|弄|里弄|桥|大桥|立交|号线)"
    r"|站(?!在)|小区|花园|花苑|家园|新村|公寓|酒店|宾馆|饭店|广场|大厦|公馆"
    r"|公园|山庄|水厂|银行|证券|牌|啤酒|拉面|烤鸭|菜馆|装|陵|片|日报|晚报|商报|时报|卫视)"
)
_NOT_COUNTY = re.compile(r"机场|医院|大学|学院|中学|公司|集团|宫|寺|港|口岸")
"""Behind a county's short name these make another name: 鼓楼医院, 青羊宫."""
_GLUED = frozenset(
    (
        "市场",
        "区域",
        "区间",
        "县长",
        "市值",
        "镇痛",
        "乡愁",
        "乡亲",
        "区别",
        "区分",
        "省钱",
        "省心",
        "市面",
        "区块",
    )
)
"""Full name and next character that make another word: 开平市场 is not 开平市."""
_NAMES_IN_WORDS = frozenset(
    (
        "北京时间",
        "中山大学",
        "山东大鼓",
        "海南航空",
        "北京现代",
        "上海大众",
        "南京大屠",
        "吉林森工",
        "香港脚",
        "云南白药",
    )
)
"""Two characters behind a city's name that make it something else."""
_SUFFIXES = frozenset("县市区州旗省")
_MAX_PLACES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """What one written form may mean. `full`: it carries its suffix; `word`: it is also an ordinary word."""

    code: str
    full: bool
    word: bool
    own: bool


@dataclass(slots=True)
class _Mention:
    start: int
    end: int
    names: tuple[_Name, ...]
    chosen: str | None = None


class Places:
    """All written forms of all places, and the rules that choose among them."""

    def __init__(self, regions: Sequence[Region] = ()) -> None:
        self._own = frozenset(region.code for region in regions)
        self._parents = {region.code: region.parent for region in regions if region.parent}
        self._titles: dict[str, str] = {}
        forms: dict[str, list[_Name]] = {}
        for entry in entries():
            self._add_entry(entry, forms)
        for region in regions:
            self._add_region(region, forms)
        self.forms: Mapping[str, tuple[_Name, ...]] = {
            form: tuple(_same_level_first(names)) for form, names in forms.items()
        }

    def _add_entry(self, entry: Entry, forms: dict[str, list[_Name]]) -> None:
        own = entry.code in self._own
        self._titles[entry.code] = entry.name
        town = len(entry.code) > 6
        plain = entry.name in {"城区", "郊区", "矿区", "东区", "西区", "城关区", "市中区", "市区"}
        forms.setdefault(entry.name, []).append(
            _Name(code=entry.code, full=True, word=plain, own=own)
        )
        for other in entry.others:
            forms.setdefault(other, []).append(
                _Name(code=entry.code, full=True, word=False, own=own)
            )
            if entry.code.endswith("00") and len(short_name(other)) > 1:
                old = _Name(code=entry.code, full=False, word=False, own=own)
                forms.setdefault(short_name(other), []).append(old)
        if not town and entry.short != entry.name:
            forms.setdefault(entry.short, []).append(
                _Name(code=entry.code, full=False, word=entry.common, own=own)
            )

    def _add_region(self, region: Region, forms: dict[str, list[_Name]]) -> None:
        """Add the operator's region; a landmark (river, bridge, plant) stands for the region it lies in."""
        landmark = region.kind == "landmark"
        code = region.parent if landmark else region.code
        if not landmark:
            self._titles[code] = region.name
        short = {region.name} if landmark else {region.name, short_name(region.name)}
        for form in {*short, *region.aliases}:
            known = forms.setdefault(form, [])
            if all(name.code != code for name in known):
                known.append(_Name(code=code, full=form == region.name, word=False, own=True))

    def title(self, code: str) -> str:
        """Return the full name of a code."""
        return self._titles.get(code, code)

    def read(
        self, text: str, hits: Iterable[Hit], edges: AbstractSet[int]
    ) -> tuple[tuple[Place, ...], tuple[_Mention, ...]]:
        """Return the places that `text` names, in order, and where. `edges` are the bounds of its words."""
        mentions = self._mentions(text, hits, edges)
        if not mentions:
            return (), ()
        for mention in mentions:
            mention.chosen = self._certain(mention)
        self._resolve(mentions)
        kept = [mention for mention in mentions if mention.chosen]
        codes = dict.fromkeys(str(mention.chosen) for mention in kept)
        places = tuple(Place(code=code, name=self.title(code)) for code in codes)
        return places[:_MAX_PLACES], tuple(kept)

    def _mentions(self, text: str, hits: Iterable[Hit], edges: AbstractSet[int]) -> list[_Mention]:
        found: list[_Mention] = []
        taken = 0
        for hit in hits:
            if hit.start < taken:
                continue
            mention = self._mention(text, hit, edges, glued=0 < taken == hit.start)
            if mention is not None:
                taken = mention.end
                if mention.names:
                    found.append(mention)
        return found

    def _mention(
        self, text: str, hit: Hit, edges: AbstractSet[int], *, glued: bool
    ) -> _Mention | None:
        """Return the mention at a hit, one without names where a road or a brand takes the place, or None."""
        word, end = hit.word, hit.end
        if text[end - 1 : end + 1] in _GLUED and len(word) > 2:
            word, end = word[:-1], end - 1
        names = self.forms.get(word)
        if names is None:
            return None
        if all(not name.full for name in names):
            follow = _NOT_PLACE.match(text, end)
            if follow:
                return _Mention(hit.start, follow.end(), ())
            if not any(name.own for name in names):
                return self._bare(text, hit, edges, glued=glued)
        return _Mention(hit.start, end, names)

    def _bare(
        self, text: str, hit: Hit, edges: AbstractSet[int], *, glued: bool
    ) -> _Mention | None:
        """Return the mention of a short name that is no operator's: words must begin, and for a county end, there."""
        names = self.forms[hit.word]
        city = any(_level(name.code) < 2 and not name.word for name in names)
        if text[hit.start : hit.end + 2] in _NAMES_IN_WORDS:
            return _Mention(hit.start, hit.end + 2, ())
        if not city and _NOT_COUNTY.match(text, hit.end):
            return None
        ends = city or hit.end in edges or text[hit.end : hit.end + 1] in _SUFFIXES
        aligned = (glued or hit.start in edges) and ends
        return _Mention(hit.start, hit.end, names) if aligned else None

    def _certain(self, mention: _Mention) -> str | None:
        """Return the code of a mention that needs no context."""
        own = [name.code for name in mention.names if name.own]
        if len(own) == 1:
            return own[0]
        plain = [name for name in mention.names if not name.word]
        if len(mention.names) == 1 and plain:
            return plain[0].code
        top = [name for name in plain if _level(name.code) < 2]
        below = (
            [name for name in mention.names if _level(name.code) < _level(top[0].code)]
            if top
            else []
        )
        return top[0].code if top and not below else None

    def _resolve(self, mentions: list[_Mention]) -> None:
        """Choose for the rest by the mention right before, then by what else the text names."""
        certain = {mention.chosen for mention in mentions if mention.chosen}
        before: _Mention | None = None
        for mention in mentions:
            near = before is not None and mention.start - before.end <= 1
            under = (
                self._under(mention, before.chosen) if before and near and before.chosen else None
            )
            if under:
                mention.chosen = under
            elif mention.chosen is None:
                mention.chosen = self._by_context(mention, certain)
            if mention.chosen:
                before = mention

    def _under(self, mention: _Mention, parent: str) -> str | None:
        codes = {name.code for name in mention.names if self.is_within(name.code, parent)}
        codes.discard(parent)
        return min(codes, key=lambda code: (_level(code), code)) if len(codes) >= 1 else None

    def _by_context(self, mention: _Mention, certain: AbstractSet[str | None]) -> str | None:
        points: dict[str, int] = {}
        for name in mention.names:
            if name.word:
                continue
            above = [code for code in certain if code and self.is_within(name.code, code)]
            points[name.code] = sum(3 if _level(code) else 1 for code in above if code != name.code)
            points[name.code] += 2 * self._in_remit(name.code)
        best = max(points.values(), default=0)
        winners = [code for code, point in points.items() if point == best]
        return winners[0] if best and len(winners) == 1 else None

    def _in_remit(self, code: str) -> bool:
        return any(self.is_within(code, own) for own in self._own if _level(own) > 0)

    def is_within(self, code: str, above: str) -> bool:
        """Say whether `code` is `above` or lies in it, by the operator's table, else by the digits."""
        seen = 0
        current: str | None = code
        while current and seen < 5:
            if current == above:
                return True
            current, seen = self._parents.get(current), seen + 1
        stem = above[:2] if above.endswith("0000") else above[:4] if above.endswith("00") else above
        return len(above) == 6 and code.startswith(stem)


def _level(code: str) -> int:
    """0 province, 1 city, 2 county, 3 township."""
    if len(code) > 6:
        return 3
    return 0 if code.endswith("0000") else 1 if code.endswith("00") else 2


def _same_level_first(names: Sequence[_Name]) -> list[_Name]:
    """Order by level; a written form that is its place's full name pushes aside those of whom it is short."""
    full = [name for name in names if name.full]
    return sorted(full or names, key=lambda name: (_level(name.code), name.code))
