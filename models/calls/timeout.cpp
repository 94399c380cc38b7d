#include "models/calls/timeout.h"

#include "models/calls/cancelling.h"
#include "sim/within.h"

namespace models {

Reply Timeout::call(Request request) {
    sim::Crew mine;
    const sim::Time now = world_.scheduler.now();
    if (propagates_ && limit_ < request.deadline - now) request.deadline = now + limit_;
    const auto response = co_await sim::within(world_.scheduler, limit_, inner_.call(request),
                                               propagates_ ? &mine : &world_.abandoned);
    if (response) co_return *response;
    const Cancelling cancelling(world_);
    mine.dismiss();
    co_return Response{Outcome::timed_out, Cause::timeout};
}

}  // namespace models
