"""The Chinese of the command line: of every help text, by its English, and of what click says of a wrong call, by its pattern."""

from __future__ import annotations

import re
from collections.abc import Callable

HELP = {
    "Will a city reach its investment goals this year? Simulates key projects, land and construction from a scenario file.": (
        "本市今年的投资目标能否完成？根据情景文件模拟重点项目、用地与建设。"
    ),
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本号。",
    # --- new
    "A scenario of your own city, from ten figures.": "根据十个数字生成本市情景。",
    "A scenario of your own city. Asks for the ten figures that a bureau has at hand (goal, list, new starts, last year), and for a few "
    "more that may be left out; then writes NAME.yaml, which runs at once, with a comment on every default that is to be replaced.": (
        "生成本市情景。逐一询问手头现有的十个数字（目标、项目清单、新开工、上年情况），另有几个可不填的问题；"
        "随后写入 NAME.yaml，可立即运行，其中每个待替换的默认值均有注释。"
    ),
    "Take the answers from this file in place of asking.": "不再询问，改从该文件读取答案。",
    "Print a file of answers to be filled in, and nothing else.": "仅输出一份待填写的答案文件。",
    "File to write, which must not exist; by default NAME.yaml.": "要写入的文件，不得已存在；默认 NAME.yaml。",
    # --- options that commands share
    "Language of the answer; by default that of the locale.": "输出语言；默认随系统区域设置。",
    "Change one value; may be repeated.": "改动一个数值；可多次使用。",
    "Apply a named override; may be repeated.": "应用一个命名的覆盖项；可多次使用。",
    "Apply a named list of overrides.": "应用一组命名的覆盖项。",
    "Read an ambiguous fact this way; may be repeated.": "对有歧义的事实采用此理解口径；可多次使用。",
    "Take a lever (see sim levers); may be repeated.": "采用一项措施（见 sim levers）；可多次使用。",
    "Drop a lever that is in force; may be repeated.": "停用一项已执行的措施；可多次使用。",
    "Take warnings for errors.": "将警告视为错误。",
    "Answer for programs: JSON in yuan, mu, fractions.": "供程序读取：JSON，单位为元、亩、小数。",
    "Seed of all chance; by default the scenario's.": "随机种子；默认取情景中的设定。",
    # --- check, show, bridge
    "Is the scenario right? Every problem at once.": "情景是否正确？一次列出全部问题。",
    "Is the scenario right? Prints every problem with its place, what was found, what is allowed. Exit code 2 if there are errors. "
    "SCENARIO may be a study (see sim sweep), too: then its scenario and its points are checked, and nothing is run.": (
        "情景是否正确？列出每个问题的位置、所见内容与允许的内容。有错误时退出码为2。\n\n"
        "SCENARIO 也可为研究文件（见 sim sweep）：检查其情景与设计点，不作模拟。"
    ),
    "What does the scenario say, and on what does it rest?": "情景写了什么，依据是什么？",
    "What does the scenario say? In short, or in full (--resolved, --origin), or where its numbers come from (--provenance).": (
        "情景写了什么？可简要显示，可完整显示（--resolved、--origin），也可显示数字的来源（--provenance）。"
    ),
    "Print the whole scenario as it is run, as YAML.": "以YAML输出实际运行的完整情景。",
    "Print every value with the file and line that set it.": "输出每个数值及设定它的文件与行号。",
    "Count the numbers stated, observed, fitted, assumed; list their sources.": "统计原文、观测、拟合与假设数字的个数，并列出来源。",
    "How can the plan become the goal? Without simulation.": "计划如何达到目标？不作模拟。",
    "How can the plan become the goal? The arithmetic from the lists' plan to the goals, without any simulation.": (
        "计划如何达到目标？从清单计划到目标的算术推算，不作任何模拟。"
    ),
    # --- run
    "Will the goals be reached? The forecast.": "目标能否完成？给出预测。",
    "Will the goals be reached? Simulates the year many times; prints each goal's probability with its interval, and on what it rests. "
    "Runs until the probabilities are as precise as the scenario asks for, then writes a folder with the results. Of several scenarios it "
    "prints one table; what is changed is changed in all of them, and each has a folder of its own.": (
        "目标能否完成？对全年进行多次模拟，输出每个目标的完成概率及其区间，以及所依据的内容。\n\n"
        "运行至概率达到情景所要求的精度为止，随后将结果写入文件夹。给出多个情景时输出一张对比表；改动作用于全部情景，各自写入单独的文件夹。"
    ),
    "Run exactly so many, whatever the precision.": "恰好模拟这么多次，不论精度。",
    "Run only this one (numbered from 1), print it; a folder is written only with --trace.": (
        "仅运行这一次模拟（从1编号）并输出；只有同时使用 --trace 才写入文件夹。"
    ),
    "Keep in the folder also what became of every project: entities.parquet and stages.parquet. Needs the package duckdb.": (
        "在文件夹中另存每个项目的经过：entities.parquet 与 stages.parquet。需要安装 duckdb。"
    ),
    "Which engine simulates: the compiled kernel, or the reference engine; the results are the same.": (
        "使用哪个引擎：编译内核（kernel）或参考引擎（reference）；结果相同。"
    ),
    "Folder to write, which must not exist; by default runs/<scenario>-<hash>.": "要写入的文件夹，不得已存在；默认 runs/<情景>-<哈希>。",
    "Write no folder.": "不写入文件夹。",
    # --- compare
    "What does a change do? Two scenarios on the same luck.": "改动有何作用？两个情景使用相同的随机数。",
    "What does a change do? Runs two scenarios with the same random numbers; prints what the second has more than the first. The first is "
    "the scenario as its file has it. The second is the other scenario, or the same one, with what the options change.": (
        "改动有何作用？以相同的随机数运行两个情景，输出第二个比第一个多多少。\n\n"
        "第一个是文件原样的情景；第二个是另一情景，或同一情景加上各选项的改动。"
    ),
    "Seed of all chance; by default the first scenario's.": "随机种子；默认取第一个情景的设定。",
    "Run each exactly so often, whatever the precision.": "每个情景恰好模拟这么多次，不论精度。",
    # --- sweep, discover
    "Which assumptions matter? A study at all its points.": "哪些假设起决定作用？运行研究的全部设计点。",
    "Which assumptions matter? Runs a study at every point of its design; prints which factors its outputs rest on, and keeps the points. "
    "STUDY is a name in scenarios/studies, or the path of a YAML file. Needs the packages of the extra [sweep], for Dask those of [dask]. "
    "What has finished is kept whatever happens; --resume goes on.": (
        "哪些假设起决定作用？在设计的每个点运行研究，输出各项结果取决于哪些因素，并保存全部设计点。\n\n"
        "STUDY 为 scenarios/studies 中的名称，或YAML文件的路径。需要安装 [sweep] 附加包，使用Dask时需要 [dask]。\n\n"
        "无论发生什么，已完成的部分都会保存；--resume 可继续。"
    ),
    "Folder of the study; by default runs/study-<study>-<hash>.": "研究的文件夹；默认 runs/study-<研究>-<哈希>。",
    "Go on with a folder that is there; what is missing or damaged is computed anew.": "继续已有文件夹中的研究；缺失或损坏的部分重新计算。",
    "Only the I-th of N parts; all parts write to one folder.": "只运行N份中的第I份；各份写入同一文件夹。",
    "Workers of a Dask scheduler, such as tcp://host:8786; local: processes of this machine.": (
        "使用Dask调度器的计算节点，如 tcp://host:8786；local 表示本机进程。"
    ),
    "How many work at once here; by default one a core.": "本机同时运行的数量；默认每核一个。",
    "Points that are kept together in one file.": "每个文件保存的点数。",
    "Say how long it will take and how much disk, and run nothing.": "只估算所需时间与磁盘空间，不运行。",
    "Run it however long it takes.": "无论耗时多久都运行。",
    "Show this output; may be repeated.": "显示此项输出；可多次使用。",
    "Write the picture of the first output shown: a new file, in .png or .svg.": (
        "将所显示的第一项输出绘成图：写入新文件，以 .png 或 .svg 结尾。"
    ),
    "Under which conditions is the goal missed?": "在什么条件下目标落空？",
    "Under which conditions is the goal missed? Looks in the points of a sweep for boxes in which it mostly is, and says them in words. "
    "STUDY is the folder of a sweep, its name in runs/, or a study: its newest sweep. By default a goal counts as missed where its "
    "probability is below one half.": (
        "在什么条件下目标落空？在研究的设计点中寻找目标多半落空的区域，并用文字说明。\n\n"
        "STUDY 可以是研究的文件夹、其在 runs/ 中的名称，或研究名（取其最近一次运行）。默认概率低于一半即视为目标落空。"
    ),
    "The output that is looked at; by default all goals together, or the first probability.": (
        "所考察的输出；默认为全部目标同时达成的概率，否则为第一个概率。"
    ),
    "Look for points at which it is below X, such as 110 bn yuan, 320 or 50%.": "寻找其低于X的点，如 1,100亿元、320 或 50%。",
    "Look for points at which it is above X.": "寻找其高于X的点。",
    "Share of the points in a box that must be such.": "区域内属于此情形的点所占的最低比例。",
    "Write the picture of the first box: a new file, in .png or .svg.": "将第一个区域绘成图：写入新文件，以 .png 或 .svg 结尾。",
    # --- report, levers, schema, terms
    "A run, or a sweep, as one HTML page, with pictures.": "将一次运行或一项研究写成一个带图的HTML页面。",
    "Write one HTML file of a run or a sweep that was kept: tables and pictures, nothing from outside. Prints where it is. RUN is the "
    "folder of a run or a sweep, its name in runs/, or a scenario: its newest run; or a study: its newest sweep. Without it, the newest "
    "run in runs/. Needs the package Jinja2.": (
        "将已保存的一次运行或一项研究写成一个HTML文件：含表格与图，不引用外部内容。输出文件所在位置。\n\n"
        "RUN 可以是运行或研究结果的文件夹、其在 runs/ 中的名称，情景（取其最近一次运行），或研究（取其最近一次结果）；"
        "不写则取 runs/ 中最近一次运行。需要安装 Jinja2。"
    ),
    "File to write, which must not exist; by default report.<language>.html in the run.": (
        "要写入的文件，不得已存在；默认为运行文件夹中的 report.<语言>.html。"
    ),
    "Of a sweep: tell this output; may be repeated.": "研究结果：列出此项输出；可多次使用。",
    "What can the city do? The levers, and what each changes.": "本市可以做什么？各项措施及其改动。",
    "The levers of the library, or those that fit a scenario: what each changes, from when on, at what cost, and which fact names it.": (
        "措施库中的措施，或适用于某情景的措施：各自改动什么、何时起、费用多少、由哪条事实提出。"
    ),
    "The JSON Schema of scenario files, for editors.": "情景文件的JSON Schema，供编辑器使用。",
    "Print the JSON Schema of scenario files, or of studies; editors complete and check with it.": (
        "输出情景文件或研究文件的JSON Schema；编辑器可据此补全与检查。"
    ),
    "The glossary, in English and Chinese.": "中英文术语表。",
    "Print the glossary: one word for a thing, its unit and meaning.": "输出术语表：每个事物一个词，及其单位与含义。",
}
"""English help, its spaces made single -> Chinese."""

TYPES = {"integer": "整数", "integer range": "整数", "float": "数", "float range": "数"}


def _meant(rest: str) -> str:
    """What was probably meant, of what click says of it."""
    names = re.findall(r"'([^']+)'|(--?\w[\w-]*)", rest)
    return f"是否指 {'、'.join(one or other for one, other in names)}？" if names else ""


INNER: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"'(.*)' is not a valid (.+)\.", lambda found: f"{found[1]} 不是有效的{TYPES.get(found[2], '值')}。"),
    (r"(.+) is not in the range (.+)\.", lambda found: f"{found[1]} 不在范围 {found[2]} 之内。"),
    (r"'(.*)' is not one of (.+)\.", lambda found: f"{found[1]} 不在可选值之内：{found[2].replace(', ', '、')}。"),
)
OUTER: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"No such option:? '?(-[^'.\s]*)'?\.?(.*)", lambda found: f"没有选项 {found[1]}。{_meant(found[2])}"),
    (r"No such command '(.+?)'\.(.*)", lambda found: f"没有命令 {found[1]}。{_meant(found[2])}"),
    (r"Missing argument '(.+?)'\..*", lambda found: f"缺少参数 {found[1]}。"),
    (r"Missing command\.", lambda found: "缺少命令。"),
    (r"Option '(.+?)' requires an argument\.", lambda found: f"选项 {found[1]} 需要一个值。"),
    (r"Option '(.+?)' does not take a value\.", lambda found: f"选项 {found[1]} 不带值。"),
    (r"Got unexpected extra arguments? \((.*)\)", lambda found: f"多余的参数：{found[1]}。"),
    (r"Invalid value for '?(.+?)'?: (.+)", lambda found: f"{found[1]} 的值无效：{_of(INNER, found[2]) or found[2]}"),
)


def _of(patterns: tuple[tuple[str, Callable[[re.Match[str]], str]], ...], text: str) -> str | None:
    return next((words(found) for pattern, words in patterns if (found := re.fullmatch(pattern, text, re.DOTALL))), None)


def chinese_fault(text: str) -> str:
    """What click says of a wrong call; as it stands where it is not known."""
    return _of(OUTER, text) or text


def chinese_help(text: str) -> str:
    """A help text."""
    return HELP[" ".join(text.split())]
