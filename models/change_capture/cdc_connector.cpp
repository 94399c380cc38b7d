#include "models/change_capture/cdc_connector.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "models/blocks/ask.h"
#include "sim/all.h"
#include "sim/sleep.h"

namespace models {

void CdcConnectorSpec::check(spec::Check& check) const {
    ProducerSpec::check(check);
    check.that(!topic.endpoint.empty(), "topic", "it does not say which topic",
               "write \"" + topic.node + ".TOPIC\"");
    check.that(database.endpoint.empty(), "database", "it reads the log, and asks no query",
               "write \"" + database.node + "\"");
    check.that(runs_in.endpoint.empty(), "runs_in", "a task runs beside all endpoints",
               "write \"" + runs_in.node + "\"");
}

CdcConnector::CdcConnector(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      log_(context_, {spec.captures == CapturedRows::outbox, spec.max_batch, spec.decode_time}),
      task_(context.scheduler(), 1),
      stream_(context.stream("change capture")),
      starts_(context, "starts"),
      published_(context, "published"),
      published_again_(context, "published_again"),
      failures_(context, "failed_to_publish"),
      age_(context, "age") {
    context.meter.sampled("backlog", "", [this] { return log_.unsent(); });
    context.meter.sampled("log_kept", "bytes", [this] { return log_.kept(); });
}

void CdcConnector::connect() {
    const Directory& directory = context_.world.directory;
    log_.connect(directory.node(spec_.database.node));
    way_.emplace(
        context_,
        Edge::Plan{
            spec_.database, Times{}.build(), {}, &log_.service(), spec_.database.node + " log"});
    Context server = context_;
    server.name = spec_.runs_in.node;
    producer_ =
        &directory.node(spec_.topic.node).topics()->producer(spec_.topic.endpoint, spec_, server);
}

void CdcConnector::start() {
    tasks_.start(context_.world.directory.node(spec_.runs_in.node), 1,
                 [this](Instance& process, std::uint32_t instance, std::uint32_t) {
                     return std::make_unique<CdcTask>(*this, process, instance);
                 });
}

void CdcConnector::published(const LogStream::Entry& entry) {
    published_.add();
    if (log_.published(entry.number)) return published_again_.add();
    age_.add(context_.now() - entry.event.committed);
}

void CdcConnector::finish() {
    context_.meter.record().measures.push_back({"unsent", "", log_.unsent()});
}

// --- its task ---

CdcTask::CdcTask(CdcConnector& connector, Instance& process, std::uint32_t index)
    : InstanceTask(connector.context(), process, index),
      connector_(connector),
      full_(connector.context().scheduler(), false) {}

sim::Task<void> CdcTask::work() {
    const sim::Permit task = co_await connector_.task().take();
    connector_.began();
    queue_.clear();
    done_ = connector_.log().confirmed();
    sim::TaskGroup beside;
    beside.run(read());
    beside.run(commit_offsets());
    while (!is_leaving()) {
        co_await wait_for_batch();
        co_await publish_all();
    }
    connector_.log().confirm(done_);
}

sim::Task<void> CdcTask::wait_for_batch() {
    full_.close();
    if (queue_.size() >= connector_.spec().max_batch) co_return;
    co_await full_.pass_within(connector_.spec().poll_interval);
}

// A read after the other, as far as there is room.
sim::Task<void> CdcTask::read() {
    constexpr sim::Duration kReconnect = std::chrono::seconds(1);
    std::uint64_t next = done_;
    for (;;) {
        while (queue_.size() >= std::size_t{4} * connector_.spec().max_batch) {
            co_await sim::sleep(context_.scheduler(), connector_.spec().poll_interval);
        }
        Request read = request(connector_.next_identity());
        read.key = connector_.log().begin_read(next);
        const Response response = co_await ask(context_.world, connector_.way_to_log(), read);
        if (!response.ok()) co_await sim::sleep(context_.scheduler(), kReconnect);
        for (const LogStream::Entry& each : connector_.log().take(read.key)) {
            queue_.push_back(each);
            next = each.number + 1;
        }
        if (queue_.size() >= connector_.spec().max_batch) full_.open();
    }
}

// A batch at a time, until each of it is acknowledged.
sim::Task<void> CdcTask::publish_all() {
    const std::size_t most = std::min<std::size_t>(queue_.size(), connector_.spec().max_batch);
    if (most == 0) co_return;
    co_await use_cores(connector_.spec().event_time * most);
    std::vector<sim::Task<bool>> batch;
    for (std::size_t each = 0; each < most; ++each) {
        batch.push_back(publish(queue_.front()));
        queue_.pop_front();
    }
    co_await sim::all(std::move(batch));
    done_ += most;
}

sim::Task<bool> CdcTask::publish(LogStream::Entry entry) {
    constexpr sim::Duration kBackoff = std::chrono::seconds(1);
    for (;;) {
        Request record = request(connector_.next_identity());
        record.operation = entry.event.operation;
        record.key = entry.event.key;
        record.user = entry.event.user;
        const Response response = co_await ask(context_.world, connector_.producer(), record);
        if (response.ok()) break;
        connector_.failed();
        co_await sim::sleep(context_.scheduler(), kBackoff);
    }
    connector_.published(entry);
    co_return true;
}

sim::Task<void> CdcTask::commit_offsets() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), connector_.spec().offset_flush_interval);
        connector_.log().confirm(done_);
    }
}

}  // namespace models
