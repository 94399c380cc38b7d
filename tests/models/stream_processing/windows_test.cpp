// Watermarks and windows: models/stream_processing/watermarks.h, windows.h.
#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include "models/stream_processing/watermarks.h"
#include "models/stream_processing/windows.h"

using namespace std::chrono_literals;
using models::streaming::Aggregate;
using models::streaming::FiredWindow;
using models::streaming::kNoWatermark;
using models::streaming::StreamEvent;
using models::streaming::Watermarks;
using models::streaming::Windows;

namespace {

sim::Time second_at(double second) {
    return sim::Time(sim::from_seconds(second));
}

// Exact, for whole ones.
double window_seconds(sim::Time time) {
    return static_cast<double>(time.time_since_epoch().count()) / 1e9;
}

StreamEvent sale_at(double second, std::uint64_t key = 7, std::uint32_t user = 1,
                    std::uint32_t bytes = 10) {
    StreamEvent event;
    event.time = second_at(second);
    event.key = key;
    event.user = user;
    event.bytes = bytes;
    return event;
}

// What is told, in order: from, to, value.
struct HeardWindows {
    std::vector<std::vector<double>> all;
    Windows::Fire fire() {
        return [this](const FiredWindow& window) {
            all.push_back({window_seconds(window.start), window_seconds(window.end),
                           static_cast<double>(window.value)});
        };
    }
    using Rows = std::vector<std::vector<double>>;
};

}  // namespace

TEST_CASE("a watermark is the least of what partitions have seen, less the bound") {
    Watermarks marks(5s, std::nullopt);
    marks.begin(2, second_at(0));
    marks.saw(0, second_at(100), second_at(100));
    // Nothing is known of the other.
    CHECK(marks.advance(second_at(100)) == kNoWatermark);
    marks.saw(1, second_at(40), second_at(101));
    CHECK(marks.advance(second_at(101)) == second_at(35));
    marks.saw(1, second_at(90), second_at(102));
    CHECK(marks.advance(second_at(102)) == second_at(85));
    // It never goes back, whatever comes.
    marks.saw(1, second_at(20), second_at(103));
    CHECK(marks.advance(second_at(103)) == second_at(85));
}

TEST_CASE("an idle partition holds nobody up, and with all idle the watermark stands still") {
    Watermarks marks(5s, 30s);
    marks.begin(2, second_at(0));
    marks.saw(0, second_at(29), second_at(29.5));
    CHECK(marks.advance(second_at(29.9)) == kNoWatermark);
    CHECK(marks.advance(second_at(30)) == second_at(24));
    CHECK(marks.advance(second_at(100)) == second_at(24));
    // It is back, and does not take the others' time.
    marks.saw(1, second_at(10), second_at(101));
    CHECK(marks.advance(second_at(101)) == second_at(24));
    marks.saw(0, second_at(101), second_at(101));
    marks.saw(1, second_at(100), second_at(101));
    CHECK(marks.advance(second_at(101)) == second_at(95));
}

TEST_CASE("a tumbling window has what is from its start to before its end") {
    HeardWindows heard;
    Windows windows({10s, 10s, {}}, Aggregate::count, {});
    for (const double each : {0.0, 9.999, 10.0, 3.0}) {
        CHECK(windows.add(sale_at(each), kNoWatermark, heard.fire()));
    }
    CHECK(windows.size() == 2);
    windows.advance(second_at(9.999), heard.fire());
    CHECK(heard.all.empty());
    windows.advance(second_at(10), heard.fire());
    CHECK(heard.all == HeardWindows::Rows{{0, 10, 3}});
    // Its window is over: it is late, and what is in the open one is not touched.
    CHECK(!windows.add(sale_at(5), second_at(10), heard.fire()));
    windows.advance(second_at(20), heard.fire());
    CHECK(heard.all == HeardWindows::Rows{{0, 10, 3}, {10, 20, 1}});
    CHECK(windows.size() == 0);
}

TEST_CASE("a sliding window: each event is in size / slide of them") {
    HeardWindows heard;
    Windows windows({30s, 10s, {}}, Aggregate::sum_of_bytes, {});
    windows.add(sale_at(35, 7, 1, 100), kNoWatermark, heard.fire());
    windows.add(sale_at(45, 7, 1, 11), kNoWatermark, heard.fire());
    windows.advance(second_at(1000), heard.fire());
    CHECK(heard.all ==
          HeardWindows::Rows{{10, 40, 100}, {20, 50, 111}, {30, 60, 111}, {40, 70, 11}});
    // Late for the first two, in time for the third.
    HeardWindows late;
    Windows others({30s, 10s, {}}, Aggregate::count, {});
    CHECK(others.add(sale_at(35), second_at(55), late.fire()));
    others.advance(second_at(1000), late.fire());
    CHECK(late.all == HeardWindows::Rows{{30, 60, 1}});
}

TEST_CASE("within the allowed lateness a window is told again, and after it forgotten") {
    HeardWindows heard;
    Windows windows({10s, 10s, {}}, Aggregate::count, 5s);
    windows.add(sale_at(1), kNoWatermark, heard.fire());
    windows.advance(second_at(10), heard.fire());
    CHECK(windows.add(sale_at(2), second_at(14.9), heard.fire()));
    CHECK(heard.all == HeardWindows::Rows{{0, 10, 1}, {0, 10, 2}});
    windows.advance(second_at(15), heard.fire());
    CHECK(windows.size() == 0);
    CHECK(!windows.add(sale_at(3), second_at(15), heard.fire()));
    CHECK(heard.all.size() == 2);
}

TEST_CASE("what is distinct is counted once for each window and key, and kept in the state") {
    HeardWindows heard;
    Windows windows({10s, 10s, {}}, Aggregate::distinct_users, {});
    for (const std::uint32_t user : {1u, 2u, 1u, 3u, 2u}) {
        windows.add(sale_at(1, 7, user), kNoWatermark, heard.fire());
    }
    windows.add(sale_at(1, 8, 1), kNoWatermark, heard.fire());
    CHECK(windows.size() == 2 + 4);
    windows.advance(second_at(10), heard.fire());
    CHECK(heard.all == HeardWindows::Rows{{0, 10, 3}, {0, 10, 1}});
    CHECK(windows.size() == 0);
}

TEST_CASE("a session ends when nothing comes for its gap, and one event can make two of them one") {
    HeardWindows heard;
    Windows windows({{}, {}, 10s}, Aggregate::count, {});
    windows.add(sale_at(0), kNoWatermark, heard.fire());
    windows.add(sale_at(5), kNoWatermark, heard.fire());
    windows.add(sale_at(25), kNoWatermark, heard.fire());
    windows.add(sale_at(100), kNoWatermark, heard.fire());
    windows.add(sale_at(5, 8), kNoWatermark, heard.fire());
    CHECK(windows.size() == 4);
    // From 5 + 10 to 25.
    windows.add(sale_at(15), kNoWatermark, heard.fire());
    CHECK(windows.size() == 3);
    windows.advance(second_at(34), heard.fire());
    CHECK(heard.all == HeardWindows::Rows{{5, 15, 1}});
    windows.advance(second_at(35), heard.fire());
    CHECK(heard.all.back() == std::vector<double>{0, 35, 4});
    windows.advance(second_at(110), heard.fire());
    CHECK(heard.all.back() == std::vector<double>{100, 110, 1});
    CHECK(windows.size() == 0);
    CHECK(!windows.add(sale_at(99), second_at(110), heard.fire()));
}

TEST_CASE("a late event that touches a session which is there is in it") {
    HeardWindows heard;
    Windows windows({{}, {}, 10s}, Aggregate::count, 20s);
    windows.add(sale_at(30), kNoWatermark, heard.fire());
    windows.advance(second_at(45), heard.fire());
    CHECK(heard.all == HeardWindows::Rows{{30, 40, 1}});
    // By itself it would be over: 22 + 10 + 20 is after 45, and it is told with the other.
    CHECK(windows.add(sale_at(22), second_at(45), heard.fire()));
    CHECK(heard.all == HeardWindows::Rows{{30, 40, 1}, {22, 40, 2}});
    CHECK(!windows.add(sale_at(2), second_at(45), heard.fire()));
}

TEST_CASE("in whichever order events come, windows are the same as long as none is late") {
    using Told = std::map<std::pair<std::uint64_t, double>, std::vector<double>>;
    const auto told = [](std::uint64_t seed) {
        sim::Draws draws(seed);
        std::vector<StreamEvent> events;
        sim::Draws same(99);
        for (int each = 0; each < 300; ++each) {
            events.push_back(sale_at(same.uniform() * 200, same.below(5),
                                     static_cast<std::uint32_t>(same.below(4))));
        }
        for (std::size_t each = events.size(); each > 1; --each) {
            std::swap(events[each - 1], events[draws.below(each)]);
        }
        Told all;
        for (const auto aggregate : {Aggregate::count, Aggregate::distinct_users}) {
            Windows windows({{}, {}, 3s}, aggregate, {});
            const auto put = [&](const FiredWindow& window) {
                all[{window.key, window_seconds(window.start)}].push_back(
                    static_cast<double>(window.value));
            };
            for (const StreamEvent& each : events) windows.add(each, kNoWatermark, put);
            windows.advance(second_at(1000), put);
            CHECK(windows.size() == 0);
        }
        return all;
    };
    const Told first = told(1);
    CHECK(first.size() > 50);
    CHECK(first == told(2));
    CHECK(first == told(3));
}
