"""Small scenarios on which the library's levers are tried; what is worked by hand is worked on these."""

PLAIN = "title: test\nassumed: test\nrun: {calendar: plain, horizon: day 400}\n"
DATED = "title: test\nassumed: test\nrun: {start: 2022-01-01, horizon: 2022-12-31}\n"
DAILY = ", ".join(f"p{day}: {{joins: day {day}}}" for day in range(201, 400))
PROJECTS = f"portfolio: {{projects: {{{DAILY}}}}}\n"
"""One project a day, from day 201 on: every ramp is over. What takes D days altogether is done by 200 - D of them by day 400."""


def count(milestone: str, more: str = "") -> str:
    """A goal on the number of projects that have reached a milestone."""
    return f"{milestone}: {{metric: projects, milestone: {milestone}, value: 0{more}}}"


FORMALITIES = f"""{PLAIN}{PROJECTS}
# 20 days of land, 40 of the permit, 60 until the start: landed 180, permitted 140, started 80
workflow:
  land: {{duration: 20 days, milestone: landed}}
  permit: {{after: [land], duration: 40 days, milestone: permitted}}
  start: {{after: [permit], duration: 60 days, milestone: started}}
goals: {{{count("landed")}, {count("permitted")}, {count("started")}}}
"""

RESERVE = f"""{PLAIN}{PROJECTS}
# 20 days of planning, 30 of packaging, nobody sent back: listed 150
workflow:
  plan: {{duration: 20 days}}
  package: {{after: [plan], duration: 30 days, routes: {{plan: {{probability: 0%}}}}, milestone: listed}}
goals: {{{count("listed")}}}
"""

BONDS = f"""{PLAIN}{PROJECTS}
# 10 days of planning, 20 in the reserve, 30 of the application, nobody sent back: issued 140
workflow:
  bond_plan: {{duration: 10 days}}
  bond_reserve: {{after: [bond_plan], duration: 20 days}}
  bond_application: {{after: [bond_reserve], duration: 30 days, routes: {{bond_reserve: {{probability: 0%}}}}, milestone: bond_issued}}
goals: {{{count("bond_issued")}}}
"""

SENT_BACK = f"""{PLAIN}{PROJECTS}
# four in ten of 199 projects are sent back
workflow:
  plan: {{}}
  package: {{after: [plan], routes: {{plan: {{probability: 40%}}}}, milestone: listed}}
  bond_plan: {{}}
  bond_reserve: {{after: [bond_plan]}}
  bond_application: {{after: [bond_reserve], routes: {{bond_reserve: {{probability: 40%}}}}, milestone: bond_issued}}
"""

LOST = f"""{PLAIN}{PROJECTS}
# a half of 199 projects is lost while they are planned, while they negotiate and before the start: expected are 99.5 of each
workflow:
  plan: {{duration: 1 days, dropout: 50%, milestone: listed}}
  negotiate: {{duration: 1 days, dropout: 50%, milestone: signed}}
  start: {{duration: 1 days, dropout: 50%, milestone: started}}
"""

LEADS = f"""{PLAIN}
# two leads a day: 600 from day 100 on, when every ramp is over; those of a conference come whatever the rate
workflow: {{start: {{milestone: started}}}}
intake: {{leads: {{rate: 2 per day}}, conference: {{dates: {{day 300: 5 projects}}}}}}
"""

BIDDERS = f"""{PLAIN}
# three districts bid: 20 days of negotiation become 20 x (1 + 2 x 50%) = 40, odds of leaving of one become 1 + 2 x 50% = 2, which is two
# thirds; who bids for the second stream may not leave
workflow:
  negotiate: {{duration: 20 days, dropout: 50%}}
  start: {{after: [negotiate], milestone: started}}
intake:
  leaving: {{dates: {{day 201: 199 projects}}, friction: {{stage: negotiate, bidders: 3, slower: 50%, dropout: 50%}}}}
  staying:
    dates: {{{", ".join(f"day {day}: 1 projects" for day in range(201, 400))}}}
    dropout: {{negotiate: 0%}}
    friction: {{stage: negotiate, bidders: 3, slower: 50%, dropout: 50%}}
goals: {{{count("started", ", where: {name: [staying]}")}}}
"""

DESKS = f"""{PLAIN}
# three desks, ten days each, 100 projects at day 300: ten rounds of three by day 400
workflow: {{permit: {{needs: {{permit_desk: 1}}, duration: 10 days, milestone: permitted}}}}
pools: {{permit_desk: {{kind: servers, capacity: 3}}}}
portfolio: {{projects: {{{", ".join(f"p{number}: {{joins: day 300}}" for number in range(100))}}}}}
goals: {{{count("permitted")}}}
"""

READY_LAND = f"""{DATED}
# 100 mu on the first of each month from February to December: 1,100 mu, for projects of 10 mu each
workflow: {{land: {{needs: {{ready_land: land}}, milestone: landed}}}}
pools: {{ready_land: {{kind: stock, initial: 0 mu, tranches: {{monthly: 100 mu}}}}}}
portfolio: {{projects: {{{", ".join(f"p{number}: {{land: 10 mu}}" for number in range(200))}}}}}
goals: {{{count("landed")}}}
"""

LAND_FUND = f"""{PLAIN}
# ten projects bring 3 yuan each to the fund, of which a part s goes back to it: the nearest whole number of 3 s each
workflow: {{land: {{produces: {{land_fund: {{amount: 3 yuan, share: 0%}}}}}}}}
pools: {{land_fund: {{kind: stock, initial: 0 yuan}}}}
portfolio: {{projects: {{{", ".join(f"p{number}: {{joins: day {200 + number}}}" for number in range(10))}}}}}
goals: {{stock: {{metric: stock, pool: land_fund, value: 0 yuan}}}}
"""

SITES = """title: test
assumed: test
run: {calendar: plain, horizon: day 1100}
# from day 100 on a million yuan in 1,000 days; for another project that is all its work
workflow: {build: {spends: true, calendar: site}}
calendars: {site: {}}
portfolio:
  projects:
    long: {joins: day 100, total: 10 million yuan, plan: 1 million yuan}
    short: {joins: day 100, total: 1 million yuan, plan: 1 million yuan}
goals: {investment: {metric: investment, where: {name: [long]}, value: 0 yuan}}
"""

ENTRY = """title: test
assumed: test
run: {calendar: plain, horizon: day 1100}
# from day 100 on a thousand yuan a day, of which count those after the entry: 40 days after the start, 960 thousand yuan
workflow:
  start: {}
  build: {after: [start], spends: true}
  enter_statistics: {after: [start], duration: 40 days, milestone: entered}
assumptions: {reporting: {delay: 20 days, work_before_entry: lost}}
portfolio: {projects: {a: {joins: day 100, total: 10 million yuan, plan: 1 million yuan}}}
goals: {counted: {metric: investment, basis: counted, value: 0 yuan}}
"""

REPORTS = f"""{DATED}
# work reported 40 days after each month's end
workflow: {{build: {{spends: true}}, enter_statistics: {{}}}}
assumptions: {{reporting: {{delay: 40 days, work_before_entry: counted}}}}
review: {{push: {{gain: 100%, at_most: 100%}}}}
portfolio: {{projects: {{a: {{joins: 2022-07-01, total: 1 million yuan, plan: 1 million yuan}}}}}}
"""

PROBLEMS = f"""{DATED}
# one desk, busy until day 32. `old` asks for it on day 1, `middle` on day 10 and `young`, who goes before them, on day 20
workflow:
  hold: {{needs: {{permit_desk: 1}}, duration: 32 days}}
  permit: {{needs: {{permit_desk: 1}}, duration: 10 days, milestone: permitted}}
pools: {{permit_desk: {{kind: servers, capacity: 1}}}}
review: {{problem_list: {{size: 0, after: 0 days}}}}
portfolio:
  projects:
    first: {{walks: [hold]}}
    old: {{walks: [permit], joins: 2022-01-02}}
    middle: {{walks: [permit], joins: 2022-01-11}}
    young: {{walks: [permit], joins: 2022-01-21, priority: 1}}
goals:
  # by the end of day 40 and of day 50
  old: {{metric: projects, milestone: permitted, where: {{name: [old]}}, by: 2022-02-10, value: 0}}
  young: {{metric: projects, milestone: permitted, where: {{name: [young]}}, by: 2022-02-20, value: 0}}
"""

BEHIND = f"""{DATED}
# 334 thousand yuan in 334 days from 1 February on, sites at rest in January
workflow: {{build: {{spends: true, calendar: site}}}}
calendars: {{site: {{monthly: [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}}}
assumptions: {{reporting: {{delay: 0 days, work_before_entry: counted}}}}
review: {{push: {{gain: 0%, at_most: 0%}}}}
portfolio: {{projects: {{a: {{at: build, total: 1 million yuan, plan: 334 thousand yuan}}}}}}
goals: {{investment: {{metric: investment, by: 2022-02-28, value: 0 yuan}}}}
"""
A_LITTLE_BEHIND = BEHIND.replace("[0, 1,", "[0.9, 1,").replace("334 thousand", "361.9 thousand")
"""The same with January at nine tenths: 31 x 0.9 + 334 = 361.9 thousand yuan, a thousand for each day of full work."""
