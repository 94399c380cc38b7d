// What a server tells of itself: over time, and at the end.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
#include "models/servers/server_usages.h"

namespace models {

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
    context_.meter.sampled("memory_working_set", "bytes", [sum] {
        return sum([](const ServerInstance& each) {
            return each.is_up() ? each.memory().working_set() : 0;
        });
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

namespace {

// A process that is down has no threads and no cores; what its pod may use of memory stays its own.
sim::Use while_up(const ServerInstance& server, sim::Use use) {
    if (!server.is_up()) use.size = 0;
    return use;
}

}  // namespace

// What its requests wait for or run out of. A place of the fleet that has no pod has nothing.
void Server::add_resources() {
    const auto each = [this](auto use_of) {
        return [this, use_of](sim::Time, sim::Uses& uses) {
            for (std::size_t index = 0; index < fleet_->count(); ++index) {
                const ServerInstance& server = fleet_->at(index);
                uses.push_back(use_of(server));
            }
        };
    };
    sim::Meter& meter = context_.meter;
    meter.resource("threads", each([](const ServerInstance& server) {
                       return while_up(server, server.threads_use());
                   }));
    meter.resource("cores", each([](const ServerInstance& server) {
                       return while_up(server, server.cores_use());
                   }));
    meter.resource("memory",
                   each([](const ServerInstance& server) { return server.memory().use(); }));
    if (spec_.heap) {
        meter.resource(
            "heap", each([](const ServerInstance& server) { return server.memory().heap_use(); }));
    }
    if (spec_.descriptors) {
        meter.resource("descriptors",
                       each([](const ServerInstance& server) { return server.descriptor_use(); }));
    }
    if (spec_.disk) {
        meter.resource("disk",
                       each([](const ServerInstance& server) { return server.disk_use(); }));
        meter.resource("disk space",
                       each([](const ServerInstance& server) { return server.disk_space_use(); }));
    }
    if (has_async_) {
        meter.resource("background threads",
                       each([](const ServerInstance& server) { return server.background_use(); }));
    }
    for (std::size_t i = 0; i < spec_.pools.size(); ++i) {
        meter.resource("connections to <node>",
                       each([i](const ServerInstance& server) { return server.pool_use(i); }),
                       {.to = spec_.pools[i].to.node,
                        .parameter = fmt::format("pools.{}.maximum_pool_size", i)});
    }
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
        const ProcessMemory& memory = fleet_->at(index).memory();
        kills += static_cast<double>(memory.kills());
        earliest(first_death, memory.first_death());
        earliest(alarm, memory.alarmed());
        if (memory.heap() == nullptr) continue;
        const Heap::Counts& counts = memory.heap()->counts();
        all.collections += counts.collections;
        all.full_collections += counts.full_collections;
        all.paused += counts.paused;
        all.markings += counts.markings;
        all.busiest = std::max(all.busiest, counts.busiest);
        logged += static_cast<double>(memory.collections_logged());
        all.longest = std::max(all.longest, counts.longest);
        all.most_committed = std::max(all.most_committed, counts.most_committed);
        all.live = std::max(all.live, memory.heap()->live());
    }
    const auto add = [&](const char* name, const char* unit, double value) {
        record.measures.push_back({name, unit, value});
    };
    add("first_out_of_memory", "s", first_death);
    add("memory_alarm", "s", alarm);
    if (spec_.heap || spec_.cluster) add("oom_killed", "", kills);
    if (!spec_.heap) return;
    const double process_seconds = measured * static_cast<double>(fleet_->count());
    add("collections", "", static_cast<double>(all.collections));
    add("full_collections", "", static_cast<double>(all.full_collections));
    add("gc_time", "1", process_seconds > 0 ? sim::seconds(all.paused) / process_seconds : 0);
    add("gc_time_peak", "1", all.busiest);
    add("markings", "", static_cast<double>(all.markings));
    add("gc_log_lines", "", logged);
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
        add("page_cache", "bytes", all.page_cache);
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
    double memory_peak = 0;
    std::size_t waiting_peak = 0;
    std::uint64_t deaths = 0;
    double busy = 0;
    for (std::size_t index = 0; index < fleet_->count(); ++index) {
        const ServerInstance& server = fleet_->at(index);
        const double busy_here = sim::seconds(server.busy());
        busy += busy_here;
        const double had = fleet_->core_seconds(index);
        record.machines.push_back({fmt::format("{}[{}]", context_.name, index), server.requests(),
                                   had > 0 ? busy_here / had : 0});
        memory_peak = std::max(memory_peak, server.memory().peak());
        waiting_peak = std::max(waiting_peak, server.waiting_peak());
        deaths += server.memory().deaths();
    }
    report_memory(record, measured);
    report_parts(record, measured);
    const double core_seconds = fleet_->core_seconds();
    record.utilisation = core_seconds > 0 ? busy / core_seconds : 0;
    record.waiting_peak = std::max(waiting_peak, line_peak_);
    record.measures.push_back({"memory_peak", "1", memory_peak});
    record.measures.push_back({"out_of_memory", "", static_cast<double>(deaths)});
    if (objective_) {
        record.measures.push_back(
            {"breach_time", "s", static_cast<double>(objective_->breached_seconds())});
    }
    fleet_->report(record, spec_.price);
    if (spec_.logging) {
        const double bytes = std::as_const(*log_bytes_).value();
        context_.meter.used(kLogBytes.item, bytes);
        const double kept = sim::seconds(spec_.logging->retention) / 3600;
        if (kept > 0) context_.meter.used(kLogStorage.item, bytes * kept);
    }
}

}  // namespace models
