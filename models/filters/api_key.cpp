#include "models/filters/api_key.h"

#include <algorithm>

namespace models {

ApiKey::ApiKey(const Spec& spec, const FilterSite& site)
    : look_up_(spec.look_up.build(), "api key", site),
      skip_(spec.skip, site.host),
      keys_(segment_numbers_of(spec.keys, site.world.segments)),
      work_(*this, site, "api_key"),
      refused_(site, "api_keys_refused") {}

Block* ApiKey::inside() {
    work_.link(outer(), nullptr);
    return outer();
}

Go ApiKey::enter(Call& call) {
    if (skip_.has(call.request.endpoint)) return on();
    return work_.work(call, look_up_.of(call.request));
}

Go ApiKey::checked(Call& call) {
    if (std::ranges::find(keys_, call.request.segment) != keys_.end()) return on();
    refused_.add();
    call.response = {Outcome::rejected, cause::unauthorized};
    return {outer(), Way::answered};
}

}  // namespace models
