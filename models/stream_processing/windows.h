// Windows over a keyed stream of events: tumbling, sliding, sessions.
//
// A window is fired when the watermark reaches its end, again with each event that comes within
// allowed_lateness after that, and is then forgotten: what comes later is late. Sliding windows
// are aligned to the start of the run. A session is as long as each event comes within `gap` of
// one before it; an event between two makes them one. (Flink's window assigners, and its
// EventTimeTrigger.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "models/spec/declaration/spec.h"
#include "models/stream_processing/stream_event.h"
#include "models/stream_processing/watermarks.h"

namespace models::streaming {

enum class Aggregate : std::uint8_t { count, sum_of_bytes, distinct_users, distinct_keys };
constexpr auto names_of(Aggregate) {
    return std::array{
        spec::Word{"count", Aggregate::count, "How many events."},
        spec::Word{"sum_of_bytes", Aggregate::sum_of_bytes, "The sum of the records' sizes."},
        spec::Word{"distinct_users", Aggregate::distinct_users,
                   "How many different users, exactly: each is kept in the state."},
        spec::Word{"distinct_keys", Aggregate::distinct_keys,
                   "How many different keys of records, likewise."}};
}

struct WindowShape {
    sim::Duration size{};
    sim::Duration slide{};  // tumbling when it is the size
    sim::Duration gap{};    // sessions; zero: not
    bool is_session() const { return gap > sim::Duration::zero(); }
};

struct FiredWindow {
    std::uint64_t key;
    sim::Time start;
    sim::Time end;
    std::uint64_t value;
};

// A value: a checkpoint is a copy of it.
class Windows {
public:
    using Fire = std::function<void(const FiredWindow&)>;

    Windows(const WindowShape& shape, Aggregate aggregate, sim::Duration allowed_lateness)
        : shape_(shape), aggregate_(aggregate), lateness_(allowed_lateness) {}

    // False: it is late for all of its windows.
    bool add(const StreamEvent& event, sim::Time watermark, const Fire& fire);
    // The watermark has got there.
    void advance(sim::Time watermark, const Fire& fire);
    // Windows, and what is kept to count what is distinct.
    std::size_t size() const { return panes_.size() + distinct_; }

private:
    using PaneId = std::pair<std::uint64_t, sim::Time>;  // key, start
    struct Pane {
        sim::Time end{};
        std::uint64_t value = 0;
        std::set<std::uint64_t> distinct{};
    };
    enum class Due : std::uint8_t { fire, forget };
    using Timer = std::tuple<sim::Time, Due, PaneId>;

    bool add_to_session(const StreamEvent& event, sim::Time watermark, const Fire& fire);
    void put(const StreamEvent& event, const PaneId& id, sim::Time end);
    void settle(const PaneId& id, sim::Time watermark, const Fire& fire);
    void tell(const PaneId& id, const Fire& fire) const;
    void include(Pane& pane, const StreamEvent& event);
    Pane take_out(const PaneId& id);
    bool is_late(sim::Time end, sim::Time watermark) const { return end + lateness_ <= watermark; }

    WindowShape shape_;
    Aggregate aggregate_;
    sim::Duration lateness_;
    std::map<PaneId, Pane> panes_;
    std::set<Timer> timers_;
    std::size_t distinct_ = 0;
};

}  // namespace models::streaming
