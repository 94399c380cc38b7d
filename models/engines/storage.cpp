#include "models/engines/storage.h"

#include <algorithm>

#include "models/engines/engine_usages.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

Storage::Storage(const StorageSpec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      miss_ratio_(spec.miss_ratio()),
      latency_(spec.read_latency.build()),
      draws_(context.stream("pages")),
      device_(context.scheduler(), sim::Discipline::fcfs, spec.queue_depth) {
    if (spec.iops) turn_ = sim::from_seconds(1 / spec.iops->per_second);
}

Reply Storage::read(Request request, std::uint64_t pages) {
    sim::Draws draws(sim::request_key(draws_, request.identity));
    for (std::uint64_t page = 0; page < pages; ++page) {
        ++asked_;
        if (draws.uniform() < miss_ratio_) co_await read_from_device(request, draws);
    }
    co_return Response{};
}

sim::Task<void> Storage::read_from_device(const Request& request, sim::Draws& draws) {
    ++misses_;
    const sim::Time wanted = context_.now();
    co_await sim::sleep_until(context_.scheduler(), next_turn());
    const sim::Duration for_turn = context_.now() - wanted;
    const sim::Duration waited = for_turn + co_await device_.work(latency_.sample_duration(draws));
    context_.meter.spent_at(request.endpoint, Spent::queueing, waited);
    context_.meter.spent_at(request.endpoint, Spent::service, context_.now() - wanted - waited);
    worked_in(context_.world, request, wanted, waited);
}

sim::Time Storage::next_turn() {
    const sim::Time turn = std::max(context_.now(), next_);
    next_ = turn + turn_;
    turns_ += turn_;
    waited_turns_ += turn - context_.now();
    return turn;
}

// Turns count when they are given, so what is in use now is less by those that are to come.
sim::Use Storage::use() const {
    if (turn_ <= sim::Duration::zero()) return device_.use();
    const sim::Duration ahead = std::max(next_ - context_.now(), sim::Duration::zero());
    const auto used = static_cast<std::uint64_t>((turns_ - ahead).count());
    return {1, used, static_cast<std::uint64_t>(waited_turns_.count()), used, misses_, 0};
}

void Storage::begin_measuring() {
    asked_ = misses_ = 0;
    busy_before_ = device_.busy();
}

void Storage::finish(sim::NodeRecord& record) const {
    context_.meter.used(kDeviceReads.item, static_cast<double>(misses_));
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const auto per_second = [&](double count) { return measured > 0 ? count / measured : 0; };
    const double asked = asked_ > 0 ? static_cast<double>(asked_) : 1;
    const double busy = sim::seconds(device_.busy() - busy_before_);
    record.measures.push_back({"buffer_hit_ratio", "1", 1 - static_cast<double>(misses_) / asked});
    record.measures.push_back({"page_reads", "/s", per_second(static_cast<double>(misses_))});
    record.measures.push_back({"device_in_use", "1", per_second(busy) / spec_.queue_depth});
}

}  // namespace models
