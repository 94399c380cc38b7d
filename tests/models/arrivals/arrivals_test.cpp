// Arrival processes by their rate laws: the mean rate that all share, and what each adds to it.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "models/arrivals/arrival_process.h"
#include "models/arrivals/arrivals.h"
#include "models/arrivals/bursts.h"
#include "models/arrivals/constant.h"
#include "models/arrivals/mmpp.h"
#include "models/arrivals/on_off.h"
#include "models/arrivals/poisson.h"
#include "models/arrivals/renewal.h"
#include "models/clients/stages.h"
#include "tests/support/play.h"
#include "tests/support/statistics.h"

namespace {

using models::ArrivalChoice;
using models::RateCurve;

// The times of all arrivals before `end`, in seconds.
std::vector<double> times_of(const ArrivalChoice& choice, const RateCurve& curve, double end,
                             std::uint64_t seed = 1) {
    const auto process =
        models::Arrivals::build(choice, models::ArrivalPlan{curve, sim::Draws(sim::mix(seed))});
    std::vector<double> times;
    for (double last = 0;;) {
        const models::Arrival arrival = process->next();
        const double at = sim::seconds(arrival.at);
        if (at < last) FAIL("time fell");
        last = at;
        if (at >= end) return times;
        if (arrival.is_request) times.push_back(at);
    }
}

RateCurve steady(double rate) {
    return {{}, rate, RateCurve::After::stays};
}

// Ramp up, hold, jump down, hold, ramp out, again and again.
RateCurve varied() {
    return {{{40, 0, 200}, {20, 200, 200}, {0, 200, 50}, {30, 50, 50}, {10, 50, 0}},
            0,
            RateCurve::After::repeats};
}

// Variance over mean of the counts in windows of this length.
double dispersion(const std::vector<double>& times, double window, double end) {
    std::vector<double> counts(static_cast<std::size_t>(end / window));
    for (const double at : times) {
        const auto cell = static_cast<std::size_t>(at / window);
        if (cell < counts.size()) counts[cell] += 1;
    }
    double sum = 0, squares = 0;
    for (const double count : counts) sum += count;
    const double mean = sum / static_cast<double>(counts.size());
    for (const double count : counts) squares += (count - mean) * (count - mean);
    return squares / static_cast<double>(counts.size() - 1) / mean;
}

}  // namespace

TEST_CASE("a curve of rates and its inverse agree, round after round") {
    const RateCurve once({{10, 0, 100}, {5, 100, 100}, {0, 100, 20}, {10, 20, 0}}, 30,
                         RateCurve::After::stays);
    CHECK(once.events_by(10) == doctest::Approx(500));
    CHECK(once.events_by(15) == doctest::Approx(1000));
    CHECK(once.events_by(25) == doctest::Approx(1100));
    CHECK(once.events_by(35) == doctest::Approx(1400));
    CHECK(once.most_events() == std::numeric_limits<double>::infinity());
    CHECK(varied().events_by(1000) == doctest::Approx(10 * 9750));
    const RateCurve from_the_middle({{10, 10, 10}, {10, 30, 30}}, 0, RateCurve::After::repeats, 15);
    CHECK(from_the_middle.events_by(5) == doctest::Approx(150));
    CHECK(from_the_middle.events_by(20) == doctest::Approx(400));
    for (const RateCurve& curve : {once, varied(), from_the_middle}) {
        for (double events = 0.5; events < 3000; events += 7.25) {
            CHECK(curve.events_by(curve.time_of(events)) == doctest::Approx(events).epsilon(1e-9));
        }
    }
}

TEST_CASE("a rate that falls to zero for good ends the arrivals") {
    const RateCurve curve({{10, 100, 0}}, 0, RateCurve::After::stays);
    CHECK(curve.most_events() == doctest::Approx(500));
    for (const ArrivalChoice& choice : models::Arrivals::each()) {
        if (models::Arrivals::has_own_times(choice)) continue;
        CHECK_MESSAGE(times_of(choice, curve, 1e9).size() < 5000, choice.kind());
    }
}

TEST_CASE("whatever the process, the mean rate is the declared one") {
    // Dispersion over long windows of each with its defaults. The count's standard error is
    // sqrt(dispersion * count); the bound is four of them. Renewal: the gaps' squared variation.
    // On/off and MMPP by the formula of the test below: 641 and 1,842 at 100/s.
    constexpr double kEnd = 20'000;
    for (const ArrivalChoice& choice : models::Arrivals::each()) {
        if (models::Arrivals::has_own_times(choice)) continue;
        const std::string kind(choice.kind());
        const double long_run = kind == "constant"  ? 0
                                : kind == "poisson" ? 1
                                : kind == "renewal" ? 4
                                                    : 1850;
        for (const RateCurve& curve : {steady(100), varied()}) {
            const double expected = curve.events_by(kEnd);
            const auto count = static_cast<double>(times_of(choice, curve, kEnd).size());
            const double bound = 4 * std::sqrt(long_run * expected) + 2;
            CHECK_MESSAGE(std::abs(count - expected) < bound, kind, ": ", count, " of ", expected);
        }
    }
}

TEST_CASE("Poisson arrivals of any curve have exponential gaps in the curve's own time") {
    for (const RateCurve& curve : {steady(100), varied()}) {
        const auto times = times_of(models::PoissonArrivals::Spec{}, curve, 500);
        std::vector<double> gaps;
        double last = 0;
        for (const double at : times) {
            const double events = curve.events_by(at);
            gaps.push_back(events - last);
            last = events;
        }
        CHECK(support::kolmogorov_smirnov(gaps, [](double gap) { return 1 - std::exp(-gap); }) <
              2.23);
    }
}

TEST_CASE("how bursty each process is, by its index of dispersion") {
    // 20,000 windows: the standard error of a variance of about normal counts is its 1 %; bursty
    // counts are correlated and skewed, so theirs get 10 %.
    constexpr double kEnd = 200'000;
    constexpr double kWindow = 10;
    CHECK(dispersion(times_of(models::PoissonArrivals::Spec{}, steady(10), kEnd), kWindow, kEnd) ==
          doctest::Approx(1).epsilon(0.04));
    CHECK(dispersion(times_of(models::ConstantArrivals::Spec{}, steady(10), kEnd), kWindow, kEnd) <
          0.01);
    // Over long windows the squared coefficient of variation of the gaps; 100 gaps are long.
    for (const double variation : {0.5, 3.0}) {
        CHECK(dispersion(times_of(models::RenewalArrivals::Spec{variation}, steady(10), kEnd),
                         kWindow, kEnd) == doctest::Approx(variation * variation).epsilon(0.06));
    }
}

TEST_CASE("two states modulate as the MMPP cookbook says") {
    // Rates a and b, left at rates s and u: IDC(t) = 1 + 2 (a-b)^2 s u / ((s+u)^2 (a u + b s))
    // (1 - (1 - exp(-(s+u) t)) / ((s+u) t)). Fischer and Meier-Hellstern 1993, two states.
    const auto idc = [](double a, double b, double s, double u, double t) {
        const double sum = s + u;
        return 1 + 2 * (a - b) * (a - b) * s * u / (sum * sum * (a * u + b * s)) *
                       (1 - (1 - std::exp(-sum * t)) / (sum * t));
    };
    models::MmppArrivals::Spec mmpp;
    mmpp.states = {{1, std::chrono::seconds(4)}, {9, std::chrono::seconds(1)}};
    // The mean factor is (4 + 9) / 5 = 2.6, so at 13/s the states have 5/s and 45/s.
    constexpr double kEnd = 400'000;
    for (const double window : {1.0, 10.0}) {
        CHECK(dispersion(times_of(mmpp, steady(13), kEnd), window, kEnd) ==
              doctest::Approx(idc(5, 45, 0.25, 1, window)).epsilon(0.05));
        // Off is the state of rate 0: 50/s for 1 s, silent for 4 s.
        CHECK(dispersion(times_of(models::OnOffArrivals::Spec{}, steady(10), kEnd), window, kEnd) ==
              doctest::Approx(idc(50, 0, 1, 0.25, window)).epsilon(0.05));
    }
}

TEST_CASE("bursts come whole, on time, and once when not repeated") {
    models::BurstArrivals::Spec spec;
    spec.size = 100;
    spec.at = std::chrono::seconds(2);
    spec.every = std::chrono::seconds(5);
    const auto times = times_of(spec, steady(0), 13);
    REQUIRE(times.size() == 300);
    CHECK(times[0] == 2);
    CHECK(times[99] == 2);
    CHECK(times[100] == 7);
    CHECK(times[299] == 12);
    spec.every = {};
    CHECK(times_of(spec, steady(0), 1e9).size() == 100);
    spec.jitter = std::chrono::seconds(1);
    std::vector<double> jittered = times_of(spec, steady(0), 1e9);
    CHECK(support::kolmogorov_smirnov(jittered, [](double at) { return at - 2; }) < 2.23);
}

TEST_CASE(
    "a rate given to arrivals with times of their own is a problem, and so is none to others") {
    const auto problems = [](const std::string& client) {
        return models::load({"test.json",
                             {},
                             {},
                             R"({"nodes": {"db": {"kind": "database"}, "c": {"kind": "open_loop",
                                "calls": "db", )" +
                                 client + "}}}"})
            .problems.render();
    };
    CHECK(problems(R"("arrivals": "bursts")").empty());
    CHECK(problems(R"("arrivals": "bursts", "rate": "1/s")").find("times of their own") !=
          std::string::npos);
    CHECK(problems(R"("arrivals": "mmpp")").find("nothing would be sent") != std::string::npos);
    CHECK(problems(R"("rate": "1/s", "arrivals": {"kind": "mmpp", "states": [{"factor": 0}]})")
              .find("all the factors are zero") != std::string::npos);
    CHECK(problems(R"("rate": "1/s", "arrivals": {"kind": "on_off", "on": "0s"})")
              .find("below 1ms") != std::string::npos);
    CHECK(problems(R"("arrivals": {"kind": "bursts", "size": 10000000})").find("at most") !=
          std::string::npos);
}
