#include "models/replicated/lag_monitor.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/replicated/replicated.h"
#include "sim/sleep.h"

namespace models {

LagMonitor::LagMonitor(Replicated& database, const Context& context)
    : database_(database),
      context_(context),
      alarms_(context, "lag_alarms"),
      checks_(context, "checks"),
      differing_rows_(context, "differing_rows"),
      records_on_the_way_(context, "records_on_the_way"),
      not_a_prefix_(context, "not_a_prefix"),
      oldest_difference_(context, "oldest_difference", "s"),
      lag_(context, "lag") {}

sim::Task<void> LagMonitor::watch() {
    for (const auto& copy : database_.copies()) {
        sim::Timeline& lag = context_.meter.timeline(fmt::format("lag_{}", copy->index()), "s");
        watched_.push_back({&lag});
    }
    for (;;) {
        co_await sim::sleep(context_.scheduler(), database_.spec().lag_interval);
        for (const auto& copy : database_.copies()) look_at(*copy);
    }
}

void LagMonitor::look_at(Copy& copy) {
    if (copy.leads || !copy.is_up()) return;
    const double lag = sim::seconds(copy.lag());
    Watched& watched = watched_[copy.index()];
    watched.lag->set(context_.now(), lag);
    if (context_.now() >= context_.world.recorder.measured_from()) {
        lag_.add(copy.lag());
        lag_peak_ = std::max(lag_peak_, lag);
    }
    const double limit = sim::seconds(database_.spec().lag_alarm);
    const bool alarmed = limit > 0 && lag > limit;
    if (alarmed == watched.alarmed) return;
    watched.alarmed = alarmed;
    if (alarmed) alarms_.add();
    context_.world.recorder.incident(fmt::format("{}[{}]", context_.name, copy.index()),
                                     alarmed ? "lag alarm" : "lag alarm over",
                                     fmt::format("{:.1f} s behind the primary", lag));
}

sim::Task<void> LagMonitor::compare_at_intervals() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), database_.spec().check_interval);
        checks_.add();
        compare(false);
    }
}

void LagMonitor::compare(bool at_end) {
    const WriteLog& log = database_.log();
    for (const auto& copy : database_.copies()) {
        if (copy->leads || !copy->is_up()) continue;
        const std::uint64_t position = copy->applied_count();
        const bool is_known = position >= log.first() && position <= log.end();
        if (is_known && copy->checksum() != log.checksum(position)) not_a_prefix_.add();
        if (at_end) continue;
        differing_rows_.add(static_cast<double>(rows_that_differ(*copy)));
        records_on_the_way_.add(static_cast<double>(log.end() - std::min(position, log.end())));
        oldest_difference_.at_least(sim::seconds(copy->lag()));
    }
}

std::uint64_t LagMonitor::rows_that_differ(const Copy& copy) const {
    const Copy& primary = database_.primary();
    std::uint64_t differ = 0;
    primary.versions().for_each(
        [&](Ledger::Key key, std::uint64_t version) { differ += copy.version_of(key) != version; });
    copy.versions().for_each(
        [&](Ledger::Key key, std::uint64_t) { differ += primary.version_of(key) == 0; });
    return differ;
}

void LagMonitor::finish() {
    compare(true);
    double at_end = 0;
    std::uint64_t differ = 0;
    std::uint64_t least_applied = database_.log().end();
    for (const auto& copy : database_.copies()) {
        if (copy->leads || !copy->is_up()) continue;
        at_end = std::max(at_end, sim::seconds(copy->lag()));
        differ += rows_that_differ(*copy);
        least_applied = std::min(least_applied, copy->applied_count());
    }
    auto& measures = context_.meter.record().measures;
    measures.push_back({"lag_peak", "s", lag_peak_});
    measures.push_back({"lag_at_end", "s", at_end});
    measures.push_back({"log_records", "", static_cast<double>(database_.log().end())});
    measures.push_back({"least_applied", "", static_cast<double>(least_applied)});
    measures.push_back({"differing_rows_at_end", "", static_cast<double>(differ)});
}

}  // namespace models
