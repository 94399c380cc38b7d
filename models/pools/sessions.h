// Users' sessions: where their data are, and what is lost with a target.
//
// Sticky: a cookie names the target that answered a user's first request, and every balancer sends
// the user's further requests there while it can take them. Data that are kept at the target are
// lost when it dies, and no use to a user who has to go elsewhere. Data in a store survive, at the
// price of one call to it with each request (made by the target in life, here before it).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "models/calls/edge.h"
#include "models/pools/targets.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

struct SessionsSpec {
    static constexpr std::string_view name = "sessions";
    static constexpr std::string_view doc = "Users' sessions, and where their data are kept.";
    bool sticky = true;
    std::optional<spec::CallRef> store;
    spec::Distribution<sim::Duration> store_latency;
    sim::Duration timeout = std::chrono::minutes(30);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("sticky", &SessionsSpec::sticky,
                  "Sticky sessions: whether a user's requests go to the same target (by a cookie). "
                  "If not, the balancer's algorithm chooses."),
            param("store", &SessionsSpec::store,
                  "Session store, as \"redis.get\": one call with each request. Without it each "
                  "target keeps its users' sessions in memory and loses them when it goes."),
            param("store_latency", &SessionsSpec::store_latency,
                  "The network to the store, one way, instead of the links there."),
            param("timeout", &SessionsSpec::timeout, above(sim::Duration::zero()),
                  "Idle time after which a session ends.")};
    }
    spec::Around around() const { return around_way(store_latency); }
};

class Sessions {
public:
    Sessions(const SessionsSpec& spec, const Context& context) : spec_(spec), context_(context) {}

    void connect();

    // The target whose user this is, if it is sticky and has one.
    std::optional<BackendId> target_of(const Request& request) const;
    // The user's request goes to this target now.
    void placed(const Request& request, BackendId id, const Instance& instance);

    bool has_store() const { return store_.has_value(); }
    Edge& store() { return *store_; }

    void report(sim::NodeRecord& record, const Targets& targets);

private:
    struct Session {
        BackendId target = 0;
        std::uint32_t times_down = 0;  // of the target, when the session began there
        sim::Time last_used{};
    };

    bool ended(const Session& session) const;
    void forget_old();

    SessionsSpec spec_;
    Context context_;
    std::optional<Edge> store_;
    std::unordered_map<std::uint64_t, Session> sessions_;  // by user; order is never looked at
    std::size_t forget_at_ = 1024;
    std::uint64_t begun_ = 0;
    std::uint64_t lost_ = 0;
};

// Who sent it, as far as one can tell; none when requests come from nobody in particular.
inline std::optional<std::uint64_t> sender_of(const Request& request) {
    const std::uint64_t sender = std::uint64_t{request.user} << 32 | request.address;
    return sender == 0 ? std::nullopt : std::optional(sender);
}

}  // namespace models
