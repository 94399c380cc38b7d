#include "models/queue_broker/publisher.h"

#include <fmt/core.h>

#include <utility>

#include "models/in_flight_guard.h"
#include "models/node.h"
#include "models/queue_broker/rabbitmq.h"

namespace models::amqp {

namespace {

constexpr Response kNoWay{Outcome::rejected, cause::unavailable};
constexpr Response kRefused{Outcome::rejected, cause::queue_full};
constexpr Response kUnroutable{Outcome::failed, cause::not_found};
constexpr Response kReset{Outcome::failed, cause::reset};
constexpr Response kUnconfirmed{Outcome::timed_out, cause::timeout};

}  // namespace

PublisherClient::PublisherClient(const Where& where)
    : where_(where),
      connection_(where.broker.cluster(), where.connection, *this),
      way_(where.broker.context().scheduler(), false) {
    if (where_.process != nullptr) born_ = where_.process->times_down();
    connection_.open();
}

void PublisherClient::opened() {
    way_.pulse();
}

void PublisherClient::confirm(std::uint64_t number, bool is_accepted) {
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return;
    if (!is_accepted) found->second->response = kRefused;
    found->second->done.open();
}

// The confirm comes after it.
void PublisherClient::returned(std::uint64_t number) {
    const auto found = waiting_.find(number);
    if (found != waiting_.end()) found->second->response = kUnroutable;
}

void PublisherClient::lost() {
    for (const auto& [number, each] : waiting_) {
        each->response = kReset;
        each->done.open();
    }
}

// A process that has been started anew has a connection of its own.
sim::Task<bool> PublisherClient::take_way() {
    const bool is_another = where_.process != nullptr && where_.process->times_down() != born_;
    if (is_another) {
        born_ = where_.process->times_down();
        lost();
        connection_.die();
        connection_.open();
    }
    sim::Scheduler& scheduler = where_.broker.context().scheduler();
    const sim::Time until = scheduler.now() + where_.spec.max_block;
    while (!connection_.is_open() || connection_.is_blocked()) {
        const sim::Duration left = until - scheduler.now();
        if (left <= sim::Duration::zero()) co_return false;
        if (!co_await way_.pass_within(left)) co_return false;
    }
    co_return true;
}

sim::Task<Response> PublisherClient::publish(Request request) {
    if (!co_await take_way()) co_return kNoWay;
    const ProducerSpec& spec = where_.spec;
    Publication publication;
    publication.message.identity = request.operation != 0 ? request.operation : request.identity;
    publication.message.key = request.key;
    publication.message.user = request.user;
    publication.message.published = where_.broker.context().now();
    publication.message.envelope = where_.envelope;
    publication.mandatory = spec.mandatory;
    publication.number = spec.confirms ? ++published_ : 0;
    connection_.publish(publication);
    if (!spec.confirms || spec.fire_and_forget) co_return Response{};
    co_return co_await await_confirm(publication.number);
}

sim::Task<Response> PublisherClient::await_confirm(std::uint64_t number) {
    sim::Scheduler& scheduler = where_.broker.context().scheduler();
    const auto waiting = std::make_shared<Waiting>(scheduler);
    waiting_.emplace(number, waiting);
    const bool is_told = co_await waiting->done.pass_within(where_.spec.delivery_timeout);
    waiting_.erase(number);
    co_return is_told ? waiting->response : kUnconfirmed;
}

// --- all instances ---

Publisher::Publisher(RabbitMq& broker, EnvelopeId envelope, const ProducerSpec& spec,
                     const Context& caller)
    : broker_(broker),
      envelope_(envelope),
      spec_(spec),
      caller_(caller.name),
      number_(broker.number_a_publisher()) {}

PublisherClient& Publisher::client(const Request& request) {
    auto& client = clients_[request.caller];
    if (client == nullptr) {
        const auto instances = broker_.context().world.directory.node(caller_).instances();
        Instance* const process =
            request.caller < instances.size() ? instances[request.caller] : nullptr;
        client = std::make_unique<PublisherClient>(PublisherClient::Where{
            broker_,
            spec_,
            envelope_,
            process,
            {broker_.context().world.network, request.place,
             fmt::format("publisher {} of {}[{}]", number_, caller_, request.caller),
             request.caller}});
    }
    return *client;
}

Reply Publisher::call(Request request) {
    InFlightGuard here(broker_.context(), request);
    const sim::Time began = broker_.context().now();
    const Response response = co_await client(request).publish(request);
    const bool is_confirmed = !spec_.fire_and_forget && spec_.confirms;
    if (response.ok() && is_confirmed) {
        broker_.publish_time().add(broker_.context().now() - began);
    }
    co_return here.leave(response);
}

}  // namespace models::amqp
