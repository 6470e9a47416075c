"""Bodies: which authorities a text names, by the way their names end and by the operator's own list."""

import re
from collections.abc import Iterable, Mapping

from nlp.match import Hit

_TAILS_TEXT = """
生态环境局 环保局 环境保护局 市场监管局 市场监督管理局 工商局 食药监局 药监局 教育局 教育厅 教育部 教体局 卫生健康委 卫健委 卫健局 卫生健康局 卫生局 卫计委
疾控中心 疾病预防控制中心 疾控局 交通运输局 交通局 交通运输厅 交通运输部 住建局 住房城乡建设局 住房和城乡建设局 住建委 住建厅 住建部 房管局 房产局 城管局
城市管理局 城管委 城市管理执法局 综合执法局 城管执法局 行政执法局 公安局 公安厅 公安部 公安分局 交警支队 交警大队 交管局 派出所 应急管理局 应急局 应急管理厅 应急管理部 安监局
消防救援支队 消防救援大队 消防支队 消防大队 水务局 水利局 水利厅 水利部 人社局 人力资源和社会保障局 人力资源社会保障局 人社厅 人社部 劳动局 劳动监察大队 社保局 社保中心
民政局 民政厅 民政部 财政局 财政厅 财政部 文旅局 文化和旅游局 文化旅游局 旅游局 文广新局 体育局 发改委 发展改革委 发改局 发展和改革委员会 物价局 自然资源局
自然资源和规划局 国土局 国土资源局 规划局 林业局 园林绿化局 园林局 邮政管理局 医保局 医疗保障局 税务局 国税局 地税局 人民政府 政府办公室 政府办 街道办事处 街道办
居委会 村委会 社区居委会 管委会 法院 检察院 纪委监委 纪委 信访局 司法局 司法厅 农业农村局 农业局 农业农村厅 商务局 统计局 气象局 地震局 乡村振兴局 扶贫办
行政审批局 政务服务中心 政务服务局 政务中心 公积金中心 公积金管理中心 住房公积金管理中心 不动产登记中心 供电公司 供电局 电力公司 水务公司 水务集团 自来水公司 燃气公司 热力公司
供热公司 公交公司 公交集团 地铁公司 轨道公司 国资委 审计局 科技局 工信局 残联 妇联 总工会 团委 红十字会 宣传部 组织部 新闻办 网信办 烟草局 海事局 海关 银保监局
金融监管局 铁路局 国家药监局 国家卫健委 国家医保局 市政府 区政府 县政府 省政府 镇政府 乡政府 市委 区委 县委 省委 联合调查组 调查组 指挥部 12345热线
"""
TAILS: tuple[str, ...] = tuple(_TAILS_TEXT.split())
_LEVEL = re.compile(r"(?:省|市|区|县|旗|州|镇|乡|国家)$")
_BRANCH = re.compile(r"(?:高新区|经开区|开发区|新区|[\u4e00-\u9fff]{2,3}(?:区|县|市))分局")
_SAME = (
    ("监督管理", "监管"),
    ("卫生健康委员会", "卫健委"),
    ("卫生健康委", "卫健委"),
    ("城市管理", "城管"),
    ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"),
    ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"),
    ("发展和改革委员会", "发改委"),
    ("发展改革委", "发改委"),
    ("文化和旅游", "文旅"),
    ("应急管理", "应急"),
    ("医疗保障", "医保"),
    ("交通运输", "交通"),
    ("疾病预防控制", "疾控"),
)
_MAX_BODIES = 8


def canonical(name: str) -> str:
    """Return the short spelling of a body's name, so 市场监督管理局 and 市场监管局 are one."""
    for long, short in _SAME:
        name = name.replace(long, short)
    return name


class Bodies:
    """The written forms of bodies: general endings, and the operator's own forms with the name each stands for."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        meant: dict[str, set[str]] = {}
        for form, name in (own or {}).items():
            meant.setdefault(canonical(form), set()).add(name)
            meant.setdefault(canonical(name), set()).add(name)
        self._meant = meant
        self._names = {canonical(name): name for name in (own or {}).values()}
        self.forms: frozenset[str] = frozenset(
            (*TAILS, *(own or {}), *(own or {}).values(), *meant)
        )

    def read(
        self, text: str, hits: Iterable[Hit], places: Iterable[tuple[int, int]]
    ) -> tuple[str, ...]:
        """Return the bodies that `text` names, in order. `places` are the spans of the places it names."""
        begins = {end: start for start, end in places}
        found: dict[str, None] = {}
        taken = 0
        for hit in hits:
            if hit.start >= taken:
                found[self._full(text, hit, begins)] = None
                taken = hit.end
        return tuple(_without_parts(list(found)))[:_MAX_BODIES]

    def _full(self, text: str, hit: Hit, begins: Mapping[int, int]) -> str:
        """Return the operator's name for what is written, else what is written with its place or level."""
        begin = _start(text, hit, begins)
        branch = _BRANCH.match(text, hit.end)
        written = text[begin : branch.end() if branch else hit.end]
        exactly = self._meant.get(canonical(written), set())
        if len(exactly) == 1:
            return next(iter(exactly))
        fits = [name for short, name in self._names.items() if short.endswith(canonical(written))]
        return fits[0] if len(fits) == 1 and len(written) > 2 else written


def _start(text: str, hit: Hit, begins: Mapping[int, int]) -> int:
    """Return where the body's name begins: with the place right before it, or with 市, 区, 县 and the like."""
    for end in (hit.start, hit.start + 1):
        if end in begins and begins[end] < hit.start:
            return begins[end]
    level = _LEVEL.search(text, max(0, hit.start - 2), hit.start)
    if not level:
        return hit.start
    return min(level.start(), begins.get(level.start(), level.start()))


def _without_parts(names: list[str]) -> list[str]:
    return [name for name in names if not any(name != other and name in other for other in names)]
