#include "models/calls/timeout.h"

#include "sim/within.h"

namespace models {

Reply Timeout::call(Request request) {
    sim::Crew* const heirs = propagates_ ? nullptr : &world_.abandoned;
    const auto response =
        co_await sim::within(world_.scheduler, limit_, inner_.call(request), heirs);
    if (!response) co_return Response{Outcome::timed_out, Cause::timeout};
    co_return *response;
}

}  // namespace models
