// Consumers of messages as a resource of their node: each is at work on one message at a time, and
// what they have not begun waits for one of them.
//
//     meter.resource(kConsumers, [this](sim::Time now, sim::Uses& uses) {
//         waiting_.tell(now, messages_there(), parts_.all(), uses);
//     }, {.to = broker});
//
// Nobody who publishes waits for that. `to` is the broker: so a diagnosis finds whom it concerns.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "sim/figure.h"
#include "sim/resource.h"
#include "sim/time.h"

namespace models {

inline constexpr std::string_view kConsumers = "consumers";

// The row of such a kind; the parameter says how many there are in an instance.
consteval sim::Resource consumers_row(std::string_view parameter) {
    return sim::resource(kConsumers, sim::ResourceKind::work, sim::Unit::count,
                         "Each handles one message after another; what none has begun waits.",
                         "What it has is handled.",
                         {.parameter = parameter, .is_held_by_calls = true});
}

// Of one consumer: how long it was at work.
class AtWork {
public:
    void begin(sim::Time now, std::uint64_t messages = 1) {
        messages_ += messages;
        if (!std::exchange(is_at_work_, true)) since_ = now;
    }
    // Done, or dead.
    void end(sim::Time now) {
        if (std::exchange(is_at_work_, false)) busy_ += now - since_;
    }
    // `is_there`: its process is.
    sim::Use use(sim::Time now, bool is_there) const {
        const sim::Duration busy = is_at_work_ ? busy_ + (now - since_) : busy_;
        const auto time = static_cast<std::uint64_t>(busy.count());
        return {is_there ? 1.0 : 0.0, time, 0, time, messages_, 0};
    }

private:
    bool is_at_work_ = false;
    sim::Time since_{};
    sim::Duration busy_{};
    std::uint64_t messages_ = 0;
};

// How many messages wait, as often as somebody asks: as a scraper sees it.
class WaitingMessages {
public:
    template <class Parts>
    void tell(sim::Time now, double waiting, const Parts& consumers, sim::Uses& uses) {
        const auto elapsed = static_cast<double>((now - asked_).count());
        waited_ += static_cast<std::uint64_t>(waiting * elapsed);
        asked_ = now;
        for (const auto& each : consumers) uses.push_back(each->use(now));
        if (uses.empty()) uses.emplace_back();
        uses.front().waiting = waited_;
    }

private:
    sim::Time asked_{};
    std::uint64_t waited_ = 0;
};

}  // namespace models
