// A connector that captures changes: one task, which reads a database's log and publishes what it
// finds.
//
//     CdcConnector    the node, and how far its task has got
//     LogStream       the log, as its replication slot has it
//     CdcTask         in the instance that has the task: read, publish, commit the offset
//
// A batch is what came within poll_interval, or sooner max_batch of them (Debezium's
// ChangeEventQueue.poll).
#pragma once

#include <deque>
#include <optional>

#include "models/calls/edge.h"
#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/change_capture/cdc_connector_spec.h"
#include "models/change_capture/instance_task.h"
#include "models/change_capture/log_stream.h"
#include "models/processes/instance_parts.h"
#include "sim/semaphore.h"

namespace models {

class CdcConnector final : public Node {
public:
    using Spec = CdcConnectorSpec;

    CdcConnector(const Spec& spec, const Context& context);

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override { tasks_.dismiss(); }
    Outbox* outbox() override { return &log_; }

    // What its task needs of it.
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    LogStream& log() { return log_; }
    Service& way_to_log() { return *way_; }
    Service& producer() { return *producer_; }
    sim::Semaphore& task() { return task_; }
    std::uint64_t next_identity() { return sim::request_key(stream_, asked_++); }
    void began() { starts_.add(); }
    // A change was acknowledged, or not.
    void published(const LogStream::Entry& entry);
    void failed() { failures_.add(); }

private:
    Spec spec_;
    Context context_;
    LogStream log_;
    sim::Semaphore task_;  // there is one
    InstanceParts<InstanceTask> tasks_;
    Service* producer_ = nullptr;
    std::optional<Edge> way_;
    std::uint64_t stream_;
    std::uint64_t asked_ = 0;
    Tally starts_, published_, published_again_, failures_;
    Spread age_;
};

class CdcTask final : public InstanceTask {
public:
    CdcTask(CdcConnector& connector, Instance& process, std::uint32_t index);

private:
    sim::Task<void> work() override;
    sim::Task<void> read();
    sim::Task<void> wait_for_batch();
    sim::Task<void> publish_all();
    sim::Task<bool> publish(LogStream::Entry entry);
    sim::Task<void> commit_offsets();

    CdcConnector& connector_;
    std::deque<LogStream::Entry> queue_;
    sim::Gate full_;
    std::uint64_t done_ = 0;  // the number of the next to publish
};

}  // namespace models
