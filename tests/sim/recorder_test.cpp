// A meter counts what ends, and folds that when a slice is over: none of it may be seen from
// outside.
#include "sim/recorder.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "sim/scheduler.h"

using sim::Cause;
using sim::Duration;
using sim::Outcome;
using sim::Time;
using namespace std::chrono_literals;

namespace {

struct Request {
    Time came;
    Time ended;
    Outcome outcome;
    Cause cause;
    std::uint32_t part;
};

// Requests over eight slices, in the order in which they end.
std::vector<Request> requests() {
    constexpr std::array kOutcomes = {Outcome::succeeded, Outcome::failed, Outcome::rejected,
                                      Outcome::timed_out};
    constexpr std::array kCauses = {Cause::none, Cause{1}, Cause{2}, Cause{3}};
    std::vector<Request> all;
    sim::Draws draws(7);
    Time now{};
    for (int i = 0; i < 1000; ++i) {
        now += Duration(static_cast<std::int64_t>(draws.below(16'000'000)));
        const auto latency = Duration(static_cast<std::int64_t>(draws.below(
            static_cast<std::uint64_t>(std::min<Duration>(now.time_since_epoch(), 1s).count()) +
            1)));
        const std::size_t how = draws.below(4);
        const auto part = static_cast<std::uint32_t>(draws.below(3));
        all.push_back({now - latency, now, kOutcomes[how], kCauses[how],
                       part == 2 ? sim::Meter::kNoPart : part});
    }
    return all;
}

constexpr Time kMeasuredFrom{2'500ms};

struct Office {
    Office() : recorder(scheduler, 1s), meter(recorder.add_node("office", "server")) {
        meter.record().is_client = true;
        meter.split("endpoint", "first");
        meter.split("endpoint", "second");
        meter.promise(300ms);
        recorder.measure_from(kMeasuredFrom);
        recorder.log_every(2s);
    }

    // `look` is called after each.
    template <class Look>
    sim::NodeRecord play(const std::vector<Request>& all, Look look) {
        for (const Request& each : all) {
            scheduler.run_until(each.ended);
            meter.arrived(each.came);
            meter.left(each.came, each.outcome, each.cause, each.part);
            look();
        }
        return recorder.finish({1, 0}).nodes.front();
    }

    sim::Scheduler scheduler;
    sim::Recorder recorder;
    sim::Meter& meter;
};

// The same, worked out from the list.
struct Expected {
    explicit Expected(const std::vector<Request>& all) {
        for (const Request& each : all) {
            const auto slice = static_cast<std::size_t>(each.ended.time_since_epoch() / 1s);
            const Duration latency = each.ended - each.came;
            finished.resize(std::max(finished.size(), slice + 1));
            kept.resize(finished.size());
            slowest.resize(finished.size());
            ++finished[slice];
            const bool succeeded = each.outcome == Outcome::succeeded;
            kept[slice] += succeeded && latency <= 300ms ? 1 : 0;
            slowest[slice] = std::max(slowest[slice], latency);
            if (each.came < kMeasuredFrom) continue;
            ++ended[static_cast<std::size_t>(each.outcome)];
            ++causes[static_cast<std::size_t>(each.cause)];
            of(latencies, succeeded).record(latency);
            if (each.part != sim::Meter::kNoPart) of(parts[each.part], succeeded).record(latency);
        }
    }

    std::vector<std::uint32_t> finished;
    std::vector<std::uint32_t> kept;
    std::vector<Duration> slowest;
    std::array<std::uint64_t, 4> ended{};
    std::array<std::uint64_t, sim::kMostCauses> causes{};
    sim::Latencies latencies;
    std::array<sim::Latencies, 2> parts;

private:
    static sim::Histogram& of(sim::Latencies& latency, bool succeeded) {
        return succeeded ? latency.succeeded : latency.failed;
    }
};

}  // namespace

TEST_CASE("what ended is counted in its slice, its part and since the warm-up") {
    const std::vector<Request> all = requests();
    const Expected expected(all);
    const sim::NodeRecord record = Office().play(all, [] {});
    CHECK(record.totals.ended == expected.ended);
    CHECK(record.causes == expected.causes);
    CHECK(record.latency == expected.latencies);
    REQUIRE(record.slices.size() == expected.finished.size());
    CHECK(record.slices.size() > 7);
    for (std::size_t i = 0; i < record.slices.size(); ++i) {
        CHECK(record.slices[i].finished == expected.finished[i]);
        CHECK(record.slices[i].arrived == expected.finished[i]);
        CHECK(record.slices[i].slowest_us == expected.slowest[i] / 1us);
        CHECK(record.promises.front().kept[i] == expected.kept[i]);
    }
    sim::Latencies logged;
    for (std::size_t i = 0; i < record.log.intervals(); ++i) {
        record.log.add_to(logged.succeeded, i);
        record.failed_log.add_to(logged.failed, i);
    }
    CHECK(logged.succeeded.count() == expected.latencies.succeeded.count());
    CHECK(logged.succeeded.max() == expected.latencies.succeeded.max());
    CHECK(logged.failed.count() == expected.latencies.failed.count());
    CHECK(logged.failed.max() == expected.latencies.failed.max());
    for (std::size_t part = 0; part < 2; ++part) {
        CHECK(record.splits[part].latency == expected.parts[part]);
    }
}

TEST_CASE("whoever asks in the middle of a slice is told all, and changes nothing") {
    const std::vector<Request> all = requests();
    const sim::NodeRecord unseen = Office().play(all, [] {});
    Office office;
    std::uint64_t asked = 0;
    const sim::NodeRecord seen = office.play(all, [&] {
        if (++asked % 7 != 0) return;
        std::uint64_t finished = 0;
        office.meter.record().slices.for_each(
            [&](std::size_t, const sim::Slice& slice) { finished += slice.finished; });
        REQUIRE(finished == asked);
    });
    CHECK(seen.totals == unseen.totals);
    CHECK(seen.latency == unseen.latency);
    for (std::size_t i = 0; i < seen.slices.size(); ++i) {
        CHECK(seen.slices[i].by_latency == unseen.slices[i].by_latency);
        // Sums of other groups are rounded elsewhere, in the last bits.
        CHECK(seen.slices[i].latency_sum_s ==
              doctest::Approx(unseen.slices[i].latency_sum_s).epsilon(1e-12));
    }
}

TEST_CASE("what is in flight is counted, so that a request that is lost breaks the law") {
    const auto play = [](bool loses) {
        Office office;
        office.scheduler.run_until(Time(3s));
        for (int i = 0; i < 10; ++i) office.meter.arrived(Time(3s));
        office.scheduler.run_until(Time(4s));
        for (int i = 0; i < 6; ++i) office.meter.left(Time(3s), Outcome::succeeded, Cause::none);
        // Planted: one of those that ended goes missing where they are added up.
        if (loses) --office.meter.record().totals.ended[0];
        return office.recorder.finish({1, 0}).nodes.front();
    };
    const sim::NodeRecord whole = play(false);
    CHECK(whole.totals.in_flight == 4);
    CHECK(whole.totals.is_conserved());
    CHECK(whole.totals.censored() == 0.4);
    const sim::NodeRecord lossy = play(true);
    CHECK(lossy.totals.in_flight == 4);
    CHECK_FALSE(lossy.totals.is_conserved());
}

TEST_CASE("what began in the warm-up and ended after it is served, but is in no latency") {
    Office office;
    office.meter.arrived(Time(0s), false);
    office.meter.arrived(Time(0s), false);
    office.scheduler.run_until(Time(1s));
    office.meter.left(Time(0s), Outcome::succeeded, Cause::none);
    office.scheduler.run_until(kMeasuredFrom);
    office.recorder.begin_measuring();
    office.scheduler.run_until(Time(4s));
    office.meter.left(Time(0s), Outcome::succeeded, Cause::none);
    office.meter.arrived(Time(4s), false);
    office.scheduler.run_until(Time(5s));
    office.meter.left(Time(4s), Outcome::rejected, Cause{2});
    const sim::NodeRecord record = office.recorder.finish({1, 0}).nodes.front();
    CHECK(record.totals.served(Outcome::succeeded) == 1);
    CHECK(record.totals.served() == 2);
    CHECK(record.totals.carried.time == 4s);
    CHECK(record.totals.is_conserved());
    CHECK(record.latency.succeeded.empty());
    CHECK(record.latency.failed.count() == 1);
    // One of 1.5 s and one of a second, in 2.5 s.
    CHECK(record.in_flight_mean == doctest::Approx(1));
}
