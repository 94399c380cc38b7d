// The node `sqs`: a service with queues (queue.h) on servers, which answers requests of its API.
//
//     Sqs              the service: what a request takes, what is counted and paid for
//     Queue            what can be received, and what becomes of messages
//     Client           what processes ask the service by
//     Publisher        what a step that publishes talks to
//     SqsConsumers     the node `sqs_consumers`: pollers in a server's instances
//
// README.md has the design, and what is left out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/cloud_queue/client.h"
#include "models/cloud_queue/publisher.h"
#include "models/cloud_queue/queue_server.h"
#include "models/cloud_queue/sqs_spec.h"
#include "models/limits/token_bucket.h"
#include "models/node.h"
#include "models/topics.h"

namespace models::sqs {

class Sqs final : public Node, public Topics {
public:
    using Spec = SqsSpec;

    Sqs(const Spec& spec, const Context& context);
    ~Sqs() override;

    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return &closed_; }
    Topics* topics() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }
    // "queue_length": messages of all queues that can be received.
    std::optional<double> reading(std::string_view name) const override;

    Service& producer(std::string_view queue, const ProducerSpec& spec,
                      const Context& caller) override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    Mailbox<Asked>& inbox() { return inbox_; }
    QueueNumber number_of(std::string_view queue) const { return *endpoint(queue); }
    Queue& queue(QueueNumber number) { return *queues_[number]; }
    std::uint32_t number_a_publisher() { return ++publisher_numbers_; }
    Spread& publish_time() { return publish_time_; }

    void server_went_away(std::uint32_t server);
    void server_came_back(std::uint32_t server);

private:
    // Nobody calls it: it is published to.
    class Closed final : public Service {
    public:
        Reply call(Request request) override;
    };

    void take(const Asked& asked);
    sim::Task<void> serve(Asked asked);
    bool may_pass(const ApiRequest& request);
    ApiAnswer send(const ApiRequest& request);
    sim::Task<ApiAnswer> receive(Asked asked);
    ApiAnswer settle(const ApiRequest& request);
    void hang_up(Connection& connection);
    void count(const ApiRequest& request, const ApiAnswer& answer);
    std::uint64_t visible() const;
    Fates fates() const;

    Spec spec_;
    Context context_;
    sim::Distribution request_time_;
    std::uint64_t stream_;
    std::uint64_t served_ = 0;
    Mailbox<Asked> inbox_;
    Closed closed_;
    std::vector<std::unique_ptr<Queue>> queues_;
    // By queue and action; those of standard queues have no limit.
    std::map<std::pair<QueueNumber, ApiRequest::Action>, TokenBucket> rates_;
    std::uint64_t passed_ = 0;
    std::uint64_t refused_ = 0;
    std::vector<std::unique_ptr<QueueServer>> servers_;
    std::vector<Instance*> instances_;
    std::vector<std::unique_ptr<Publisher>> publishers_;
    std::map<Connection*, Queue::Poll*> polls_;
    std::uint32_t publisher_numbers_ = 0;
    Tally requests_, billed_, sends_, receives_, empty_receives_, deletes_, throttled_, over_limit_;
    Spread publish_time_;
    Fates fates_before_;
    double most_visible_ = 0;
    sim::TaskGroup works_;
};

}  // namespace models::sqs
