#include "models/servers/server.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/autoscalers/fixed.h"
#include "models/blocks/ask.h"
#include "models/blocks/measure.h"
#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
#include "models/servers/server_program.h"
#include "models/spans.h"

namespace models {

// To the instance that its balancer picks.
class Server::Picking final : public Keeps<Picking> {
public:
    using State = Backends::Taken;

    explicit Picking(Server& server) : server_(server), refused_(server.context_) {
        refuse_.link(refused_.inside(), nullptr);
        refused_.link(&refuse_);
    }

    Go enter(Call& call) override {
        if (server_.backends_.empty()) return refused_.enter();
        const auto id = begin(call, server_.backends_.take(call.request)).id;
        call.push_frame(this);
        return server_.backends_.instance(id).enter(call);
    }
    Go answered(Call& call) override {
        server_.backends_.give_back(mine(call), &call.response);
        end(call);
        return back();
    }
    void abandoned(Call& call) override {
        server_.backends_.give_back(mine(call), nullptr);
        end(call);
    }

private:
    class Refuse final : public Block {
    public:
        Go enter(Call& call) override { return answer(call, {Outcome::failed, Cause::no_backend}); }
    };

    Server& server_;
    MeasuredVisit refused_;
    Refuse refuse_;
};

// To whoever is free next. It is a coroutine because it stands in line again and again when the
// last instance has just gone.
class Server::Pulling final : public Await {
public:
    explicit Pulling(Server& server) : server_(server) {}
    Reply story(Call& call) override { return server_.pull(call.request); }

private:
    Server& server_;
};

// What needs no core time, as it only waits and calls, cannot be slowed.
Abilities Server::Spec::suffers() const {
    struct OwnWork final : Costing {
        Cost of_steps(const Steps& steps) override { return cost_of(steps, *this); }
        Cost of_call(const spec::NodeRef&) override { return {}; }
        void note_policies(const std::vector<PolicyChoice>&) override {}
    } own;
    double work_s = 0;
    for (const auto& [name, steps] : endpoints) work_s += cost_of(steps, own).core_s;
    const Abilities all = abilities_of<ServerInstance>();
    return work_s > 0 ? all : all.without(Abilities::slowness());
}

std::vector<std::string> Server::Spec::zone_names() const {
    std::vector<std::string> names;
    if (zones == 1 || cluster) return names;
    for (std::uint32_t zone = 0; zone < std::min<std::uint32_t>(zones, replicas); ++zone) {
        names.push_back(fmt::format("{}", zone));
    }
    return names;
}

std::vector<Audience> Server::Spec::audiences() const {
    std::vector<Audience> found;
    for (const auto& [name, steps] : endpoints) {
        find_audiences(steps, spec::pointer_to("/endpoints", std::string_view(name)), found);
    }
    return found;
}

Server::Server(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      backends_(spec.balancer, context),
      leak_stream_(context.stream("descriptor leaks")),
      fault_stream_(context.stream("faults of a version")),
      takes_notes_(spec.slow_request.has_value()),
      line_(context.scheduler(), std::size_t{spec.replicas} * spec.threads),
      ready_(spec.replicas) {
    Fleet::Plan plan;
    plan.replicas = spec.replicas;
    plan.lifecycle = spec.lifecycle;
    plan.size = {Milli{1000} * spec.cores, spec.memory};
    plan.requested = spec.cpu_request.value_or(spec.cores) / spec.cores;
    plan.rollouts = spec.rollouts;
    plan.deletions = spec.deletions;
    plan.min_available = spec.min_available;
    plan.is_daemon = spec.daemon;
    plan.placement = spec.daemon ? PodPlacement::one_per_machine : spec.placement;
    plan.zone_skew = spec.zone_skew;
    for (const Rollout& each : spec.rollouts) {
        compares_latencies_ = compares_latencies_ || each.rollback_slower.has_value();
    }
    plan.changes = spec.autoscaler.as<Fixed::Spec>() == nullptr;
    fleet_ = std::make_unique<Fleet>(*this, context_, plan);
    for (Instance* instance : fleet_->instances()) backends_.add(*instance);
    fleet_->watch(backends_);
    if (!spec.shedding.empty()) shed_.emplace(context_, "shed");
    if (spec.objective) objective_.emplace(context_.scheduler(), *spec.objective);
    looks_at_ends_ = objective_ || spec.heap || compares_latencies_;
    fleet_->watch(*this);
    autoscaler_ = Autoscalers::build(spec.autoscaler, context_);
}

Server::~Server() = default;

namespace {

bool has_experiment(const Steps& steps) {
    return std::ranges::any_of(steps, [](const Step& step) {
        const auto* choose = step.as<ChooseStep>();
        bool found = choose != nullptr && !choose->experiment.empty();
        std::visit(
            [&](const auto& each) {
                each.inner([&](const Steps& list, const std::string&) {
                    found = found || has_experiment(list);
                });
            },
            step.is);
        return found;
    });
}

}  // namespace

void Server::connect() {
    std::vector<std::string> names;
    for (const auto& [name, steps] : spec_.endpoints) {
        names.push_back(name);
        takes_notes_ = takes_notes_ || has_experiment(steps);
    }
    context_.meter.split_by_endpoint(names);
    program_ = std::make_unique<ServerProgram>(*this);
    if (spec_.intake == Intake::pull) {
        intake_ = std::make_unique<Pulling>(*this);
    } else {
        intake_ = std::make_unique<Picking>(*this);
    }
    intake_->link(&Return::block(), nullptr);
    if (spec_.logging) {
        log_bytes_.emplace(context_, "logged", "bytes");
        log_dropped_.emplace(context_, "log_lines_dropped");
    }
    sample();
}

// What a scraper reads of it over time.
void Server::sample() {
    const auto sum = [this](auto of) {
        double all = 0;
        for (std::size_t index = 0; index < fleet_->count(); ++index) {
            all += static_cast<double>(of(fleet_->at(index)));
        }
        return all;
    };
    context_.meter.share_sampled(
        "cpu_in_use",
        [sum] { return sum([](const ServerInstance& each) { return each.worked_s(); }); },
        [this, sum] {
            return spec_.cores * sum([](const ServerInstance& each) { return each.is_up(); });
        });
    context_.meter.sampled("threads_active", "", [sum] {
        return sum([](const ServerInstance& each) { return each.threads_busy(); });
    });
    context_.meter.sampled("threads_max", "", [this, sum] {
        return spec_.threads * sum([](const ServerInstance& each) { return each.is_up(); });
    });
    if (!spec_.pools.empty()) {
        context_.meter.sampled("pool_active", "", [sum] {
            return sum([](const ServerInstance& each) { return each.pooled_in_use(); });
        });
        context_.meter.sampled("pool_max", "", [this, sum] {
            double most = 0;
            for (const ConnectionPoolSpec& each : spec_.pools) most += each.maximum_pool_size;
            return most * sum([](const ServerInstance& each) { return each.is_up(); });
        });
    }
    for (const auto& [name, tally] : counters_) {
        context_.meter.sampled("count_" + name, "", [&counted = tally] { return counted.value(); });
    }
}

std::uint32_t Server::pool_for(std::string_view node) const {
    const auto pool = std::ranges::find_if(
        spec_.pools, [&](const ConnectionPoolSpec& each) { return each.to.node == node; });
    if (pool == spec_.pools.end()) return 0;
    return static_cast<std::uint32_t>(pool - spec_.pools.begin()) + 1;
}

std::uint32_t Server::experiment(const std::string& name, std::vector<std::string> labels) {
    experiments_.emplace_back(name, std::move(labels));
    return static_cast<std::uint32_t>(experiments_.size());
}

std::size_t Server::counter(const std::string& name) {
    const auto known = std::ranges::find(counters_, name, &std::pair<std::string, Tally>::first);
    const auto counter = static_cast<std::size_t>(known - counters_.begin());
    if (known == counters_.end()) counters_.emplace_back(name, Tally(context_, "count_" + name));
    return counter;
}

ServerInstance& Server::at(std::uint32_t index) const {
    return fleet_->at(index);
}

Go Server::come(Call& call, std::uint32_t instance, std::uint16_t zone) {
    return program_->come(call, instance, zone);
}

Visiting::State& Server::visit(Call& call) const {
    return program_->visit(call);
}

Threading::State& Server::thread(Call& call) const {
    return program_->thread(call);
}

double Server::core_seconds_of(const Request& request) const {
    return program_->steps(request.endpoint).core_seconds_of(request);
}

void Server::spent(Call& call, Spent what, sim::Duration time) {
    context_.meter.spent_at(call.request.endpoint, what, time);
    if (!takes_notes_) [[likely]]
        return;
    if (std::optional<Trail>& trail = visit(call).notes->trail) trail->did(what, time);
}

void Server::compare(const Request& request, const Choices& choices, bool counted,
                     sim::Time arrived) {
    if (arrived < context_.world.recorder.measured_from()) return;
    for (const auto& [experiment, branch] : choices) {
        experiments_[experiment].assigned(request.user, branch);
        experiments_[experiment].ended(branch, counted);
    }
}

std::optional<EndpointId> Server::endpoint(std::string_view name) const {
    const auto& entries = spec_.endpoints.entries;
    const auto found =
        std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == name; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - entries.begin());
}

void Server::start() {
    Cluster* cluster = nullptr;
    if (spec_.cluster) {
        cluster = dynamic_cast<Cluster*>(&context_.world.directory.node(spec_.cluster->node));
    }
    fleet_->start(cluster);
    for (std::size_t index = 0; index < fleet_->count(); ++index) fleet_->at(index).start();
    crew_.run(autoscaler_->run(*fleet_));
}

void Server::dismiss() {
    crew_.dismiss();
    autoscaler_.reset();
    fleet_->dismiss();
}

std::span<Instance* const> Server::instances() {
    return fleet_->instances();
}

void Server::watch(Membership& membership) {
    fleet_->watch(membership);
}

// Of all its instances together.
std::optional<double> Server::reading(std::string_view name) const {
    double in_flight = static_cast<double>(line_.waiting());
    double waiting = in_flight;
    for (const Workload::Unit& unit : fleet_->units()) {
        in_flight += static_cast<double>(unit.vitals.in_flight);
        waiting += static_cast<double>(unit.vitals.waiting);
    }
    if (name == "in_flight") return in_flight;
    if (name == "waiting") return waiting;
    return std::nullopt;
}

void Server::joined(Instance&) {
    ++ready_;
    line_.resize(ready_ * spec_.threads);
}

void Server::leaving(Instance&) {
    --ready_;
    line_.resize(ready_ * spec_.threads);
}

std::optional<BackendId> Server::idlest() const {
    std::optional<BackendId> chosen;
    for (BackendId id = 0; id < backends_.instances().size(); ++id) {
        if (!backends_.servable(id)) continue;
        if (!chosen || backends_.active(id) < backends_.active(*chosen)) chosen = id;
    }
    return chosen;
}

// From the one line to the instance that is least busy. Who was called from the line when the last
// instance had just gone stands in it again.
Reply Server::pull(Request request) {
    const sim::Time arrived = context_.now();
    sim::Place place;
    std::optional<BackendId> chosen;
    line_peak_ = std::max(line_peak_, line_.waiting() + (line_.full() ? 1 : 0));
    while (!chosen) {
        place.give_back();
        place = co_await line_.take();
        chosen = idlest();
    }
    context_.meter.spent_at(request.endpoint, Spent::queueing, context_.now() - arrived);
    spent_in(context_.world, request, Spent::queueing, arrived, context_.now());
    Backends::Placed placed = backends_.place_at(*chosen);
    const Response response = co_await placed.instance().call(request);
    placed.answered(response);
    co_return response;
}

// A call to the node itself; a pool calls the instance it has picked.
Go Server::enter(Call&) {
    return {intake_.get(), Way::enter};
}

Reply Server::call(Request request) {
    co_return co_await ask(context_.world, *this, request);
}

void Server::begin_measuring() {
    fleet_->begin_measuring();
    if (objective_) objective_->begin_measuring();
}

void Server::report_memory(sim::NodeRecord& record, double measured) const {
    Heap::Counts all;
    double kills = 0;
    double logged = 0;
    double first_death = std::numeric_limits<double>::quiet_NaN();
    double alarm = std::numeric_limits<double>::quiet_NaN();
    const auto earliest = [](double& into, const std::optional<sim::Time>& time) {
        if (!time) return;
        const double at = sim::seconds(time->time_since_epoch());
        if (!(into <= at)) into = at;
    };
    for (std::size_t index = 0; index < fleet_->count(); ++index) {
        const ServerInstance& server = fleet_->at(index);
        kills += static_cast<double>(server.kills());
        earliest(first_death, server.first_death());
        earliest(alarm, server.alarmed());
        if (server.heap() == nullptr) continue;
        const Heap::Counts& counts = server.heap()->counts();
        all.collections += counts.collections;
        all.full_collections += counts.full_collections;
        all.paused += counts.paused;
        all.markings += counts.markings;
        all.busiest = std::max(all.busiest, counts.busiest);
        logged += static_cast<double>(server.collections_logged());
        all.longest = std::max(all.longest, counts.longest);
        all.most_committed = std::max(all.most_committed, counts.most_committed);
        all.live = std::max(all.live, server.heap()->live());
    }
    const auto add = [&](const char* name, const char* unit, double value) {
        record.measures.push_back({name, unit, value});
    };
    add("first_out_of_memory", "s", first_death);
    add("memory_alarm", "s", alarm);
    if (!spec_.heap) return;
    const double process_seconds = measured * static_cast<double>(fleet_->count());
    add("oom_killed", "", kills);
    add("collections", "", static_cast<double>(all.collections));
    add("full_collections", "", static_cast<double>(all.full_collections));
    add("gc_time", "1", process_seconds > 0 ? sim::seconds(all.paused) / process_seconds : 0);
    add("gc_time_peak", "1", all.busiest);
    add("markings", "", static_cast<double>(all.markings));
    if (spec_.heap->log) add("gc_log_lines", "", logged);
    add("gc_pause_max", "s", sim::seconds(all.longest));
    add("heap_peak", "bytes", all.most_committed);
    add("heap_live", "bytes", all.live);
}

void Server::report_parts(sim::NodeRecord& record, double measured) const {
    ServerInstance::Counts all;
    for (std::size_t index = 0; index < fleet_->count(); ++index) fleet_->at(index).count(all);
    const auto add = [&](const char* name, const char* unit, double value) {
        record.measures.push_back({name, unit, value});
    };
    const auto share = [](std::uint64_t part, std::uint64_t whole) {
        return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
    };
    if (spec_.cpu_limit) add("throttled", "1", share(all.throttled, all.periods));
    if (spec_.descriptors) {
        add("descriptors_peak", "", static_cast<double>(all.descriptors_peak));
        add("out_of_descriptors", "", static_cast<double>(all.out_of_descriptors));
    }
    if (!spec_.pools.empty()) {
        add("pool_in_use", "", all.pool_in_use);
        add("pool_connections", "", static_cast<double>(all.pool_connections));
        add("pool_waiting_peak", "", static_cast<double>(all.pool_waiting_peak));
        add("pool_timeouts", "", static_cast<double>(all.pool_timeouts));
    }
    if (spec_.disk) {
        add("disk_used", "bytes", all.disk_used);
        add("disk_full", "", static_cast<double>(all.disk_full));
        const double disk_seconds = measured * static_cast<double>(fleet_->count());
        add("disk_busy", "1", disk_seconds > 0 ? all.disk_busy_s / disk_seconds : 0);
    }
    if (has_async_) {
        add("background_peak", "", static_cast<double>(all.background_peak));
        add("background_lag", "s", sim::seconds(all.background_lag));
        add("background_rejected", "", static_cast<double>(all.background_rejected));
    }
    if (spec_.slow_request) {
        add("slow_requests", "", static_cast<double>(all.slow));
        double unexplained = 0;
        for (const sim::SlowRequest& slow : record.slow) {
            double explained = 0;
            for (const sim::Duration each : slow.spent) explained += sim::seconds(each);
            unexplained = std::max(unexplained, std::abs(sim::seconds(slow.latency) - explained));
        }
        add("slow_unexplained", "s", unexplained);
    }
    if (spec_.logging) {
        constexpr double kDay = 86'400;
        const double a_day = measured > 0 ? log_bytes_->value() / measured * kDay : 0;
        add("logged_per_day", "bytes", a_day);
    }
    for (const Experiment& experiment : experiments_) experiment.report(record.measures);
}

void Server::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    std::size_t visits_peak = 0;
    std::size_t waiting_peak = 0;
    std::uint64_t deaths = 0;
    double busy = 0;
    for (std::size_t index = 0; index < fleet_->count(); ++index) {
        const ServerInstance& server = fleet_->at(index);
        const double busy_here = sim::seconds(server.busy());
        busy += busy_here;
        record.machines.push_back({fmt::format("{}[{}]", context_.name, index), server.requests(),
                                   measured > 0 ? busy_here / (spec_.cores * measured) : 0});
        visits_peak = std::max(visits_peak, server.visits_peak());
        waiting_peak = std::max(waiting_peak, server.waiting_peak());
        deaths += server.deaths();
    }
    report_memory(record, measured);
    report_parts(record, measured);
    const double core_seconds = fleet_->core_seconds();
    record.utilisation = core_seconds > 0 ? busy / core_seconds : 0;
    record.waiting_peak = std::max(waiting_peak, line_peak_);
    const double memory_peak =
        static_cast<double>(spec_.base_memory.count) +
        static_cast<double>(spec_.memory_per_request.count) * static_cast<double>(visits_peak);
    record.measures.push_back(
        {"memory_peak", "1", memory_peak / static_cast<double>(spec_.memory.count)});
    record.measures.push_back({"out_of_memory", "", static_cast<double>(deaths)});
    if (objective_) {
        record.measures.push_back(
            {"breach_time", "s", static_cast<double>(objective_->breached_seconds())});
    }
    fleet_->report(record, spec_.price);
    if (spec_.logging) {
        constexpr double kGibi = 1024.0 * 1024 * 1024;
        record.cost_usd += std::as_const(*log_bytes_).value() / kGibi * spec_.logging->usd_per_gib;
    }
}

}  // namespace models
