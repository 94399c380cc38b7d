// The breaker's state machine against resilience4j's own, step by step, and the waits of its
// exponential back-off: circuit_breaker_resilience4j.json. All cases are met.
#include "models/calls/backoff.h"
#include "models/calls/breaker.h"
#include "tests/truth/tally.h"

using models::Breaker;
using truth::Json;

namespace {

sim::Duration milliseconds(double count) {
    return sim::from_seconds(count / 1000);
}

models::BreakerSettings settings_of(const Json& config) {
    models::BreakerSettings settings;
    settings.failure_rate_threshold = config.value("failureRateThreshold", 50.0) / 100;
    settings.slow_call_rate_threshold = config.value("slowCallRateThreshold", 100.0) / 100;
    settings.slow_call_duration_threshold =
        milliseconds(config.value("slowCallDurationThresholdMs", 60'000.0));
    settings.permitted_in_half_open =
        static_cast<std::uint32_t>(config.value("permittedNumberOfCallsInHalfOpenState", 10.0));
    settings.window_type = config.at("slidingWindowType") == "TIME_BASED"
                               ? models::WindowType::time_based
                               : models::WindowType::count_based;
    settings.window_size = static_cast<std::uint32_t>(config.value("slidingWindowSize", 100.0));
    settings.minimum_calls =
        static_cast<std::uint32_t>(config.value("minimumNumberOfCalls", 100.0));
    settings.wait_in_open = milliseconds(config.value("waitDurationInOpenStateMs", 60'000.0));
    return settings;
}

// "call err 40", "advance 1001", "acquire", "success 1", "error 1", "release", "reset".
struct Operation {
    std::string verb;
    bool fails = false;
    double milliseconds = 0;
};

Operation operation_of(const std::string& text) {
    Operation operation;
    operation.verb = text.substr(0, text.find(' '));
    operation.fails = operation.verb == "error" || text.starts_with("call err");
    const std::size_t last = text.rfind(' ');
    if (last != std::string::npos) operation.milliseconds = std::stod(text.substr(last + 1));
    return operation;
}

// What the step says about a permission, or nothing.
std::optional<bool> play(Breaker& breaker, const Operation& operation, sim::Time now) {
    const sim::Duration took = milliseconds(operation.milliseconds);
    if (operation.verb == "acquire") return breaker.try_acquire(now);
    if (operation.verb == "call") {
        const bool permitted = breaker.try_acquire(now);
        if (permitted) breaker.record(now, took, operation.fails);
        return permitted;
    }
    if (operation.verb == "success" || operation.verb == "error") {
        breaker.record(now, took, operation.fails);
    }
    if (operation.verb == "release") breaker.release();
    if (operation.verb == "reset") breaker.reset();
    return std::nullopt;
}

std::string_view name_of(Breaker::State state) {
    if (state == Breaker::State::closed) return "CLOSED";
    return state == Breaker::State::open ? "OPEN" : "HALF_OPEN";
}

// The same words the table uses. It rounds rates to floats; two decimals tell all of them apart.
std::string after(Breaker& breaker, sim::Time now) {
    const auto rates = breaker.rates(now);
    const auto& counts = breaker.counts(now);
    const auto percent = [](double share) { return share < 0 ? -1 : share * 100; };
    return fmt::format("{} {:.2f} {:.2f} {} {} {} {}", name_of(breaker.state()),
                       percent(rates.failed), percent(rates.slow), counts.calls, counts.failed,
                       counts.slow, breaker.not_permitted());
}

std::string expected(const Json& after) {
    const auto count = [&](const char* name) { return after.at(name).get<double>(); };
    return fmt::format("{} {:.2f} {:.2f} {} {} {} {}", after.at("state").get<std::string>(),
                       count("failure_rate"), count("slow_call_rate"), count("buffered"),
                       count("failed"), count("slow"), count("not_permitted"));
}

}  // namespace

TEST_CASE("a breaker goes through every state as resilience4j does") {
    const Json table = truth::file("circuit_breaker_resilience4j.json");
    truth::Tally tally("resilience4j's circuit breaker");
    for (const Json& each : table.at("cases")) {
        tally.begin(each.at("id"));
        Breaker breaker(settings_of(each.at("config")));
        std::size_t number = 0;
        for (const Json& step : each.at("steps")) {
            const sim::Time now(milliseconds(step.at("t_ms")));
            const std::string text = step.at("op");
            const auto permitted = play(breaker, operation_of(text), now);
            const std::string where = fmt::format("step {}, {}", ++number, text);
            if (permitted.has_value()) {
                tally.same(where + ", permitted", *permitted, step.at("permitted").get<bool>());
            }
            tally.same(where, after(breaker, now), expected(step.at("after")));
        }
    }
}

TEST_CASE("exponential back-off waits as long as resilience4j's") {
    const Json table = truth::file("circuit_breaker_resilience4j.json");
    truth::Tally tally("resilience4j's exponential back-off");
    for (const Json& row : table.at("retry_exponential_backoff_ms_by_retry")) {
        tally.begin(row.at("initial_ms").dump());
        models::BackoffSpec spec;
        spec.growth = models::Growth::exponential;
        spec.wait_duration = milliseconds(row.at("initial_ms"));
        spec.multiplier = row.at("multiplier");
        spec.max_wait_duration = milliseconds(row.at("max_ms"));
        models::Backoff backoff(0);
        for (const Json& wait : row.at("waits_ms")) {
            tally.same("wait", sim::milliseconds(backoff.next(spec)), wait.get<double>());
        }
    }
}
