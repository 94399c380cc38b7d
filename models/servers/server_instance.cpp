#include "models/servers/server_instance.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "models/network/links.h"
#include "models/servers/fleet.h"

namespace models {

namespace {

// On a machine of its own, in one of its zones in turn; nowhere until a cluster has placed it.
PlaceId place_of(const Server& server, std::uint32_t index) {
    if (Links* const network = server.context().world.network) {
        return network->place_of(server.context().name, index);
    }
    return PlaceId{server.spec().zone_number(index)};
}

std::optional<sim::Distribution> work_factor_of(const Server& server, std::uint32_t index) {
    const InstanceDifference* const own = difference_of(server.spec().instances, index);
    if (own == nullptr || !own->work_factor) return std::nullopt;
    return own->work_factor->build();
}

std::uint16_t zone_of(const Server& server, PlaceId place) {
    if (place == kNowhere) return 0;
    const Links* const network = server.context().world.network;
    return network != nullptr ? network->number_of(place) : static_cast<std::uint16_t>(place);
}

}  // namespace

ServerInstance::ServerInstance(Server& server, std::uint32_t index)
    : server_(server),
      world_(server.context_.world),
      meter_(server.context_.meter),
      index_(index),
      place_(place_of(server, index)),
      zone_(zone_of(server, place_)),
      writes_(server.spec_.disk || server.spec_.logging),
      threads_(world_.scheduler, server.spec_.threads),
      cores_(server, index),
      idle_(world_.scheduler, true),
      memory_(server, *this, cores_),
      rules_(server.spec_.shedding, sim::request_key(server.context_.stream("shedding"), index)),
      background_(world_.scheduler, server.spec_.background.threads) {
    const Server::Spec& spec = server.spec_;
    has_rules_ = !rules_.empty();
    work_factor_ = work_factor_of(server, index);
    if (spec.slow_request) {
        slow_log_ = std::make_unique<SlowLog>(server.context_, *spec.slow_request,
                                              fmt::format("{}[{}]", server.context_.name, index));
    }
    if (server.context_.is_injected) injection_ = std::make_unique<Injection>(world_.scheduler);
    if (spec.disk) disk_.emplace(*spec.disk);
}

void ServerInstance::start() {
    if (!pools_.empty()) return;
    for (const ConnectionPoolSpec& spec : server_.spec_.pools) {
        Node& node = world_.directory.node(spec.to.node);
        pools_.push_back(
            std::make_unique<ConnectionPool>(server_.context_, spec, node.connection_limit()));
        if (is_up()) pools_.back()->open(true);
    }
}

void ServerInstance::dismiss() {
    cores_.dismiss();
    for (const auto& pool : pools_) pool->dismiss();
}

void ServerInstance::begin_measuring() {
    requests_before_ = requests_;
    busy_before_ = worked();
    counts_ = {};
    if (disk_) counts_.disk_busy_s = sim::seconds(disk_->backlog(world_.scheduler.now()));
    memory_.begin_measuring();
    for (const auto& pool : pools_) pool->usage().restart(world_.scheduler.now());
}

void ServerInstance::count(Counts& into) {
    into.periods += cores_.periods();
    into.throttled += cores_.throttled();
    into.out_of_descriptors += counts_.out_of_descriptors;
    into.descriptors_peak = std::max(into.descriptors_peak, counts_.descriptors_peak);
    into.pool_timeouts += counts_.pool_timeouts;
    into.background_peak = std::max(into.background_peak, counts_.background_peak);
    into.background_lag = std::max(into.background_lag, counts_.background_lag);
    into.background_rejected += counts_.background_rejected;
    into.disk_full += counts_.disk_full;
    if (disk_) {
        into.disk_busy_s +=
            counts_.disk_busy_s - sim::seconds(disk_->backlog(world_.scheduler.now()));
    }
    into.page_cache = std::max(into.page_cache, memory_.page_cache());
    into.disk_used = std::max(into.disk_used, disk_ ? disk_->used() : 0);
    into.slow += slow_log_ ? slow_log_->kept() : 0;
    for (const auto& pool : pools_) {
        into.pool_waiting_peak = std::max(into.pool_waiting_peak, pool->waiting_peak());
        into.pool_in_use += pool->usage().mean(world_.scheduler.now());
        into.pool_connections += pool->connections();
    }
}

double ServerInstance::pooled_in_use() const {
    double in_use = 0;
    for (const auto& pool : pools_) in_use += static_cast<double>(pool->in_use());
    return in_use;
}

void ServerInstance::become(const Version& version) {
    version_ = version;
    ended_ = failed_ = 0;
    memory_.become();
    restarts_ = Restarts(server_.spec_.lifecycle.restart_back_off,
                         server_.spec_.lifecycle.restart_back_off_limit);
    latencies_ = {};
    if (server_.spec_.disk) {
        counts_.disk_busy_s -= sim::seconds(disk_->backlog(world_.scheduler.now()));
        disk_->renew(world_.scheduler.now());
    }
    cores_.become(version.slower);
}

void ServerInstance::resize(Workload::Size size) {
    cores_.resize(size.cpu);
    memory_.set_limit(size.memory);
}

sim::Gate& ServerInstance::idle() {
    if (!is_idle()) idle_.close();
    return idle_;
}

void ServerInstance::let_go() {
    --held_;
    if (is_idle() && !idle_.is_open()) idle_.open();
}

InstanceSample ServerInstance::vitals() const {
    InstanceSample vitals;
    vitals.busy = worked();
    vitals.memory.count = static_cast<std::uint64_t>(memory_.working_set());
    vitals.out_of_memory = memory_.deaths_of_pod();
    vitals.requests = requests_;
    vitals.in_flight = visits();
    vitals.waiting = threads_.waiting();
    return vitals;
}

// What the cores have, and what those who wait for a thread will want of them.
sim::Duration ServerInstance::backlog() const {
    const sim::Duration time = cpu().backlog();
    if (threads_.waiting() == 0 || time == sim::Duration::max()) return time;
    double work = 0;
    threads_.for_each_waiting([&](const sim::Wake& whom) {
        if (!whom.is_record()) return;
        const auto& call = static_cast<const Call&>(whom.record());
        if (Threading::is_in_line(call, server_)) work += server_.core_seconds_of(call.request);
    });
    const double ahead = work / (cpu().speed() * cpu().cores());
    return ahead < 1e9 ? time + sim::from_seconds(ahead) : sim::Duration::max();
}

// Whoever is here when the instance goes down gets an error at once.
void ServerInstance::take_down() {
    if (!up_.take_down()) return;
    world_.calls.end_all_holding(this, {Outcome::failed, cause::reset});
    for (const auto& pool : pools_) pool->close();
    memory_.stopped();
}

void ServerInstance::bring_up() {
    if (!up_.bring_up()) return;
    memory_.restarted();
    descriptors_leaked_ = 0;
    for (const auto& pool : pools_) pool->open(false);
}

void ServerInstance::kill_process() {
    server_.fleet().kill_process(index_);
}

}  // namespace models
