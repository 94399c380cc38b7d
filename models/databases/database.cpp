#include "models/databases/database.h"
#include "models/engines/engine_usages.h"

namespace models {

Abilities Database::Spec::suffers() const {
    const Abilities all = suffers_as(abilities_of<Database>());
    return disk ? all : all.without(Abilities::disk_space());
}

Database::Database(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      writes_(context, spec.locks, spec.wal, spec.disk, spec.fencing_tokens),
      visit_(context),
      commit_(*this),
      answer_(*this),
      engine_(spec, context,
              {.wal = writes_.wal(),
               .around = visit_.inside(),
               .follows = has_story() ? static_cast<Block*>(&commit_) : &answer_}),
      connection_limit_(spec.max_connections) {
    // 0 is a query without a name.
    context_.meter.split_by_endpoint(spec.endpoint_names(), 1);
    engine_.sample(context.meter);
    Engine::add_resources(context.meter, spec,
                          [this] { return std::vector<const Engine*>{&engine_}; });
    writes_.add_resources(context.meter);
    connection_limit_.add_resource(context.meter);
    visit_.link(engine_.first());
    commit_.link(engine_.inside(), &answer_);
    answer_.link(engine_.inside(), nullptr);
}

Database::~Database() = default;

// What it has locked is free again when it is over, whatever became of it.
Reply Database::write_locked(Request request) {
    const std::uint32_t times_down = engine_.times_down();
    RowLocks::Transaction transaction(writes_.locks());
    const Cause trouble = co_await writes_.lock(request, transaction);
    if (trouble != Cause::none) co_return Response{Outcome::failed, trouble};
    if (engine_.times_down() != times_down) co_return Response{Outcome::failed, cause::reset};
    co_return co_await commit(request);
}

Reply Database::commit(Request request) {
    if (!writes_.find_room(1)) co_return Response{Outcome::failed, cause::disk_full};
    const std::optional<std::uint64_t> position = co_await writes_.log(request, 1);
    if (!position) co_return Response{Outcome::failed, cause::reset};
    co_return answer(request, *position);
}

void Database::take_down() {
    if (!engine_.take_down()) return;
    writes_.crash();
    if (transactions_) transactions_->crash();
}

Transactional* Database::transactional() {
    if (!transactions_) transactions_ = std::make_unique<Transactions>(context_, engine_, writes_);
    return transactions_.get();
}

Response Database::answer(const Request& request, std::uint64_t position) {
    Response response = engine_.answer_about(request.key);
    if (request.is_write) {
        if (!writes_.admits(request)) return {Outcome::failed, cause::stale_token};
        writes_.commit(request, position, response);
    } else {
        response.version = writes_.ledger().committed(request.key);
        writes_.has_read(request.key);
    }
    return response;
}

void Database::begin_measuring() {
    engine_.begin_measuring();
    writes_.begin_measuring();
    if (transactions_) transactions_->begin_measuring();
}

void Database::finish() {
    sim::NodeRecord& record = context_.meter.record();
    record.instances = 1;
    record.utilisation = engine_.utilisation();
    record.connections_in_use = engine_.connections_in_use();
    record.waiting_peak = engine_.waiting_peak();
    use_engines(context_, spec_, 1);
    record.measures.push_back({"connections_peak", "", engine_.connections_peak()});
    if (connection_limit_.peak() > 0) {
        record.measures.push_back(
            {"connections_open_peak", "", static_cast<double>(connection_limit_.peak())});
        record.measures.push_back(
            {"connections_refused", "", static_cast<double>(connection_limit_.refused())});
        const auto each = static_cast<double>(spec_.memory_per_connection.count);
        record.measures.push_back({"connection_memory_peak", "bytes",
                                   each * static_cast<double>(connection_limit_.peak())});
    }
    engine_.finish(record);
    writes_.finish(record);
    if (transactions_) transactions_->finish(record);
}

}  // namespace models
