#include "models/filters/jwt.h"

#include <algorithm>

namespace models {

Jwt::Jwt(const Spec& spec, const FilterSite& site)
    : world_(site.world),
      verify_(spec.verify.build(), "jwt", site),
      skip_(spec.skip, site.host),
      issuers_(spec.issued_by, site.host),
      missing_(segment_numbers_of(spec.missing, site.world.segments)),
      invalid_(segment_numbers_of(spec.invalid, site.world.segments)),
      expires_in_(spec.expires_in),
      issues_(!spec.issued_by.empty()),
      work_(*this, site, "jwt"),
      tokens_missing_(site, "tokens_missing"),
      tokens_invalid_(site, "tokens_invalid"),
      tokens_expired_(site, "tokens_expired"),
      tokens_issued_(site, "tokens_issued") {}

// It stays around only to see which answers issue tokens.
Block* Jwt::inside() {
    work_.link(outer(), nullptr);
    return issues_ ? this : outer();
}

Go Jwt::enter(Call& call) {
    const EndpointId path = call.request.endpoint;
    if (skip_.has(path) || issuers_.has(path)) return on();
    if (fault_of(call.request) == Fault::missing) return unauthorized(call, tokens_missing_);
    return work_.work(call, verify_.of(call.request));
}

Go Jwt::checked(Call& call) {
    switch (fault_of(call.request)) {
        case Fault::missing:
            return unauthorized(call, tokens_missing_);
        case Fault::invalid:
            return unauthorized(call, tokens_invalid_);
        case Fault::expired:
            return unauthorized(call, tokens_expired_);
        case Fault::none:
            break;
    }
    return on();
}

Go Jwt::answered(Call& call) {
    if (call.ok() && issuers_.has(call.request.endpoint)) {
        issued_[call.request.user] = world_.scheduler.now();
        tokens_issued_.add();
    }
    return back();
}

Jwt::Fault Jwt::fault_of(const Request& request) const {
    const auto is_one_of = [&](const std::vector<Words::Number>& segments) {
        return std::ranges::find(segments, request.segment) != segments.end();
    };
    if (is_one_of(missing_)) return Fault::missing;
    if (is_one_of(invalid_)) return Fault::invalid;
    if (!issues_) return Fault::none;
    const auto issued = issued_.find(request.user);
    if (issued == issued_.end()) return Fault::missing;
    const bool is_old = expires_in_ && world_.scheduler.now() - issued->second >= *expires_in_;
    return is_old ? Fault::expired : Fault::none;
}

Go Jwt::unauthorized(Call& call, Tally& why) {
    why.add();
    call.response = {Outcome::rejected, cause::unauthorized};
    return {outer(), Way::answered};
}

}  // namespace models
