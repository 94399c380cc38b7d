#include "models/queue_broker/rabbitmq.h"

#include <algorithm>
#include <array>
#include <string>

#include "models/used.h"

namespace models::amqp {

namespace {

ClusterPlan plan_of(const RabbitMqSpec& spec) {
    ClusterPlan plan;
    plan.nodes = spec.nodes;
    plan.cores = spec.cores;
    plan.publish_time = spec.publish_time;
    plan.delivery_time = spec.delivery_time;
    plan.acknowledge_time = spec.acknowledge_time;
    plan.heartbeat = spec.heartbeat;
    plan.reconnect_interval = spec.reconnect_interval;
    plan.memory = spec.memory;
    plan.memory_high_watermark = spec.memory_high_watermark.value;
    plan.bytes_for_message = static_cast<std::uint32_t>(spec.memory_per_message.count);
    plan.quorum_group_size = spec.quorum_group_size;
    plan.raft_heartbeat = spec.raft_heartbeat_interval;
    plan.election_timeout = spec.election_timeout;
    plan.limits.acknowledgement_timeout = spec.acknowledgement_timeout;
    return plan;
}

}  // namespace

Reply RabbitMq::Closed::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

RabbitMq::RabbitMq(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      cluster_(plan_of(spec), context),
      publish_time_(context, "publish_time") {
    context.meter.split_by_endpoint(spec.endpoint_names());
    for (std::uint32_t each = 0; each < cluster_.nodes(); ++each) {
        instances_.push_back(&cluster_.node(each));
    }
    declare();
    context.meter.sampled("queue_length", "", [this] {
        const auto now = static_cast<double>(ready());
        most_ready_ = std::max(most_ready_, now);
        return now;
    });
    context.meter.resource("cores", [this](sim::Time, sim::Uses& uses) {
        for (std::uint32_t each = 0; each < cluster_.nodes(); ++each) {
            uses.push_back(cluster_.node(each).use_of_cores());
        }
    });
}

RabbitMq::~RabbitMq() = default;

void RabbitMq::declare() {
    Exchanges& exchanges = cluster_.host().exchanges();
    for (const auto& [name, each] : spec_.exchanges.entries) exchanges.declare(name, each.type);
    for (const auto& [name, each] : spec_.exchanges.entries) {
        if (each.alternate.empty()) continue;
        exchanges[*exchanges.find(name)].alternate = exchanges.find(each.alternate);
    }
    for (const auto& [name, each] : spec_.queues.entries) {
        const QueueId queue = cluster_.declare(each.settings(name));
        for (const BindingSpec& given : each.bindings) {
            Binding binding{queue, given.key};
            for (const auto& [header, value] : given.headers) binding.headers[header] = value;
            binding.matches_any = given.match == HeaderMatch::any;
            exchanges[*exchanges.find(given.exchange)].bind(binding);
        }
    }
}

std::optional<EndpointId> RabbitMq::endpoint(std::string_view name) const {
    const std::vector<std::string> names = spec_.endpoint_names();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<EndpointId>(found - names.begin());
}

Service& RabbitMq::producer(std::string_view target, const ProducerSpec& spec,
                            const Context& caller) {
    Envelope envelope;
    envelope.exchange = cluster_.host().exchanges().find(target).value_or(Exchanges::kDefault);
    const bool is_queue = envelope.exchange == Exchanges::kDefault;
    envelope.routing_key = is_queue ? std::string(target) : spec.routing_key;
    for (const auto& [header, value] : spec.headers) envelope.headers[header] = value;
    envelope.expiration = spec.expiration;
    envelope.bytes = static_cast<std::uint32_t>(spec.record_size.count);
    envelope.priority = static_cast<std::uint8_t>(spec.priority);
    envelope.persistent = spec.persistent;
    publishers_.push_back(
        std::make_unique<Publisher>(*this, cluster_.host().envelope(envelope), spec, caller));
    return *publishers_.back();
}

void RabbitMq::start() {
    cluster_.start();
}

void RabbitMq::dismiss() {
    cluster_.dismiss();
}

std::uint64_t RabbitMq::ready() const {
    return cluster_.host().ready();
}

std::optional<double> RabbitMq::reading(std::string_view name) const {
    if (name == "queue_length") return static_cast<double>(ready());
    return std::nullopt;
}

// --- figures ---

void RabbitMq::begin_measuring() {
    fates_before_ = cluster_.host().fates();
    busy_before_ = {};
    for (std::uint32_t each = 0; each < cluster_.nodes(); ++each) {
        busy_before_ += cluster_.node(each).cpu().busy();
    }
}

void RabbitMq::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    sim::Duration busy = -busy_before_;
    for (std::uint32_t each = 0; each < cluster_.nodes(); ++each) {
        busy += cluster_.node(each).cpu().busy();
        record.machines.push_back(
            {cluster_.node(each).name(), cluster_.node(each).frames, std::nullopt});
    }
    const double available = measured * spec_.cores * spec_.nodes;
    record.utilisation = available > 0 ? sim::seconds(busy) / available : 0;
    record.instances = spec_.nodes;
    use_instances(context_, spec_.price, spec_.nodes);
    report(cluster_.host().fates(), fates_before_);
}

void RabbitMq::report(const Fates& now, const Fates& before) {
    sim::NodeRecord& record = context_.meter.record();
    const auto put = [&](const std::string& name, std::uint64_t value) {
        record.measures.push_back({name, "", static_cast<double>(value)});
    };
    put("published", now.published - before.published);
    put("unroutable", now.unroutable - before.unroutable);
    put("returned", now.returned - before.returned);
    put("copies", now.copies - before.copies);
    put("delivered", now.delivered - before.delivered);
    put("redelivered", now.redelivered - before.redelivered);
    put("acknowledged", now.acknowledged - before.acknowledged);
    constexpr std::array kReasons = {"rejected", "expired", "maxlen", "delivery_limit"};
    for (std::size_t each = 0; each < kDeathReasons; ++each) {
        const std::string reason = kReasons[each];
        put("dead_lettered_" + reason, now.dead_lettered[each] - before.dead_lettered[each]);
        put("dropped_" + reason, now.discarded[each] - before.discarded[each]);
    }
    put("refused", now.refused - before.refused);
    put("lost", now.lost - before.lost);
    put("dead_letters_unroutable", now.dead_letters_unroutable - before.dead_letters_unroutable);
    put("dead_letters_in_cycle", now.dead_letters_in_cycle - before.dead_letters_in_cycle);
    put("ready", ready());
    put("unacknowledged", cluster_.host().copies_there() - ready());
    put("memory_alarms", cluster_.alarm().times_on());
    put("elections", cluster_.elections());
    record.measures.push_back(
        {"queue_length_peak", "", std::max(most_ready_, static_cast<double>(ready()))});
}

}  // namespace models::amqp
