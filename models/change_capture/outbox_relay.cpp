#include "models/change_capture/outbox_relay.h"

#include <memory>

#include "models/change_capture/outbox_poller.h"
#include "models/transactional.h"

namespace models {

namespace {

Edge::Plan way_of(const spec::NodeRef& to, Service* service, const char* what) {
    return {to, Times{}.build(), {}, service, to.node + ' ' + what};
}

}  // namespace

void OutboxRelaySpec::check(spec::Check& check) const {
    ProducerSpec::check(check);
    check.that(!topic.endpoint.empty(), "topic", "it does not say which topic",
               "write \"" + topic.node + ".TOPIC\"");
    check.that(runs_in.endpoint.empty(), "runs_in", "a relay runs beside all endpoints",
               "write \"" + runs_in.node + "\"");
}

OutboxRelay::OutboxRelay(const Spec& spec, const Context& context)
    : polls(context, "polls"),
      empty_polls(context, "empty_polls"),
      failures(context, "failed_to_publish"),
      spec_(spec),
      context_(context),
      table_(context_, changes_),
      stream_(context.stream("outbox relay")),
      published_(context, "published"),
      published_again_(context, "published_again"),
      age_(context, "age") {
    context.meter.sampled("backlog", "", [this] { return table_.unsent(); });
}

void OutboxRelay::connect() {
    const Directory& directory = context_.world.directory;
    Node& database = directory.node(spec_.database.node);
    database.changes()->follow(table_);
    changes_ = database.changes();
    transactions_ = database.transactional();
    Context server = context_;
    server.name = spec_.runs_in.node;
    producer_ =
        &directory.node(spec_.topic.node).topics()->producer(spec_.topic.endpoint, spec_, server);
    ways_.emplace(context_, spec_.database, *transactions_);
}

OutboxRelay::Ways::Ways(const Context& context, const spec::NodeRef& query, Transactional& in)
    : select(context, way_of(query, nullptr, "SELECT")),
      update(context, way_of({query.node, ""}, nullptr, "UPDATE")),
      begin(context, way_of({query.node, ""}, &in.begin(), "BEGIN")),
      select_in(context, way_of(query, &in.statement(), "SELECT")),
      update_in(context, way_of({query.node, ""}, &in.statement(), "UPDATE")),
      commit(context, way_of({query.node, ""}, &in.commit(), "COMMIT")) {}

void OutboxRelay::start() {
    tasks_.start(context_.world.directory.node(spec_.runs_in.node), 1,
                 [this](Instance& process, std::uint32_t instance, std::uint32_t) {
                     return std::make_unique<OutboxPoller>(*this, process, instance);
                 });
}

void OutboxRelay::published(const OutboxTable::Row& row) {
    published_.add();
    if (table_.published(row)) return published_again_.add();
    age_.add(context_.now() - row.event.committed);
}

void OutboxRelay::finish() {
    context_.meter.record().measures.push_back({"unsent", "", table_.unsent()});
}

}  // namespace models
