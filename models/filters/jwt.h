// Checks who sends a request: a JSON Web Token (RFC 7519) in its Authorization header.
//
// A token says itself who it is for and until when it is good, so the gateway asks nobody: it
// checks the signature, which takes time of a core, and the time of expiry. Which users send none
// or a forged one, their segments say. Where tokens are issued by a route, a user has one from the
// first good answer of that route on, and it expires so long after the last: what the users' own
// browsers and apps keep is written down here. A request whose token is not good ends here with
// 401, and a path that is listed needs none.
#pragma once

#include <chrono>
#include <optional>
#include <unordered_map>

#include "models/calls/tally.h"
#include "models/filters/drawn_time.h"
#include "models/filters/filter_work.h"
#include "models/filters/path_list.h"
#include "models/times.h"
#include "sim/figure.h"

namespace models {

class Jwt final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "jwt";
        static constexpr std::string_view doc =
            "JWT authentication: a request without a valid token is answered with 401.";
        Times verify = spec::Constant<sim::Duration>{std::chrono::microseconds(30)};
        std::vector<std::string> skip;
        std::vector<std::string> missing;
        std::vector<std::string> invalid;
        std::vector<std::string> issued_by;
        std::optional<sim::Duration> expires_in;
        static constexpr auto figures() {
            using sim::figure, sim::Unit, sim::Merge;
            return std::array{
                figure("tokens_missing", Unit::count, Merge::sum,
                       "Requests that were answered with 401 because they had no token."),
                figure("tokens_invalid", Unit::count, Merge::sum,
                       "Requests that were answered with 401 because their token's signature was "
                       "wrong."),
                figure("tokens_expired", Unit::count, Merge::sum,
                       "Requests that were answered with 401 because their token had expired."),
                figure("tokens_issued", Unit::count, Merge::sum, "Tokens that were issued.")};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("verify", &Spec::verify,
                      "Core time of checking a token's signature. OpenSSL takes about 30us for "
                      "RS256 with a key of 2048 bits, 80us for ES256, 3us for HS256. A request "
                      "without a token costs nothing."),
                param("skip", &Spec::skip,
                      "Beginnings of paths that need no token: [\"/health\", \"/docs\"]. Without "
                      "any, every request needs one."),
                param("missing", &Spec::missing,
                      "User segments whose requests have no token. Without any, all have one."),
                param("invalid", &Spec::invalid,
                      "User segments whose tokens are forged: their signature is wrong. Without "
                      "any, all are signed well."),
                param("issued_by", &Spec::issued_by,
                      "Beginnings of paths whose good answers issue a token to the user (a log "
                      "in), and which need none. Without any, users have theirs from the start."),
                param("expires_in", &Spec::expires_in, above(sim::Duration::zero()),
                      "How long a token is good, from when it was issued (exp). Without it, it "
                      "does not expire.")};
        }
        void check(spec::Check& check) const {
            check_prefixes(skip, "skip", check);
            check_prefixes(issued_by, "issued_by", check);
            check.that(!expires_in || !issued_by.empty(), "expires_in",
                       "nothing issues another token when one has expired",
                       "say which paths do: \"issued_by\": [\"/auth/login\"]");
        }
    };

    Jwt(const Spec& spec, const FilterSite& site);

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    Block* inside() override;

private:
    enum class Fault : std::uint8_t { none, missing, invalid, expired };

    Fault fault_of(const Request& request) const;
    Go checked(Call& call);
    Go unauthorized(Call& call, Tally& why);

    World& world_;
    DrawnTime verify_;
    PathList skip_;
    PathList issuers_;
    std::vector<Words::Number> missing_;
    std::vector<Words::Number> invalid_;
    std::optional<sim::Duration> expires_in_;
    bool issues_;
    std::unordered_map<std::uint32_t, sim::Time> issued_;  // last, by user
    FilterWork<Jwt, &Jwt::checked> work_;
    Tally tokens_missing_;
    Tally tokens_invalid_;
    Tally tokens_expired_;
    Tally tokens_issued_;
};

}  // namespace models
