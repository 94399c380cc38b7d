#include "models/stream_processing/windows.h"

#include <algorithm>
#include <vector>

namespace models::streaming {

namespace {

// The last start of a window at or before that time.
sim::Time last_start(sim::Time time, sim::Duration slide) {
    return time - time.time_since_epoch() % slide;
}

}  // namespace

bool Windows::add(const StreamEvent& event, sim::Time watermark, const Fire& fire) {
    if (shape_.is_session()) return add_to_session(event, watermark, fire);
    bool is_taken = false;
    for (sim::Time start = last_start(event.time, shape_.slide); start + shape_.size > event.time;
         start -= shape_.slide) {
        const sim::Time end = start + shape_.size;
        if (is_late(end, watermark)) continue;
        is_taken = true;
        const PaneId id(event.key, start);
        put(event, id, end);
        settle(id, watermark, fire);
    }
    return is_taken;
}

// The sessions of its key that it touches become one with it.
bool Windows::add_to_session(const StreamEvent& event, sim::Time watermark, const Fire& fire) {
    sim::Time start = event.time;
    sim::Time end = event.time + shape_.gap;
    auto at = panes_.upper_bound({event.key, end});
    std::vector<PaneId> touched;
    while (at != panes_.begin()) {
        --at;
        const bool touches = at->first.first == event.key && at->second.end >= event.time;
        if (!touches) break;
        touched.push_back(at->first);
        start = std::min(start, at->first.second);
        end = std::max(end, at->second.end);
    }
    if (is_late(end, watermark)) return false;
    Pane merged;
    for (const PaneId& each : touched) {
        Pane pane = take_out(each);
        merged.value += pane.value;
        merged.distinct.merge(pane.distinct);
    }
    const PaneId id(event.key, start);
    distinct_ += merged.distinct.size();
    panes_[id] = std::move(merged);
    put(event, id, end);
    settle(id, watermark, fire);
    return true;
}

Windows::Pane Windows::take_out(const PaneId& id) {
    const auto found = panes_.find(id);
    Pane pane = std::move(found->second);
    panes_.erase(found);
    timers_.erase({pane.end, Due::fire, id});
    timers_.erase({pane.end + lateness_, Due::forget, id});
    distinct_ -= pane.distinct.size();
    return pane;
}

void Windows::put(const StreamEvent& event, const PaneId& id, sim::Time end) {
    Pane& pane = panes_[id];
    pane.end = end;
    include(pane, event);
}

void Windows::include(Pane& pane, const StreamEvent& event) {
    switch (aggregate_) {
        case Aggregate::count:
            ++pane.value;
            return;
        case Aggregate::sum_of_bytes:
            pane.value += event.bytes;
            return;
        case Aggregate::distinct_users:
        case Aggregate::distinct_keys:
            const std::uint64_t what =
                aggregate_ == Aggregate::distinct_users ? event.user : event.record_key;
            if (pane.distinct.insert(what).second) ++distinct_;
            pane.value = pane.distinct.size();
    }
}

// It fires at its end, or, when that is over, at once.
void Windows::settle(const PaneId& id, sim::Time watermark, const Fire& fire) {
    const sim::Time end = panes_.at(id).end;
    timers_.insert({end + lateness_, Due::forget, id});
    if (end <= watermark) {
        tell(id, fire);
    } else {
        timers_.insert({end, Due::fire, id});
    }
}

void Windows::tell(const PaneId& id, const Fire& fire) const {
    const Pane& pane = panes_.at(id);
    fire({id.first, id.second, pane.end, pane.value});
}

void Windows::advance(sim::Time watermark, const Fire& fire) {
    while (!timers_.empty() && std::get<sim::Time>(*timers_.begin()) <= watermark) {
        const auto [at, due, id] = *timers_.begin();
        timers_.erase(timers_.begin());
        if (due == Due::fire) {
            tell(id, fire);
        } else {
            take_out(id);
        }
    }
}

}  // namespace models::streaming
