#include "models/blocks/measure.h"

#include "models/look.h"

namespace models {

Go Looking::enter(Call& call) {
    const bool looks = Look::wants(meter_, call.request);
    begin(call, looks ? new Look(world_, meter_, call.request) : nullptr);
    return on();
}

Go Looking::answered(Call& call) {
    leave(call, call.response);
    return back();
}

void Looking::abandoned(Call& call) {
    leave(call, {Outcome::timed_out, Cause::cancelled});
}

void Looking::restore(Call& call) {
    if (const Look* const look = mine(call).look) call.request.span = look->outer_span();
}

void Looking::leave(Call& call, const Response& response) {
    if (Look* const look = mine(call).look) {
        restore(call);
        look->close(response);
        delete look;
    }
    end(call);
}

}  // namespace models
