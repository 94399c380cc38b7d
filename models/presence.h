// A request's stay at a node: counted when it comes, and when it leaves with an outcome.
//
//     Presence here(context_, request);
//     ...
//     co_return here.leave({Outcome::failed, Cause::refused});
//
// When its caller cancels it on the way, it leaves as cancelled.
#pragma once

#include <optional>
#include <utility>

#include "models/context.h"

namespace models {

class Presence {
public:
    Presence(World& world, sim::Meter& meter, const Request& request)
        : world_(world),
          meter_(meter),
          arrived_(world.scheduler.now()),
          part_(meter.part_of(request.endpoint)) {
        meter.arrived(arrived_, request.is_write);
        if (part_) meter.arrived_in(*part_, arrived_);
    }
    Presence(const Context& context, const Request& request)
        : Presence(context.world, context.meter, request) {}
    explicit Presence(const Context& context) : Presence(context, Request{}) {}
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    ~Presence() {
        if (world_.cancelling) leave({Outcome::timed_out, Cause::cancelled});
    }

    sim::Time arrived() const { return arrived_; }

    // The first time counts.
    Response leave(const Response& response) {
        if (!std::exchange(has_left_, true)) {
            meter_.left(arrived_, response.outcome, response.cause);
            if (part_) meter_.left_in(*part_, arrived_, response.outcome);
        }
        return response;
    }

private:
    World& world_;
    sim::Meter& meter_;
    sim::Time arrived_;
    std::optional<std::size_t> part_;  // of its endpoint
    bool has_left_ = false;
};

}  // namespace models
