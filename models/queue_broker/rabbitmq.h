// The node `rabbitmq`: a cluster (cluster.h) as a scenario declares it, and its figures.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "models/calls/spread.h"
#include "models/node.h"
#include "models/queue_broker/cluster.h"
#include "models/queue_broker/publisher.h"
#include "models/queue_broker/rabbitmq_spec.h"
#include "models/topics.h"

namespace models::amqp {

class RabbitMq final : public Node, public Topics {
public:
    using Spec = RabbitMqSpec;

    RabbitMq(const Spec& spec, const Context& context);
    ~RabbitMq() override;

    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return &closed_; }
    Topics* topics() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }
    // "queue_length": ready messages of all queues.
    std::optional<double> reading(std::string_view name) const override;

    // To an exchange, or by the default one to a queue.
    Service& producer(std::string_view target, const ProducerSpec& spec,
                      const Context& caller) override;

    Cluster& cluster() { return cluster_; }
    const Context& context() const { return context_; }
    Spread& publish_time() { return publish_time_; }
    std::uint32_t number_a_publisher() { return ++publisher_numbers_; }

private:
    // Nobody calls it: it is published to.
    class Closed final : public Service {
    public:
        Reply call(Request request) override;
    };

    void declare();
    void report(const Fates& now, const Fates& before);
    std::uint64_t ready() const;

    Spec spec_;
    Context context_;
    Cluster cluster_;
    Closed closed_;
    std::vector<Instance*> instances_;
    std::vector<std::unique_ptr<Publisher>> publishers_;
    std::uint32_t publisher_numbers_ = 0;
    Spread publish_time_;
    Fates fates_before_;
    sim::Duration busy_before_{};
    double most_ready_ = 0;
};

}  // namespace models::amqp
