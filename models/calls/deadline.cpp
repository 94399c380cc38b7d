#include "models/calls/deadline.h"

#include "models/calls/cancelling.h"
#include "sim/within.h"

namespace models {

Reply Deadline::call(Request request) {
    const sim::Time now = world_.scheduler.now();
    const bool has_limit = limit_ > sim::Duration::zero();
    if (has_limit && limit_ < request.deadline - now) request.deadline = now + limit_;
    if (request.deadline == sim::kForever) co_return co_await inner_.call(request);
    if (request.deadline <= now) {
        missed_.add();
        co_return Response{Outcome::rejected, Cause::deadline};
    }
    sim::Crew mine;
    const auto response =
        co_await sim::within(world_.scheduler, request.deadline - now, inner_.call(request), &mine);
    if (response) co_return *response;
    const Cancelling cancelling(world_);
    mine.dismiss();
    missed_.add();
    co_return Response{Outcome::timed_out, Cause::deadline};
}

}  // namespace models
