// Which of a run's traces are kept when there is room for so many of them (tail sampling, as an
// OpenTelemetry collector's).
//
// The run is cut into windows of equal length, and a trace belongs to the one in which its request
// came. Each keeps its slowest, as many of those that failed, and of the others a uniform random
// sample (by bottom-k sampling: those with the most luck, a random number that follows from the
// request's identity; Cohen and Kaplan, 2007). When there is one too many, it goes from the window
// that keeps most, so that room is shared equally and what few windows need is there for the rest
// (max-min fairness). Nothing depends on anything but the requests and their order.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/time.h"

namespace sim {

// By which rule a trace is there: by chance like all in its window, or because of what it was.
enum class KeptFor : std::uint8_t { sample, slowest, failure };

// One window: how many traces it had, and how many of them are kept.
struct TraceWindow {
    std::uint64_t traces = 0;
    std::uint64_t kept = 0;
};

class KeptTraces {
public:
    struct Plan {
        std::uint32_t most = 0;
        Time from{};
        Duration length{};  // of the run from there
    };
    explicit KeptTraces(const Plan& plan);

    struct Ended {
        std::uint32_t trace;  // whatever the caller knows it by
        Time began;
        Duration took;
        std::uint64_t luck;
        bool failed;
    };
    // One more has ended. The one that has to go for it, perhaps itself; none while there is room.
    std::optional<std::uint32_t> take(const Ended& ended);

    // All that are kept, in no order.
    std::vector<std::pair<std::uint32_t, KeptFor>> kept() const;

    Duration window() const { return length_; }
    // The slowest, and the failed, that a window keeps for what they are.
    std::uint32_t reserved() const { return reserved_; }
    std::vector<TraceWindow> windows() const;

private:
    // Each list is a heap, with the one on top that goes first.
    struct Window {
        std::uint64_t traces = 0;
        std::uint64_t lost_luck = 0;  // the most that one had that went
        std::vector<Ended> slowest;
        std::vector<Ended> failed;
        std::vector<Ended> others;

        std::size_t kept() const { return slowest.size() + failed.size() + others.size(); }
    };

    Window& window_of(Time began);
    void add(Window& window, Ended ended);
    Ended remove_one(Window& window);

    std::uint32_t most_;
    Time from_;
    Duration length_{};
    std::uint32_t reserved_ = 0;
    std::size_t kept_ = 0;
    std::vector<Window> windows_;
};

}  // namespace sim
