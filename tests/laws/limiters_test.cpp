// What every limiter must do, whoever is in the family; and what tells them apart.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "models/limits/atomic_rate_limiter.h"
#include "models/limits/fixed_window.h"
#include "models/limits/gcra.h"
#include "models/limits/leaky_bucket.h"
#include "models/limits/limiter_table.h"
#include "models/limits/sliding_log.h"
#include "models/limits/sliding_window.h"
#include "models/limits/token_bucket.h"
#include "sim/rng.h"

using namespace models;
using namespace std::chrono_literals;

namespace {

template <class... Members, class Action>
void set_each(LimiterChoice& choice, Action action) {
    const auto try_member = [&]<class Member>() {
        if (auto* spec = choice.as<typename Member::Spec>()) action(*spec);
    };
    (try_member.template operator()<Members>(), ...);
}

// The same limit for all of them, and no waiting: what is not granted at once is refused.
std::vector<LimiterChoice> all_of(std::uint32_t limit, sim::Duration period) {
    std::vector<LimiterChoice> choices = Limiters::each();
    for (LimiterChoice& choice : choices) {
        set_each<TokenBucket, LeakyBucket, FixedWindow, SlidingWindow, SlidingLog, Gcra,
                 AtomicRateLimiter>(choice, [&](auto& spec) {
            spec.limit = limit;
            spec.period = period;
            if constexpr (requires { spec.nodelay; }) {
                spec.burst = limit - 1;
                spec.nodelay = true;
            }
            if constexpr (requires { spec.timeout_duration; }) {
                spec.timeout_duration = 0s;
            }
        });
    }
    return choices;
}

std::unique_ptr<Limiter> limiter(const std::string& kind, std::uint32_t limit,
                                 sim::Duration period) {
    for (const LimiterChoice& choice : all_of(limit, period)) {
        if (choice.kind() == kind) return Limiters::build(choice, sim::Time{});
    }
    FAIL("no limiter ", kind);
    return nullptr;
}

int passed(Limiter& limiter, sim::Time at, int requests) {
    int count = 0;
    for (int i = 0; i < requests; ++i) count += limiter.ask(at, 1).granted;
    return count;
}

// The most that passed in any trailing period, when far too many ask at random times.
struct Flood {
    int passed = 0;
    std::size_t most_in_a_period = 0;
};
Flood flood(Limiter& limiter, sim::Duration period, int periods, double per_period,
            std::uint64_t seed) {
    Flood seen;
    std::deque<sim::Time> trailing;
    sim::Draws draws(seed);
    double at = 0;
    while ((at += draws.exponential() / per_period) < periods) {
        // Half of the time nobody asks, so that what is saved up is used.
        if (static_cast<std::int64_t>(at) % 2 == 1) continue;
        const sim::Time now(sim::from_seconds(at * sim::seconds(period)));
        if (!limiter.ask(now, 1).granted) continue;
        ++seen.passed;
        trailing.push_back(now);
        while (now - trailing.front() >= period) trailing.pop_front();
        seen.most_in_a_period = std::max(seen.most_in_a_period, trailing.size());
    }
    return seen;
}

}  // namespace

TEST_CASE("a rested limiter lets exactly its limit through at once") {
    for (const LimiterChoice& choice : all_of(10, 1s)) {
        const auto limiter = Limiters::build(choice, sim::Time{});
        for (const auto at : {0s, 10s, 1000s}) {
            CHECK(limiter->at_rest(sim::Time(at)));
            CHECK_MESSAGE(passed(*limiter, sim::Time(at), 20) == 10, choice.kind());
            CHECK(!limiter->at_rest(sim::Time(at)));
        }
    }
}

TEST_CASE("in the long run no limiter lets more than its limit through, and none much less") {
    for (const LimiterChoice& choice : all_of(7, 1s)) {
        const auto limiter = Limiters::build(choice, sim::Time{});
        int count = 0;
        for (sim::Time now{}; now < sim::Time(1000s); now += 1ms) {
            count += limiter->ask(now, 1).granted;
        }
        // Of what is there at the start, at most one more limit.
        CHECK_MESSAGE(count <= 7 * 1000 + 7, choice.kind());
        // Asked every millisecond, the others lose at most one of the 143 between two grants. Two
        // counters let 6 of 7 through: while anything of the window before is in sight, there is
        // never room for the seventh.
        CHECK_MESSAGE(count >= 7 * 1000 * (choice.kind() == "sliding_window" ? 0.85 : 0.98),
                      choice.kind());
    }
}

TEST_CASE("no limiter lets more than twice its limit through in any period, the log never more") {
    for (const LimiterChoice& choice : all_of(20, 100ms)) {
        const auto limiter = Limiters::build(choice, sim::Time{});
        const Flood seen = flood(*limiter, 100ms, 2000, 200, 1);
        CHECK_MESSAGE(seen.most_in_a_period <= 40, choice.kind());
        if (choice.kind() == "sliding_log") CHECK(seen.most_in_a_period == 20);
    }
}

TEST_CASE("what is refused is not counted") {
    for (const LimiterChoice& choice : all_of(5, 1s)) {
        const auto asked = Limiters::build(choice, sim::Time{});
        const auto pestered = Limiters::build(choice, sim::Time{});
        sim::Draws draws(2);
        for (sim::Time now{}; now < sim::Time(20s); now += 10ms) {
            const bool asks = draws.chance(0.1);
            if (pestered->ask(now, 6).granted) FAIL(choice.kind(), " grants more than its limit");
            if (!asks) continue;
            CHECK_MESSAGE(asked->ask(now, 1).granted == pestered->ask(now, 1).granted,
                          choice.kind());
        }
    }
}

TEST_CASE("a limiter at rest can be forgotten") {
    for (const LimiterChoice& choice : all_of(3, 1s)) {
        const auto kept = Limiters::build(choice, sim::Time{});
        auto renewed = Limiters::build(choice, sim::Time{});
        int forgotten = 0;
        sim::Draws draws(3);
        for (double at = 0; at < 2000; at += draws.exponential() * 0.7) {
            const sim::Time now(sim::from_seconds(at));
            if (renewed->at_rest(now)) {
                renewed = Limiters::build(choice, sim::Time{});
                ++forgotten;
            }
            const bool same = kept->ask(now, 1).granted == renewed->ask(now, 1).granted;
            if (!same) FAIL(choice.kind(), " at ", at);
        }
        CHECK_MESSAGE(forgotten > 10, choice.kind());
    }
}

TEST_CASE("a table keeps one limiter a key, and only those in use") {
    for (const LimiterChoice& choice : all_of(2, 1s)) {
        LimiterTable table(choice, sim::Time{});
        for (std::uint64_t key = 0; key < 100'000; ++key) {
            const sim::Time now(key * 1ms);
            int granted = 0;
            for (int i = 0; i < 3; ++i) granted += table.ask(now, key).granted;
            if (granted != 2) FAIL(choice.kind(), " lets ", granted, " of 3 through");
        }
        // 1,000 new keys a second, each at rest after 2 s at most: two windows.
        CHECK_MESSAGE(table.size() < 6'000, choice.kind());
    }
}

TEST_CASE("around the edge of a window: twice the limit, the limit, or what has accrued") {
    // Ten ask at 0.9 s and ten at 1.0 s.
    const auto through = [](const std::string& kind) {
        const auto it = limiter(kind, 10, 1s);
        const int before = passed(*it, sim::Time(900ms), 10);
        CHECK(before == 10);
        return before + passed(*it, sim::Time(1s), 10);
    };
    CHECK(through("fixed_window") == 20);
    CHECK(through("atomic_rate_limiter") == 20);
    CHECK(through("sliding_log") == 10);
    CHECK(through("sliding_window") == 10);
    CHECK(through("token_bucket") == 11);
    CHECK(through("gcra") == 11);
    CHECK(through("leaky_bucket") == 11);
}

TEST_CASE("twenty calls 20 ms apart: the limit, and what accrues meanwhile") {
    const auto through = [](const std::string& kind) {
        const auto it = limiter(kind, 10, 1s);
        int count = 0;
        for (int i = 0; i < 20; ++i) count += it->ask(sim::Time(i * 20ms), 1).granted;
        return count;
    };
    // 10 at first and 10/s * 0.38 s.
    for (const std::string kind : {"token_bucket", "gcra", "leaky_bucket"}) {
        CHECK_MESSAGE(through(kind) == 13, kind);
    }
    for (const std::string kind :
         {"fixed_window", "sliding_window", "sliding_log", "atomic_rate_limiter"}) {
        CHECK_MESSAGE(through(kind) == 10, kind);
    }
}

TEST_CASE("a fixed window that begins with the first request moves the edge, but has it still") {
    FixedWindow::Spec spec;
    spec.limit = 10;
    spec.starts = WindowStart::first_request;
    FixedWindow window(spec, {});
    CHECK(passed(window, sim::Time(900ms), 10) == 10);
    CHECK(passed(window, sim::Time(1s), 10) == 0);
    CHECK(passed(window, sim::Time(1900ms), 1) == 1);
    CHECK(passed(window, sim::Time(2899ms), 10) == 9);
    CHECK(passed(window, sim::Time(2900ms), 10) == 10);
}

TEST_CASE("token_bucket: callers that wait leave at the rate") {
    TokenBucket::Spec spec;
    spec.limit = 3;
    spec.max_wait = 2s;
    TokenBucket bucket(spec, {});
    CHECK(passed(bucket, sim::Time{}, 3) == 3);
    // A third of a second each, rounded up to a nanosecond; the seventh would wait more than 2 s.
    for (int i = 1; i <= 6; ++i) {
        const Permission permission = bucket.ask(sim::Time{}, 1);
        CHECK(permission.granted);
        CHECK(permission.wait == sim::Duration((i * 1'000'000'000LL + 2) / 3));
    }
    CHECK(!bucket.ask(sim::Time{}, 1).granted);
}

TEST_CASE("leaky_bucket: a burst passes at the pace of the leak, its first part at once") {
    LeakyBucket::Spec spec;
    spec.limit = 100;
    spec.burst = 20;
    spec.delay = 10;
    LeakyBucket bucket(spec, {});
    for (int i = 0; i <= 20; ++i) {
        const Permission permission = bucket.ask(sim::Time(1s), 1);
        CHECK(permission.granted);
        CHECK(permission.wait == std::max(0, i - 10) * 10ms);
    }
    CHECK(!bucket.ask(sim::Time(1s), 1).granted);
}

TEST_CASE("atomic_rate_limiter: a caller that gets nothing waits the timeout out all the same") {
    AtomicRateLimiter::Spec spec;
    spec.limit = 1;
    spec.period = 10s;
    AtomicRateLimiter limiter(spec, {});
    CHECK(limiter.ask(sim::Time{}, 1).granted);
    const Permission refused = limiter.ask(sim::Time{}, 1);
    CHECK(!refused.granted);
    CHECK(refused.wait == 5s);
}
