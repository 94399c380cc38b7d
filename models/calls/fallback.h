// Another answer when the first one does not come: level after level until one holds.
//
// What it answers is marked as degraded, so that a made-up answer never counts as a true one, and
// every level is counted by its label.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/calls/causes.h"
#include "models/calls/policy.h"
#include "models/calls/tally.h"
#include "models/calls/word.h"
#include "models/spec/declaration/node_ref.h"
#include "sim/figure.h"

namespace models {

class Edge;

struct ValueLevel {
    static constexpr std::string_view key = "value";
    static constexpr std::string_view doc =
        "A default answer, made up on the spot: an empty list, popular products, a default image.";
    std::string label = "default";
    static constexpr auto body() {
        return spec::param("value", &ValueLevel::label,
                           "The default answer, as its label in the figures.");
    }
};

struct CachedLevel {
    static constexpr std::string_view key = "cached";
    static constexpr std::string_view doc =
        "The last good answer about the same item, however old; fails when there is none.";
    sim::Duration max_age = std::chrono::hours(24);
    std::uint32_t max_items = 100000;
    std::string label = "cached";
    static constexpr auto params() {
        return std::tuple{
            spec::param("max_age", &CachedLevel::max_age, spec::above(sim::Duration::zero()),
                        "Greatest age of an answer that is still given."),
            spec::param("max_items", &CachedLevel::max_items, spec::between(1u, 10000000u),
                        "Answers kept; the oldest goes first."),
            spec::param("label", &CachedLevel::label, "Label of this level in the figures.")};
    }
};

struct CallLevel {
    static constexpr std::string_view key = "call";
    static constexpr std::string_view doc = "Another service, which is asked the same.";
    spec::CallRef to;
    spec::Distribution<sim::Duration> latency;
    std::vector<PolicyChoice> policies;
    bool degraded = true;
    std::string label = "other";
    static constexpr auto body() {
        return spec::param("call", &CallLevel::to, "The node, or \"node.endpoint\".");
    }
    static constexpr auto params() {
        return std::tuple{
            spec::param("latency", &CallLevel::latency,
                        "The network, one way, instead of the links there."),
            spec::param("policies", &CallLevel::policies,
                        "Resilience policies of that call: timeout, retry and so on; the first is "
                        "the outermost."),
            spec::param("degraded", &CallLevel::degraded,
                        "Whether its answers count as degraded. Answers from another replica of "
                        "the same data need not."),
            spec::param("label", &CallLevel::label, "Label of this level in the figures.")};
    }
    spec::Around around() const { return around_call(policies, latency); }
};

struct ErrorLevel {
    static constexpr std::string_view key = "error";
    static constexpr std::string_view doc =
        "A clear error that says what to do, as \"retry_later\".";
    std::string label = "retry_later";
    static constexpr auto body() {
        return spec::param("error", &ErrorLevel::label,
                           "The error's message, as its label in the figures.");
    }
};

struct FallbackLevel : spec::Tagged<ValueLevel, CachedLevel, CallLevel, ErrorLevel> {
    using Tagged::Tagged;
    static constexpr std::string_view name = "fallback_level";
    static constexpr std::string_view doc = "A level of a fallback: what is answered instead.";
};

class Fallback final : public Keeps<Fallback, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "fallback";
        static constexpr std::string_view doc =
            "Fallback: another answer when the call fails, from the first level that has one.";
        std::vector<FallbackLevel> levels = {FallbackLevel{}};
        Causes on;
        std::uint32_t alarm_threshold = 0;
        sim::Duration alarm_window = std::chrono::minutes(1);
        static constexpr auto figures() {
            return std::array{
                sim::figure("fallback_not_needed", sim::Unit::count, sim::Merge::sum,
                            "Calls that were answered without a fallback."),
                sim::figure("fallbacks", sim::Unit::count, sim::Merge::sum,
                            "Calls for which a fallback was tried."),
                sim::figure("fallbacks_logged", sim::Unit::count, sim::Merge::sum,
                            "Log lines written for fallbacks."),
                sim::figure("fallbacks_failed", sim::Unit::count, sim::Merge::sum,
                            "Calls that no fallback could answer."),
                sim::figure("fallback_alarms", sim::Unit::count, sim::Merge::sum,
                            "Alarms raised because of too many fallbacks."),
                sim::figure("fallback_<level>_age", sim::Unit::seconds, sim::Merge::sum,
                            "Age of the cached answers that this fallback level gave, summed."),
                sim::figure("fallback_<level>", sim::Unit::count, sim::Merge::sum,
                            "Answers given by this fallback level.")};
        }
        static constexpr auto params() {
            return std::tuple{
                spec::param("levels", &Spec::levels, spec::not_empty(),
                            "Fallback levels, tried in this order."),
                spec::param("on", &Spec::on,
                            "Causes of failure that the fallback stands in for. An empty list (the "
                            "default) means all."),
                spec::param("alarm_threshold", &Spec::alarm_threshold,
                            "Fallbacks within alarm_window above which an alarm is raised. With 0 "
                            "(the default) there is no alarm."),
                spec::param("alarm_window", &Spec::alarm_window, spec::above(sim::Duration::zero()),
                            "Window in which fallbacks are counted for the alarm.")};
        }
        void check(spec::Check& check) const;

        // Whether it may answer with something that nobody computed for this request.
        bool makes_up_answers() const;
    };

    struct State {
        std::uint64_t identity;
        EndpointId endpoint;
        std::uint32_t level;  // whose call is under way
    };

    Fallback(const Spec& spec, const Context& context);
    ~Fallback() override;

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    void restore(Call& call) override;

private:
    class Memory;
    struct Level;

    bool is_meant(const Response& response) const;
    void keep(const Call& call);
    Go try_from(Call& call, std::uint32_t level);
    Go ask(Call& call, std::uint32_t level);
    bool make_up(Call& call, Level& level);
    Go leave(Call& call);
    void count();

    static constexpr std::uint32_t kFirst = ~std::uint32_t{0};  // no level's, but the call itself

    Spec spec_;
    Context context_;
    std::vector<Level> levels_;
    Tally primary_;
    Tally fallbacks_;
    Tally logged_;  // lines written for them
    Tally failed_;
    Tally alarms_;
    std::int64_t window_ = -1;  // of the alarm
    std::uint32_t in_window_ = 0;
    std::uint32_t lines_left_ = 10000;  // a log has an end
};

}  // namespace models
