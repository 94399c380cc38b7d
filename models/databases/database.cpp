#include "models/databases/database.h"

#include "models/presence.h"

namespace models {

Reply Database::call(Request request) {
    Presence here(context_, request);
    const Engine::Statement statement = co_await engine_.work(request, request.endpoint);
    co_return here.leave(statement.response.ok() ? answer(request) : statement.response);
}

// A write commits, and a read sees what is committed, when its work is done.
Response Database::answer(const Request& request) {
    Response response = engine_.answer_about(request.key);
    if (request.is_write) {
        response.missing = false;
        response.version = request.version == 0 ? ledger_.commit(request.key)
                                                : ledger_.commit(request.key, request.version);
        if (!request.is_relayed) ledger_.acknowledge(request.key, response.version);
        return response;
    }
    response.version = ledger_.committed(request.key);
    return response;
}

void Database::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    record.instances = 1;
    record.utilisation = engine_.utilisation();
    record.connections_in_use = engine_.connections_in_use();
    record.waiting_peak = engine_.waiting_peak();
    record.cost_usd = spec_.price.usd_per_hour * measured / 3600;
    record.measures.push_back({"connections_peak", "", engine_.connections_peak()});
    if (connection_limit_.peak() == 0) return;
    record.measures.push_back(
        {"connections_open_peak", "", static_cast<double>(connection_limit_.peak())});
    record.measures.push_back(
        {"connections_refused", "", static_cast<double>(connection_limit_.refused())});
}

}  // namespace models
