#include "models/cloud_queue/client.h"

#include <utility>

#include "models/cloud_queue/sqs.h"

namespace models::sqs {

Connection::Connection(Sqs& service, const std::string& name, Links* links, Mailbox<Told>& client)
    : to(service.context(), links, client.place(), service.inbox(), name),
      back(service.context(), links, service.inbox().place(), client, "answers " + name) {}

Client::Client(Sqs& service, Links* links, PlaceId place, std::string name)
    : service_(service),
      links_(links),
      name_(std::move(name)),
      inbox_(service.context().world, place) {
    inbox_.handle([this](const Told& told) {
        const auto found = pending_.find(told.number);
        if (found == pending_.end()) return;
        found->second->answer = *told.answer;
        found->second->done.open();
    });
}

Connection& Client::connection() {
    for (const auto& each : connections_) {
        if (!each->is_busy) return *each;
    }
    const std::string name = name_ + " " + std::to_string(connections_.size());
    connections_.push_back(std::make_unique<Connection>(service_, name, links_, inbox_));
    return *connections_.back();
}

sim::Task<ApiAnswer> Client::ask(std::shared_ptr<const ApiRequest> request, sim::Duration timeout) {
    const std::uint64_t number = ++asked_;
    const auto pending = std::make_shared<Pending>(service_.context().scheduler());
    Connection& on = connection();
    pending->on = &on;
    on.is_busy = true;
    pending_.emplace(number, pending);
    on.to.send({&on, number, request}, bytes_of(*request));
    const bool is_told = co_await pending->done.pass_within(timeout);
    pending_.erase(number);
    if (!is_told) {
        pending->answer.error = ApiError::timed_out;
        hang_up(on);
    }
    on.is_busy = false;
    co_return std::move(pending->answer);
}

// And opens it anew for the next request; the service hears of it as far as the links let it.
void Client::hang_up(Connection& connection) {
    connection.to.reconnect();
    connection.back.reconnect();
    auto request = std::make_shared<ApiRequest>();
    request->action = ApiRequest::Action::hang_up;
    connection.to.send({&connection, 0, std::move(request)}, bytes_of(ApiRequest()));
}

void Client::reset() {
    const auto pending = std::exchange(pending_, {});
    for (const auto& [number, each] : pending) {
        hang_up(*each->on);
        each->answer.error = ApiError::reset;
        each->done.open();
    }
}

}  // namespace models::sqs
