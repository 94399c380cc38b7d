#include "models/servers/cores.h"

#include <algorithm>

#include "models/servers/server.h"
#include "sim/sleep.h"

namespace models {

Cores::Cores(const Server& server, std::uint32_t index)
    : cpu_(server.context().scheduler(), server.spec().scheduling, server.spec().cores),
      server_(server),
      own_speed_(speed_of(server.spec().instances, index)) {
    const Server::Spec& spec = server.spec();
    if (spec.cpu_limit) {
        quota_ = std::make_unique<CpuQuota>(server.context().scheduler(), cpu_, *spec.cpu_limit,
                                            static_cast<Throttled&>(*this));
    }
    if (spec.noisy_neighbours) neighbours_.run(suffer_neighbours(index));
}

void Cores::collector_takes(double share) {
    collecting_ = share;
    settle_speed();
}

void Cores::resize(Milli size) {
    worked_ = worked();
    busy_before_ = cpu_.busy();
    const Milli cores = std::max<Milli>(1, (size + 999) / 1000);
    cpu_.set_cores(static_cast<std::uint32_t>(cores), static_cast<std::uint32_t>(size / cores));
    share_ = static_cast<double>(size) / (1000 * static_cast<double>(cores));
    settle_speed();
}

void Cores::become(double slower) {
    version_ = slower;
    settle_speed();
}

// What a core has of a core: its quota's share, less what the collector and the other cores take.
void Cores::settle_speed() {
    const Server::Spec& spec = server_.spec();
    const std::optional<HeapSpec>& heap = spec.heap;
    const double cost = heap && heap->string_deduplication ? heap->deduplication_cost.value : 0;
    const Scalability scalability = spec.scalability.value_or(Scalability{});
    const double speed = own_speed_ * share_ * (1 - cost) * (1 - stolen_) * (1 - collecting_) *
                         scalability.speed(cpu_.cores());
    cpu_.set_speed(state_.set_base(speed / version_));
}

// Noisy and quiet in turn; it begins somewhere in a quiet time.
sim::Task<void> Cores::suffer_neighbours(std::uint32_t index) {
    sim::Scheduler& scheduler = server_.context().scheduler();
    const StealSpec& spec = *server_.spec().noisy_neighbours;
    const sim::Distribution noisy = spec.noisy.build();
    const sim::Distribution quiet = spec.quiet.build();
    sim::Draws draws(sim::request_key(server_.context().stream("neighbours"), index));
    if (!draws.chance(spec.instances.value)) co_return;
    double first = draws.uniform();
    for (;;) {
        const sim::Duration pause = quiet.sample_duration(draws);
        co_await sim::sleep(scheduler, sim::from_seconds(first * sim::seconds(pause)));
        first = 1;
        stolen_ = spec.share.value;
        settle_speed();
        const sim::Duration noise = noisy.sample_duration(draws);
        co_await sim::sleep(scheduler,
                            std::max<sim::Duration>(noise, std::chrono::milliseconds(10)));
        stolen_ = 0;
        settle_speed();
    }
}

sim::Use Cores::use() const {
    sim::Use use = cpu_.use();
    if (!quota_) return use;
    const double quota = std::min(*server_.spec().cpu_limit, use.size);
    use.full = static_cast<std::uint64_t>(static_cast<double>(use.in_use) / quota);
    use.size = quota;
    return use;
}

}  // namespace models
