#include "models/calls/verify.h"

namespace models {

void Verify::look_at(Call& call) {
    sim::Draws draws(sim::request_key(stream_, call.request.identity));
    if (!draws.chance(catches_)) return;
    caught_.add();
    call.response = {Outcome::failed, cause::wrong_answer};
}

}  // namespace models
