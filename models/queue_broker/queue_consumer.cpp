#include "models/queue_broker/queue_consumer.h"

#include <utility>

#include "models/blocks/ask.h"
#include "models/processes/messages.h"
#include "models/queue_broker/consumers.h"
#include "sim/sleep.h"

namespace models::amqp {

namespace {

constexpr sim::Duration kLook = std::chrono::milliseconds(100);  // whether a process is there

}  // namespace

QueueConsumer::QueueConsumer(Consumers& consumers, Instance& process, std::uint32_t instance,
                             const std::string& name)
    : consumers_(consumers),
      process_(process),
      instance_(instance),
      connection_(consumers.broker().cluster(),
                  {consumers.context().world.network, process.place(), name, instance}, *this),
      incarnation_(process) {}

// --- its life ---

bool QueueConsumer::is_alive() const {
    return !is_dead_ && incarnation_.is_alive();
}

void QueueConsumer::start() {
    is_leaving_ = false;
    if (!is_dead_ || !process_.is_up()) return;
    is_dead_ = false;
    incarnation_.begin();
    connection_.open();
    if (consumers_.context().world.can_fail && life_.empty()) life_.run(look_after_process());
}

// A message that is handled when its process dies ends at once; one that waits for nothing is
// noticed here.
sim::Task<void> QueueConsumer::look_after_process() {
    for (;;) {
        co_await sim::sleep(consumers_.context().scheduler(), kLook);
        if (!is_dead_ && !is_alive()) die();
        if (is_dead_ && !is_working_ && !is_leaving_) start();
    }
}

// The kernel closes its connection, and what it had is somebody else's.
void QueueConsumer::die() {
    if (std::exchange(is_dead_, true)) return;
    waiting_.clear();
    connection_.die();
}

void QueueConsumer::leave() {
    is_leaving_ = true;
    if (!is_alive()) return;
    connection_.cancel(0);
    if (!is_working_) die();
}

void QueueConsumer::dismiss() {
    life_.dismiss();
    work_.dismiss();
}

void QueueConsumer::opened() {
    ++connections_;
    const ConsumersSpec& spec = consumers_.spec();
    ConsumeOptions options;
    options.prefetch = spec.prefetch;
    options.acknowledges = spec.acknowledge != AcknowledgeWhen::automatic;
    connection_.consume(consumers_.queue(), options);
}

void QueueConsumer::lost() {
    consumers_.lost_connections.add();
    waiting_.clear();
}

// --- messages ---

void QueueConsumer::deliver(const Delivery& delivery) {
    if (!is_alive()) return die();
    waiting_.push_back(delivery);
    if (!is_working_) work_.run(work());
}

sim::Task<void> QueueConsumer::work() {
    is_working_ = true;
    while (is_alive() && !waiting_.empty()) {
        const Delivery delivery = waiting_.front();
        waiting_.pop_front();
        const std::uint32_t connection = connections_;
        const AcknowledgeWhen when = consumers_.spec().acknowledge;
        if (when == AcknowledgeWhen::before) connection_.acknowledge(delivery.tag);
        consumers_.begins(delivery.message);
        at_work_.begin(consumers_.context().now());
        const Response response = co_await handle(delivery);
        at_work_.end(consumers_.context().now());
        if (!is_alive()) break;
        consumers_.handled(delivery, response);
        const bool is_its_own = connection == connections_ && connection_.is_open();
        if (when == AcknowledgeWhen::after && is_its_own) settle(delivery, response.ok());
    }
    is_working_ = false;
    if (!is_alive() || is_leaving_) die();
}

void QueueConsumer::settle(const Delivery& delivery, bool is_handled) {
    if (is_handled) return connection_.acknowledge(delivery.tag);
    const bool requeues = consumers_.spec().on_failure == OnFailure::requeue;
    (requeues ? consumers_.requeued : consumers_.rejected).add();
    connection_.nack(delivery.tag, false, requeues);
}

sim::Task<Response> QueueConsumer::handle(const Delivery& delivery) {
    const Message& message = delivery.message;
    Request request =
        request_for({process_, instance_, consumers_.handler_endpoint(), consumers_.stream()},
                    {message.identity, message.key, message.user,
                     consumers_.broker().cluster().host().envelopes()[message.envelope].bytes});
    if (delivery.returns > 0) request = request.again(delivery.returns);
    co_return co_await ask(consumers_.context().world, process_, request);
}

}  // namespace models::amqp
