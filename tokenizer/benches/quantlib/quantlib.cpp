// What benches/schedule.rs measures, done by QuantLib's C++ core: the same dates, the same schedules.
#include <ql/quantlib.hpp>

#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

using namespace QuantLib;
using Clock = std::chrono::steady_clock;

static void measure(const char *name, long count, const std::function<void()> &work) {
    work();
    const auto start = Clock::now();
    long rounds = 0;
    while (Clock::now() - start < std::chrono::seconds(1)) {
        work();
        ++rounds;
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("QuantLib %s C++, %-38s %12.0f per second\n", QL_VERSION, name, rounds * count / seconds);
}

int main() {
    const Date first(1, January, 2020);
    std::vector<std::pair<Date, Date>> dates;
    for (int day = 0; day < 1000; ++day) {
        dates.emplace_back(first + day, first + 3 * day + 200);
    }
    volatile double sum = 0;
    const std::vector<std::pair<const char *, DayCounter>> counts = {
        {"year fractions, ACT_360", Actual360()},
        {"year fractions, 30E_360", Thirty360(Thirty360::European)},
        {"year fractions, 30_360_US", Thirty360(Thirty360::USA)},
        {"year fractions, ACT_ACT_ISDA", ActualActual(ActualActual::ISDA)},
        {"year fractions, ACT_ACT_AFB", ActualActual(ActualActual::AFB)},
        {"year fractions, BUS_252", Business252(Brazil())},
    };
    for (const auto &count : counts) {
        measure(count.first, dates.size(), [&] {
            for (const auto &pair : dates) {
                sum = sum + count.second.yearFraction(pair.first, pair.second);
            }
        });
    }
    const Date start(15, January, 2020), end(20, March, 2030);
    measure("schedules of ten years, TARGET", 1000, [&] {
        for (int day = 0; day < 1000; ++day) {
            Schedule schedule(start + day, end + day, Period(3, Months), TARGET(), ModifiedFollowing, Following,
                              DateGeneration::Backward, true);
            sum = sum + schedule.size();
        }
    });
}
