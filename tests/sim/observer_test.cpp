// What is kept of spans while a run goes on, and what comes of it in the recording.
#include "sim/observer.h"

#include <doctest/doctest.h>

#include <deque>
#include <set>

#include "sim/scheduler.h"

namespace {

using sim::Observer;
using sim::Outcome;
using sim::SpanNumber;

constexpr sim::Cause kFault{1};

Observer::Plan plan_for(std::uint32_t most) {
    Observer::Plan plan;
    plan.share = 1;
    plan.traces = most;
    plan.spans = 100;
    plan.length = std::chrono::seconds(1);
    return plan;
}

struct Spans {
    sim::Scheduler scheduler;
    Observer observer;
    sim::NameId name = observer.name("call");

    explicit Spans(std::uint32_t most) : observer(scheduler, plan_for(most), 1) {}

    SpanNumber begin(std::uint64_t request) {
        return observer.begin_trace(request, scheduler.now(), {sim::SpanKind::client, 0, name});
    }
    SpanNumber within(SpanNumber parent) {
        return observer.begin(parent, {sim::SpanKind::server, 1, name});
    }
    void end(SpanNumber span, Outcome outcome = Outcome::succeeded) {
        const bool failed = outcome != Outcome::succeeded;
        observer.end(span, outcome, failed ? kFault : sim::Cause::none);
    }
};

}  // namespace

TEST_CASE("memory of spans is that of the traces kept and those under way, however many come") {
    constexpr std::uint32_t kMost = 40;
    constexpr std::uint32_t kUnderWay = 25;
    constexpr std::uint32_t kSpans = 50;  // of a request, in 4 blocks
    Spans spans(kMost);
    std::deque<SpanNumber> open;
    for (std::uint64_t request = 0; request < 20'000; ++request) {
        const SpanNumber root = spans.begin(request);
        REQUIRE(root != 0);
        for (std::uint32_t i = 1; i < kSpans; ++i) spans.end(spans.within(root));
        open.push_back(root);
        if (open.size() < kUnderWay) continue;
        spans.end(open.front());
        open.pop_front();
    }
    constexpr std::size_t kSlab = 32;  // they are made so many at a time
    CHECK(spans.observer.span_blocks() < (kMost + kUnderWay + 1) * 4 + kSlab);
    const sim::Observed observed = spans.observer.finish();
    CHECK(observed.chosen == 20'000);
    CHECK(observed.kept == kMost);
    CHECK(observed.traces.size() == kMost);
    CHECK(observed.spans.size() == kMost * kSpans);
}

TEST_CASE(
    "no more are under way at a time than may be kept, and it is said how many were not seen") {
    Spans spans(10);
    for (std::uint64_t request = 0; request < 30; ++request) {
        CHECK((spans.begin(request) != 0) == (request < 10));
    }
    const sim::Observed observed = spans.observer.finish();
    CHECK(observed.no_room == 20);
    CHECK(observed.kept == 10);
}

TEST_CASE("whoever has a span of a request that was let go says nothing of any other") {
    Spans spans(1);
    const SpanNumber first = spans.begin(0);
    const SpanNumber within = spans.within(first);
    spans.scheduler.run_until(sim::Time(std::chrono::milliseconds(1)));
    spans.end(first);  // 1 ms: there is room for one
    const SpanNumber other = spans.begin(1);
    spans.scheduler.run_until(sim::Time(std::chrono::milliseconds(5)));
    spans.end(other);  // 4 ms: kept instead
    spans.end(within, Outcome::failed);
    CHECK(spans.within(within) == 0);
    spans.observer.spent(within, sim::Spent::service, sim::Time{}, spans.scheduler.now());
    spans.observer.served_by(within, {1, 3, "replica"});
    spans.observer.attribute(within, {spans.name, std::int64_t{1}});
    spans.observer.event(within, spans.name);
    const sim::Observed observed = spans.observer.finish();
    REQUIRE(observed.spans.size() == 1);
    CHECK(observed.spans[0].attributes.first == sim::kNoEntry);
    CHECK(observed.spans[0].events.first == sim::kNoEntry);
}

TEST_CASE("work left behind is kept with the request that left it") {
    Spans spans(2);
    for (std::uint64_t request = 0; request < 50; ++request) {
        const SpanNumber root = spans.begin(request);
        spans.end(root);
        const SpanNumber later = spans.observer.begin_linked(root, {sim::SpanKind::internal, 1, 0});
        if (later == 0) continue;  // it was not kept
        spans.end(spans.within(later));
        spans.end(later);
    }
    const sim::Observed observed = spans.observer.finish();
    CHECK(observed.kept == 2);
    REQUIRE(observed.traces.size() == 4);
    REQUIRE(observed.spans.size() == 6);
    std::set<std::uint64_t> ids;
    for (std::size_t i = 0; i < observed.spans.size(); ++i) {
        const sim::Span& span = observed.spans[i];
        ids.insert(span.id);
        CHECK((span.parent == 0 || observed.spans[span.parent - 1].trace == span.trace));
        CHECK((span.link == 0 ||
               observed.traces[observed.spans[span.link - 1].trace].root == span.link));
    }
    CHECK(ids.size() == observed.spans.size());
}

TEST_CASE("attributes and events of those kept are theirs") {
    Spans spans(3);
    for (std::uint64_t request = 0; request < 40; ++request) {
        const SpanNumber root = spans.begin(request);
        spans.observer.attribute(root, {spans.name, static_cast<std::int64_t>(request)});
        spans.observer.event(root, spans.name, {{spans.name, static_cast<std::int64_t>(request)}});
        spans.end(root);
    }
    const sim::Observed observed = spans.observer.finish();
    REQUIRE(observed.spans.size() == 3);
    CHECK(observed.attributes.size() == 6);
    for (std::size_t i = 0; i < 3; ++i) {
        const sim::Span& span = observed.spans[i];
        const sim::AttributeEntry& own = observed.attributes[span.attributes.first];
        const sim::EventEntry& event = observed.events[span.events.first];
        CHECK(own.bits == observed.attributes[event.attributes.first].bits);
        CHECK(own.next == sim::kNoEntry);
        CHECK(event.next == sim::kNoEntry);
    }
}
