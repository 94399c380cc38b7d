#include "models/servers/server_instance.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "models/network/links.h"
#include "models/servers/fleet.h"
#include "sim/sleep.h"

namespace models {

namespace {

// Requests take their memory in the heap, if there is one.
MemoryAccount::Plan memory_plan(const Server::Spec& spec) {
    MemoryAccount::Plan plan;
    plan.base = static_cast<double>(spec.base_memory.count);
    plan.stack = static_cast<double>(spec.stack_per_thread.count);
    plan.threads = spec.threads;
    const sim::Bytes per_request =
        spec.heap ? spec.heap->native_per_request : spec.memory_per_request;
    plan.per_request = static_cast<double>(per_request.count);
    plan.is_returned = spec.memory_returned;
    plan.heap_limit = spec.heap ? static_cast<double>(spec.heap->xmx.count) : 0;
    return plan;
}

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
      own_speed_(speed_of(server.spec().instances, index)),
      writes_(server.spec_.disk || server.spec_.logging),
      threads_(world_.scheduler, server.spec_.threads),
      cpu_(world_.scheduler, server.spec_.scheduling, server.spec_.cores),
      idle_(world_.scheduler, true),
      memory_(memory_plan(server.spec_), server.spec_.memory),
      rules_(server.spec_.shedding, sim::request_key(server.context_.stream("shedding"), index)),
      memory_timer_(world_.scheduler),
      background_(world_.scheduler, server.spec_.background.threads) {
    const Server::Spec& spec = server.spec_;
    has_rules_ = !rules_.empty();
    work_factor_ = work_factor_of(server, index);
    if (spec.cpu_limit) {
        quota_ = std::make_unique<CpuQuota>(world_.scheduler, cpu_, *spec.cpu_limit,
                                            static_cast<Throttled&>(*this));
    }
    if (spec.slow_request) {
        slow_log_ = std::make_unique<SlowLog>(server.context_, *spec.slow_request,
                                              fmt::format("{}[{}]", server.context_.name, index));
    }
    if (server.context_.is_injected) injection_ = std::make_unique<Injection>(world_.scheduler);
    if (spec.disk) disk_.emplace(*spec.disk);
    if (spec.noisy_neighbours) crew_.run(suffer_neighbours());
    if (!server.spec_.heap) return;
    memory_line_ = &meter_.timeline("heap_used", "bytes");
    gc_line_ = &meter_.timeline("collecting", "");
    heap_ =
        std::make_unique<Heap>(world_.scheduler, *server.spec_.heap, static_cast<Heaped&>(*this));
    memory_.set_heap(*heap_);
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
    crew_.dismiss();
    for (const auto& pool : pools_) pool->dismiss();
}

void ServerInstance::begin_measuring() {
    requests_before_ = requests_;
    busy_before_ = worked();
    counts_ = {};
    if (disk_) counts_.disk_busy_s = sim::seconds(disk_->backlog(world_.scheduler.now()));
    logged_before_ = logged_;
    memory_.begin_measuring();
    if (heap_) heap_->begin_measuring();
    for (const auto& pool : pools_) pool->usage().restart(world_.scheduler.now());
}

void ServerInstance::count(Counts& into) {
    if (quota_) {
        into.periods += quota_->periods();
        into.throttled += quota_->throttled();
    }
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
    former_deaths_ = kills_ + deaths_;
    restarts_ = Restarts(server_.spec_.lifecycle.restart_back_off,
                         server_.spec_.lifecycle.restart_back_off_limit);
    latencies_ = {};
    if (server_.spec_.disk) {
        counts_.disk_busy_s -= sim::seconds(disk_->backlog(world_.scheduler.now()));
        disk_->renew(world_.scheduler.now());
    }
    settle_speed();
}

// What a core has of a core: its quota's share, less what the collector and the other cores take.
void ServerInstance::settle_speed() {
    const std::optional<HeapSpec>& heap = server_.spec_.heap;
    const double cost = heap && heap->string_deduplication ? heap->deduplication_cost.value : 0;
    const Scalability scalability = server_.spec_.scalability.value_or(Scalability{});
    const double speed = own_speed_ * core_share_ * (1 - cost) * (1 - stolen_) * (1 - collecting_) *
                         scalability.speed(cpu_.cores());
    cpu_.set_speed(slow_.set_base(speed / version_.slower));
}

// Noisy and quiet in turn; it begins somewhere in a quiet time.
sim::Task<void> ServerInstance::suffer_neighbours() {
    const StealSpec& spec = *server_.spec_.noisy_neighbours;
    const sim::Distribution noisy = spec.noisy.build();
    const sim::Distribution quiet = spec.quiet.build();
    sim::Draws draws(sim::request_key(server_.context_.stream("neighbours"), index_));
    if (!draws.chance(spec.instances.value)) co_return;
    double first = draws.uniform();
    for (;;) {
        const sim::Duration pause = quiet.sample_duration(draws);
        co_await sim::sleep(world_.scheduler, sim::from_seconds(first * sim::seconds(pause)));
        first = 1;
        stolen_ = spec.share.value;
        settle_speed();
        const sim::Duration noise = noisy.sample_duration(draws);
        co_await sim::sleep(world_.scheduler,
                            std::max<sim::Duration>(noise, std::chrono::milliseconds(10)));
        stolen_ = 0;
        settle_speed();
    }
}

void ServerInstance::resize(Workload::Size size) {
    const Milli cores = std::max<Milli>(1, (size.cpu + 999) / 1000);
    cpu_.set_cores(static_cast<std::uint32_t>(cores), static_cast<std::uint32_t>(size.cpu / cores));
    core_share_ = static_cast<double>(size.cpu) / (1000 * static_cast<double>(cores));
    memory_.set_limit(size.memory);
    settle_speed();
}

sim::Gate& ServerInstance::idle() {
    if (visits() > 0) idle_.close();
    return idle_;
}

Vitals ServerInstance::vitals() const {
    Vitals vitals;
    vitals.busy = worked();
    vitals.memory.count = static_cast<std::uint64_t>(memory_.working_set());
    vitals.out_of_memory = kills_ + deaths_ - former_deaths_;
    vitals.requests = requests_;
    vitals.in_flight = visits();
    vitals.waiting = threads_.waiting();
    return vitals;
}

// What the cores have, and what those who wait for a thread will want of them.
sim::Duration ServerInstance::backlog() const {
    const sim::Duration time = cpu_.backlog();
    if (threads_.waiting() == 0 || time == sim::Duration::max()) return time;
    double work = 0;
    threads_.for_each_waiting([&](const sim::Wake& whom) {
        if (!whom.is_record()) return;
        const auto& call = static_cast<const Call&>(whom.record());
        if (Threading::is_in_line(call)) work += server_.core_seconds_of(call.request);
    });
    const double ahead = work / (cpu_.speed() * cpu_.cores());
    return ahead < 1e9 ? time + sim::from_seconds(ahead) : sim::Duration::max();
}

// Whoever is here when the instance goes down gets an error at once.
void ServerInstance::take_down() {
    if (!up_.take_down()) return;
    world_.calls.end_all_holding(this, {Outcome::failed, cause::reset});
    for (const auto& pool : pools_) pool->close();
    if (heap_) draw_memory();
}

void ServerInstance::bring_up() {
    if (!up_.bring_up()) return;
    memory_.restart();
    descriptors_leaked_ = 0;
    if (heap_) {
        heap_->restart();
        draw_memory();
        check_container();
    }
    for (const auto& pool : pools_) pool->open(false);
}

// One that has just come: few have to be looked at.
void ServerInstance::use_memory_for_visit() {
    if (heap_) {
        heap_->came(static_cast<double>(server_.spec_.memory_per_request.count));
        memory_.heap_changed();
    }
    check_container();
    if (!alarmed_) watch_memory();
}

// At this moment, but not inside the visit that asked for more.
void ServerInstance::die_of_memory() {
    if (dead_ || memory_timer_.armed()) return;
    memory_timer_.start(sim::Duration::zero(), static_cast<sim::Event&>(*this));
}

void ServerInstance::fire() {
    memory_timer_.fired();
    const std::string who = fmt::format("{}[{}]", server_.context_.name, index_);
    dead_ = !dead_;
    if (!dead_) {
        world_.recorder.incident(who, "restarted");
        bring_up();
        return;
    }
    kills_ += is_killed_;
    deaths_ += !is_killed_;
    if (!first_death_) first_death_ = world_.scheduler.now();
    world_.recorder.incident(who, is_killed_ ? "OOMKilled" : "out of memory",
                             fmt::format("{} requests there", visits()));
    const sim::Duration away = down_time();
    take_down();
    memory_timer_.start(away, static_cast<sim::Event&>(*this));
}

// The dump is written by the process that dies, as far as its disk has room; one that the kernel
// kills writes none.
sim::Duration ServerInstance::down_time() {
    sim::Duration time = server_.spec_.restart_time;
    if (heap_ || is_killed_) time += restart_wait();
    if (!std::exchange(is_killed_, false) && heap_) {
        double dump = heap_->dump_size();
        if (disk_) dump = disk_->write(dump);
        time += heap_->time_to_dump(dump);
    }
    return time;
}

// The container's limit is for the heap and everything else. A process without a heap of its own
// limit dies of nothing else.
void ServerInstance::check_container() {
    if (!is_up() || !memory_.is_over_limit()) return;
    is_killed_ = heap_ != nullptr;
    die_of_memory();
}

void ServerInstance::kill_process() {
    server_.fleet().kill_process(index_);
}

void ServerInstance::kill_for_memory() {
    if (!is_up()) return;
    is_killed_ = true;
    die_of_memory();
}

void ServerInstance::stop_world() {
    cpu_.set_speed(slow_.pause(true));
    gc_line_->add(world_.scheduler.now(), 1);
}

void ServerInstance::resume_world() {
    cpu_.set_speed(slow_.pause(false));
    gc_line_->add(world_.scheduler.now(), -1);
}

void ServerInstance::collector_takes(double cores) {
    collecting_ = cores;
    settle_speed();
}

// What is used of the heap, of all instances together.
void ServerInstance::draw_memory() {
    const double used = is_up() ? heap_->used() : 0;
    memory_line_->add(world_.scheduler.now(), used - std::exchange(drawn_memory_, used));
}

// As the JVM's own log has it: GC(17) Pause Young 512M->200M(800M) 12.345ms.
void ServerInstance::collected(std::string_view cause, double before, double after,
                               sim::Duration pause) {
    draw_memory();
    memory_.heap_changed();
    check_container();
    constexpr std::uint64_t kMostLogged = 100000;
    if (!server_.spec_.heap->log || logged_ >= kMostLogged) return;
    constexpr double kMebi = 1024.0 * 1024;
    world_.recorder.incident(
        fmt::format("{}[{}]", server_.context_.name, index_), fmt::format("gc {}", cause),
        fmt::format("GC({}) {:.0f}M->{:.0f}M({:.0f}M) {:.3f}ms", logged_++, before / kMebi,
                    after / kMebi, heap_->committed() / kMebi, sim::seconds(pause) * 1000));
}

// An alarm that is set at 98 % of what may live in the heap, or of what the container may have.
void ServerInstance::watch_memory() {
    if (memory_.fullness() < MemoryAccount::kAlarm) return;
    alarmed_ = world_.scheduler.now();
    memory_.alarmed();
    world_.recorder.incident(fmt::format("{}[{}]", server_.context_.name, index_),
                             "memory at 98 %");
}

}  // namespace models
