// Checks which application sends a request: a key in its X-API-Key header, which the gateway looks
// up among those it knows. A request without one that is known ends here with 401 (as Kong's
// key-auth answers; AWS' API Gateway says 403).
#pragma once

#include <chrono>

#include "models/calls/tally.h"
#include "models/filters/drawn_time.h"
#include "models/filters/filter_work.h"
#include "models/filters/path_list.h"
#include "models/times.h"
#include "sim/figure.h"

namespace models {

class ApiKey final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "api_key";
        static constexpr std::string_view doc =
            "API keys: a request of an application without a key is answered with 401.";
        std::vector<std::string> keys;
        Times look_up = spec::Constant<sim::Duration>{std::chrono::microseconds(5)};
        std::vector<std::string> skip;
        static constexpr auto figures() {
            return std::array{sim::figure("api_keys_refused", sim::Unit::count, sim::Merge::sum,
                                          "Requests that were answered with 401 because they had "
                                          "no API key that is known.")};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("keys", &Spec::keys, not_empty(),
                         "User segments (applications, partners) that have a key."),
                param("look_up", &Spec::look_up, "Core time of looking a key up."),
                param("skip", &Spec::skip,
                      "Beginnings of paths that need no key. Without any, every request needs "
                      "one.")};
        }
        void check(spec::Check& check) const { check_prefixes(skip, "skip", check); }
    };

    ApiKey(const Spec& spec, const FilterSite& site);

    Go enter(Call& call) override;
    Block* inside() override;

private:
    Go checked(Call& call);

    DrawnTime look_up_;
    PathList skip_;
    std::vector<Words::Number> keys_;
    FilterWork<ApiKey, &ApiKey::checked> work_;
    Tally refused_;
};

}  // namespace models
