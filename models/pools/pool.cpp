#include "models/pools/pool.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "models/arrivals/traces/replays.h"
#include "models/blocks/ask.h"
#include "models/network/links.h"
#include "models/pools/pool_instance.h"
#include "models/pools/pool_usages.h"
#include "models/registry.h"
#include "models/used.h"

namespace models {

namespace {

// An address where nobody listens.
class Nobody final : public Instance {
public:
    Go enter(Call& call) override {
        call.response = kRefused;
        return {&Return::block(), Way::answered};
    }
    Reply call(Request) override { co_return kRefused; }
    bool is_up() const override { return false; }

private:
    static constexpr Response kRefused{Outcome::failed, cause::refused};
};

}  // namespace

// What needs no core time cannot be slowed.
Abilities Pool::Spec::suffers() const {
    const Abilities all = abilities_of<PoolInstance>();
    const bool works = machine && machine->work.build().mean() > 0;
    return works ? all : all.without(Abilities::slowness());
}

std::vector<std::string> Pool::Spec::endpoint_names() const {
    std::vector<std::string> names;
    for (const RuleSpec& rule : rules)
        names.insert(names.end(), rule.paths.begin(), rule.paths.end());
    return names;
}

void Pool::Spec::check(spec::Check& check) const {
    const bool is_l4 = layer == Layer::l4;
    check.that(!is_l4 || rules.empty(), "rules",
               "a balancer at layer 4 sees addresses and ports, no paths, headers or cookies",
               "use \"layer\": \"l7\", or take the rules away");
    check.that(!is_l4 || !sessions, "sessions", "a balancer at layer 4 sees no cookies",
               "use \"layer\": \"l7\"");
    check.that(!is_l4 || !queue, "queue", "a balancer at layer 4 has no requests to queue",
               "use \"layer\": \"l7\"");
    check.that(!is_l4 || !answers_as, "answers_as",
               "a balancer at layer 4 passes bytes on, and answers nothing by itself",
               "use \"layer\": \"l7\", or leave it out");
    check.that(!queue || !answers_as || status_of(*answers_as, ProxyFailure::queue_full) != 0,
               "queue", "the product of \"answers_as\" has no queue of its own",
               "leave the queue out, or use \"nginx\", \"haproxy\" or \"envoy\"");
    check.that(!close_moved || chooses_by_hash(balancer), "close_moved",
               "this algorithm places nothing by a hash, so nothing moves",
               "use a balancer such as \"ring_hash\", or leave it out");
    const bool sticks = sessions && sessions->sticky;
    check.that(!sticks || !queue || queue->at == WaitAt::target, "queue",
               "requests that belong to one target cannot wait in a line for all of them",
               "use \"at\": \"target\"");
    check.that(!health_check || !health_check->request || health_check->request->node == of.node,
               "health_check", "its request goes to another node than `of`");
}

Pool::Pool(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      latency_(spec.latency.build()),
      arrives_at_(context.stream("balancer")) {
    if (spec.sessions) sessions_.emplace(*spec.sessions, context);
    for (std::uint32_t index = 0; index < spec.replicas; ++index) {
        Context own = context;
        if (index > 0) own.name = fmt::format("{}[{}]", context.name, index);
        balancers_.push_back(std::make_unique<PoolInstance>(*this, own, place_of(index)));
        instances_.push_back(balancers_.back().get());
    }
}

Pool::~Pool() = default;

// Nowhere unless it is placed.
PlaceId Pool::place_of(std::uint32_t index) const {
    Links* const network = context_.world.network;
    return network == nullptr ? kNowhere : network->place_of(context_.name, index);
}

void Pool::connect() {
    for (Instance* instance : of().instances()) add(*instance);
    while (requests_.size() < spec_.members.size()) {
        nobody_.push_back(std::make_unique<Nobody>());
        add(*nobody_.back());
    }
    for (const auto& balancer : balancers_) balancer->targets().complete();
    if (spec_.registry) {
        Node& registry = context_.world.directory.node(spec_.registry->node);
        registry.registry()->subscribe({of(), spec_.of.node, *this, place_of(0)});
    } else {
        of().watch(*this);
    }
    routes_.connect(spec_.rules, context_, of());
    if (sessions_) sessions_->connect();
}

void Pool::start() {
    const bool varies = spec_.health_check || spec_.passive_check || spec_.outlier_detection;
    sim::Timeline* serving = varies ? &context_.meter.timeline("targets_serving", "")
                                    : nullptr;  // as the first one sees it
    for (const auto& balancer : balancers_) balancer->start(std::exchange(serving, nullptr));
    if (!spec_.signal_age) return;
    std::vector<Targets*> views;
    for (const auto& balancer : balancers_) views.push_back(&balancer->targets());
    stale_loads_.start(context_, *spec_.signal_age, std::move(views));
}

void Pool::dismiss() {
    stale_loads_.dismiss();
    for (const auto& balancer : balancers_) balancer->dismiss();
}

void Pool::add(Instance& instance) {
    const std::size_t index = requests_.size();
    const bool has_name = index < spec_.members.size();
    const std::string hashed = has_name ? spec_.members[index] : std::to_string(index);
    const std::string shown = has_name ? hashed : fmt::format("{}[{}]", spec_.of.node, index);
    for (const auto& balancer : balancers_) balancer->targets().add(instance, {hashed, shown});
    requests_.push_back(0);
}

void Pool::joined(Instance& instance) {
    Backends& known = balancers_.front()->targets().backends();
    if (!known.find(instance)) add(instance);
    const BackendId id = *known.find(instance);
    for (const auto& balancer : balancers_) {
        balancer->targets().include(id, Reason::leaving);
        balancer->watch_new(id);
    }
}

void Pool::leaving(Instance& instance) {
    const auto id = balancers_.front()->targets().backends().find(instance);
    if (!id) return;
    for (const auto& balancer : balancers_) balancer->targets().exclude(*id, Reason::leaving);
}

std::optional<EndpointId> Pool::endpoint(std::string_view name) const {
    if (spec_.rules.empty()) return of().endpoint(name);
    return routes_.endpoint(name, of());
}

Go Pool::enter(Call& call) {
    if (balancers_.size() == 1) return balancers_.front()->enter(call);
    return instance_for(call.request).enter(call);
}

Reply Pool::call(Request request) {
    co_return co_await ask(context_.world, *this, request);
}

// Which balancer a request comes to: the one whose worker a trace says; at layer 4 always the same
// for a sender, whose connection it has; else any, as whoever accepts first has a connection. One
// that is known to be down is passed over.
PoolInstance& Pool::instance_for(const Request& request) {
    if (context_.now() >= known_until_) find_known();
    if (known_.empty()) return *balancers_.front();
    if (const Replays* const replays = context_.world.replays) [[unlikely]] {
        const TracedRequest* const as = replays->of(request);
        if (as != nullptr && as->worker < balancers_.size()) return *balancers_[as->worker];
    }
    const auto sender = sender_of(request);
    const bool keeps = spec_.layer == Layer::l4 && sender;
    if (keeps) return *known_[sim::mix(*sender) % known_.size()];
    return *known_[sim::request_key(arrives_at_, request.identity) % known_.size()];
}

// Good until the next one that is down is known to be, or until one goes down or comes up.
void Pool::find_known() {
    known_.clear();
    known_until_ = sim::kForever;
    for (const auto& balancer : balancers_) {
        const sim::Time from = spec_.machine ? balancer->known_down_from() : sim::kForever;
        if (context_.now() >= from) continue;
        known_.push_back(balancer.get());
        known_until_ = std::min(known_until_, from);
    }
}

void Pool::begin_measuring() {
    std::ranges::fill(requests_, 0);
    for (const auto& balancer : balancers_) balancer->begin_measuring();
    routes_.begin_measuring();
}

void Pool::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    report_shares(record);
    balancers_.front()->targets().backends().report_keys(record);  // as one of them sees it
    routes_.report(record);
    for (const auto& balancer : balancers_) balancer->report(record);
    if (sessions_) sessions_->report(record, balancers_.front()->targets());
    if (spec_.price.is_given()) {
        use_instances(context_, spec_.price, 1);
        const double seconds =
            static_cast<double>(record.totals.offered) / spec_.unit_rate.per_second;
        context_.meter.used(kBalancerUnits.item, seconds / 3600);
    }
    if (!spec_.machine) return;
    record.instances = spec_.replicas;
    double busy = 0;
    for (const auto& balancer : balancers_) busy += sim::seconds(balancer->busy());
    record.utilisation =
        measured > 0 ? busy / (measured * spec_.machine->cores * spec_.replicas) : 0;
    use_instances(context_, spec_.machine->price, spec_.replicas);
}

void Pool::report_shares(sim::NodeRecord& record) const {
    for (BackendId id = 0; id < requests_.size(); ++id) {
        record.machines.push_back(
            {std::string(balancers_.front()->targets().name(id)), requests_[id], {}});
    }
}

}  // namespace models
