"""What benches/schedule.rs measures, done by QuantLib from Python: the same dates, the same schedules."""

import time

import QuantLib as ql


def measure(name, count, work):
    work()
    start, rounds = time.perf_counter(), 0
    while time.perf_counter() - start < 1:
        work()
        rounds += 1
    seconds = time.perf_counter() - start
    print(f"QuantLib {ql.__version__} Python, {name:<36} {rounds * count / seconds:12.0f} per second")


FIRST = ql.Date(1, 1, 2020)
DATES = [(FIRST + day, FIRST + 3 * day + 200) for day in range(1000)]
for name, count in [
    ("ACT_360", ql.Actual360()),
    ("30E_360", ql.Thirty360(ql.Thirty360.European)),
    ("30_360_US", ql.Thirty360(ql.Thirty360.USA)),
    ("ACT_ACT_ISDA", ql.ActualActual(ql.ActualActual.ISDA)),
    ("ACT_ACT_AFB", ql.ActualActual(ql.ActualActual.AFB)),
    ("BUS_252", ql.Business252(ql.Brazil())),
]:
    measure(f"year fractions, {name}", len(DATES), lambda: [count.yearFraction(a, b) for a, b in DATES])

START, END, QUARTER = ql.Date(15, 1, 2020), ql.Date(20, 3, 2030), ql.Period(3, ql.Months)
TARGET = ql.TARGET()


def schedules():
    for day in range(1000):
        ql.Schedule(
            START + day, END + day, QUARTER, TARGET, ql.ModifiedFollowing, ql.Following,
            ql.DateGeneration.Backward, True,
        )


measure("schedules of ten years, TARGET", 1000, schedules)
