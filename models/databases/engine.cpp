#include "models/databases/engine.h"

#include <algorithm>

#include "models/data/ledger.h"
#include "models/spans.h"

namespace models {

std::vector<std::string> EngineSpec::query_names() const {
    std::vector<std::string> names;
    for (const auto& [name, times] : queries) names.push_back(name);
    return names;
}

std::optional<EndpointId> EngineSpec::query(std::string_view name) const {
    const auto& entries = queries.entries;
    const auto found =
        std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == name; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - entries.begin()) + 1;
}

Engine::Engine(const EngineSpec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      cpu_(context.scheduler(), spec.scheduling, spec.cores),
      connections_(context.scheduler(), spec.connections) {
    if (spec.storage) storage_.emplace(*spec.storage, context);
    kinds_.push_back({context.stream("demand"), spec.service_time.build()});
    for (const auto& [name, times] : spec.queries) {
        kinds_.push_back({context.stream("demand of " + name), times.build()});
    }
    if (spec.write_time) {
        kinds_.push_back({context.stream("demand of writes"), spec.write_time->build()});
    }
}

void Engine::sample(sim::Meter& meter) {
    meter.share_sampled(
        "cpu_in_use", [this] { return sim::seconds(cpu_.busy()); },
        [this] { return static_cast<double>(spec_.cores); });
    meter.sampled("connections_active", "",
                  [this] { return static_cast<double>(connections_.taken()); });
    meter.sampled("connections_max", "",
                  [this] { return static_cast<double>(connections_.capacity()); });
}

sim::Task<Engine::Statement> Engine::work(Request request, EndpointId query, Touched touched) {
    const sim::Time arrived = context_.now();
    Statement statement{{Outcome::failed, Cause::refused}, {}, {}};
    if (!is_up()) co_return statement;
    Query here(co_await sim::this_task<Statement>());
    queries_.add_last(here);

    auto taking = connections_.take_until(arrived + spec_.connection_timeout);
    waiting_peak_ = std::max(waiting_peak_, connections_.waiting() + (connections_.full() ? 1 : 0));
    statement.connection = co_await taking;
    context_.meter.spent_at(request.endpoint, Spent::connection, context_.now() - arrived);
    spent_in(context_.world, request, Spent::connection, arrived, context_.now());
    statement.response = {Outcome::failed, Cause::no_connection};
    if (!statement.connection) co_return statement;
    statement.response = {Outcome::rejected, Cause::deadline};
    if (request.deadline <= context_.now()) co_return statement;
    if (request.is_write && wal_ != nullptr) statement.write = Wal::Open(*wal_);
    if (storage_) co_await storage_->read(request, touched.pages.value_or(storage_->pages()));

    const Kind& kind = kind_of(request, query);
    sim::Draws draws(sim::request_key(kind.stream, request.identity));
    const sim::Time began = context_.now();
    const sim::Duration waited =
        co_await cpu_.work(kind.seconds.sample_duration(draws) + touched.core_time);
    context_.meter.spent_at(request.endpoint, Spent::queueing, waited);
    context_.meter.spent_at(request.endpoint, Spent::service, context_.now() - began - waited);
    worked_in(context_.world, request, began, waited);
    statement.response = {};
    co_return statement;
}

const Engine::Kind& Engine::kind_of(const Request& request, EndpointId query) const {
    const bool is_plain_write = request.is_write && query == 0 && spec_.write_time;
    return is_plain_write ? kinds_.back() : kinds_[query];
}

Response Engine::answer_about(std::uint64_t key) const {
    Response response;
    response.bytes = static_cast<std::uint32_t>(spec_.row_size.count);
    response.missing = spec_.rows > 0 && key >= spec_.rows && key != Ledger::kWholeSet;
    return response;
}

bool Engine::take_down() {
    if (!up_.take_down()) return false;
    if (storage_) storage_->forget_turns();
    while (Query* query = queries_.first()) {
        query->unlink();
        query->task.receiver().give_up(Statement{{Outcome::failed, Cause::reset}, {}, {}});
    }
    return true;
}

void Engine::begin_measuring() {
    busy_before_ = cpu_.busy();
    if (storage_) storage_->begin_measuring();
    connections_.usage().restart(context_.now());
}

double Engine::measured() const {
    return sim::seconds(context_.now() - context_.world.recorder.measured_from());
}

double Engine::utilisation() const {
    const double most = spec_.cores * measured();
    return most > 0 ? sim::seconds(cpu_.busy() - busy_before_) / most : 0;
}

void Engine::finish(sim::NodeRecord& record) const {
    if (storage_) storage_->finish(record);
}

double Engine::connections_in_use() {
    return connections_.usage().mean(context_.now()) / spec_.connections;
}

}  // namespace models
