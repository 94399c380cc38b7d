// The pending events, whoever looks at what is next before it is due: sim/event_list.h.
#include "sim/event_list.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

// A bucket far away is open, as somebody has looked at what is next, when so much is scheduled
// before it that it is spread over buckets again: those are named by where they are, not by what
// was last.
TEST_CASE("events that are scheduled before the next one, many at once, come in their order") {
    sim::EventList list;
    std::uint64_t tie = 0;
    const auto push = [&](std::uint64_t time) { list.push({time, ++tie}); };
    constexpr std::uint64_t kFar = (std::uint64_t{1} << 24) + 4096;
    constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();
    push(1000);
    for (std::uint64_t i = 0; i < 500; ++i) push(kFar + 5000 * i);
    sim::Entry entry;
    REQUIRE(list.pop_until(kAll, entry));
    CHECK(list.top().time == kFar);
    for (std::uint64_t i = 0; i < 2000; ++i) push(1001 + 3 * i);
    for (std::uint64_t i = 0; i < 200; ++i) push((std::uint64_t{1} << 18) + 4096 * i);
    std::uint64_t last = entry.time;
    std::size_t popped = 0;
    for (; list.pop_until(kAll, entry); ++popped) {
        CHECK(entry.time >= last);
        last = entry.time;
    }
    CHECK(popped == 500 + 2000 + 200);
}
