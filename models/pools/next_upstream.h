// Passing a request on to another target when the first one has failed it: nginx's
// proxy_next_upstream. Every target is asked at most once for a request. What has been sent and is
// not safe to repeat, a write, is only passed on when the target refused the connection.
#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/pools/error_class.h"
#include "models/spec/declaration/spec.h"
#include "sim/frame_pool.h"

namespace models {

struct NextUpstreamSpec {
    static constexpr std::string_view name = "next_upstream";
    static constexpr std::string_view doc =
        "Passes a failed request on to another target (nginx's proxy_next_upstream).";
    std::vector<ErrorClass> on = {ErrorClass::error, ErrorClass::timeout};
    bool non_idempotent = false;
    std::uint32_t tries = 0;
    sim::Duration timeout{};
    static constexpr auto params() {
        using namespace spec;
        using Self = NextUpstreamSpec;
        return std::tuple{
            param("on", &Self::on, not_empty(),
                  "Kinds of failure on which the next target is tried."),
            param("non_idempotent", &Self::non_idempotent,
                  "Whether writes are passed on, too, though the failed target may have done them "
                  "(non_idempotent)."),
            param("tries", &Self::tries,
                  "Most targets tried for a request (proxy_next_upstream_tries). With 0 (the "
                  "default) all are."),
            param("timeout", &Self::timeout, at_least(sim::Duration::zero()),
                  "Time after which no further target is tried (proxy_next_upstream_timeout). With "
                  "0s (the default) there is no limit.")};
    }
};

// One request's way from target to target.
struct Tries : sim::Pooled {
    sim::Time began{};
    std::vector<std::uint32_t> tried{};  // ids
    bool goes_on = false;                // to one more
    bool has(std::uint32_t id) const { return std::ranges::find(tried, id) != tried.end(); }
};

inline bool goes_on(const NextUpstreamSpec& spec, const Request& request, const Response& response,
                    const Tries& tries, sim::Time now) {
    const std::optional<ErrorClass> error_class = error_class_of(response);
    if (!error_class || std::ranges::find(spec.on, *error_class) == spec.on.end()) return false;
    const bool was_sent = response.cause != cause::refused;
    if (request.is_write && was_sent && !spec.non_idempotent) return false;
    if (spec.tries > 0 && tries.tried.size() >= spec.tries) return false;
    return spec.timeout == sim::Duration::zero() || now - tries.began < spec.timeout;
}

}  // namespace models
