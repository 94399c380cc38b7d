#include "models/stream_processing/patterns.h"

#include <algorithm>

namespace models::streaming {

bool Patterns::add(const StreamEvent& event, sim::Time watermark) {
    if (event.time < watermark) return false;
    waiting_.emplace(Order(event.time, event.partition, event.offset), event);
    return true;
}

void Patterns::advance(sim::Time watermark, const Found& found) {
    while (!waiting_.empty() && std::get<sim::Time>(waiting_.begin()->first) < watermark) {
        const StreamEvent event = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        play(event, found);
    }
    while (!timers_.empty() && timers_.begin()->first <= watermark) {
        const auto [until, key] = *timers_.begin();
        timers_.erase(timers_.begin());
        forget(key, until);
    }
}

// Those that could not end before then.
void Patterns::forget(std::uint64_t key, sim::Time until) {
    const auto at = matches_.find(key);
    if (at == matches_.end()) return;
    begun_ -= std::erase_if(at->second,
                            [&](const Begun& each) { return each.first + rule_.within <= until; });
    if (at->second.empty()) matches_.erase(at);
}

// With the event, or past it; what it breaks is dropped.
std::vector<Patterns::Begun> Patterns::those_that_go_on(const std::vector<Begun>& begun,
                                                        const StreamEvent& event) const {
    std::vector<Begun> on;
    for (const Begun& each : begun) {
        if (rule_.topics[each.next] == event.topic) {
            on.push_back({each.first, each.next + 1});
        } else if (rule_.contiguity == Contiguity::relaxed) {
            on.push_back(each);
        }
    }
    return on;
}

void Patterns::play(const StreamEvent& event, const Found& found) {
    forget(event.key, event.time);
    std::vector<Begun>& begun = matches_[event.key];
    begun_ -= begun.size();
    begun = those_that_go_on(begun, event);
    if (rule_.topics.front() == event.topic) {
        begun.push_back({event.time, 1});
        timers_.insert({event.time + rule_.within, event.key});
    }
    bool has_match = false;
    for (const Begun& each : begun) {
        if (each.next < rule_.topics.size()) continue;
        has_match = true;
        found({event.key, each.first, event.time});
        if (rule_.after_match == AfterMatch::skip_past_last_event) break;
    }
    if (has_match && rule_.after_match == AfterMatch::skip_past_last_event) {
        begun.clear();
    } else {
        std::erase_if(begun, [&](const Begun& each) { return each.next == rule_.topics.size(); });
    }
    begun_ += begun.size();
    if (begun.empty()) matches_.erase(event.key);
}

}  // namespace models::streaming
