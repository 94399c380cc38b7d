#include "models/blocks/measure.h"

namespace models {

void Looking::open(Call& call) {
    ObservedRequest* const observed = new ObservedRequest(world_, meter_, call.request);
    if (is_at_instances_) observed->at_instance(call.request.caller);
    mine(call).observed = observed;
}

void Looking::close(Call& call, const Response& response) {
    ObservedRequest* const observed = mine(call).observed;
    call.request.span = observed->outer_span();
    observed->close(response);
    delete observed;
}

void Looking::abandoned(Call& call) {
    if (mine(call).observed != nullptr) close(call, {Outcome::timed_out, cause::cancelled});
    end(call);
}

void Looking::restore(Call& call) {
    if (const ObservedRequest* const observed = mine(call).observed)
        call.request.span = observed->outer_span();
}

}  // namespace models
