#include "models/clients/client.h"

namespace models {

sim::Task<Response> Client::send(std::uint64_t number, sim::Time intended) {
    context_.meter.arrived(intended);
    Request request;
    request.identity = sim::request_key(stream_, number);
    request.endpoint = edge_->endpoint();
    context_.meter.asked(intended, request.identity);
    const Response response = co_await edge_->call(request);
    context_.meter.spent(Spent::calling, context_.now() - intended);
    context_.meter.left(intended, response.outcome, response.cause);
    if (response.ok() && response.degraded) degraded_.add();
    if (response.ok() && response.stale) stale_.add();
    co_return response;
}

}  // namespace models
