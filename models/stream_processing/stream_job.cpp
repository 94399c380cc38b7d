#include "models/stream_processing/stream_job.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/blocks/ask.h"
#include "models/causes.h"
#include "models/network/node_place.h"
#include "models/used.h"
#include "sim/sleep.h"

namespace models::streaming {

// --- its process ---

JobProcess::JobProcess(StreamJob& job)
    : job_(job),
      place_(place_of_node(job.context())),
      cpu_(job.context().scheduler(), sim::Discipline::fcfs, job.job().cores) {}

Reply JobProcess::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

void JobProcess::take_down() {
    if (up_.take_down()) job_.die();
}

void JobProcess::bring_up() {
    if (up_.bring_up()) job_.restart();
}

// --- the job ---

Abilities StreamJobSpec::suffers() const {
    const Abilities all = abilities_of<JobProcess>();
    return record_time > sim::Duration::zero() ? all : all.without(Abilities::slowness());
}

void StreamJobSpec::check(spec::Check& check) const {
    std::set<std::string> seen;
    for (const spec::ConsumeRef& each : topics) {
        check.that(each.node == topics.front().node, "topics",
                   "a job reads topics of one broker node",
                   "for \"" + each.node + "\" declare a job of its own");
        check.that(!each.endpoint.empty(), "topics", "it does not say which topic",
                   "write \"" + each.node + ".TOPIC\"");
        check.that(seen.insert(spec::text_of(each)).second, "topics",
                   "it names a topic twice: \"" + each.endpoint + "\"");
    }
    const auto is_fed_back = [&](const std::optional<spec::PublishRef>& to) {
        return to && seen.contains(spec::text_of(*to));
    };
    check.that(!sink || !sink->endpoint.empty(), "sink", "it does not say which topic",
               "write \"NODE.TOPIC\"");
    check.that(!is_fed_back(sink), "sink", "its results would be its events",
               "publish them to another topic");
    check.that(!late_output || !late_output->endpoint.empty(), "late_output",
               "it does not say which topic", "write \"NODE.TOPIC\"");
    check.that(!is_fed_back(late_output), "late_output",
               "late events would come again, and be late again", "publish them to another topic");
}

StreamJob::StreamJob(const StreamJobSpec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      process_(*this),
      instances_{&process_},
      stream_(context.stream("results")),
      at_{{}, Watermarks(spec.max_out_of_orderness, spec.idleness)},
      read_again_(context, "read_again"),
      restarts_(context, "restarts"),
      checkpoints_(context, "checkpoints"),
      results_published_(context, "results_published"),
      failed_results_(context, "failed_results"),
      state_peak_(context, "state_peak") {
    context.meter.sampled("watermark_lag", "s", [this] {
        return watermark() == kNoWatermark ? 0 : sim::seconds(context_.now() - watermark());
    });
}

StreamJob::~StreamJob() = default;

void StreamJob::connect() {
    const Directory& directory = context_.world.directory;
    kafka_ = &dynamic_cast<Kafka&>(directory.node(spec_.topics.front().node));
    peer_ =
        std::make_unique<Peer>(*kafka_, context_.world.network, process_.place(), context_.name);
    for (std::uint32_t topic = 0; topic < spec_.topics.size(); ++topic) {
        for (const PartitionId each : kafka_->partitions_of(spec_.topics[topic].endpoint)) {
            sources_.push_back({each, topic, kafka_->first_state(each)});
        }
    }
    at_.next.resize(sources_.size());
    furthest_.resize(sources_.size());
    const auto producer = [&](const spec::PublishRef& to) {
        return &directory.node(to.node).topics()->producer(to.endpoint, ProducerSpec(), context_);
    };
    if (spec_.sink) sink_ = producer(*spec_.sink);
    if (spec_.late_output) late_output_ = producer(*spec_.late_output);
}

void StreamJob::start() {
    works_.run(begin_later());
}

sim::Task<void> StreamJob::begin_later() {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(spec_.starts_at));
    has_started_ = true;
    at_.watermarks.begin(sources_.size(), context_.now());
    begin();
}

void StreamJob::begin() {
    for (std::size_t each = 0; each < sources_.size(); ++each) works_.run(read(each));
    works_.run(keep_watermark());
    if (spec_.checkpoint_interval) works_.run(keep_checkpoints());
}

void StreamJob::die() {
    works_.dismiss();
    peer_->reset();
}

// From the last checkpoint, or as it first began.
void StreamJob::restart() {
    if (!has_started_) return start();
    restarts_.add();
    restore();
    if (checkpoint_) {
        at_ = *checkpoint_;
        at_.watermarks.resume(context_.now());
    } else {
        at_ = {{}, Watermarks(spec_.max_out_of_orderness, spec_.idleness)};
        at_.next.resize(sources_.size());
        at_.watermarks.begin(sources_.size(), context_.now());
    }
    begin();
}

void StreamJob::dismiss() {
    works_.dismiss();
}

// --- reading ---

StreamEvent StreamJob::event_of(const Source& source, const Record& record, Offset offset) const {
    StreamEvent event;
    event.time = record.created;
    event.record_key = record.key;
    event.identity = record.identity;
    event.user = record.user;
    event.bytes = record.bytes;
    event.topic = source.topic;
    event.partition = source.partition;
    event.offset = offset;
    if (spec_.key_by != KeyBy::none) {
        event.key = spec_.key_by == KeyBy::key ? record.key : record.user;
    }
    return event;
}

sim::Task<void> StreamJob::read(std::size_t source) {
    Source& from = sources_[source];
    for (;;) {
        bool is_led = from.state.leader != kNoBroker;
        if (is_led) is_led = co_await read_once(source);
        if (is_led) continue;
        co_await sim::sleep(context_.scheduler(), kRetryBackoff);
        co_await peer_->find_leader(from.state, from.partition, spec_.request_timeout);
    }
}

// False when that broker does not lead the partition, or does not answer.
sim::Task<bool> StreamJob::read_once(std::size_t source) {
    constexpr Offset kBeyond = std::numeric_limits<Offset>::max();
    const Source& from = sources_[source];
    Question question;
    question.kind = Question::Kind::fetch;
    question.partition = from.partition;
    question.offset = at_.next[source].value_or(kBeyond);
    question.most_bytes = spec_.fetch_bytes.count;
    const BrokerAnswer answer =
        co_await peer_->ask(from.state.leader, std::move(question), spec_.request_timeout);
    if (answer.error == BrokerError::out_of_range) {
        const bool from_start = spec_.auto_offset_reset == OffsetReset::earliest;
        at_.next[source] = from_start ? answer.offset : answer.high_watermark;
        co_return true;
    }
    if (!answer.ok()) co_return false;
    co_await process_.cpu().work(spec_.record_time *
                                 static_cast<std::int64_t>(answer.records.size()));
    Offset offset = answer.offset;
    for (const Record& each : answer.records) receive(source, event_of(from, each, offset++));
    at_.next[source] = offset;
    co_return true;
}

void StreamJob::receive(std::size_t source, const StreamEvent& event) {
    at_.watermarks.saw(source, event.time, context_.now());
    if (event.offset < furthest_[source]) read_again_.add();
    furthest_[source] = std::max(furthest_[source], event.offset + 1);
    const bool is_taken = take(event, watermark());
    if (is_measured(event.time)) (is_taken ? at_.records : at_.late) += 1;
    if (!is_taken && late_output_ != nullptr) {
        works_.run(publish(*late_output_, request(event.identity, event.record_key)));
    }
    state_peak_.at_least(static_cast<double>(state_size()));
}

sim::Task<void> StreamJob::keep_watermark() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.auto_watermark_interval);
        const sim::Time before = watermark();
        const sim::Time now = at_.watermarks.advance(context_.now());
        if (now > before) advance(now);
    }
}

sim::Task<void> StreamJob::keep_checkpoints() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), *spec_.checkpoint_interval);
        save();
        checkpoint_ = at_;
        checkpoints_.add();
    }
}

// --- results ---

bool StreamJob::is_measured(sim::Time time) const {
    return time >= context_.world.recorder.measured_from();
}

Request StreamJob::request(std::uint64_t what, std::uint64_t key) const {
    Request request;
    request.identity = sim::request_key(stream_, what);
    request.operation = what;
    request.key = key;
    request.user = static_cast<std::uint32_t>(key);
    request.place = process_.place();
    return request;
}

void StreamJob::tell(std::uint64_t what, std::uint64_t key) {
    if (sink_ != nullptr) works_.run(publish(*sink_, request(what, key)));
}

sim::Task<void> StreamJob::publish(Service& to, Request request) {
    const Response response = co_await ask(context_.world, to, request);
    (response.ok() ? results_published_ : failed_results_).add();
}

// --- at the end ---

void StreamJob::for_each_kept(const std::function<void(const StreamEvent&)>& visit) const {
    for (const Source& each : sources_) {
        const TopicPartition& partition = kafka_->partition(each.partition);
        const ReplicaLog& log = kafka_->best_replica(partition).log();
        log.for_each(
            [&](Offset at, StoreSlot slot) { visit(event_of(each, partition.store[slot], at)); });
    }
}

sim::Time StreamJob::kept_since() const {
    sim::Time since = context_.world.recorder.measured_from();
    for (const Source& each : sources_) {
        const TopicPartition& partition = kafka_->partition(each.partition);
        const ReplicaLog& log = kafka_->best_replica(partition).log();
        if (log.start() == 0) continue;
        log.for_each([&](Offset at, StoreSlot slot) {
            const bool is_first = at == log.start();
            if (is_first) since = std::max(since, partition.store[slot].created);
        });
    }
    return since;
}

// Records of the measured time that are there, and that it has not read.
double StreamJob::unread() const {
    double unread = 0;
    for (std::size_t each = 0; each < sources_.size(); ++each) {
        const TopicPartition& partition = kafka_->partition(sources_[each].partition);
        const ReplicaLog& log = kafka_->best_replica(partition).log();
        log.for_each([&](Offset at, StoreSlot slot) {
            const bool is_open =
                at >= at_.next[each].value_or(0) && is_measured(partition.store[slot].created);
            if (is_open) unread += 1;
        });
    }
    return unread;
}

void StreamJob::begin_measuring() {
    busy_before_ = process_.cpu().busy();
}

void StreamJob::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const double busy = sim::seconds(process_.cpu().busy() - busy_before_);
    record.machines.push_back({instance_name(context_.name, 0), 0, std::nullopt});
    record.utilisation = measured > 0 ? busy / (measured * spec_.cores) : 0;
    record.instances = 1;
    use_instances(context_, spec_.price, 1);
    record.measures.push_back({"records", "", at_.records});
    record.measures.push_back({"late", "", at_.late});
    record.measures.push_back({"unread", "", unread()});
    record.measures.push_back({"state_size", "", static_cast<double>(state_size())});
}

}  // namespace models::streaming
