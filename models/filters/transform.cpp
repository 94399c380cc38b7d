#include "models/filters/transform.h"

#include <algorithm>
#include <limits>

namespace models {

Transform::Transform(const Spec& spec, const FilterSite& site)
    : request_(spec.request.build(), "transform of requests", site),
      response_(spec.response.build(), "transform of answers", site),
      adds_(spec.adds.count),
      changes_answers_(spec.response.build().mean() > 0 || adds_ > 0),
      before_(*this, site, spec.name),
      after_(*this, site, spec.name) {}

Block* Transform::inside() {
    before_.link(outer(), nullptr);
    after_.link(outer(), nullptr);
    return changes_answers_ ? this : outer();
}

Go Transform::enter(Call& call) {
    return before_.work(call, request_.of(call.request));
}

// What has no answer of a service's has no header of it either.
Go Transform::answered(Call& call) {
    if (!call.ok()) return back();
    return after_.work(call, response_.of(call.request));
}

Go Transform::answer_transformed(Call& call) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    const std::uint64_t bytes = call.response.bytes + adds_;
    call.response.bytes = static_cast<std::uint32_t>(std::min(bytes, kMost));
    return back();
}

}  // namespace models
