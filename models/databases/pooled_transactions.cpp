#include "models/databases/pooled_transactions.h"

#include <utility>

#include "models/blocks/block_service.h"

namespace models {

// A statement, a connection before the first: a story, which ends when the pooler does.
class PooledTransactions::Serve final : public Await {
public:
    Serve(PooledTransactions& of, Part part, const Edge::Plan& plan)
        : of_(of), part_(part), edge_(of.bouncer_.context_, plan) {}
    Reply story(Call& call) override { return of_.serve(call.request, part_, edge_); }
    const void* dies_with(Call&, std::uint32_t) const override { return &of_.bouncer_; }

private:
    PooledTransactions& of_;
    Part part_;
    Edge edge_;
};

struct PooledTransactions::Called {
    Called(PooledTransactions& of, Part part, const Edge::Plan& plan)
        : visit(of.bouncer_.context_, part == Part::statement),
          serve(of, part, plan),
          service(of.bouncer_.context_.world, visit.enter().to) {
        visit.link(&serve);
        serve.link(visit.inside(), nullptr);
    }
    MeasuredVisit visit;
    Serve serve;
    BlockService service;
};

PooledTransactions::PooledTransactions(Pgbouncer& bouncer)
    : bouncer_(bouncer),
      there_(*bouncer.of().transactional()),
      begin_(called(there_.begin(), Part::begin)),
      statement_(called(there_.statement(), Part::statement)),
      commit_(called(there_.commit(), Part::commit)),
      rollback_(called(there_.rollback(), Part::rollback)) {}

PooledTransactions::~PooledTransactions() = default;

std::unique_ptr<PooledTransactions::Called> PooledTransactions::called(Service& there, Part part) {
    const PgbouncerSpec& spec = bouncer_.spec_;
    return std::make_unique<Called>(*this, part,
                                    Edge::Plan{spec.of, spec.latency.build(), {}, &there});
}

Service& PooledTransactions::begin() {
    return begin_->service;
}
Service& PooledTransactions::statement() {
    return statement_->service;
}
Service& PooledTransactions::commit() {
    return commit_->service;
}
Service& PooledTransactions::rollback() {
    return rollback_->service;
}

Reply PooledTransactions::serve(Request request, Part part, Edge& edge) {
    if (part == Part::begin) co_return co_await begin(request, edge);
    const auto found =
        bouncer_.context_.world.transactions.innermost(servers_, request.transaction);
    if (found == servers_.end()) co_return Response{Outcome::failed, Cause::reset};
    const std::uint32_t number = request.transaction = found->first;
    const Response response = co_await bouncer_.statement(request, edge);
    if (part != Part::statement) servers_.erase(number);
    co_return response;
}

// Whoever has gone meanwhile has left it to nobody.
Reply PooledTransactions::begin(Request request, Edge& edge) {
    if (!bouncer_.is_up()) co_return Response{Outcome::failed, Cause::refused};
    sim::Place server;
    if (!bouncer_.has_its_own()) {
        server = co_await bouncer_.link(request);
        if (!server) co_return Response{Outcome::failed, Cause::no_connection};
    }
    const Response response = co_await bouncer_.statement(request, edge);
    if (!response.ok()) co_return response;
    if (!bouncer_.context_.world.transactions.is_open(request.transaction)) {
        there_.leave(request.transaction);
        co_return Response{Outcome::failed, Cause::reset};
    }
    servers_.emplace(request.transaction, std::move(server));
    co_return response;
}

void PooledTransactions::leave(std::uint32_t number) {
    servers_.erase(number);
    there_.leave(number);
}

void PooledTransactions::crash() {
    while (!servers_.empty()) leave(servers_.begin()->first);
}

}  // namespace models
