// A request's stay at a node whose story is a coroutine: counted when it comes, and when it leaves
// with an outcome. (Where it is told in blocks: blocks/measure.h.)
//
//     InFlightGuard here(context_, request);
//     ...
//     co_return here.leave({Outcome::failed, cause::refused});
//
// When its caller cancels it on the way, it leaves as cancelled. A request that is traced has a
// span while it is here, and the calls it makes from here are within that span.
#pragma once

#include <memory>
#include <utility>

#include "models/context.h"
#include "models/observed_request.h"

namespace models {

class InFlightGuard {
public:
    // What it is about, beyond what every node counts alike.
    enum class Counted { as_it_is, as_read };

    InFlightGuard(World& world, sim::Meter& meter, Request& request,
                  Counted how = Counted::as_it_is)
        : world_(world),
          meter_(meter),
          arrived_(world.scheduler.now()),
          part_(meter.part_of(request.endpoint)) {
        meter.arrived(arrived_, how == Counted::as_it_is && request.is_write);
        if (part_ != sim::Meter::kNoPart) meter.arrived_in(part_, arrived_);
        if (ObservedRequest::wants(meter, request)) [[unlikely]]
            observed_ = std::make_unique<ObservedRequest>(world, meter, request);
    }
    InFlightGuard(const Context& context, Request& request, Counted how = Counted::as_it_is)
        : InFlightGuard(context.world, context.meter, request, how) {}
    InFlightGuard(const InFlightGuard&) = delete;
    InFlightGuard& operator=(const InFlightGuard&) = delete;
    ~InFlightGuard() {
        if (!has_left_ || observed_) [[unlikely]]
            abandon();
    }

    sim::Time arrived() const { return arrived_; }

    // The first time counts.
    Response leave(const Response& response) {
        if (!std::exchange(has_left_, true)) {
            meter_.left(arrived_, response.outcome, response.cause, part_);
            if (observed_) [[unlikely]]
                observed_->close(response);
        }
        return response;
    }

    // For those that are looked at closely: which instance this is, and where the request went from
    // here.
    void at_instance(std::uint32_t index) {
        if (observed_) [[unlikely]]
            observed_->at_instance(index);
    }
    bool is_looked_at() const { return observed_ != nullptr; }
    void sent_to(std::string_view target) { observed_->sent_to(target); }
    void answered() { observed_->answered(); }

private:
    // It goes without having left: cancelled by its caller, or the run is over.
    void abandon() {
        if (world_.cancelling) leave({Outcome::timed_out, cause::cancelled});
        if (observed_) observed_->close({Outcome::timed_out, cause::cancelled});
    }

    World& world_;
    sim::Meter& meter_;
    sim::Time arrived_;
    std::uint32_t part_;  // of its endpoint
    bool has_left_ = false;
    std::unique_ptr<ObservedRequest> observed_;  // seldom
};

}  // namespace models
