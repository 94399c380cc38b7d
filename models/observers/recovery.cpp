#include "models/observers/recovery.h"

#include <algorithm>

#include "models/observers/no_time.h"
#include "sim/up_time.h"

namespace models {

namespace {

struct Incident {
    sim::Time from;
    sim::Time until;  // of its failures
    sim::Time end;    // the next one's beginning, or the run's end
    std::optional<sim::Time> recovered{};
    bool is_hurting = false;
};

std::vector<Incident> incidents_of(std::vector<OutageTime> outages, sim::Time end) {
    std::ranges::sort(outages, {}, &OutageTime::from);
    std::vector<Incident> all;
    for (const OutageTime& each : outages) {
        if (!all.empty() && each.from <= all.back().until) {
            all.back().until = std::max(all.back().until, each.until);
            continue;
        }
        if (!all.empty()) all.back().end = each.from;
        all.push_back({each.from, each.until, end});
    }
    return all;
}

// Slice by slice of the measured time: whether some client is down.
std::vector<bool> down_slices(const sim::Recording& recording) {
    std::vector<bool> down;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (!node.is_client) continue;
        const std::vector<bool> up = sim::up_slices(recording, {&node});
        down.resize(up.size());
        for (std::size_t i = 0; i < up.size(); ++i) {
            if (!up[i]) down[i] = true;
        }
    }
    return down;
}

struct SliceRange {
    std::size_t first;
    std::size_t end;
};

// Those that begin before `until` and end after `from`.
SliceRange slices_between(const sim::Recording& recording, sim::Time from, sim::Time until) {
    const sim::Duration slice = recording.slice;
    const auto first = static_cast<std::size_t>(from.time_since_epoch() / slice);
    const auto end =
        static_cast<std::size_t>((until.time_since_epoch() + slice - sim::Duration(1)) / slice);
    return {first, std::max(first, end)};
}

void find_recovery(Incident& incident, const sim::Recording& recording,
                   const std::vector<bool>& down) {
    const auto [first, end] = slices_between(recording, incident.from, incident.end);
    const auto measured = static_cast<std::size_t>(
        (recording.warm_up + recording.slice - sim::Duration(1)) / recording.slice);
    std::optional<std::size_t> last;
    for (std::size_t slice = std::max(first, measured); slice < end; ++slice) {
        const std::size_t index = slice - measured;
        if (index < down.size() && down[index]) last = slice;
    }
    incident.is_hurting = last.has_value();
    if (!last) return;
    // What lasts to the end of the run nobody has seen recovered.
    const bool is_seen = *last + 1 < measured + down.size();
    if (is_seen)
        incident.recovered = sim::Time(recording.slice * static_cast<std::int64_t>(*last + 1));
}

// Of those that are there.
class Mean {
public:
    void add(const std::optional<sim::Time>& time, sim::Time since) {
        if (!time) return;
        sum_ += sim::seconds(*time - since);
        ++count_;
    }
    double value() const { return count_ > 0 ? sum_ / count_ : kNoTime; }

private:
    double sum_ = 0;
    double count_ = 0;
};

std::optional<sim::Time> first_within(const std::vector<sim::Time>& times, const Incident& of) {
    std::optional<sim::Time> first;
    for (const sim::Time each : times) {
        if (each < of.from || each >= of.end) continue;
        if (!first || each < *first) first = each;
    }
    return first;
}

const OnCallResponse* first_within(const std::vector<OnCallResponse>& responses,
                                   const Incident& of) {
    const auto found = std::ranges::find_if(responses, [&](const OnCallResponse& each) {
        return each.alerted >= of.from && each.alerted < of.end;
    });
    return found == responses.end() ? nullptr : &*found;
}

sim::Watched times_of(const std::vector<Incident>& incidents, const std::vector<sim::Time>& alerts,
                      const std::vector<OnCallResponse>& responses) {
    Mean detected, acknowledged, diagnosed, fixed, verified, recovered;
    double hurting = 0;
    double unrecovered = 0;
    for (const Incident& each : incidents) {
        const std::optional<sim::Time> alerted = first_within(alerts, each);
        detected.add(alerted, each.from);
        recovered.add(each.recovered, each.from);
        hurting += each.is_hurting;
        unrecovered += each.is_hurting && !each.recovered;
        const OnCallResponse* const response = first_within(responses, each);
        if (response == nullptr) continue;
        acknowledged.add(response->acknowledged, alerted.value_or(response->alerted));
        if (response->acknowledged) diagnosed.add(response->diagnosed, *response->acknowledged);
        if (response->diagnosed) fixed.add(response->fixed, *response->diagnosed);
        if (response->fixed) verified.add(response->verified, *response->fixed);
    }
    return {"recovery",
            "incidents",
            {{"count", "", static_cast<double>(incidents.size())},
             {"hurting", "", hurting},
             {"unrecovered", "", unrecovered},
             {"mttd", "s", detected.value()},
             {"mtta", "s", acknowledged.value()},
             {"diagnosis", "s", diagnosed.value()},
             {"fix", "s", fixed.value()},
             {"verification", "s", verified.value()},
             {"mttr", "s", recovered.value()}}};
}

sim::Watched hurt(const std::string& name, std::string of, const sim::Slices& slices,
                  const std::vector<Incident>& incidents, const sim::Recording& recording) {
    double ended = 0;
    double failed = 0;
    for (const Incident& each : incidents) {
        const sim::Time until =
            each.recovered.value_or(each.is_hurting ? each.end : std::min(each.until, each.end));
        const auto [first, end] = slices_between(recording, each.from, until);
        const sim::Slice sum = sim::sum_of(slices, first, end);
        ended += sum.finished;
        failed += sum.finished - sum.succeeded;
    }
    return {"blast_radius",
            name,
            {{"ended", "", ended},
             {"failed", "", failed},
             {"share", "1", ended > 0 ? failed / ended : kNoTime}},
            {{"of", std::move(of)}}};
}

}  // namespace

std::vector<sim::Watched> recovery_of(std::vector<OutageTime> outages,
                                      const std::vector<sim::Time>& alerts,
                                      const std::vector<OnCallResponse>& responses,
                                      const sim::Recording& recording) {
    const sim::Time end(recording.simulated);
    std::vector<Incident> incidents = incidents_of(std::move(outages), end);
    const std::vector<bool> down = down_slices(recording);
    for (Incident& each : incidents) find_recovery(each, recording, down);
    std::vector<sim::Watched> all = {times_of(incidents, alerts, responses)};
    for (const sim::NodeRecord& node : recording.nodes) {
        if (node.is_client) {
            all.push_back(hurt(node.name, "client", node.slices, incidents, recording));
        }
        for (const sim::Split& split : node.splits) {
            if (node.is_client || split.by != "endpoint") continue;
            all.push_back(
                hurt(node.name + "." + split.name, "endpoint", split.slices, incidents, recording));
        }
    }
    return all;
}

}  // namespace models
