"""Small corpora of the tests of alerts, written by hand about another city than the sample week's."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.remit import remit_of
from alerts.view import View
from config.bodies import domain_names
from config.rulebook import load_rulebook
from config.settings import TABLES
from config.signs import load_signs
from config.tables import Body, Region
from records.document import Document, Kind, SourceClass, document_id
from records.event import Placement
from records.score import AppealLabel, Criterion, Fact, Place, Score, Sentiment, SentimentLabel
from store.interface import Found

START = datetime(2025, 6, 2, 0, 0, tzinfo=UTC)
CITY, EAST, WEST, AWAY = "970100", "970102", "970103", "960100"
REGIONS = (
    Region(code=CITY, name="溟岸市", parent="970000", kind="city"),
    Region(code=EAST, name="溟东区", parent=CITY, kind="county"),
    Region(code=WEST, name="溟西区", parent=CITY, kind="county"),
    Region(code="970000", name="溟省", parent="", kind="province"),
    Region(code="960000", name="阙省", parent="", kind="province"),
    Region(code=AWAY, name="阙川市", parent="960000", kind="city"),
)
BODIES = (
    Body(name="溟岸市交通运输局", short="市交通运输局", level="city", region=CITY, domains=("transport",)),
    Body(name="溟岸市邮政管理局", short="市邮政管理局", level="city", region=CITY, domains=("transport",), vertical="full", about=("快递", "包裹")),
    Body(name="溟岸市水务局", short="市水务局", level="city", region=CITY, domains=("utilities",)),
    Body(name="溟岸市教育局", short="市教育局", level="city", region=CITY, domains=("education",)),
    Body(name="溟东区教育局", short="区教育局", level="county", region=EAST, domains=("education",)),
    Body(name="溟东区市场监管局", short="区市场监管局", level="county", region=EAST, domains=("food_drug",)),
    Body(name="溟东区卫健局", short="区卫健局", level="county", region=EAST, domains=("public_health",)),
    Body(name="溟岸市卫健委", short="市卫健委", level="city", region=CITY, domains=("public_health",)),
    Body(name="溟岸市民政局", short="市民政局", level="city", region=CITY, domains=("civil_affairs",)),
    Body(name="溟岸市住建局", short="市住建局", level="city", region=CITY, domains=("housing_security", "property_realestate")),
)  # fmt: skip


def view() -> View:
    """Return the view of the desk of 溟岸市."""
    return View(
        book=load_rulebook(),
        signs=load_signs(),
        bodies=BODIES,
        remit=remit_of(CITY, REGIONS),
        region_name="溟岸市",
        domain_names=domain_names(TABLES / "topics.toml"),
    )


def found(
    text: str,
    minute: float,
    *,
    title: str = "",
    platform: str = "微博",
    kind: Kind = "post",
    who: SourceClass = "individual",
    author: str | None = None,
    region: str | None = None,
    places: Sequence[str] = (EAST,),
    topics: Sequence[tuple[str, float]] = (),
    copy_of: str | None = None,
    needs: float = 0.0,
    criterion: Criterion = "none",
    appeal: AppealLabel = "opinion",
    mood: SentimentLabel = "neutral",
    facts: Sequence[Fact] = (),
    event: str = "event",
) -> Found:
    """Return one member of an event, `minute` minutes after the start."""
    at = START + timedelta(minutes=minute)
    key = document_id(platform, f"{minute} {title} {text}")
    names = {row.code: row.name for row in REGIONS}
    document = Document(
        id=key,
        source=platform,
        platform=platform,
        kind=kind,
        source_class=who,
        url=f"http://source.test/{key}",
        title=title,
        text=text,
        published_at=at,
        precision="second",
        seen_at=at,
        collected_at=at,
        author=author,
        region=region,
    )
    score = Score(
        document_id=key,
        version="1",
        scored_at=at,
        sentiment=Sentiment(label=mood, p_negative=0.3, p_positive=0.3, sure=True),
        appeal=appeal,
        p_appeal=0.9,
        topics=tuple(topics),
        p_needs_answer=needs,
        criterion=criterion,
        places=tuple(Place(code=code, name=names[code]) for code in places),
        bodies=(),
        keywords=(),
        facts=tuple(facts),
        fingerprint="",
        reasons=(),
    )
    placement = Placement(document_id=key, event_id=event, copy_of=copy_of, at=at)
    return Found(document=document, score=score, placement=placement)


def call(text: str, minute: float, *, title: str, region: str = EAST, **more: Any) -> Found:
    """Return a hotline call."""
    return found(
        text, minute, title=title, platform="热线", kind="message", region=region, places=(), **more
    )


def report(
    text: str, minute: float, *, title: str, author: str, who: SourceClass = "city", **more: Any
) -> Found:
    """Return an article of a medium or an authority."""
    return found(
        text, minute, title=title, platform="网站", kind="article", who=who, author=author, **more
    )


COLLAPSE = (
    found("天哪溟东区体育馆的顶棚塌了!!里面还有人在打球, 刚才轰隆一声全是灰", 0),
    found("体育馆出事了, 半边屋顶塌下来砸在看台上, 我在马路对面看见的, 已经有人打120", 4, platform="短视频"),
    found("刚路过, 警车救护车都到了, 有人被抬出来。", 15),
)  # fmt: skip

SCHOOL_MEAL = tuple(
    found(text, minute, platform=platform, topics=(("food_drug", 0.8), ("education", 0.7)))
    for minute, platform, text in (
        (0, "微博", "溟东区的家长注意, 我家孩子中午在学校食堂吃完就开始呕吐, 现在在急诊"),
        (9, "短视频", "幼儿园放学接娃, 全班一半孩子都吐了, 都说是午餐的问题"),
        (20, "微博", "我们班家长群炸了, 二年级好多孩子拉肚子发烧, 都吃了学校的配餐"),
        (31, "微博", "儿科排队全是这个学校的学生, 一个个腹泻, 校服都脏了"),
        (40, "短视频", "孙女昨天还好好的, 学校吃了一顿午饭就上吐下泻, 老师还不让说"),
    )
)

MISREAD = (
    report(
        "为做好养老待遇发放工作, 现就年度资格认证有关事项通告如下: 一、认证可在线上办理。二、逾期未认证的, 暂缓发放, 认证后补发。",
        0,
        title="关于开展年度养老待遇资格认证的通告",
        author="市民政局",
        who="official",
        places=(CITY,),
        topics=(("civil_affairs", 0.9),),
    ),
    *(
        found(text, minute, platform=platform, places=(CITY,), topics=(("civil_affairs", 0.8),))
        for minute, platform, text in (
            (60, "短视频", "溟岸的老人注意了! 高龄津贴下个月起取消! 赶紧转告爸妈"),
            (66, "微博", "听说高龄津贴要取消了? 我奶奶就指着这个买药呢"),
            (70, "微博", "群里都在传津贴取消, 是真的吗"),
            (75, "短视频", "取消高龄津贴, 说白了就是没钱了呗"),
            (81, "微博", "津贴说取消就取消, 凭什么"),
            (90, "微博", "取消津贴这事有没有人问过民政局"),
        )
    ),
)

RUMOUR = tuple(
    found(text, minute, platform=platform, topics=(("public_safety_service", 0.8),))
    for minute, platform, text in (
        (0, "微博", "紧急扩散! 朋友在派出所上班说溟东区这两天来了一伙人专门偷孩子, 已经丢了三个"),
        (7, "微博", "真的假的, 我家就在溟东, 刚放学接娃腿都软了"),
        (15, "短视频", "网传有人偷孩子, 这个是真的吗, 有没有人知道"),
        (21, "微博", "截图都传遍了, 说是人贩子开一辆面包车, 谁来辟谣一下"),
        (28, "微博", "偷孩子的事到底是不是真的, 求证"),
    )
)

SMELL = (
    *(
        call(text, minute, title=title, topics=(("ecology", 0.8),))
        for minute, title, text in (
            (0, "反映夜里有焦糊气味", "来电人反映近一周凌晨小区里有焦糊气味, 要求查明来源"),
            (3, "楼里有刺鼻味", "我家老人被呛得睡不着, 请派人来看看"),
            (5, "咨询空气情况", "想咨询溟东区昨夜的刺鼻气味有没有毒, 孩子能不能开窗"),
        )
    ),
    found("溟东的昨晚闻到没有? 一股烧塑料的气味, 到底谁家在排", 120, topics=(("ecology", 0.8),)),
    found("又是这股异味, 每天半夜两点准时来, 投诉几次没人管", 300, topics=(("ecology", 0.8),)),
    found("大家看看这烟, 溟东工业园这边气味大得很, 什么时候能管管", 320, platform="短视频"),
)

HOTLINE = (
    *tuple(
        call(
            f"来电人反映{village}取快递每件被收两元, 要求退还并查处",
            minute * 200,
            title=f"{village}快递点收费",
            topics=(("transport", 0.8),),
        )
        for minute, village in enumerate(
            ("一村", "二村", "三村", "四村", "五村", "六村", "七村", "八村", "九村")
        )
    ),
    found("回村才知道取快递还要交钱, 包邮是包到哪?", 1800, topics=(("transport", 0.8),)),
)

ORDERED = (
    report(
        "省政府督查组近日将群众反映的溟东区断头路问题转办我市, 要求限期答复。现将有关情况公开。",
        0,
        title="关于省政府督查组转办事项的公开",
        author="市政府办公室",
        who="official",
    ),
)

EXAMPLES: dict[str, tuple[Found, ...]] = {
    "emergency": COLLAPSE,
    "moral_bottom_line": SCHOOL_MEAL,
    "policy_misread": MISREAD,
    "rumour": RUMOUR,
    "public_interest": SMELL,
    "superior_order": ORDERED,
}

CALM: dict[str, tuple[Found, ...]] = {
    "演练": (
        report("今天上午, 区里组织化工厂爆炸应急演练, 模拟三人受伤被困, 救援人员十分钟到场。", 0, title="爆炸、三人被困? 这是一场演练", author="溟岸晚报"),
        found("吓死了, 体育馆那边浓烟滚滚, 有人倒在地上, 走近才知道是演练", 5),
        found("门口消防演习, 假装着火, 还有人受伤, 演得挺像", 9),
    ),
    "影视取景": tuple(
        found(text, minute)
        for minute, text in enumerate(("桥头爆炸了! 哦原来是剧组拍戏", "看剧组拍爆炸戏, 好大的火", "拍摄现场着火特效绝了"))
    ),
    "旧闻": (
        found("怀旧: 2016年溟东老桥坍塌那天, 死亡三人, 至今记得", 0),
        found("老照片里的塌桥, 那年我上小学", 3, platform="短视频"),
    ),
    "天气预报": (
        report("市气象台发布预报: 明天有暴雨, 注意防范内涝、山体滑坡等灾害, 最高气温20度。", 0, title="明天有暴雨", author="溟岸日报"),
        report("气象台今天发布暴雨蓝色预警信号, 注意防范泥石流、被困。", 30, title="暴雨蓝色预警", author="市气象台", who="official"),
    ),
    "单户诉求": tuple(
        call(text, minute * 60, title=title, criterion="routine_service_request", needs=0.6)
        for minute, (title, text) in enumerate(
            (("路灯不亮", "楼下一盏路灯不亮, 希望修"), ("邻居噪声", "楼上半夜拖椅子, 希望调解"), ("井盖响", "门口井盖响, 请垫一下"))
        )
    ),
    "抢票": tuple(
        found(text, minute, platform=platform, mood="negative", appeal="complaint", topics=(("tourism_culture", 0.8),))
        for minute, (platform, text) in enumerate(
            (("微博", "演唱会门票一秒没了, 黄牛加价三倍, 没人管?"), ("短视频", "抢票失败, 凭什么黄牛有票"), ("微博", "售罄? 退票在哪里退, 平台收费还不退"),
             ("微博", "又没抢到票, 到底卖给谁了"), ("短视频", "黄牛卖的票涨价到两千, 投诉有用吗"), ("微博", "演唱会开票, 网络卡死, 退费!"),
             ("热榜", "演唱会门票被抢空"), ("微博", "抢票抢得我想哭, 为什么总是没有"), ("短视频", "粉丝求票, 加价收"), ("微博", "门票什么时候加场"))
        )
    ),
    "征求意见中的意见": (
        report("现就《溟岸市停车管理办法(草案征求意见稿)》公开征求意见, 十五日截止。", 0, title="关于停车管理办法公开征求意见的公告", author="市司法局", who="official", places=(CITY,)),
        *(
            call(text, minute * 30, title="对停车草案的建议")
            for minute, text in enumerate(
                ("建议老旧小区夜间停车收费从低", "支持草案, 路边停车费应当分时段", "反对一刀切罚款, 建议先提醒", "建议医院周边停车费用减半",
                 "认为收费标准应当听证", "建议增加停车位再谈涨价", "支持严管, 建议公示收费去向", "建议残疾人免费停车"), 1)
        ),
        found("停车办法草案看了, 建议收费再低点", 400),
        found("征求意见我提了八条, 支持分时收费", 420, platform="短视频"),
    ),
    "表扬": (
        call("感谢事故处理的同志, 我追尾受伤, 他们把我送医, 特此表扬", 0, title="表扬交警"),
        found("给救护车师傅点赞, 车祸现场抢救真快", 10),
    ),
}  # fmt: skip
"""Corpora on which every rule must stay silent."""
