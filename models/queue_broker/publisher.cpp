#include "models/queue_broker/publisher.h"

#include <fmt/core.h>

#include <utility>

#include "models/in_flight_guard.h"
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
      way_(where.broker.context().scheduler(), false),
      incarnation_(where.process) {
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
    if (incarnation_.is_over()) {
        incarnation_.begin();
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
    publication.message.identity = request.operation_id();
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
      clients_(caller.name, fmt::format("publisher {}", broker.number_a_publisher())) {}

Reply Publisher::call(Request request) {
    InFlightGuard here(broker_.context(), request);
    const sim::Time began = broker_.context().now();
    PublisherClient& client =
        clients_.of(request, broker_.context(), [this](const CallerClient& where) {
            return std::make_unique<PublisherClient>(PublisherClient::Where{
                broker_,
                spec_,
                envelope_,
                where.process,
                {broker_.context().world.network, where.place, where.name, where.instance}});
        });
    const Response response = co_await client.publish(request);
    const bool is_confirmed = !spec_.fire_and_forget && spec_.confirms;
    if (response.ok() && is_confirmed) {
        broker_.publish_time().add(broker_.context().now() - began);
    }
    co_return here.leave(response);
}

}  // namespace models::amqp
