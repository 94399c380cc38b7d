#include "models/engines/engine.h"

#include <algorithm>

#include "models/data/ledger.h"
#include "models/spans.h"

namespace models {

Abilities EngineSpec::suffers_as(Abilities instances) const {
    double work_s = service_time.build().mean();
    if (write_time) work_s += write_time->build().mean();
    for (const auto& [name, times] : queries) work_s += times.build().mean();
    return work_s > 0 ? instances : instances.without(Abilities::slowness());
}

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

Engine::Engine(const EngineSpec& spec, const Context& context, const Plan& plan)
    : spec_(spec),
      context_(context),
      plan_(plan),
      cpu_(context.scheduler(), spec.scheduling, spec.cores),
      connections_(context.scheduler(), spec.connections),
      connect_(std::make_unique<Connect>(*this)),
      inside_(connect_.get()) {
    if (spec.storage) storage_.emplace(*spec.storage, context);
    kinds_.push_back({context.stream("demand"), spec.service_time.build()});
    for (const auto& [name, times] : spec.queries) {
        kinds_.push_back({context.stream("demand of " + name), times.build()});
    }
    if (spec.write_time) {
        kinds_.push_back({context.stream("demand of writes"), spec.write_time->build()});
    }
    if (plan.wal != nullptr) inside_ = &open_.emplace(*plan.wal);
    if (context.is_injected) injection_.emplace(context.scheduler());
    query_ = std::make_unique<Query>(*this);
    query_->place(inside_, plan.follows);
    Block* first = query_->first();
    if (open_) {
        open_->link(connect_.get(), first);
        first = &*open_;
    }
    connect_->place(plan.around, first);
}

Engine::~Engine() = default;

void Engine::sample(sim::Meter& meter) {
    meter.share_sampled(
        "cpu_in_use", [this] { return sim::seconds(cpu_.busy()); },
        [this] { return static_cast<double>(spec_.cores); });
    meter.sampled("connections_active", "",
                  [this] { return static_cast<double>(connections_.taken()); });
    meter.sampled("connections_max", "",
                  [this] { return static_cast<double>(connections_.capacity()); });
}

void Engine::add_resources(sim::Meter& meter, const EngineSpec& spec, const All& all) {
    const auto each = [all](auto use_of) {
        return [all, use_of](sim::Time, sim::Uses& uses) {
            for (const Engine* const engine : all()) {
                sim::Use use = use_of(*engine);
                if (!engine->is_up()) use.size = 0;
                uses.push_back(use);
            }
        };
    };
    meter.resource("connections",
                   each([](const Engine& engine) { return engine.connections_.use(); }));
    meter.resource("cores", each([](const Engine& engine) { return engine.cpu_.use(); }));
    if (!spec.storage) return;
    meter.resource("device", each([](const Engine& engine) { return engine.storage_->use(); }),
                   {.parameter = spec.storage->iops ? "storage.iops" : "storage.queue_depth"});
}

// --- the way of a query ---

Go Engine::Connect::enter(Call& call) {
    if (!engine_.is_up()) return answer(call, {Outcome::failed, cause::refused});
    if (engine_.connections_.try_take()) return connected(call);
    return {&line_, Way::enter};
}

Go Engine::Connect::connected(Call& call) {
    if (call.request.deadline > engine_.context_.now()) return on();
    engine_.connections_.give_back();
    return answer(call, {Outcome::rejected, cause::deadline});
}

Go Engine::Connect::answered(Call&) {
    engine_.connections_.give_back();
    return back();
}

void Engine::Connect::abandoned(Call&) {
    engine_.connections_.give_back();
}

Go Engine::InLine::enter(Call& call) {
    sim::Semaphore& connections = engine_.connections_;
    const std::size_t waiting = connections.waiting() + (connections.full() ? 1 : 0);
    engine_.waiting_peak_ = std::max(engine_.waiting_peak_, waiting);
    State& my = begin(call, engine_.context_.now(), connections, engine_.spec_.connection_timeout);
    my.taking.await_suspend(call);
    return stay(call);
}

Go Engine::InLine::woken(Call& call) {
    const Context& context = engine_.context_;
    const sim::Time began = mine(call).began;
    sim::Permit place = mine(call).taking.await_resume();
    end(call);
    context.meter.spent_at(call.request.endpoint, Spent::connection, context.now() - began);
    spent_in(context.world, call.request, Spent::connection, began, context.now());
    if (!place) return answer(call, {Outcome::failed, cause::no_connection});
    place.release();
    return connect_.connected(call);
}

Go Engine::OpenWrite::enter(Call& call) {
    if (call.request.is_write) wal_.open();
    return on();
}

Go Engine::OpenWrite::answered(Call& call) {
    abandoned(call);
    return back();
}

void Engine::OpenWrite::abandoned(Call& call) {
    if (call.request.is_write) wal_.close();
}

Reply Engine::ReadPages::story(Call& call) {
    const Touches* const touches = engine_.plan_.touches;
    Storage& storage = *engine_.storage_;
    return storage.read(call.request,
                        touches != nullptr ? touches->touched(call).pages : storage.pages());
}

Go Engine::Work::enter(Call& call) {
    const Kind& kind = engine_.kind_of(call.request);
    sim::Draws draws(sim::request_key(kind.stream, call.request.identity));
    sim::Duration demand = kind.seconds.sample_duration(draws);
    if (call.request.rows > 1) [[unlikely]]
        demand += engine_.more_rows(call.request, demand);
    if (engine_.plan_.touches != nullptr) demand += engine_.plan_.touches->touched(call).core_time;
    return work(call, engine_.cpu_, demand);
}

// Of a statement of many rows, beyond the first.
sim::Duration Engine::more_rows(const Request& request, sim::Duration first) const {
    return spec_.batch_row_time.value_or(first) * (request.rows - 1);
}

const Engine::Kind& Engine::kind_of(const Request& request) const {
    const EndpointId unnamed = plan_.unnamed;
    if (request.endpoint > unnamed) return kinds_[request.endpoint - unnamed];
    return request.is_write && spec_.write_time ? kinds_.back() : kinds_.front();
}

// --- what is known of it ---

Response Engine::answer_about(std::uint64_t key) const {
    Response response;
    response.bytes = static_cast<std::uint32_t>(spec_.row_size.count);
    response.missing = spec_.rows > 0 && key >= spec_.rows && key != Ledger::kWholeSet;
    return response;
}

bool Engine::take_down() {
    if (!up_.take_down()) return false;
    if (storage_) storage_->forget_turns();
    context_.world.calls.end_all_in(this, {Outcome::failed, cause::reset});
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
