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

# -- every page
SAMPLE = "示例数据"
SAMPLE_TIME = "示例时间 {time}"
LIVE_TIME = "北京时间 {time}"
SAMPLE_FOOT = "示例数据, 纯属虚构: 城市、机构与事件均不存在。"
REPLAY = (
    "示例周回放中: 已采集 {documents} 篇, 已研判 {scored} 篇, 话题 {events} 个, 议题 {issues} 个"
)
CATCHING_UP = "示例周已走完, 正在研判最后的 {waiting} 篇"
TROUBLE = "异常: {list}"
SOURCE_TROUBLE = "{name} {health}"
CHILD_TROUBLE = "{name}进程{state}"
LOW_DISK = "磁盘剩余 {free:.1f} GB, 低于 {least:g} GB, 采集暂停"
STORE_FAILED = "读不到数据: {error} 页面会自动重试。"
FAILED = "这一页出错了, 已记入日志; 请稍后重试, 或先看其他页面。"
ROLE = "本机角色"
ROLE_HELP = "登录功能完成以前, 操作记在所选角色名下, 并注明本机。"
ACTOR = "{role} (本机)"
WEEKDAYS = "一二三四五六日"
NONE = "无"
UNKNOWN = "未知"
MORE = "另有 {count} 件未列出。"

# -- names of values
LEVELS = {"I": "I 级", "II": "II 级", "III": "III 级", "IV": "IV 级"}
LEVEL_NOTE = "议题等级为内部工作分级, 非法定, 与突发事件分级、预警级别、应急响应级别无关。"
CRITERIA = {
    "policy_misread": "政策误读误解",
    "public_interest": "涉及公众切身利益",
    "moral_bottom_line": "触及社会道德底线",
    "emergency_disaster": "突发事件与自然灾害",
    "superior_order": "上级要求回应",
    "local_social_hotspot": "本地社会热点",
    "routine_service_request": "日常办事诉求",
    "none": "不需要权威回应",
}
SENTIMENTS = {"negative": "负面", "neutral": "中性", "positive": "正面", "": "未研判"}
APPEALS = {
    "complaint": "投诉",
    "report": "举报",
    "help": "求助",
    "consult": "咨询",
    "suggest": "建议",
    "praise": "表扬",
    "news": "消息",
    "opinion": "议论",
    "other": "其他",
}
STAGES = {
    "latent": "潜伏",
    "outbreak": "爆发",
    "spread": "蔓延",
    "decline": "消退",
    "calm": "平息",
    "recurrence": "反复",
}
HEALTH = {
    "idle": "未采集",
    "ok": "正常",
    "unreachable": "不可达",
    "blocked": "被拒绝",
    "login_needed": "需重新登录",
    "changed": "页面改版",
    "empty": "无新内容",
    "off": "已停用",
}
SPEAKERS = {
    "central": "中央媒体",
    "provincial": "省级媒体",
    "city": "本地媒体",
    "industry": "行业媒体",
    "official": "政府部门",
    "institution": "其他机构",
    "individual": "个人",
}
ISSUE_STATES = {
    "new": "新立",
    "acknowledged": "已知悉",
    "in_case": "已立项",
    "dismissed": "不予回应",
    "closed": "已办结",
}
STATEMENTS = {
    "first": "首次通报",
    "follow_up": "后续通报",
    "final": "最终通报",
    "clarification": "澄清",
    "policy_answer": "政策答问",
    "correction": "更正",
}
MOVES = {
    "open": "立项",
    "assign": "交办",
    "receive": "签收",
    "note": "记录进展",
    "draft": "拟稿",
    "submit": "送审",
    "pass": "审查通过",
    "return": "退回",
    "sign": "签发",
    "publish": "登记发布",
    "promise": "登记承诺",
    "kept": "承诺兑现",
    "urge": "催办",
    "order": "登记上级要求",
    "feedback": "反馈上级",
    "grade": "认定事件等级",
    "close": "办结",
    "reopen": "重启",
    "evaluate": "评估",
    "follow": "时限随议题调整",
}
STANDINGS = {
    "running": "进行中",
    "overdue": "逾期",
    "met": "按时",
    "late": "超时",
    "idle": "不计时",
}
CHILD_STATES = {
    "starting": "启动中",
    "running": "运行中",
    "waiting": "等待重启",
    "broken": "已停用",
    "stopped": "已停止",
}

# -- clocks
DUE_IN = "剩 {time}"
DUE_OVER = "逾期 {time}"
MET = "{time} 完成"
CLOCK_LINE = "{start} 起, {due} 到期 · {source}"
CLOCK_DUE = "{duty}, {due} 到期"
PROVISIONAL = "待认定"
NO_CLOCK = "没有正在计时的时限。"
DAYS_HOURS = "{days} 天 {hours} 小时"
HOURS_MINUTES = "{hours} 小时 {minutes} 分"
MINUTES = "{minutes} 分"

# -- 热点
HOT_ISSUES = "需要回应的议题"
HOT_EVENTS = "热度高而未立议题"
HOT_EVENTS_NOTE = (
    "热度高不等于需要权威回应; 每件都写明为什么不立。先按近七日篇数排列, 也可改按现在热度。"
)
HOT_NO_ISSUES = "目前没有需要回应的议题。"
HOT_NO_ISSUES_YET = "还没有立议题。示例周正在回放, 第一批议题一般在一分钟内出现。"
HOT_BY = "排序"
HOT_BY_COUNT = "近七日篇数"
HOT_BY_HEAT = "现在热度"
HOT_NO_EVENTS = "目前没有热度较高的其他话题。"
HOT_ELSEWHERE = "外地同类 ({count})"
HOT_ELSEWHERE_NOTE = (
    "事发地和责任单位都不在本机关管辖内: 不计时、不提醒, 只供对照本地有无同类情况。"
)
HOT_FIGURES = ("议题", "逾期", "临期", "未知悉")
HOT_SETTLED = "已处置的议题 ({count})"
HOT_PICK = "从左侧选一件查看。"
HOT_HEAT = "热度 {heat}"
HOT_COUNTS = "{documents} 篇, 其中转载 {copies} 篇"
HOT_CURVE = "每小时发文量"
HOT_REASONS = "为什么立议题"
HOT_RULE = "规则 {rule}"
HOT_BODY = "建议回应主体"
HOT_BODY_WHY = "依据 {rule}: {why}"
HOT_ASSISTING = "协办: {bodies}"
HOT_QUESTIONS = "群众在问"
HOT_NO_QUESTIONS = "还没有归纳出集中的问题。"
HOT_CLOCKS = "答复时限"
HOT_EVIDENCE = "证据 ({count} 件)"
HOT_EVIDENCE_NOTE = (
    "立议题时固定下来的摘录, 已隐去个人信息, 个人的话一律截短; 原文到期清除后仍保留。"
)
HOT_EVIDENCE_WHY = "入选理由: {why}"
HOT_GRADE = "突发事件等级: {grade} (由有权机关认定)"
HOT_FIRST_SEEN = "首次出现 {time}"
HOT_RAISED = "成立 {time}"
HOT_WHY_NOT = "为什么不立议题"
HOT_SEE_TOPIC = "查看话题"
HOT_SEE_KIN = "同一件事: {title}"
HOT_SEE_CASE = "查看回应事项"
HOT_SOURCE_LINK = "原文"
HOT_MARK_RAISED = "成立"
HOT_MARK_NOW = "现在"
ACKNOWLEDGE = "知悉"
OPEN_CASE = "立项"
DISMISS = "不予回应"
DISMISS_REASON = "不予回应的理由 (必填, 记入审计)"
DISMISS_DO = "确定不予回应"
REINSTATE = "撤销不予回应"
REINSTATE_REASON = "撤销的理由 (必填, 记入审计)"
DONE_ACKNOWLEDGE = "已登记知悉。"
DONE_OPEN = "已立项, 可在“回应事项”里交办。"
DONE_DISMISS = "已登记不予回应。"
DONE_REINSTATE = "已撤销不予回应。"
NEEDS_REASON = "请写明理由。"
WHY_NOT_UNKNOWN = "暂时说不清为什么, 已记入日志; 请打开话题自行判断。"
WHY_NOT_TOLD = "与已立议题“{title}”同一主题; 是否同一件事, 请值班员判断。"
WHY_NOT_ELSEWHERE = "所说的地方不在本机关管辖内。"
WHY_NOT_NOWHERE = "没有说明发生在哪里, 暂时判断不了是否归本机关。"
WHY_NOT_LEISURE = "{total} 篇中 {count} 篇谈的是演出、赛事、娱乐等消遣, 没有需要权威部门回答的事。"
WHY_NOT_UNREAL = "{total} 篇中 {count} 篇写明是演练、拍摄或假设, 并非真实发生。"
WHY_NOT_OLD = "{total} 篇中 {count} 篇说的是往年旧事。"
WHY_NOT_PRAISE = "{total} 篇中 {count} 篇是表扬或广告。"
WHY_NOT_ROUTINE = "{total} 篇中 {count} 篇是例行政务、预报或执法公布, 本身就是权威发布。"
WHY_NOT_VOICES = "就切身利益发问、投诉的独立声音 {voices} 个, 规则要求 {needed} 个 (本系统默认值)。"
WHY_NOT_SPREAD = "发问、投诉的独立声音 {voices} 个, 但在时间或平台上过于分散, 未同时满足一条规则。"

# -- 话题
TOPIC_PICK = "选择话题"
TOPIC_NONE = "还没有话题。采集和研判开始后, 这里会按热度列出话题。"
TOPIC_UNKNOWN = "没有这个话题, 可能已被合并或清除。"
TOPIC_FIGURES = ("文档", "其中转载", "平台", "热度", "阶段")
TOPIC_NO_ISSUE = "未立议题"
TOPIC_VOLUME = "每小时发文量, 按态度"
TOPIC_PLATFORMS = "平台"
TOPIC_SOURCES = "信息来源"
TOPIC_SPREAD = "传播: 原创与转载"
TOPIC_ORIGINAL = "原创"
TOPIC_COPY = "转载"
TOPIC_SPREAD_NOTE = "转载最多的机构稿件"
TOPIC_COPIES = "转载 {count} 次"
TOPIC_NO_COPIES = "没有发现转载。"
TOPIC_SENTIMENT = "态度构成"
TOPIC_APPEAL = "诉求构成"
TOPIC_SMALL = "样本 {count} 篇, 少于 30 篇: 占比会误导, 因此不显示。"
TOPIC_KEYWORDS = "关键词"
TOPIC_EXCERPTS = "摘录"
TOPIC_INSTITUTIONS = "机构发布 ({count})"
TOPIC_INDIVIDUALS = "个人发言 ({count})"
TOPIC_INDIVIDUALS_NOTE = "已隐去个人信息并截短, 不提供原文链接。"
TOPIC_INDIVIDUALS_FEW = "个人发言 {count} 条, 少于 10 条: 只计数, 不摘录。"
TOPIC_TIMELINE = "经过"
TOPIC_FIRST = "首次出现"
TOPIC_PEAK = "发文高峰, 一小时 {count} 篇"
TOPIC_RAISED = "成立议题"
TOPIC_LAST = "最近一篇"
TOPIC_CORRECT = "更正研判"
TOPIC_CORRECT_NOTE = "更正会留存并用于改进研判, 不改动原文。"
TOPIC_CORRECT_WHICH = "哪一篇"
TOPIC_CORRECT_WHAT = "更正哪一项"
TOPIC_CORRECT_TO = "应为"
TOPIC_CORRECT_REASON = "理由 (必填)"
TOPIC_CORRECT_DO = "保存更正"
TOPIC_CORRECT_DONE = "更正已保存。"
TOPIC_CORRECT_SAME = "更正前后相同, 没有保存。"
JUDGEMENTS = {"sentiment": "态度", "appeal": "诉求", "needs_answer": "是否需要回应"}
YES_NO = {"yes": "需要回应", "no": "不需要回应"}
TOPIC_JUDGED = "{sentiment} · {appeal}"
TOPIC_UNSURE = "不确定"
TOPIC_CORRECTED = "已更正 {count} 处"
TOPIC_CLEARED = "原文已按期清除。"

# -- 回应事项
ANSWERS_NONE = "还没有回应事项。在“热点”里对议题点“立项”后, 事项会出现在这里。"
ANSWERS_BODY = "承办: {body}"
ANSWERS_NO_BODY = "未定承办单位"
ANSWERS_CONTACT = "联系: {contact}"
ANSWERS_CLOCKS = "时限"
ANSWERS_MOVES = "办理经过"
ANSWERS_STATEMENTS = "已发布的答复"
ANSWERS_NO_STATEMENTS = "还没有登记发布。"
ANSWERS_ACT = "办理"
ANSWERS_SINCE = "{state}, 自 {time}"
ANSWERS_STEP = "办理步骤"
ANSWERS_DO = "提交"
ANSWERS_DONE = "已登记: {step}。"
ANSWERS_NO_STEP = "“{role}”在这一状态下没有可办的步骤; 可在左侧换一个本机角色。"
ANSWERS_ISSUE = "议题依据"
FIELDS = {
    "body": "承办单位",
    "contact": "联系科室",
    "assisting": "协办单位 (用顿号隔开)",
    "note": "说明",
    "text": "内容",
    "title": "标题",
    "reason": "理由",
    "kind": "答复类型",
    "publisher": "发布单位",
    "url": "发布地址",
    "published_at": "发布时间",
    "answers": "回答了哪些问题",
    "conference": "以新闻发布会形式",
    "due": "期限",
    "kept_at": "兑现时间",
    "from_body": "上级机关",
    "clock": "哪一项上级要求",
    "suggest": "建议改派单位",
    "promise": "哪一项承诺",
    "grade": "认定等级",
    "by_body": "认定机关",
}
CHOOSE = "请选择"
OTHER_BODY = "其他单位 (手工填写)"
OTHER_BODY_NAME = "单位全称"
TIME_FORMAT_HELP = "写成 2025-10-19 08:30 (北京时间)"
DAY_FORMAT_HELP = "写成 2025-10-19"
WRONG_DAY = "日期请写成 2025-10-19。"
WRONG_TIME = "时间请写成 2025-10-19 08:30。"

# -- 简报
BRIEF_NONE = "简报还没有生成。"
BRIEF_MARKDOWN = "下载 Markdown"
BRIEF_HTML = "下载 HTML"
BRIEF_AS_OF = "截至 {time}"
BRIEF_ISSUE = "查看议题"
BRIEF_WHY_NOT = "为什么不立: {title}"
BRIEF_FILE = "简报-{time}"

# -- 来源
ORIGINS_NONE = "还没有采集过任何来源。"
ORIGINS_LINE = "{documents} 篇 · 最近成功 {ok} · 收齐到 {complete}"
ORIGINS_FAILURES = "失败 {count} 次"
ORIGINS_FIGURES = ("文档", "待研判", "待归并", "话题", "隔离")
ORIGINS_HEALTH = "来源状况"
ORIGINS_OUTAGES = "异常记录 (近七日)"
ORIGINS_NO_OUTAGES = "近七日没有异常。"
ORIGINS_OUTAGE_COLUMNS = ("来源", "情况", "开始", "结束", "时长")
ORIGINS_ONGOING = "仍在继续"
ORIGINS_REJECTED = "隔离区"
ORIGINS_REJECTED_NOTE = "无法处理的内容连同原因放在这里, 不影响其余内容。满 10 件才摘录, 一律按个人发言隐去个人信息并截短。"
ORIGINS_FEW = "不足 10 件, 不摘录"
ORIGINS_NO_REJECTED = "隔离区是空的。"
ORIGINS_REJECTED_COLUMNS = ("时间", "环节", "来源", "原因", "摘要")
ORIGINS_STAGES = {"crawl": "采集", "score": "研判", "event": "归并"}
ORIGINS_CHILDREN = "后台进程"
ORIGINS_NO_CHILDREN = "没有看护进程的状态; 各命令可能是分别启动的。"
ORIGINS_STALE = "看护进程已 {time} 没有更新状态, 可能已经停止。"
ORIGINS_VOLUME = "每日收到的文档"
ORIGINS_NEWEST = "最新一篇 {time}"

# -- 检索
FIND_TEXT = "检索词"
FIND_HELP = "空格表示同时满足; “引号”表示连续短语; -词 表示排除; OR 表示任一。只查议题, 不查个人。"
FIND_SINCE = "自"
FIND_UNTIL = "至"
FIND_PLATFORM = "平台"
FIND_DOMAIN = "领域"
FIND_SENTIMENT = "态度"
FIND_APPEAL = "诉求"
FIND_REGION = "地区"
FIND_ALL = "全部"
FIND_TOTAL = "符合条件"
FIND_NOTHING = "没有符合条件的文档; 可以放宽时间或减少条件。"
FIND_INDIVIDUALS = "其中个人发言"
FIND_NARROW = "输入检索词或选择领域后, 才摘录个人发言。"
FIND_VOLUME = "按日发文量, 按态度"
FIND_MORE = "下一页"
FIND_FIRST = "回到第一页"
FIND_RESULTS = "结果"
FIND_PAGE = "第 {page} 页"
