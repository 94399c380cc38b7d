#include "models/log_broker/consumer_group.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "models/instance_difference.h"
#include "sim/sleep.h"

namespace models {

void ConsumerGroupSpec::check(spec::Check& check) const {
    std::set<std::string> seen;
    for (std::size_t each = 0; each < topics.size(); ++each) {
        check.that(topics[each].node == topics.front().node, "topics",
                   "a group reads topics of one broker node",
                   "for \"" + topics[each].node + "\" declare a group of its own");
        check.that(!topics[each].endpoint.empty(), "topics", "it does not say which topic",
                   "write \"" + topics[each].node + ".TOPIC\"");
        check.that(seen.insert(spec::text_of(topics[each])).second, "topics",
                   "it names a topic twice: \"" + topics[each].endpoint + "\"");
    }
    check_subscriptions(check);
    check.that(heartbeat_interval < session_timeout, "heartbeat_interval",
               "a member that is heard of no sooner than it is missed",
               "make it less than \"session_timeout\"; a third is usual");
    check.that(!is_transactional() || commit != CommitWhen::before, "commit",
               "with exactly_once_v2 offsets are committed with what handling them has published",
               "leave \"commit\" out, or write \"after\", \"each\" or \"interval\"");
    check.that(!transaction_timeout || is_transactional(), "transaction_timeout",
               "it has no transactions that could time out",
               "write \"processing_guarantee\": \"exactly_once_v2\", or leave it out");
    check.that(!is_transactional() || commit != CommitWhen::interval ||
                   commit_interval < times_out_after(),
               transaction_timeout ? "transaction_timeout" : "commit_interval",
               "a transaction would time out before it is committed",
               "make \"commit_interval\" less than \"transaction_timeout\"; Kafka Streams has "
               "100ms and 10s");
    check.that(!is_transactional() || reads_committed(), "isolation_level",
               "with exactly_once_v2 a group reads what is committed, or it would publish what "
               "comes of records that are aborted",
               "leave \"isolation_level\" out");
    check.that(!dead_letter || retries, "dead_letter",
               "records are tried for ever: none gets there",
               "say how often first, for example \"retries\": 3");
    check.that(!dead_letter || !dead_letter->endpoint.empty(), "dead_letter",
               "it does not say which topic", "write \"NODE.TOPIC\"");
}

void ConsumerGroupSpec::check_subscriptions(spec::Check& check) const {
    std::vector<InstanceNumbers> known;
    for (const auto& [text, names] : subscriptions) {
        const std::optional<InstanceNumbers> numbers = instance_numbers(text);
        check.that(numbers.has_value(), "subscriptions",
                   fmt::format("\"{}\" is no instance's number", text),
                   "write the number of an instance, from 0, or the first and last of several: "
                   "\"0\", \"3-5\"");
        if (!numbers) continue;
        for (const InstanceNumbers& each : known) {
            check.that(
                each.last < numbers->first || numbers->last < each.first, "subscriptions",
                fmt::format("instance {} is named twice", std::max(each.first, numbers->first)));
        }
        known.push_back(*numbers);
        check.that(!names.empty(), "subscriptions",
                   fmt::format("instance \"{}\" reads no topic", text),
                   "name those it reads; without an entry here it reads all `topics`");
        for (const std::string& name : names) {
            const bool is_of_group = std::ranges::any_of(
                topics, [&](const spec::ConsumeRef& each) { return each.endpoint == name; });
            check.that(is_of_group, "subscriptions",
                       fmt::format("\"{}\" is none of the group's topics", name),
                       "name a topic of `topics`, without its node");
            check.that(std::ranges::count(names, name) == 1, "subscriptions",
                       fmt::format("instance \"{}\" names topic \"{}\" twice", text, name));
        }
    }
}

ConsumerGroup::ConsumerGroup(const Spec& spec, const Context& context)
    : failures(context, "failed_attempts"),
      commits(context, "commits"),
      lost_commits(context, "failed_commits"),
      left_late(context, "poll_timeouts"),
      pause(context, "pause"),
      spec_(spec),
      context_(context),
      stream_(context.stream("records")),
      to_handler_(context.meter.calls(spec.handler.node)),
      handled_(context, "handled"),
      handled_again_(context, "handled_again"),
      skipped_(context, "skipped"),
      dead_lettered_(context, "dead_lettered"),
      aborted_(context, "aborted"),
      expired_(context, "expired_unread"),
      out_of_order_(context, "out_of_order"),
      out_of_order_in_partition_(context, "out_of_order_in_partition"),
      breaker_opened_(context, "breaker_opened"),
      age_(context, "age") {
    state_ = std::make_unique<GroupState>(
        context_, GroupState::Settings{spec.session_timeout, spec.max_poll_interval,
                                       spec.initial_rebalance_delay});
    if (spec.circuit_breaker) {
        breaker_.emplace(context_, *spec.circuit_breaker, breaker_opened_, [this] {
            for (const auto& each : members_.all()) each->resume();
        });
    }
    context.meter.resource(kConsumers,
                           [this](sim::Time now, sim::Uses& uses) {
                               waiting_.tell(now, waiting(), members_.all(), uses);
                           },
                           {.to = spec.topics.front().node});
    context.meter.sampled("lag", "", [this] {
        const double now = lag();
        lag_peak_ = std::max(lag_peak_, now);
        return now;
    });
}

ConsumerGroup::~ConsumerGroup() = default;

void ConsumerGroup::connect() {
    const Directory& directory = context_.world.directory;
    kafka_ = &dynamic_cast<Kafka&>(directory.node(spec_.topics.front().node));
    coordinator_ = kafka_->keep_offsets_of(*state_);
    if (spec_.is_transactional()) kafka_->keep_transactions();
    kafka_->tell_of_expiry(*this);
    for (const auto& each : spec_.topics) topics_.push_back({each.endpoint, 0});
    std::sort(topics_.begin(), topics_.end(),
              [](const GroupTopic& one, const GroupTopic& other) { return one.name < other.name; });
    for (GroupTopic& each : topics_) {
        const std::vector<PartitionId> partitions = kafka_->partitions_of(each.name);
        each.partitions = static_cast<std::uint32_t>(partitions.size());
        partitions_.insert(partitions_.end(), partitions.begin(), partitions.end());
    }
    endpoint_ = directory.node(spec_.handler.node).endpoint(spec_.handler.endpoint).value_or(0);
    if (spec_.dead_letter) {
        Context handler = context_;
        handler.name = spec_.handler.node;
        dead_letter_ =
            &directory.node(spec_.dead_letter->node)
                 .topics()
                 ->producer(spec_.dead_letter->endpoint, ProducerSpec().keyed(), handler);
    }
}

void ConsumerGroup::start() {
    index_of_.resize(kafka_->partitions());
    for (std::uint32_t each = 0; each < partitions_.size(); ++each) {
        index_of_[partitions_[each]] = each;
    }
    fates_.resize(kafka_->partitions());
    newest_of_.resize(kafka_->partitions());
    if (spec_.starts_at > sim::Duration::zero()) {
        members_.stop();
        works_.run(begin());
    }
    for (const OffsetResetSpec& each : spec_.reset_offsets) works_.run(reset(each));
    members_.start(context_.world.directory.node(spec_.handler.node), spec_.members_per_instance,
                   [this](Instance& process, std::uint32_t instance, std::uint32_t number) {
                       return std::make_unique<GroupMember>(
                           *this, process,
                           GroupMember::Name{
                               fmt::format("{}-{}-{}", context_.name, instance, number), instance});
                   });
}

void ConsumerGroup::dismiss() {
    works_.dismiss();
    if (breaker_) breaker_->dismiss();
    members_.dismiss();
    state_->dismiss();
}

// --- by hand ---

sim::Task<void> ConsumerGroup::begin() {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(spec_.starts_at));
    members_.go_on();
}

sim::Task<void> ConsumerGroup::reset(OffsetResetSpec reset) {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(reset.at));
    members_.stop();
    const auto is_there = [](const auto& each) { return each->is_living(); };
    while (std::any_of(members_.all().begin(), members_.all().end(), is_there)) {
        co_await sim::sleep(context_.scheduler(), kRetryBackoff);
    }
    Offsets offsets;
    for (const PartitionId each : partitions_) offsets[each] = offset_of(each, reset);
    co_await write_offsets(std::move(offsets));
    context_.world.recorder.incident(context_.name, "reset", "its offsets were reset");
    members_.go_on();
}

// Again until the coordinator takes it: as long as it knows of members, it does not.
sim::Task<void> ConsumerGroup::write_offsets(Offsets offsets) {
    if (operator_ == nullptr) {
        operator_ = std::make_unique<Peer>(*kafka_, nullptr, kNowhere, context_.name);
    }
    PartitionState coordinator = kafka_->first_state(coordinator_);
    for (;;) {
        Question question;
        question.kind = Question::Kind::commit;
        question.partition = coordinator_;
        question.offsets = offsets;
        const BrokerAnswer answer =
            co_await operator_->ask(coordinator.leader, std::move(question), spec_.request_timeout);
        if (answer.ok()) co_return;
        co_await sim::sleep(context_.scheduler(), kRetryBackoff);
        co_await operator_->find_leader(coordinator, coordinator_, spec_.request_timeout);
    }
}

Offset ConsumerGroup::offset_of(PartitionId id, const OffsetResetSpec& reset) const {
    const TopicPartition& partition = kafka_->partition(id);
    const Replica& replica = kafka_->best_replica(partition);
    const ReplicaLog& log = replica.log();
    const bool to_end = !reset.by_duration && reset.to == OffsetReset::latest;
    if (to_end) return replica.high_watermark();
    Offset at = log.start();
    if (!reset.by_duration) return at;
    const sim::Time oldest = context_.now() - *reset.by_duration;
    while (at < replica.high_watermark() && partition.store[log.slot_of(at)].created < oldest) {
        ++at;
    }
    return at;
}

bool ConsumerGroup::grows() const {
    return std::ranges::any_of(topics_,
                               [this](const GroupTopic& each) { return kafka_->grows(each.name); });
}

Assignment ConsumerGroup::existing() const {
    Assignment all = partitions_;
    std::erase_if(all, [this](PartitionId each) { return !kafka_->partition(each).exists; });
    return all;
}

std::vector<std::size_t> ConsumerGroup::topics_of(std::uint32_t instance) const {
    std::vector<std::size_t> all;
    for (const auto& [numbers, names] : spec_.subscriptions) {
        if (!instance_numbers(numbers)->has(instance)) continue;
        for (std::size_t topic = 0; topic < topics_.size(); ++topic) {
            if (std::ranges::find(names, topics_[topic].name) != names.end()) all.push_back(topic);
        }
    }
    return all;
}

std::map<MemberId, Assignment> ConsumerGroup::assign(const std::map<MemberId, Owned>& members,
                                                     const Assignment& known) const {
    std::vector<GroupTopic> topics;
    for (const GroupTopic& each : topics_) topics.push_back({each.name, 0});
    std::vector<std::optional<std::uint32_t>> index_of(kafka_->partitions());
    for (std::uint32_t each = 0; each < known.size(); ++each) {
        index_of[known[each]] = each;
        const std::string& name = kafka_->partition(known[each]).topic;
        ++std::ranges::find(topics, name, &GroupTopic::name)->partitions;
    }
    std::vector<Claim> claims;
    for (const auto& [id, owned] : members) {
        Claim& claim = claims.emplace_back();
        claim.member = fmt::format("{}-{:010}", context_.name, id);
        claim.topics = owned.topics;
        for (std::size_t topic = 0; owned.topics.empty() && topic < topics.size(); ++topic) {
            claim.topics.push_back(topic);
        }
        for (const PartitionId each : owned.partitions) {
            if (index_of[each]) claim.owned.push_back(*index_of[each]);
        }
        claim.generation = owned.generation;
    }
    const Shares shares = models::assign(spec_.assignor, topics, claims);
    std::map<MemberId, Assignment> all;
    auto share = shares.begin();
    for (const auto& [id, owned] : members) {
        for (const std::uint32_t each : *share) all[id].push_back(known[each]);
        ++share;
    }
    return all;
}

// --- what became of records ---

void ConsumerGroup::settled(PartitionId partition, StoreSlot slot, const Record& record,
                            Fate fate) {
    const Fate before = fates_[partition].settle(slot, fate);
    if (!kafka_->counts(record)) return;
    if (fate == Fate::handled) {
        age_.add(context_.now() - record.created);
        note_order(partition, record);
    }
    // Whoever has it in his hands handles it all the same.
    if (before == Fate::expired) expired_.add(-1);
    if (before > Fate::expired) {
        if (fate != Fate::aborted) handled_again_.add();
    } else if (fate == Fate::handled) {
        handled_.add();
    } else if (fate == Fate::aborted) {
        aborted_.add();
    } else {
        (fate == Fate::skipped ? skipped_ : dead_lettered_).add();
    }
}

// Whether one that was published later has come before it.
void ConsumerGroup::note_order(PartitionId partition, const Record& record) {
    if (record.created < newest_) out_of_order_.add();
    if (record.created < newest_of_[partition]) out_of_order_in_partition_.add();
    newest_ = std::max(newest_, record.created);
    newest_of_[partition] = std::max(newest_of_[partition], record.created);
}

void ConsumerGroup::expires(const TopicPartition& partition, StoreSlot first) {
    if (!index_of_[partition.id]) return;
    RecordFates& fates = fates_[partition.id];
    for (StoreSlot slot = partition.store.first(); slot < first; ++slot) {
        const bool is_unread =
            fates.of(slot) == Fate::none && kafka_->counts(partition.store[slot]);
        if (!is_unread) continue;
        expired_.add();
        fates.expire(slot);
    }
    fates.trim(first);
}

// Of all partitions: what is there beyond what is committed.
double ConsumerGroup::lag() const {
    double lag = 0;
    for (const PartitionId each : partitions_) {
        const Replica& best = kafka_->best_replica(kafka_->partition(each));
        const auto committed = state_->offsets().find(each);
        const Offset from = std::max(best.log().start(),
                                     committed == state_->offsets().end() ? 0 : committed->second);
        if (best.high_watermark() > from) lag += static_cast<double>(best.high_watermark() - from);
    }
    return lag;
}

// Of these, what nobody has handled yet.
double ConsumerGroup::waiting() const {
    double waiting = lag();
    for (const auto& member : members_.all()) {
        for (const auto& [partition, next] : member->done()) {
            const auto committed = state_->offsets().find(partition);
            const Offset from = committed == state_->offsets().end() ? 0 : committed->second;
            waiting -= static_cast<double>(next - std::min(next, from));
        }
    }
    return std::max(waiting, 0.0);
}

std::optional<double> ConsumerGroup::reading(std::string_view name) const {
    if (name == "lag") return lag();
    if (name == "members") return static_cast<double>(state_->size());
    return std::nullopt;
}

void ConsumerGroup::finish() {
    sim::NodeRecord& record = context_.meter.record();
    double unread = 0;
    double missed = 0;
    for (const PartitionId each : partitions_) {
        const TopicPartition& partition = kafka_->partition(each);
        const ReplicaLog& log = kafka_->best_replica(partition).log();
        const auto committed = state_->offsets().find(each);
        const Offset done = committed == state_->offsets().end() ? 0 : committed->second;
        log.for_each([&](Offset at, StoreSlot slot) {
            const bool is_open =
                fates_[each].of(slot) == Fate::none && kafka_->counts(partition.store[slot]);
            if (is_open) (at < done ? missed : unread) += 1;
        });
    }
    record.measures.push_back({"missed", "", missed});
    record.measures.push_back({"unread", "", unread});
    record.measures.push_back({"lag_peak", "", std::max(lag_peak_, lag())});
    record.measures.push_back({"members", "", static_cast<double>(state_->size())});
    std::size_t idle = 0;
    for (const auto& each : members_.all()) idle += each->is_idle() ? 1 : 0;
    record.measures.push_back({"idle_members", "", static_cast<double>(idle)});
}

}  // namespace models
