// Concurrency limits, by samples whose outcome the published formulas give.
#include <doctest/doctest.h>

#include "models/concurrency/aimd.h"
#include "models/concurrency/concurrency_limits.h"
#include "models/concurrency/gradient2.h"
#include "models/concurrency/vegas.h"

using namespace models;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kStream = 1;

// Calls that keep the limit busy.
void add(ConcurrencyLimit& limit, sim::Duration took, int times = 1) {
    for (int i = 0; i < times; ++i) limit.add({took, limit.limit(), false});
}

}  // namespace

TEST_CASE(
    "whatever they learn from, limits stay within their bounds, and idle callers teach none") {
    for (const ConcurrencyLimitChoice& choice : ConcurrencyLimits::each()) {
        const auto limit = ConcurrencyLimits::build(choice, kStream);
        const std::uint32_t initial = limit->limit();
        CHECK(initial == 20);
        for (int i = 0; i < 100; ++i) limit->add({10ms, 1, false});
        CHECK_MESSAGE(limit->limit() == initial, choice.kind());
        sim::Draws draws(7);
        for (int i = 0; i < 100'000; ++i) {
            // Times from a nanosecond to hours, and losses.
            const sim::Duration took(static_cast<std::int64_t>(draws.next() >> (20 + i % 40)));
            limit->add({took, limit->limit(), draws.chance(0.3)});
            if (limit->limit() < 1 || limit->limit() > 1000) {
                FAIL(choice.kind(), " says ", limit->limit());
            }
        }
    }
}

TEST_CASE("aimd: one more for each success, a tenth less for each loss") {
    Aimd::Spec spec;
    spec.initial_limit = 100;
    Aimd limit(spec, kStream);
    add(limit, 10ms, 5);
    CHECK(limit.limit() == 105);
    limit.add({10ms, 105, true});
    CHECK(limit.limit() == 94);  // 94.5, cut off
    add(limit, 6s);              // beyond the timeout
    CHECK(limit.limit() == 84);  // 84.6
    for (int i = 0; i < 100; ++i) limit.add({10ms, 50, true});
    CHECK(limit.limit() == 20);
    add(limit, 10ms, 1000);
    CHECK(limit.limit() == 200);
}

TEST_CASE("gradient2: grows by a fifth of the queue size while calls take as long as ever") {
    Gradient2 limit({}, kStream);
    add(limit, 10ms, 10);
    CHECK(limit.limit() == 28);  // 20 + 10 * 0.2 * 4
    add(limit, 15ms, 10);        // within the tolerance of 1.5
    CHECK(limit.limit() == 36);
    add(limit, 10ms, 10'000);
    CHECK(limit.limit() == 200);
}

TEST_CASE("gradient2: calls that take k times as long settle at queue_size / (1 - gradient)") {
    Gradient2::Spec spec;
    spec.min_limit = 1;
    spec.long_window = 1'000'000;  // so that what is usual stays what it was
    Gradient2 limit(spec, kStream);
    add(limit, 10ms, 1000);
    CHECK(limit.limit() == 200);
    add(limit, 20ms, 200);  // gradient 1.5 / 2: 4 / 0.25; the long average has moved by 0.04 %
    CHECK(limit.limit() == 16);
    add(limit, 100ms, 200);  // never less than half: 4 / 0.5
    CHECK(limit.limit() == 8);
}

TEST_CASE("vegas: the queue it works out decides by how much it moves") {
    // As many in flight as the limit, of which limit * (1 - shortest / took) only wait.
    const auto after = [](std::uint32_t initial, sim::Duration took, bool dropped = false) {
        Vegas::Spec spec;
        spec.initial_limit = initial;
        Vegas limit(spec, kStream);
        limit.add({10ms, initial, false});
        CHECK(limit.limit() == initial);
        limit.add({took, initial, dropped});
        return limit.limit();
    };
    // Up to 99 the logarithm is 1: queues of 0 and 1, 2, 3 and 6, 7.
    CHECK(after(50, 10ms) == 56);
    CHECK(after(50, 10200us) == 56);  // ceil(50 * 0.0196) = 1
    CHECK(after(50, 10400us) == 51);  // ceil(50 * 0.0385) = 2
    CHECK(after(50, 10600us) == 50);  // 3
    CHECK(after(50, 11300us) == 50);  // 6
    CHECK(after(50, 11600us) == 49);  // 7
    CHECK(after(50, 20ms) == 49);
    CHECK(after(50, 20ms, true) == 49);
    CHECK(after(99, 10ms) == 105);
    CHECK(after(100, 10ms) == 112);
    CHECK(after(100, 20ms) == 98);
    CHECK(after(1000, 10ms) == 1000);
    CHECK(after(1000, 20ms) == 997);
}

TEST_CASE("vegas: a path that has become slower is measured anew before long") {
    Vegas limit({}, kStream);
    add(limit, 10ms, 2);
    CHECK(limit.limit() == 26);
    // Twice as long from now on: taken for a queue at first, and for what it is after at most
    // 30 times the limit calls.
    add(limit, 20ms, 20);
    CHECK(limit.limit() < 26);
    add(limit, 20ms, 30 * 26);
    CHECK(limit.limit() > 26);
}
