"""Stages and pools: who asked, who waited and how long, how busy servers were, what was taken of stocks; means over the replications."""

from __future__ import annotations

from sim.errors import Language
from sim.reports.answer import Told
from sim.reports.figures import unit_of_stock
from sim.reports.tables import Heading, Page, Table, joined
from sim.reports.wording import Scale, percent, say, scale_of
from sim.scenario.schema import Stock
from sim.terms import label

COUNT = Scale(1, 1, "")


def stages_page(told: Told, lang: Language) -> Page:
    """A table of stages and one of pools; a table without rows is left out."""
    return joined([_stages(told, lang), _pools(told, lang)])


def _stages(told: Told, lang: Language) -> Page:
    headers = (
        label("stage", lang),
        say(lang, "requests", "申请数"),
        say(lang, "of them\nwaited", "需等待\n占比"),
        say(lang, "mean wait,\ndays", "平均等待\n天数"),
        say(lang, "done", "办结"),
        say(lang, "left", "退出"),
    )
    rows = []
    for name, row in told.summary.stages.items():
        stage = told.scenario.stages.get(name)
        title = stage.title[lang] if stage and stage.title else name
        counts = COUNT.number(row["requested"]), percent(row["share_waiting"]), COUNT.number(row["mean_wait_days"])
        rows.append((title, *counts, COUNT.number(row["done"]), COUNT.number(row["left"])))
    heading = say(lang, "Stages (means over the replications)", "环节（各次模拟平均）")
    return [Heading(heading), Table(headers, tuple(rows))] if rows else []


def _pools(told: Told, lang: Language) -> Page:
    headers = (
        label("resource_pool", lang),
        label("utilisation", lang),
        say(lang, "taken by\nstages", "环节\n取用量"),
        say(lang, "mean number\nwaiting", "平均\n等待数"),
    )
    rows = []
    for name, row in told.summary.pools.items():
        pool = told.scenario.pools.get(name)
        title = pool.title[lang] if pool and pool.title else name
        unit = unit_of_stock(pool) if isinstance(pool, Stock) else ""
        busy = percent(row["utilisation"]) if "utilisation" in row else ""
        taken = scale_of(unit, row["consumed"], lang).words(row["consumed"]) if "consumed" in row else ""
        rows.append((title, busy, taken, Scale(1, 2, "").number(row["mean_waiting"])))
    heading = say(lang, "Resource pools (means over the replications)", "资源池（各次模拟平均）")
    return [Heading(heading), Table(headers, tuple(rows))] if rows else []
