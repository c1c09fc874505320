"""A scenario of one's own city, begun from the ten figures that a bureau has at hand.

What drives a forecast, most first, is how far the year's plan is exceeded, how much of the list only starts this year and when, how large
the projects are, what joins the list later, the rest of fixed-asset investment, and permit desks and land (`hengyang-2022` says it with
its numbers). So the ten are: the investment goal; the list's count, total and plan; of these the new starts' count, total, plan and date;
last year's completion of its plan, which narrows this year's, and last year's investment, from which growth is counted. Where a city has
none of them (no new starts, no rate, no goal of growth) they may be left out. Seven more may be told if known: goals on projects and on
growth of FAI, projects expected later and their size, permit desks, ready land and what comes in a month. All else is a default with its
reason, in the scenario itself or in `base`.

`questions.yaml` holds what is asked, `scenario.template` what is written; `answers` reads, `filling` writes, `fitting` has the scenario's
own checks judge what was written and tells their findings of the answers.
"""
