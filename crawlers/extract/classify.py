"""Is this page an article, a list, or neither? Every public extractor stores half of the others as text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawlers.extract.answer import Outcome
from crawlers.extract.body import is_sentence, sentence_chars
from crawlers.extract.tree import Element

BLOCKED = re.compile(
    r"安全验证|滑动填充|拼图|请完成.{0,6}验证|验证码|访问过于频繁|访问频繁|异常访问|Sina Visitor System|通行证|请先登录|登录后查看|"
    r"人机验证|Access Denied|Just a moment|DDoS|__jsl_clearance|安全狗|云防护|antispider|请输入图中的字符",
    re.IGNORECASE,
)
GONE = re.compile(
    r"页面不存在|已被删除|已删除|找不到.{0,6}页面|404 Not Found|内容不存在|页面找不到|不存在或已|没有找到您"
)
SCRIPTED = re.compile(
    r"enable JavaScript|启用\s?JavaScript|开启\s?JavaScript|浏览器不支持", re.IGNORECASE
)
FORUM = re.compile(
    r"(?:\d+|沙发|板凳|地板)\s?(?:楼|#)|发表于|回复本帖|只看该作者|只看楼主|引用\s?回复|发帖|主题帖|楼主|版主|回帖"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a page looks like, in figures."""

    text: int
    sentences: int
    longest: int
    linked: float
    links: int
    forum: int
    dated: bool
    agreed: bool


def shape_of(tree: Element, lines: Sequence[str], text: str, *, dated: bool, agreed: bool) -> Shape:
    """Measure a page; `lines` is all of it, `text` what the extractors kept."""
    whole = "".join(lines)
    linked = sum(len("".join(a.itertext()).strip()) for a in list(tree.iter("a"))[:5000])
    kept = text.split("\n")
    return Shape(
        text=len(text),
        sentences=sentence_chars(kept),
        longest=max((len(line) for line in kept if is_sentence(line)), default=0),
        linked=linked / max(1, len(whole)),
        links=len(list(tree.iter("a"))),
        forum=sum(1 for line in lines[:600] if FORUM.search(line[:200])),
        dated=dated,
        agreed=agreed,
    )


def refusal(  # noqa: PLR0911 - a table of refusals, one line each
    text: str, lines: Sequence[str], html: str
) -> tuple[Outcome, str] | None:
    """Return (outcome, reason) when the site refuses, the page is gone, or needs a browser."""
    shown = " ".join(lines)
    if len(shown) > 400 or len(text) > 200:
        return None
    head = html[:6000]
    if re.search(r"type\s*=\s*[\"']?password", head, re.IGNORECASE) or BLOCKED.search(shown + head):
        return "blocked", "网站要求登录或验证"
    if GONE.search(shown):
        return "gone", "页面已不存在"
    if "http-equiv" in head and "refresh" in head.lower() and len(shown) < 40:
        return "reject", "页面只会跳转, 没有内容"
    if SCRIPTED.search(shown + head) or (len(shown) < 20 and "<script" in head):
        return "reject", "页面要靠脚本显示, 取不到正文"
    if re.search(r"<frameset", head, re.IGNORECASE):
        return "reject", "框架页, 没有正文"
    return None


def is_article(shape: Shape) -> bool:
    """Whether the figures are an article's. Without a time on it, a page must look like one much more clearly."""
    if shape.sentences < 40 or shape.longest < 16:
        return False
    if shape.forum >= 3 and shape.forum * 400 > shape.sentences:
        return False
    share = shape.sentences / max(1, shape.text)
    if not shape.dated:
        return shape.agreed and shape.sentences >= 150 and shape.longest >= 50 and share >= 0.8
    return share >= 0.45 or shape.agreed
