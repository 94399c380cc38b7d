// The node `redis_stream_consumers`: consumers of a group in each instance of the server that
// handles entries, and an account of what became of each entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/node.h"
#include "models/processes/consumers_at_work.h"
#include "models/processes/incarnation.h"
#include "models/processes/instance_parts.h"
#include "models/redis_streams/client.h"
#include "models/redis_streams/redis_streams.h"
#include "models/redis_streams/streams_spec.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models::redis_streams {

class StreamConsumers;

// In a process: an instance of the server.
class StreamConsumer {
public:
    struct Name {
        std::uint32_t instance;
        ConsumerId consumer;
    };
    StreamConsumer(StreamConsumers& of, Instance& process, const Name& name);

    void start();
    // Its instance takes no more: what it has in its hands is handled.
    void leave() { is_leaving_ = true; }
    void dismiss();
    Instance& process() const { return process_; }
    sim::Use use(sim::Time now) const { return at_work_.use(now, is_working_); }

private:
    void begin();
    void die();
    sim::Task<void> look_after_process();
    sim::Task<void> work();
    Command next_command() const;
    void took(const Command& command, const Answer& answer);
    sim::Task<void> handle(Entry entry);
    sim::Task<void> acknowledge(EntryId id);
    Command command(Command::Kind kind) const;

    StreamConsumers& of_;
    Instance& process_;
    Name name_;
    Client client_;
    Incarnation mine_;
    AtWork at_work_;
    bool is_leaving_ = false;
    bool is_working_ = false;
    bool reads_pending_ = false;
    EntryId read_to_ = 0;  // of what is pending
    EntryId claim_from_ = 0;
    sim::Time next_claim_{};
    sim::TaskGroup life_;
    sim::TaskGroup work_;
};

class StreamConsumers final : public Node, StreamReader {
public:
    using Spec = StreamConsumersSpec;

    StreamConsumers(const Spec& spec, const Context& context);
    ~StreamConsumers() override;

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override { parts_.dismiss(); }
    // "lag": entries that the group was not delivered; "pending".
    std::optional<double> reading(std::string_view name) const override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    RedisStreams& redis() const { return *redis_; }
    GroupNumber group() const { return group_; }
    EndpointId handler_endpoint() const { return endpoint_; }
    std::uint64_t stream() const { return stream_; }

    void calls_handler() { context_.meter.sent(to_handler_); }
    void handled(const Entry& entry, const Response& response);
    void gave_up(const Entry& entry);

    Tally claimed, lost_connections;

private:
    void gone(const Entry& entry, bool is_lost) override;
    bool settle(const Entry& entry);

    Spec spec_;
    Context context_;
    RedisStreams* redis_ = nullptr;
    StreamNumber stream_number_ = 0;
    GroupNumber group_ = 0;
    EndpointId endpoint_ = 0;
    std::uint64_t stream_;
    InstanceParts<StreamConsumer> parts_;
    WaitingMessages waiting_;
    std::size_t to_handler_;                       // among the calls of its meter
    std::unordered_set<EntryId> settled_;          // handled, or given up
    std::unordered_map<EntryId, bool> unsettled_;  // gone before, and whether lost
    Tally handled_, handled_again_, failures_, given_up_, trimmed_unhandled_, lost_unhandled_;
    Spread age_;
};

}  // namespace models::redis_streams
