"""K5 上级政府要求主动回应: an order from above, read in an official text; one registered by hand reaches it by the desk.

Only a sentence in which a higher authority and an order stand together counts, spoken by an authority or a medium.
"""

import re
from collections.abc import Sequence

from alerts.mention import Mention
from alerts.rules import Met
from config.rulebook import RuleBook

ID = "superior_order"
_ORDER = re.compile(
    r"(国务院|省委|省政府|省人民政府|省纪委|督查组|督察组|巡视组|督查室)[^。!?！？\n]{0,40}?"
    r"(转办|交办|挂牌督办|批示|责成|要求[^。\n]{0,60}?(?:回应|答复|说明|反馈|公布结果)|限期(?:答复|反馈|回应))"
)


def first_met(mentions: Sequence[Mention], book: RuleBook) -> Met | None:
    """Return the first official sentence in which a higher authority orders an answer."""
    for index, mention in enumerate(mentions):
        if mention.ally or not (mention.official or mention.media) or mention.says(*_ROUTINE):
            continue
        found = _ORDER.search(mention.text)
        if found and mention.serious:
            why = f"原文: “{found.group()}” (依据 {book.rules[ID].source})"
            return Met(index=index, counted=(index,), reasons=("上级机关要求回应", why))
    return None


_ROUTINE = ("routine_official", "unreal")
