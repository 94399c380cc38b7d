#include "models/filters/transform.h"

#include <algorithm>
#include <limits>

namespace models {

Transform::Transform(const Spec& spec, const FilterSite& site)
    : request_(spec.request.build()),
      response_(spec.response.build()),
      adds_(spec.adds.count),
      changes_answers_(response_.mean() > 0 || adds_ > 0),
      request_stream_(request_.is_constant() ? 0 : site.stream("transform of requests")),
      response_stream_(response_.is_constant() ? 0 : site.stream("transform of answers")),
      before_(*this, site, spec.name),
      after_(*this, site, spec.name) {}

Block* Transform::inside() {
    before_.link(outer(), nullptr);
    after_.link(outer(), nullptr);
    return changes_answers_ ? this : outer();
}

Go Transform::enter(Call& call) {
    sim::Draws draws(sim::request_key(request_stream_, call.request.identity));
    return before_.work(call, request_.sample_duration(draws));
}

// What has no answer of a service's has no header of it either.
Go Transform::answered(Call& call) {
    if (!call.ok()) return back();
    sim::Draws draws(sim::request_key(response_stream_, call.request.identity));
    return after_.work(call, response_.sample_duration(draws));
}

Go Transform::answer_transformed(Call& call) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    const std::uint64_t bytes = call.response.bytes + adds_;
    call.response.bytes = static_cast<std::uint32_t>(std::min(bytes, kMost));
    return back();
}

}  // namespace models
