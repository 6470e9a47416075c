"""An article's text: two public extractors, each with its own blind spots, and the better answer page by page.

On the real pages trafilatura keeps too much (precision .86), readability loses little (.94/.96); choosing by what
reads like sentences is worth more than either. Head and tail lines that belong to the site are cut.
"""

import copy
import re
from collections.abc import Sequence

import trafilatura
from lxml import etree
from lxml import html as lxml_html
from readability import Document as Readable

from crawlers.extract.tree import Element, lines_of

MANY_LINES = 3000
"""Beyond, trafilatura goes without its last resort, justext, which is quadratic: 147 s on 20,000 short lines."""
SENTENCE = re.compile(r"[。！？；，!?;、：]|(?<=[a-z]{2})[.,](?=\s|$)")
NOISE = re.compile(
    r"^(?:[【\[（(]?\s*)?(?:责任编辑|责编|编辑|本文编辑|见习编辑|实习编辑|新媒体编辑|值班编辑|审核|校对|监制|主编|总监制|制作|初审|复审|终审|来源|本文来源|稿源|稿件来源|"
    r"信息来源|文章来源|作者|记者|分享|分享到|分享给|打印|关闭|字号|字体|浏览|阅读|点击|评论|我要评论|网友评论|参与评论|"
    r"扫一扫|扫描二维码|返回顶部|返回首页|上一篇|下一篇|上一条|下一条|上一页|下一页|当前位置|您的位置|您所在的位置|您的当前位置|位置|相关阅读|相关新闻|"
    r"相关链接|相关信息|相关推荐|相关文章|相关报道|延伸阅读|推荐阅读|热门推荐|猜你喜欢|大家都在看|更多|标签|关键词|关键字|Tags?|"
    r"发布时间|发布日期|日期|时间|更新时间|发布机构|索引号|索 引 号|主题分类|成文日期|文号|发文机关|版权声明|版权所有|免责声明|特别声明|声明|"
    r"举报|收藏|点赞|转发|纠错|我要纠错|返回列表|加入收藏|设为首页|欢迎拨打|视频加载中|原标题|点赞|订阅|关注|微信|微博|QQ空间|责任编|特约编辑|附件下载|"
    r"Copyright|©|\d+条评论|浏览次数|阅读次数|点击数|访问量|投稿|文字大小)"
    r"(?:[\s:：|】\])）(（【/、，,]|$|到|至|\d|于|次|者|数|量)",
    re.IGNORECASE,
)
CARD = re.compile(
    r"^(?:索引号|主题分类|信息分类|体裁分类|组配分类|服务对象分类|发布机构|发布单位|发文机关|公开主体|责任部门|成文日期|生成日期|发文日期|发布日期|公开日期|"
    r"公开方式|公开范围|公开时限|有效性|有效期|时效性|失效日期|废止日期|实施日期|施行日期|名称|标题|文号|发文字号|文件编号|主题词|关键词|内容概述|信息名称)[:：|]"
)
"""The lines of the card that stands above a government document (索引号 … 有效性)."""
END = re.compile(
    r"^(?:[【\[（(▍■◆●>]\s*)?(?:相关阅读|相关新闻|相关链接|相关信息|相关推荐|相关文章|相关报道|延伸阅读|推荐阅读|热门推荐|猜你喜欢|大家都在看|热门评论|网友评论|最新评论|"
    r"全部评论|为您推荐|为你推荐|更多精彩|热点推荐|往期回顾|上一篇|下一篇|版权声明|免责声明|特别声明)"
)
BYLINE = re.compile(
    r"^[\s(（\[【]*(?:责任编辑|责编|编辑|本文来源|来源|审核|校对|监制)[\s:：]*.{0,24}$"
)


def body(tree: Element, title: str) -> tuple[str, bool]:
    """Return the article's text, and whether the extractors agree on it."""
    precise, broad = (_trimmed(lines, title) for lines in (_readable(tree), _trafilatura(tree)))
    agreed = _shared(precise, broad) > 0.5
    return "\n".join(precise if _trusted(precise, broad) else broad), agreed


def _trusted(precise: Sequence[str], broad: Sequence[str]) -> bool:
    """Whether readability's answer is the better one: it keeps less that is foreign, but now and then loses all."""
    mine, other = sentence_chars(precise), sentence_chars(broad)
    if mine < 80 or not broad:
        return mine >= other
    if _shared(precise, broad) > 0.8:
        return _lost(precise, broad) <= 0.4 * mine
    return 1.1 * (mine - 0.7 * _idle(precise)) >= other - 0.7 * _idle(broad)


def _shared(precise: Sequence[str], broad: Sequence[str]) -> float:
    """Return how much of the first answer's running text is in the second too."""
    joined = "".join(broad).replace(" ", "")
    found = sum(
        len(line) for line in precise if is_sentence(line) and line.replace(" ", "") in joined
    )
    return found / max(1, sentence_chars(precise))


def _lost(precise: Sequence[str], broad: Sequence[str]) -> int:
    """Return how much running text the first answer misses before its own last line (what follows is comments)."""
    mine = "".join(precise).replace(" ", "")
    inside = [number for number, line in enumerate(broad) if line.replace(" ", "") in mine]
    head = broad[: inside[-1]] if inside else []
    missed = (line for line in head if len(line) >= 20 and line.endswith(("。", "！", "？", "”")))
    return sum(len(line) for line in missed if line.replace(" ", "") not in mine)


def sentence_chars(lines: Sequence[str]) -> int:
    """Return how many characters stand in lines that read like sentences."""
    return sum(len(line) for line in lines if is_sentence(line))


def is_sentence(line: str) -> bool:
    """Whether a line reads like running text."""
    return len(line) >= 12 and bool(SENTENCE.search(line)) and not NOISE.match(line)


def _idle(lines: Sequence[str]) -> int:
    return sum(min(len(line), 40) + 6 for line in lines if not is_sentence(line))


def _readable(tree: Element) -> list[str]:
    try:
        page = Readable(lxml_html.tostring(tree, encoding="unicode"), min_text_length=12)
        summary = lxml_html.fromstring(page.summary(html_partial=True))
    except (etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return []
    except Exception:  # noqa: BLE001 - readability raises its own Unparseable and lets much else through
        return []
    return lines_of(summary)


def _trafilatura(tree: Element) -> list[str]:
    try:
        text = trafilatura.extract(
            copy.deepcopy(tree),
            include_comments=False,
            include_tables=True,
            with_metadata=False,
            favor_precision=False,
            deduplicate=False,
            fast=len(lines_of(tree)) > MANY_LINES,
        )
    except (etree.LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return []
    lines = (re.sub(r"[\s\u3000]+", " ", line).strip(" |") for line in (text or "").split("\n"))
    return [line for line in lines if line and not re.fullmatch(r"[-| ]+", line)]


def _trimmed(lines: list[str], title: str) -> list[str]:
    """Cut what belongs to the site before and after the text."""
    begin, end = 0, len(lines)
    for number in range(min(30, end)):
        if _is_head(lines[number], title):
            begin = number + (2 if lines[number].endswith(("：", ":")) else 1)
        elif is_sentence(lines[number]) and len(lines[number]) >= 30:
            break
    for number in range(begin + 1, end):
        if END.match(lines[number]) and _rest_is_idle(lines[number + 1 : end]):
            end = number
            break
    while end > begin + 1 and _is_tail(lines[end - 1]):
        end -= 1
    return lines[begin:end]


def _is_head(line: str, title: str) -> bool:
    plain, name = re.sub(r"\s", "", line), re.sub(r"\s", "", title)
    if name and (
        plain == name or (len(plain) >= 6 and plain in name) or plain.startswith(name + "_")
    ):
        return True
    if CARD.match(plain):
        return True
    if len(line) > 120:
        return False
    return bool(NOISE.match(line)) or bool(
        re.match(r"^[\[【]?\s*(?:19|20)\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}", line) and len(line) < 60
    )


def _is_tail(line: str) -> bool:
    return len(line) < 200 and bool(NOISE.match(line) or BYLINE.match(line) or END.match(line))


def _rest_is_idle(lines: Sequence[str]) -> bool:
    return sentence_chars([line for line in lines if line.endswith(("。", "！", "？", "”"))]) < 160
