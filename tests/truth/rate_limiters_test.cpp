// The limiters against the real programs, request by request: golang.org/x/time/rate, redis-cell's
// GCRA, resilience4j's AtomicRateLimiter and nginx's limit_req. What is asked here is what a run
// asks.
#include <cmath>
#include <limits>

#include "models/limits/atomic_rate_limiter.h"
#include "models/limits/gcra.h"
#include "models/limits/leaky_bucket.h"
#include "models/limits/limiters.h"
#include "models/limits/token_bucket.h"
#include "tests/truth/tally.h"

using namespace models;
using truth::Json;

namespace {

sim::Duration seconds(double s) {
    return sim::Duration(static_cast<std::int64_t>(std::llround(s * 1e9)));
}
sim::Time at_ms(const Json& step) {
    return sim::Time(seconds(step.at("t_ms").get<double>() / 1000));
}
double millis(sim::Duration duration) {
    return static_cast<double>(duration.count()) * 1e-6;
}

// As "limit in period" of a rate that is written as a number a second.
template <class Spec>
void set_rate(Spec& spec, double per_second) {
    spec.limit = per_second >= 1 ? static_cast<std::uint32_t>(per_second) : 1;
    spec.period = seconds(spec.limit / per_second);
}

}  // namespace

TEST_CASE("token_bucket: golang.org/x/time/rate") {
    const Json cases = truth::file("rate_limiters.json").at("go_x_time_rate").at("cases");
    truth::Tally tally("go_x_time_rate");
    for (const Json& each : cases) {
        tally.begin(each.at("id"));
        TokenBucket::Spec spec;
        set_rate(spec, each.at("rate_per_s"));
        spec.burst = each.at("burst").get<std::uint32_t>();
        const bool reserves = each.at("steps").at(0).at("op") == "reserve";
        if (reserves) spec.max_wait = sim::Duration::max();
        TokenBucket bucket(spec, {});
        for (const Json& step : each.at("steps")) {
            REQUIRE((step.at("op") == "reserve") == reserves);
            const sim::Time now(seconds(step.at("t_s")));
            // Go's tokens are a float64 that sums up its roundings; 1e-9 of a token is a thousand
            // times what a hundred steps lose.
            tally.near("tokens before", bucket.tokens(now), step.at("tokens_before"), 1e-9);
            const Permission permission = bucket.ask(now, step.at("n"));
            tally.same("ok", permission.granted, step.at("ok").get<bool>());
            tally.near("tokens after", bucket.tokens(now), step.at("tokens_after"), 1e-9);
            // Go cuts off to a nanosecond what it computed in floating point; we round up.
            if (step.contains("delay_s")) {
                tally.near("delay", sim::seconds(permission.wait), step.at("delay_s"), 2e-9);
            }
        }
    }
}

TEST_CASE("gcra: redis-cell") {
    const Json cases = truth::file("rate_limiters.json").at("gcra_redis_cell").at("cases");
    truth::Tally tally("gcra_redis_cell");
    for (const Json& each : cases) {
        tally.begin(each.at("id"));
        Gcra::Spec spec;
        spec.limit = 1;
        spec.period = std::chrono::milliseconds(each.at("emission_interval_ms").get<int>());
        spec.max_burst = each.at("max_burst").get<std::uint32_t>();
        Gcra gcra(spec, {});
        for (const Json& step : each.at("steps")) {
            const Gcra::Answer answer = gcra.throttle(at_ms(step), step.at("quantity"));
            tally.same("limited", answer.limited, step.at("limited").get<bool>());
            tally.same("limit", answer.limit, step.at("limit").get<std::uint32_t>());
            tally.same("remaining", answer.remaining, step.at("remaining").get<std::int64_t>());
            // Written in seconds as a decimal fraction of whole milliseconds.
            tally.near("reset after", sim::seconds(answer.reset_after), step.at("reset_after_s"),
                       1e-9);
            const Json& retry_after = step.at("retry_after_s");
            tally.same("tells when to retry", answer.retry_after.has_value(),
                       !retry_after.is_null());
            if (answer.retry_after && !retry_after.is_null()) {
                tally.near("retry after", sim::seconds(*answer.retry_after), retry_after, 1e-9);
            }
        }
    }
}

TEST_CASE("atomic_rate_limiter: resilience4j's reservePermission") {
    const Json cases =
        truth::file("rate_limiters.json").at("resilience4j_rate_limiter").at("cases");
    truth::Tally tally("resilience4j_rate_limiter");
    for (const Json& each : cases) {
        tally.begin(each.at("id"));
        const Json& config = each.at("config");
        AtomicRateLimiter::Spec spec;
        spec.limit = config.at("limitForPeriod");
        spec.period = std::chrono::milliseconds(config.at("limitRefreshPeriodMs").get<int>());
        spec.timeout_duration =
            std::chrono::milliseconds(config.at("timeoutDurationMs").get<int>());
        spec.blocks = false;
        AtomicRateLimiter limiter(spec, {});
        for (const Json& request : each.at("requests")) {
            const sim::Time now = at_ms(request);
            const Permission permission = limiter.ask(now, request.at("permits"));
            const std::string result = !permission.granted                       ? "reject"
                                       : permission.wait > sim::Duration::zero() ? "wait"
                                                                                 : "allow";
            tally.same("result", result, request.at("result").get<std::string>());
            if (permission.granted && !request.at("wait_ms").is_null()) {
                tally.near("wait", millis(permission.wait), request.at("wait_ms"), 1e-6);
            }
            tally.same("available", limiter.permissions_at(now),
                       request.at("available_after").get<std::int64_t>());
        }
    }
}

TEST_CASE("leaky_bucket: nginx's limit_req") {
    const Json cases = truth::file("rate_limiters.json").at("nginx_limit_req").at("cases");
    truth::Tally tally("nginx_limit_req");
    for (const Json& each : cases) {
        tally.begin(each.at("id"));
        LeakyBucket::Spec spec;
        set_rate(spec, each.at("rate_per_s"));
        spec.burst = each.at("burst");
        spec.nodelay = each.at("nodelay");
        LeakyBucket bucket(spec, {});
        for (const Json& request : each.at("requests")) {
            const sim::Time now = at_ms(request);
            tally.near("excess", bucket.excess(now), request.at("excess"), 1e-9);
            const Permission permission = bucket.ask(now, 1);
            tally.same("result", std::string(permission.granted ? "allow" : "reject(503)"),
                       request.at("result").get<std::string>());
            if (permission.granted) {
                tally.near("delay", millis(permission.wait), request.at("delay_ms"), 1e-6);
            }
        }
    }
}
