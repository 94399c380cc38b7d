// A balancer in front of instances: one node that calls go to, another that serves them.
//
// The policy chooses (balancers.h). What stands around it is one optional object each, and one
// file: checks and ejection say who can be chosen (pools/targets.h), the queue, sessions and
// connections bind requests to a target, and the way of a request is in pool_instance.cpp.
// Several replicas each see only their own requests and draw their own conclusions.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/balancers/balancers.h"
#include "models/calls/proxy_status.h"
#include "models/node.h"
#include "models/pools/health_check.h"
#include "models/pools/machine.h"
#include "models/pools/next_upstream.h"
#include "models/pools/outlier_detection.h"
#include "models/pools/passive_check.h"
#include "models/pools/queue.h"
#include "models/pools/routes.h"
#include "models/pools/sessions.h"
#include "models/pools/slow_start.h"
#include "models/pools/stale_loads.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

class PoolInstance;

enum class Layer : std::uint8_t { l4, l7 };

constexpr auto names_of(Layer) {
    return std::array{spec::Word{"l4", Layer::l4,
                                 "Layer 4: balances connections; sees addresses, but no content."},
                      spec::Word{"l7", Layer::l7,
                                 "Layer 7: balances requests; sees paths, headers and cookies."}};
}

class Pool final : public Node, public Service, Membership {
public:
    struct Spec {
        static constexpr std::string_view kind = "pool";
        static constexpr std::string_view doc =
            "A load balancer in front of another node's instances.";
        spec::CallRef of;
        std::optional<spec::MentionRef> registry;
        BalancerChoice balancer;
        Layer layer = Layer::l7;
        std::vector<std::string> members;
        std::vector<double> weights;
        std::uint32_t backups = 0;
        spec::Distribution<sim::Duration> latency;
        std::optional<sim::Duration> timeout;
        std::optional<HealthCheckSpec> health_check;
        std::optional<PassiveCheckSpec> passive_check;
        std::optional<OutlierDetectionSpec> outlier_detection;
        sim::Fraction panic_threshold{0};
        std::optional<SlowStartSpec> slow_start;
        sim::Duration draining = std::chrono::seconds(300);
        bool close_moved = false;
        std::optional<NextUpstreamSpec> next_upstream;
        std::optional<QueueSpec> queue;
        std::optional<Proxy> answers_as;
        std::optional<SessionsSpec> sessions;
        sim::Duration idle_timeout = std::chrono::seconds(350);
        std::optional<sim::Duration> signal_age;
        std::vector<RuleSpec> rules;
        bool forward_address = true;
        std::uint32_t replicas = 1;
        std::optional<MachineSpec> machine;
        InstancePrice price{};
        sim::Rate unit_rate{25};
        static constexpr auto params() {
            using namespace spec;
            constexpr sim::Duration kShortest = std::chrono::milliseconds(1);
            return std::tuple{
                required("of", &Spec::of, "The node whose instances take the requests."),
                param("registry", &Spec::registry,
                      "Service registry from which it learns which instances there are. Without "
                      "it, it knows at once who comes and who leaves."),
                param("balancer", &Spec::balancer, "Which instance takes the next request."),
                param("layer", &Spec::layer,
                      "Whether it balances connections (layer 4) or HTTP requests (layer 7)."),
                param("members", &Spec::members,
                      "Names of its targets, in order of the instances. A name beyond the last "
                      "instance is a dead address, where nobody listens."),
                param("weights", &Spec::weights, above(0.0), at_most(1e6),
                      "Weights of its targets, in order. Targets without one have 1."),
                param("backups", &Spec::backups,
                      "Number of backup targets, the last ones: they take requests only when no "
                      "other target can."),
                param("latency", &Spec::latency,
                      "Network latency to its targets, one way, instead of the links there. With "
                      "0s (the default) and no place of its own in a network, the balancer adds "
                      "no time to a call (client-side load balancing)."),
                param("timeout", &Spec::timeout, above(sim::Duration::zero()),
                      "How long it waits for a target's answer (proxy_read_timeout). Without it "
                      "there is no limit."),
                param("health_check", &Spec::health_check,
                      "Active health checks: probes of its targets. Without them no target is "
                      "taken out by probes."),
                param("passive_check", &Spec::passive_check,
                      "Passive health checks by the answers to requests (nginx's max_fails and "
                      "fail_timeout). Without them failed answers take no target out."),
                param("outlier_detection", &Spec::outlier_detection,
                      "Outlier detection: ejects targets that fail more than the others (Envoy). "
                      "Without it all targets stay."),
                param("panic_threshold", &Spec::panic_threshold,
                      "Panic threshold: while a smaller share of its targets is healthy, it uses "
                      "all of them (Envoy's default is 50 %). A share below one target's fails "
                      "open only when no target is healthy."),
                param("slow_start", &Spec::slow_start,
                      "Slow start: a target that has just come back gets less at first. Without "
                      "it, its full weight at once."),
                param("draining", &Spec::draining, at_least(sim::Duration::zero()),
                      "Connection draining: how long sessions and connections stay with a target "
                      "that is being removed."),
                param("close_moved", &Spec::close_moved,
                      "When a target joins or leaves, whether connections and requests whose hash "
                      "now says another target than the one they are at are closed (reset), so "
                      "that their clients connect anew. Without it (the default) they stay."),
                param("next_upstream", &Spec::next_upstream,
                      "When a failed request is passed on to another target (nginx's "
                      "proxy_next_upstream). Without it the failure is the answer."),
                param("queue", &Spec::queue,
                      "Queue at the balancer: a limit of requests at each target, beyond which "
                      "they wait here. Without it the targets get all requests at once."),
                param("answers_as", &Spec::answers_as,
                      "Product whose HTTP status it answers with when a target refused or broke "
                      "the connection, when none takes requests, and when its queue is full. "
                      "Without it, 502 for a broken connection, 503 for the others, 504 for a "
                      "timeout."),
                param(
                    "sessions", &Spec::sessions,
                    "Users' sessions, sticky or in a store. Without it requests know no session."),
                param("idle_timeout", &Spec::idle_timeout, above(sim::Duration::zero()),
                      "Layer 4: how long a connection may be idle before it is closed."),
                param("signal_age", &Spec::signal_age, at_least(kShortest),
                      "Interval at which the policy learns the targets' load, which is stale in "
                      "between. Without it, it counts its own requests in flight, at once."),
                param("rules", &Spec::rules,
                      "Routing rules: which requests go to other nodes than `of`. The first that "
                      "matches applies; a request that none matches goes to `of`."),
                param("forward_address", &Spec::forward_address,
                      "Whether targets see the client's address (X-Forwarded-For) or only the "
                      "balancer's."),
                param("replicas", &Spec::replicas, at_least(1u), at_most(1000u),
                      "Number of balancers, each with a view of its own of the targets' load and "
                      "health."),
                param("machine", &Spec::machine,
                      "Machine of each balancer: cores, work for each request, connections. "
                      "Without it the balancers are a managed service without limits."),
                param("price", &Spec::price,
                      "Price by time of a managed balancer, or its size in `prices.sizes`. With "
                      "one, it is a managed service, whose use is paid for besides "
                      "(`balancer_units`). Without it, it costs nothing."),
                param("unit_rate", &Spec::unit_rate, above(sim::Rate{0}),
                      "Requests a second that a unit of a managed balancer's use stands for. The "
                      "default is AWS' LCU: 25 new connections/s, where each request opens its "
                      "own.")};
        }
        std::uint32_t instance_count() const { return machine ? replicas : 0; }
        Abilities suffers() const;
        bool reads_content() const { return layer == Layer::l7; }
        std::vector<std::string> endpoint_names() const;
        spec::Around around() const { return around_way(latency); }
        void check(spec::Check& check) const;
    };

    Pool(const Spec& spec, const Context& context);
    ~Pool() override;

    void connect() override;
    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    // The one balancer itself, where there is no choice.
    Service* service() override {
        return instances_.size() == 1 ? static_cast<Service*>(instances_.front()) : this;
    }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    Go enter(Call& call) override;
    Reply call(Request request) override;

private:
    friend PoolInstance;

    Node& of() const { return context_.world.directory.node(spec_.of.node); }
    PlaceId place_of(std::uint32_t index) const;
    void add(Instance& instance);
    PoolInstance& instance_for(const Request& request);
    void find_known();
    void forget_known() { known_until_ = sim::Time::min(); }
    void joined(Instance& instance) override;
    void leaving(Instance& instance) override;
    void report_shares(sim::NodeRecord& record) const;

    Spec spec_;
    Context context_;
    sim::Distribution latency_;
    std::uint64_t arrives_at_;  // stream: at which balancer a request arrives
    mutable Routes routes_;
    std::optional<Sessions> sessions_;
    StaleLoads stale_loads_;
    std::vector<std::unique_ptr<PoolInstance>> balancers_;
    std::vector<Instance*> instances_;               // the same
    std::vector<std::unique_ptr<Instance>> nobody_;  // members that are not there
    std::vector<std::uint64_t> requests_;            // by target
    std::vector<PoolInstance*> known_;               // balancers that are not known to be down
    sim::Time known_until_ = sim::Time::min();
};

}  // namespace models

namespace models::spec {

// Compiled once, in pools/specs.cpp.
extern template struct Codec<HealthCheckSpec>;
extern template struct Codec<PassiveCheckSpec>;
extern template struct Codec<OutlierDetectionSpec>;
extern template struct Codec<SlowStartSpec>;
extern template struct Codec<NextUpstreamSpec>;
extern template struct Codec<QueueSpec>;
extern template struct Codec<SessionsSpec>;
extern template struct Codec<RuleSpec>;
extern template struct Codec<MachineSpec>;

}  // namespace models::spec
