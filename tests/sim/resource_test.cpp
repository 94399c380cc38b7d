// What one can wait for, over time: integrals that are exact, and slices that cost nothing when
// nothing is used.
#include <doctest/doctest.h>

#include <chrono>

#include "sim/area.h"
#include "sim/cpu.h"
#include "sim/recorder.h"
#include "sim/resource.h"
#include "sim/scheduler.h"
#include "sim/semaphore.h"
#include "sim/sleep.h"
#include "sim/task.h"

using namespace sim;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

Task<void> hold(Scheduler& scheduler, Semaphore& slots, Duration time) {
    const Permit place = co_await slots.take();
    co_await sleep(scheduler, time);
}

}  // namespace

TEST_CASE("an area is the integral of its number, whenever it is asked") {
    Area area;
    area.change(3, Time(1s));
    CHECK(area.until(Time(1s), 3) == 0);
    area.change(-1, Time(2s));
    CHECK(area.until(Time(4s), 2) == 7 * kSecond);  // 3 for a second, 2 for two
}

TEST_CASE("one place, held for 2 s by each of two: held 4 s, full 4 s, waited for 2 s") {
    Scheduler scheduler;
    Semaphore slots(scheduler, 1);
    Receiver<void> first, second;
    first.start(hold(scheduler, slots, 2s));
    second.start(hold(scheduler, slots, 2s));
    scheduler.run_until(Time(10s));
    const Use use = slots.use();
    CHECK(use.size == 1);
    CHECK(use.in_use == 4 * kSecond);
    CHECK(use.full == 4 * kSecond);
    CHECK(use.waiting == 2 * kSecond);
    CHECK(use.taken == 2);
}

TEST_CASE("a resource is named after its row, and grows by the row's parameter unless told") {
    constexpr Resource kRow =
        resource("connections to <node>", ResourceKind::places, Unit::count, "A call holds one.",
                 "The call's answer.", {.parameter = "pools.<number>.size"});
    const DeclaredResource plain = declared(kRow, {.to = "db"});
    CHECK(plain.name == "connections to db");
    CHECK(plain.to == "db");
    CHECK(plain.parameter == "pools.<number>.size");
    const DeclaredResource told = declared(kRow, {.name = "a", .to = "b", .parameter = "pools.0"});
    CHECK(told.name == "connections to a");
    CHECK(told.parameter == "pools.0");
    CHECK(told.row.doc == "A call holds one.");
}

TEST_CASE("what a node has is of the row that it declared") {
    static constexpr Resource kRow = resource("permits", ResourceKind::places, Unit::count,
                                              "A call holds one.", "The call's answer.");
    Scheduler scheduler;
    Recorder recorder(scheduler, 1s);
    Meter& meter = recorder.add_node("a", "kind");
    meter.declare({{}, {&kRow}, {}});
    Semaphore permits(scheduler, 3);
    meter.only_resource("permits", permits);
    const Recording recording = recorder.finish({});
    const auto& resources = recording.nodes.front().resources;
    REQUIRE(resources.size() == 2);  // its requests are the first
    CHECK(resources[1].declared.row.freed == "The call's answer.");
}
