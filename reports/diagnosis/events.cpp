#include "reports/diagnosis/events.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace reports {

namespace {

constexpr std::string_view kHealed = " healed";
constexpr std::string_view kRollout = "rollout";
constexpr std::string_view kRolledOut = "rolled out";

// What is over at once, and felt for a while: caches fill, connections open.
constexpr double kFeltFor = 60;  // s
constexpr std::array<std::string_view, 8> kChanges = {"scaled down", "rollback",       "switched",
                                                      "resharded",   "promoted",       "drain",
                                                      "lost",        "restarted empty"};

std::string node_of(const std::string& instance) {
    return instance.substr(0, instance.find('['));
}

// What strikes links is named after both of their ends: names of nodes have no blanks.
bool is_between(const std::string& name) {
    return name.find(" and ") != std::string::npos || name.find(" to ") != std::string::npos;
}

}  // namespace

// A failure is noted with its name, and again when it is healed; a rollout when it is rolled out.
std::vector<Event> events_of(const sim::Recording& recording) {
    const double end = sim::seconds(recording.simulated);
    std::vector<Event> events;
    std::vector<std::string> noted_as;  // of each: the node, or the link
    const auto finish = [&](const sim::Incident& incident, std::string_view what) {
        for (std::size_t i = events.size(); i-- > 0;) {
            if (noted_as[i] != incident.node || events[i].what != what) continue;
            if (std::exchange(events[i].is_over, true)) continue;
            events[i].to_s = sim::seconds(incident.at.time_since_epoch());
            if (events[i].is_moment())
                events[i].felt_s = std::min(end, events[i].from_s + kFeltFor);
            return;
        }
    };
    for (const sim::Incident& each : recording.incidents) {
        const std::string_view what = each.what;
        const double at = sim::seconds(each.at.time_since_epoch());
        if (what.ends_with(kHealed)) finish(each, what.substr(0, what.size() - kHealed.size()));
        if (what == kRolledOut) finish(each, kRollout);
        const bool is_change = std::ranges::find(kChanges, what) != kChanges.end();
        if (!each.is_failure && !is_change && what != kRollout) continue;
        const double to = is_change ? std::min(end, at + kFeltFor) : end;
        events.push_back({at, to, node_of(each.node), each.what, each.detail, each.is_failure,
                          is_change, each.is_failure && is_between(each.node)});
        noted_as.push_back(each.node);
    }
    return events;
}

}  // namespace reports
