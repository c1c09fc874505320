"""The words of each kind of problem, in English and in Chinese.

A sentence says what is wrong; what was found, what is allowed and what was perhaps meant are added to it. `{name}` in a
sentence stands for an argument of the problem. `allowed` is written so that it needs no translation (a list, a comparison, an
example), or is one of `PHRASES`.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A sentence in both languages."""

    en: str
    zh: str


class Label(NamedTuple):
    """The words that join the parts of a problem."""

    found: str
    allowed: str
    suggestion: str
    warning: str
    separator: str
    colon: str


LABELS = {
    "en": Label("found {}", "allowed: {}", "did you mean {}?", "warning: ", "; ", ": "),
    "zh": Label("实际为 {}", "允许：{}", "是否想写 {}？", "警告：", "；", "："),
}

KINDS: dict[str, Words] = {
    # The file
    "syntax": Words("this is not valid YAML", "YAML 语法有误"),
    "encoding": Words("the file is not UTF-8 text", "文件不是 UTF-8 编码的文本"),
    "too-large": Words("the file is too large", "文件过大"),
    "depth": Words("the file is nested too deeply", "嵌套层数过多"),
    "tag": Words("a YAML tag is not allowed", "不允许使用 YAML 标签"),
    "merge-key": Words(
        "the merge key << is not allowed; `extends` takes over another scenario", "不允许使用合并键 <<；沿用其他情景请用 extends"
    ),
    "duplicate-key": Words("this key stands here twice", "同一键重复出现"),
    "unreadable": Words("the file cannot be read", "文件无法读取"),
    "outside": Words("a file outside the scenario's own folder is not read", "不读取情景目录以外的文件"),
    "empty": Words("there is nothing here", "内容为空"),
    # Keys and values
    "unknown-key": Words("there is no such key", "没有这个键"),
    "missing-key": Words("a key is missing", "缺少必需的键"),
    "type": Words("this is not the kind of value that belongs here", "值的类型不对"),
    "unit": Words("the unit does not belong here", "单位不对"),
    "bare-number": Words("a number without its unit", "数值没有单位"),
    "number": Words("this is not a number", "不是有效的数值"),
    "range": Words("the value is out of range", "数值超出范围"),
    "whole": Words("this must be a whole number", "必须是整数"),
    "date": Words("this is not a date", "不是有效的日期"),
    "choice": Words("this is not one of the choices", "不在可选项之中"),
    "distribution": Words("this is not a distribution", "概率分布写法有误"),
    "words": Words("this is not a title", "标题写法有误"),
    "area-unit": Words(
        "translations of Chinese texts often write acre or hectare where the source says mu (亩); converted as written",
        "中文资料的译文常把“亩”误作英亩或公顷；此处按所写单位换算",
    ),
    "money-scale": Words(
        "a factor of ten: 1 bn yuan is 10 亿元, and 1 亿元 is 0.1 bn yuan", "疑差十倍：1 bn yuan 等于 10 亿元，1 亿元等于 0.1 bn yuan"
    ),
    # Where a number comes from
    "provenance": Words("a number must say where it comes from", "数值须注明来源"),
    "two-kinds": Words("a number has one kind of source only", "一个数值只能有一种来源"),
    "unknown-fact": Words("there is no such fact", "没有这条事实"),
    "fact": Words("this fact cannot be used", "这条事实无法使用"),
    # Levers
    "unknown-lever": Words("there is no such lever", "没有这项措施"),
    "lever-twice": Words("a lever is asked for twice", "同一措施重复指定"),
    "lever-in-force": Words("this lever is in force: its effect is inside the numbers already", "该措施已在执行，其效果已计入数值"),
    "lever-proposed": Words("this lever is not in force, so it cannot be dropped", "该措施尚未执行，无从取消"),
    "lever-requires": Words("a lever needs another one", "该措施须与另一措施同时采用"),
    "lever-group": Words("two levers exclude each other", "两项措施不能同时采用"),
    "lever-date": Words("this value cannot change in time", "该数值不能随时间变化"),
    "lever-size": Words("what is set has no size", "设定值的措施没有力度大小"),
    "lever-set": Words("what the value was without the lever is not told", "未说明没有该措施时的数值"),
    "lever-nothing": Words("there is no number here to change", "此处没有可变更的数值"),
    "lever-change": Words("a change is one of set, add and times", "变更须为 set、add、times 之一"),
    # Names
    "unknown-scenario": Words("there is no such scenario", "没有这个情景"),
    "unknown-stage": Words("there is no such stage", "没有这个环节"),
    "unknown-milestone": Words("no stage has this milestone", "没有环节设有这个里程碑"),
    "unknown-pool": Words("there is no such pool", "没有这个资源池"),
    "unknown-calendar": Words("there is no such calendar", "没有这个日历"),
    "unknown-list": Words("there is no such list", "没有这个项目清单"),
    "unknown-goal": Words("there is no such goal", "没有这个目标"),
    "unknown-metric": Words("there is no such metric", "没有这个指标"),
    "unknown-override": Words("there is no such override", "没有这个覆盖方案"),
    "unknown-reading": Words("there is no such reading", "没有这种解读"),
    "name": Words("this is not a name", "名称写法有误"),
    # Overrides
    "extends-circle": Words("the scenarios extend each other in a circle", "情景之间循环沿用"),
    "extends": Words("this scenario cannot be extended", "无法沿用这个情景"),
    "override": Words("this override cannot be applied", "这个覆盖方案无法应用"),
    "reading": Words("the readings of this fact do not hold together", "这条事实的解读自相矛盾"),
    "set-path": Words("this path names nothing in the scenario", "这一路径在情景中不存在"),
    "set-value": Words("--set needs path=value", "--set 须写成 路径=值"),
    # Between values
    "cycle": Words("the stages wait for each other in a circle", "环节之间循环等待"),
    "restates-circle": Words("the goals restate each other in a circle", "目标之间循环复述"),
    "spending": Words("the spending of the projects is not clear", "项目支出环节不明确"),
    "duration": Words("the duration of this stage is not clear", "环节时长不明确"),
    "milestone": Words("a milestone is reached in one stage only", "一个里程碑只能设在一个环节"),
    "need": Words("this need does not fit the pool", "需求与资源池不符"),
    "need-above-capacity": Words(
        "this needs more than the pool can ever give: no project would pass", "需求超过资源池可能提供的上限：任何项目都无法通过"
    ),
    "route": Words("no entity can go this way from here", "无法从此处走这条路线"),
    "unknown-value": Words("nothing in the scenario has this value", "情景中没有取这个值的对象"),
    "intake": Words("nobody ever arrives here", "没有任何项目会到达"),
    "goal": Words("this does not fit the metric", "与该指标不符"),
    "prior": Words("this needs a number that the scenario lacks", "缺少所需的数值"),
    "unused-prior": Words("no project has an annual plan that this prior could act on", "没有项目设有年度计划，此先验分布不起作用"),
    "out-of-reach": Words("the scenario has too few projects to reach this", "情景中的项目数不足以达到这一目标"),
    "sum": Words("these do not add up", "合计不符"),
    "shares": Words("shares must add up to 100%", "各份额之和须为 100%"),
    "rest": Words("`rest` is what a list's stated figure leaves, once", "rest 是清单所列数减去其他成员后的余数，且只能出现一次"),
    "empty-list": Words("no project or cohort belongs to this list: its figures change nothing", "没有项目属于这个清单：所列数字不起作用"),
    "impossible-cohort": Words("no projects can have these figures", "不可能有符合这些数字的项目"),
    "invested": Words("more has been invested than the total", "已完成投资超过总投资"),
    "plan": Words("the annual plan is more than there is left to invest", "年度计划超过剩余投资"),
    "plan-time": Words("this leaves no time in its year for the annual plan", "年度计划在当年没有可用的时间"),
    "projects": Words("there are too many projects", "项目数量过多"),
    "horizon": Words("this does not fit the simulated time", "与模拟时段不符"),
    "dated": Words("dates and `day n` do not mix", "日期与 day n 不能混用"),
    "tick": Words("the tick must divide the day", "时间步长须整除一天"),
    "calendar": Words("the calendar does not hold together", "日历自相矛盾"),
    "working-days": Words("working days need a calendar of working days", "工作日须使用工作日日历"),
    "calendar-years": Words("the official working days of these years are not known", "这些年份的法定工作日未知"),
    # Runs that were kept
    "unknown-run": Words("there is no such run", "没有这次运行的结果"),
    "run-damaged": Words("this file of the run is missing, or is not as it was written", "运行结果中的这个文件缺失或已被改动"),
    "run-alone": Words("one replication alone is kept here, which is no forecast", "此处只保存了一次模拟，不构成预测"),
    "run-unlike": Words("another version of the program kept this run; run it again", "该结果由其他版本的程序保存，请重新运行"),
    # Studies
    "unknown-study": Words("there is no such study", "没有这项研究"),
    "is-study": Words(
        "this is a study, not a scenario: `sim sweep` runs it, `sim check` checks it",
        "这是研究文件，不是情景：用 sim sweep 运行，用 sim check 检查",
    ),
    "is-no-study": Words("this is no study: it has none of a study's keys", "这不是研究文件：没有研究应有的键"),
    "one-of": Words("exactly one of these keys belongs here", "此处须且只能写其中一项"),
    "study-range": Words("a range goes from the less to the greater, both in one unit", "范围须由小到大，且单位相同"),
    "power-of-two": Words("this must be a power of two", "必须是 2 的幂"),
    "too-many-points": Words("the design has too many points", "设计点过多"),
    "unknown-ambiguity": Words("there is no such ambiguous fact", "没有这条有歧义的事实"),
    "unknown-output": Words("there is no such output", "没有这项输出"),
    "no-study": Words("this is not the folder of a study", "这不是研究结果目录"),
    "query": Words("the query cannot be answered", "查询无法执行"),
    # Ledgers
    "ledger": Words("the ledger cannot be read", "台账无法读取"),
    "ledger-total": Words("a row of totals is no project", "合计行不是项目"),
}

PHRASES: dict[str, str] = {
    "money such as 110 bn yuan or 1,100亿元": "金额，如 1,100亿元 或 110 bn yuan",
    "an area such as 2,022 mu or 2,022 亩": "面积，如 2,022亩 或 2,022 mu",
    "a time such as 60 days, 60 天, 45 working days or 45 个工作日": "时长，如 60天、45个工作日、60 days 或 45 working days",
    "a share such as 12% or 0.12": "比例，如 12% 或 0.12",
    "a whole number such as 267, 267 projects or 267 个项目": "整数，如 267、267个项目 或 267 projects",
    "a number such as 0.17": "数字，如 0.17",
    "a mapping": "映射（键: 值）",
    "a list": "列表",
    "text": "文本",
    "a number": "数字",
    "a whole number": "整数",
    "true or false": "true 或 false",
    "nothing": "空",
    "text within 200 characters": "不超过 200 字的文本",
    "text, or {en: text, zh: text}": "文本，或 {en: 英文, zh: 中文}",
    "fact, or value with one of assumed, observed, fitted": "fact，或 value 加 assumed、observed、fitted 之一",
    "one of assumed, observed, fitted, fact": "assumed、observed、fitted、fact 之一",
    "digits with , between thousands and . before decimals": "数字，千位用“,”分隔，小数点用“.”",
    "a day that exists": "真实存在的日期",
    "working days, or other days, not both": "工作日或自然日，不能混用",
    "days as they come, not working days": "自然日，不能用工作日",
    "a stage whose calendar has `days: working days`": "日历设有 days: working days 的环节",
    "a quantity, or a mapping with one family": "数量，或只含一种分布的映射",
    "a stage has either a duration or spends": "一个环节要么有 duration，要么 spends: true",
    "one stage with spends: true": "只有一个环节设 spends: true",
    "money once spent stays spent": "已完成的投资不能退回",
    "arrivals in a time such as 0.8 per day, 100 per year or 100个/年": "到达率，如 0.8个/天、100个/年 或 100 per year",
    "the name of a stage": "环节名称",
    "one document": "只有一个文档",
    "a folder that `sim run` wrote": "`sim run` 写出的目录",
    "a closing quote": "加上后引号",
    "the end of the file": "文件结尾",
    "a tab": "制表符",
    "a value": "一个值",
    "commas between its items, and a closing bracket": "各项以逗号分隔，并加后括号",
    "as many brackets closed as opened": "括号须成对",
    "a - before each item": "每项以 - 开头",
    "a comma, or the closing bracket": "逗号或后括号",
    "keys exactly below each other, each with its colon": "各键上下对齐，且各带冒号",
    "the text from the next line on": "文本从下一行写起",
    "spaces": "空格",
    "a file that exists": "存在的文件",
    "the name of an anchor above": "上文已有的锚点名称",
    'quotes around text that contains ": "': "含有“: ”的文本须加引号",
    "quotes around text that begins so": "以此开头的文本须加引号",
    "names of facts, numbers, + - * / ( )": "事实名称、数字、+ - * / ( )",
    "true, false": "true、false",
}
