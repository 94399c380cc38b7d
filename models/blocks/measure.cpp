#include "models/blocks/measure.h"

namespace models {

void Looking::open(Call& call) {
    Look* const look = new Look(world_, meter_, call.request);
    if (is_at_instances_) look->at_instance(call.request.caller);
    mine(call).look = look;
}

void Looking::close(Call& call, const Response& response) {
    Look* const look = mine(call).look;
    call.request.span = look->outer_span();
    look->close(response);
    delete look;
}

void Looking::abandoned(Call& call) {
    if (mine(call).look != nullptr) close(call, {Outcome::timed_out, cause::cancelled});
    end(call);
}

void Looking::restore(Call& call) {
    if (const Look* const look = mine(call).look) call.request.span = look->outer_span();
}

}  // namespace models
