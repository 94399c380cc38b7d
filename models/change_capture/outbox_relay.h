// A relay of an outbox: a poller in each instance of a server, and the table that they poll.
//
//     OutboxRelay    the node: where steps insert, and the figures
//     OutboxTable    what is in the database
//     OutboxPoller   one instance's: poll, publish, mark (outbox_poller.h)
#pragma once

#include <optional>

#include "models/calls/edge.h"
#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/change_capture/instance_task.h"
#include "models/change_capture/outbox_relay_spec.h"
#include "models/change_capture/outbox_table.h"
#include "models/node.h"
#include "models/processes/instance_parts.h"

namespace models {

class OutboxRelay final : public Node {
public:
    using Spec = OutboxRelaySpec;

    OutboxRelay(const Spec& spec, const Context& context);

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override { tasks_.dismiss(); }
    Outbox* outbox() override { return &table_; }

    // What its pollers need of it.
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    OutboxTable& table() { return table_; }
    Transactional& transactions() { return *transactions_; }
    Service& producer() { return *producer_; }
    // The ways to the database: alone, or as parts of a transaction.
    struct Ways {
        Ways(const Context& context, const spec::NodeRef& query, Transactional& in);
        Edge select, update, begin, select_in, update_in, commit;
    };
    Ways& ways() { return *ways_; }
    std::uint64_t next_identity() { return sim::request_key(stream_, asked_++); }
    // A row was acknowledged.
    void published(const OutboxTable::Row& row);

    Tally polls, empty_polls, failures;

private:
    Spec spec_;
    Context context_;
    const Changes* changes_ = nullptr;
    OutboxTable table_;
    Transactional* transactions_ = nullptr;
    Service* producer_ = nullptr;
    std::optional<Ways> ways_;
    InstanceParts<InstanceTask> tasks_;
    std::uint64_t stream_;
    std::uint64_t asked_ = 0;
    Tally published_, published_again_;
    Spread age_;
};

}  // namespace models
