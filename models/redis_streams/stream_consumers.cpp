#include "models/redis_streams/stream_consumers.h"

#include <fmt/core.h>

#include <memory>
#include <utility>

#include "models/blocks/ask.h"
#include "models/processes/messages.h"
#include "sim/sleep.h"

namespace models::redis_streams {

namespace {

constexpr sim::Duration kLookAtProcess = std::chrono::milliseconds(10);  // whether it is there

}  // namespace

void StreamConsumersSpec::check(spec::Check& check) const {
    check.that(!stream.endpoint.empty(), "stream", "it does not say which stream",
               "write \"" + stream.node + ".STREAM\"");
    check.that(!noack || !max_deliveries, "max_deliveries",
               "what is delivered without acknowledgement is delivered once",
               "leave it out, or \"noack\"");
}

// --- a consumer ---

StreamConsumer::StreamConsumer(StreamConsumers& of, Instance& process, const Name& name)
    : of_(of),
      process_(process),
      name_(name),
      client_(of.redis(),
              {process.place(), fmt::format("{}-{}", of.context().name, name.consumer)}),
      mine_(process) {}

void StreamConsumer::start() {
    is_leaving_ = false;
    if (of_.context().world.can_fail && life_.empty()) life_.run(look_after_process());
    if (!is_working_ && process_.is_up()) begin();
}

void StreamConsumer::begin() {
    mine_.begin();
    is_working_ = true;
    reads_pending_ = of_.spec().reads_pending && !of_.spec().noack;
    read_to_ = 0;
    claim_from_ = 0;
    next_claim_ = of_.context().now() + of_.spec().claim_interval;
    work_.run(work());
}

sim::Task<void> StreamConsumer::look_after_process() {
    for (;;) {
        co_await sim::sleep(of_.context().scheduler(), kLookAtProcess);
        if (is_working_ && !mine_.is_alive()) die();
        if (!is_working_ && !is_leaving_ && process_.is_up()) begin();
    }
}

// What it had in its hands is pending.
void StreamConsumer::die() {
    at_work_.end(of_.context().now());
    work_.dismiss();
    is_working_ = false;
    client_.close();
}

void StreamConsumer::dismiss() {
    life_.dismiss();
    work_.dismiss();
}

Command StreamConsumer::command(Command::Kind kind) const {
    Command made;
    made.kind = kind;
    made.group = of_.group();
    made.consumer = name_.consumer;
    made.count = of_.spec().count;
    return made;
}

Command StreamConsumer::next_command() const {
    const StreamConsumers::Spec& spec = of_.spec();
    if (reads_pending_) {
        Command again = command(Command::Kind::xreadgroup_pending);
        again.id = read_to_;
        return again;
    }
    if (!spec.noack && of_.context().now() >= next_claim_) {
        Command claim = command(Command::Kind::xautoclaim);
        claim.min_idle = spec.min_idle_time;
        claim.id = claim_from_;
        return claim;
    }
    Command read = command(Command::Kind::xreadgroup);
    read.block = spec.block;
    read.noack = spec.noack;
    return read;
}

void StreamConsumer::took(const Command& command, const Answer& answer) {
    if (command.kind == Command::Kind::xreadgroup_pending) {
        reads_pending_ = !answer.entries.empty();
        if (reads_pending_) read_to_ = answer.entries.back().id;
    } else if (command.kind == Command::Kind::xautoclaim) {
        of_.claimed.add(static_cast<double>(answer.entries.size()));
        claim_from_ = answer.cursor;
        if (claim_from_ == 0) next_claim_ = of_.context().now() + of_.spec().claim_interval;
    }
}

sim::Task<void> StreamConsumer::work() {
    const StreamConsumers::Spec& spec = of_.spec();
    while (!is_leaving_) {
        const Command asked = next_command();
        const Answer answer = co_await client_.ask(asked, asked.block + spec.request_timeout);
        if (!answer.ok()) {
            if (answer.how == Answered::reset) of_.lost_connections.add();
            co_await sim::sleep(of_.context().scheduler(), spec.reconnect_interval);
            continue;
        }
        took(asked, answer);
        if (answer.entries.empty()) continue;
        at_work_.begin(of_.context().now(), answer.entries.size());
        for (const Entry& each : answer.entries) co_await handle(each);
        at_work_.end(of_.context().now());
    }
    is_working_ = false;
}

sim::Task<void> StreamConsumer::handle(Entry entry) {
    const StreamConsumers::Spec& spec = of_.spec();
    if (spec.max_deliveries && entry.deliveries > *spec.max_deliveries) {
        of_.gave_up(entry);
        co_await acknowledge(entry.id);
        co_return;
    }
    const MessageHandler handler{process_, name_.instance, of_.handler_endpoint(), of_.stream()};
    const Request request =
        request_for(handler, {entry.identity, entry.key, entry.user, entry.bytes});
    of_.calls_handler();
    const Response response =
        co_await ask(of_.context().world, process_,
                     entry.deliveries > 1 ? request.again(entry.deliveries - 1) : request);
    if (!mine_.is_alive()) co_return;
    of_.handled(entry, response);
    if (response.ok() && !spec.noack) co_await acknowledge(entry.id);
}

sim::Task<void> StreamConsumer::acknowledge(EntryId id) {
    Command ack = command(Command::Kind::xack);
    ack.id = id;
    co_await client_.ask(ack, of_.spec().request_timeout);
}

// --- the node ---

StreamConsumers::StreamConsumers(const Spec& spec, const Context& context)
    : claimed(context, "claimed"),
      lost_connections(context, "lost_connections"),
      spec_(spec),
      context_(context),
      stream_(context.stream("entries")),
      to_handler_(context.meter.calls(spec.handler.node)),
      handled_(context, "handled"),
      handled_again_(context, "handled_again"),
      failures_(context, "failed_attempts"),
      given_up_(context, "given_up"),
      trimmed_unhandled_(context, "trimmed_unhandled"),
      lost_unhandled_(context, "lost_unhandled"),
      age_(context, "age") {
    context.meter.resource(kConsumers,
                           [this](sim::Time now, sim::Uses& uses) {
                               waiting_.tell(now, *reading("lag"), parts_.all(), uses);
                           },
                           {.to = spec.stream.node});
    context.meter.sampled("lag", "", [this] { return *reading("lag"); });
}

StreamConsumers::~StreamConsumers() = default;

void StreamConsumers::connect() {
    const Directory& directory = context_.world.directory;
    redis_ = &dynamic_cast<RedisStreams&>(directory.node(spec_.stream.node));
    stream_number_ = *redis_->endpoint(spec_.stream.endpoint);
    group_ = redis_->server().add_group(stream_number_);
    redis_->tell_of_removal(stream_number_, *this);
    endpoint_ = directory.node(spec_.handler.node).endpoint(spec_.handler.endpoint).value_or(0);
}

void StreamConsumers::start() {
    parts_.start(context_.world.directory.node(spec_.handler.node), spec_.consumers_per_instance,
                 [this](Instance& process, std::uint32_t instance, std::uint32_t number) {
                     const ConsumerId id = instance * spec_.consumers_per_instance + number;
                     return std::make_unique<StreamConsumer>(*this, process,
                                                             StreamConsumer::Name{instance, id});
                 });
}

std::optional<double> StreamConsumers::reading(std::string_view name) const {
    const StreamServer& server = redis_->server();
    if (name == "lag") return static_cast<double>(server.undelivered(group_));
    if (name == "pending") return static_cast<double>(server.group(group_).pending());
    return std::nullopt;
}

// --- what became of entries ---

// True for the first time. What had gone before is in somebody's hands all the same.
bool StreamConsumers::settle(const Entry& entry) {
    if (!settled_.insert(entry.id).second) return false;
    const auto before = unsettled_.find(entry.id);
    if (before != unsettled_.end()) {
        (before->second ? lost_unhandled_ : trimmed_unhandled_).add(-1);
        unsettled_.erase(before);
    }
    return true;
}

void StreamConsumers::handled(const Entry& entry, const Response& response) {
    if (!redis_->counts(entry)) return;
    if (!response.ok()) return failures_.add();
    age_.add(context_.now() - entry.published);
    (settle(entry) ? handled_ : handled_again_).add();
}

void StreamConsumers::gave_up(const Entry& entry) {
    if (redis_->counts(entry) && settle(entry)) given_up_.add();
}

void StreamConsumers::gone(const Entry& entry, bool is_lost) {
    if (settled_.contains(entry.id)) return;
    unsettled_.emplace(entry.id, is_lost);
    (is_lost ? lost_unhandled_ : trimmed_unhandled_).add();
}

void StreamConsumers::finish() {
    const StreamServer& server = redis_->server();
    const Group& group = server.group(group_);
    double unread = 0;
    double pending = 0;
    double missed = 0;
    for (const Entry& each : server.stream(stream_number_).entries()) {
        if (!redis_->counts(each) || settled_.contains(each.id)) continue;
        const bool is_new = each.id > group.last_delivered();
        (is_new ? unread : group.is_pending(each.id) ? pending : missed) += 1;
    }
    sim::NodeRecord& record = context_.meter.record();
    record.measures.push_back({"unread", "", unread});
    record.measures.push_back({"pending", "", pending});
    record.measures.push_back({"missed", "", missed});
}

}  // namespace models::redis_streams
