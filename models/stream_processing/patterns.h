// Patterns over a keyed stream of events (complex event processing).
//
// Events wait until the watermark has passed them, and are then played in the order in which they
// happened through the matches that have begun (a nondeterministic automaton without branches:
// Agrawal et al., Efficient Pattern Matching over Event Streams, SIGMOD 2008; Flink CEP). An event
// that is late when it comes is in no match.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/stream_processing/stream_event.h"

namespace models::streaming {

enum class Contiguity : std::uint8_t { relaxed, strict };
constexpr auto names_of(Contiguity) {
    return std::array{spec::Word{"relaxed", Contiguity::relaxed,
                                 "Others of the key may come between (followedBy)."},
                      spec::Word{"strict", Contiguity::strict, "None may (next, consecutive)."}};
}

enum class AfterMatch : std::uint8_t { no_skip, skip_past_last_event };
constexpr auto names_of(AfterMatch) {
    return std::array{
        spec::Word{"no_skip", AfterMatch::no_skip,
                   "Every possible match is told: an event can be in several."},
        spec::Word{"skip_past_last_event", AfterMatch::skip_past_last_event,
                   "All that began before the match ended are dropped: no event is in two."}};
}

struct PatternRule {
    std::vector<std::uint32_t> topics;  // of the events, one after the other
    sim::Duration within;               // from the first to the last: less than this
    Contiguity contiguity;
    AfterMatch after_match;
};

struct Match {
    std::uint64_t key;
    sim::Time first;
    sim::Time last;
    auto operator<=>(const Match&) const = default;
};

// A value: a checkpoint is a copy of it.
class Patterns {
public:
    using Found = std::function<void(const Match&)>;

    explicit Patterns(PatternRule rule) : rule_(std::move(rule)) {}

    // False: it is late.
    bool add(const StreamEvent& event, sim::Time watermark);
    void advance(sim::Time watermark, const Found& found);
    // Events that wait, and matches that have begun.
    std::size_t size() const { return waiting_.size() + begun_; }

private:
    struct Begun {
        sim::Time first;
        std::size_t next;  // of the events it waits for
    };
    using Order = std::tuple<sim::Time, std::uint32_t, std::uint64_t>;  // partition, offset

    void play(const StreamEvent& event, const Found& found);
    void forget(std::uint64_t key, sim::Time until);
    std::vector<Begun> those_that_go_on(const std::vector<Begun>& begun,
                                        const StreamEvent& event) const;

    PatternRule rule_;
    std::map<Order, StreamEvent> waiting_;
    std::map<std::uint64_t, std::vector<Begun>> matches_;   // by key
    std::set<std::pair<sim::Time, std::uint64_t>> timers_;  // when matches of a key are too old
    std::size_t begun_ = 0;
};

}  // namespace models::streaming
