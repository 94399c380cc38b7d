#include "models/databases/database.h"

#include <algorithm>

#include "sim/within.h"

namespace models {

Database::Database(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      cpu_(context.scheduler(), spec.scheduling, spec.cores),
      connections_(context.scheduler(), spec.connections) {
    kinds_.push_back({context.stream("demand"), spec.service_time.build()});
    for (const auto& [name, times] : spec.queries) {
        kinds_.push_back({context.stream("demand of " + name), times.build()});
    }
    if (spec.write_time) {
        kinds_.push_back({context.stream("demand of writes"), spec.write_time->build()});
    }
}

std::optional<EndpointId> Database::endpoint(std::string_view name) const {
    const auto& entries = spec_.queries.entries;
    const auto found =
        std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == name; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - entries.begin()) + 1;
}

Reply Database::call(Request request) {
    Presence here(context_, request);
    const sim::Time arrived = here.arrived();
    if (!is_up()) co_return here.leave({Outcome::failed, Cause::refused});
    Query query(here, co_await sim::this_task<Response>());
    queries_.add_last(query);

    auto taking = connections_.take_until(arrived + spec_.connection_timeout);
    waiting_peak_ = std::max(waiting_peak_, connections_.waiting() + (connections_.full() ? 1 : 0));
    const sim::Place connection = co_await taking;
    context_.meter.spent(Spent::connection, context_.now() - arrived);
    if (!connection) co_return here.leave({Outcome::failed, Cause::no_connection});
    if (request.deadline <= context_.now()) {
        co_return here.leave({Outcome::rejected, Cause::deadline});
    }

    const Kind& kind = kind_of(request);
    sim::Draws draws(sim::request_key(kind.stream, request.identity));
    const sim::Time began = context_.now();
    const sim::Duration waited = co_await cpu_.work(kind.seconds.sample_duration(draws));
    context_.meter.spent(Spent::queueing, waited);
    context_.meter.spent(Spent::service, context_.now() - began - waited);
    co_return here.leave(answer(request));
}

const Database::Kind& Database::kind_of(const Request& request) const {
    const bool is_plain_write = request.is_write && request.endpoint == 0 && spec_.write_time;
    return is_plain_write ? kinds_.back() : kinds_[request.endpoint];
}

// A write commits, and a read sees what is committed, when its work is done.
Response Database::answer(const Request& request) {
    Response response;
    response.bytes = static_cast<std::uint32_t>(spec_.row_size.count);
    if (request.is_write) {
        response.version = request.version == 0 ? ledger_.commit(request.key)
                                                : ledger_.commit(request.key, request.version);
        if (!request.is_relayed) ledger_.acknowledge(request.key, response.version);
        return response;
    }
    response.missing =
        spec_.rows > 0 && request.key >= spec_.rows && request.key != Ledger::kWholeSet;
    response.version = ledger_.committed(request.key);
    return response;
}

// Every query there fails at once.
void Database::take_down() {
    if (!up_.take_down()) return;
    while (Query* query = queries_.first()) {
        query->presence.leave({Outcome::failed, Cause::reset});
        query->unlink();
        query->task.receiver().give_up(Response{Outcome::failed, Cause::reset});
    }
}

void Database::begin_measuring() {
    busy_before_ = cpu_.busy();
    connections_.usage().restart(context_.now());
}

void Database::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    record.instances = 1;
    record.utilisation =
        measured > 0 ? sim::seconds(cpu_.busy() - busy_before_) / (spec_.cores * measured) : 0;
    record.connections_in_use = connections_.usage().mean(context_.now()) / spec_.connections;
    record.waiting_peak = waiting_peak_;
    record.cost_usd = spec_.price.usd_per_hour * measured / 3600;
    record.measures.push_back(
        {"connections_peak", "", static_cast<double>(connections_.usage().peak())});
}

}  // namespace models
