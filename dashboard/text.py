"""Every string people read on the pages, one section a view. Sentences with figures are templates."""

PRODUCT = "回应台"
NO_SCRIPT = "<p>本页面需要启用 JavaScript。</p>"

# -- menu
HOT = "热点"
TOPIC = "话题"
ANSWERS = "回应事项"
BRIEF = "简报"
ORIGINS = "来源"
FIND = "检索"
