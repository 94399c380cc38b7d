#include "models/log_broker/controller.h"

#include <algorithm>
#include <utility>

#include "models/log_broker/broker.h"
#include "models/log_broker/kafka.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr std::uint32_t kRaftBytes = 128;
constexpr std::uint32_t kAnnouncementBytes = 64;
constexpr sim::Duration kTick = std::chrono::milliseconds(500);

}  // namespace

Controller::Controller(Kafka& kafka, Broker& broker)
    : kafka_(kafka),
      broker_(broker),
      inbox_(kafka.context().world, broker.place()),
      sender_(kafka.context(), &kafka.places().links(), broker.place(),
              "controller " + std::to_string(broker.id())),
      raft_(*this, kafka.context().scheduler(), broker.id(), kafka.context().stream("controllers"),
            {kafka.spec().voters(), kafka.spec().election_timeout / 10,
             kafka.spec().election_timeout, kafka.can_lose_brokers()}),
      is_fenced_(kafka.spec().brokers, false),
      heard_(kafka.spec().brokers) {
    inbox_.handle([this](const Message& message) { raft_.take(message); });
}

void Controller::start() {
    for (PartitionId each = 0; each < kafka_.partitions(); ++each) {
        image_.push_back(kafka_.first_state(each));
    }
    for (BrokerId each = 0; each < kafka_.spec().brokers; ++each) {
        ways_.push_back(std::make_unique<Channel<Announcement>>(
            kafka_.context(), &kafka_.places().links(), broker_.place(),
            kafka_.broker(each).announcements(),
            broker_.name() + " announces to " + std::to_string(each)));
    }
    raft_.start();
}

void Controller::crash() {
    inbox_.close();
    work_.dismiss();
    raft_.crash();
    is_active_ = false;
    for (const auto& each : ways_) each->reconnect();
}

void Controller::restart() {
    inbox_.open();
    raft_.restart();
}

void Controller::dismiss() {
    raft_.stop();
    work_.dismiss();
}

void Controller::send(Voter to, Message message) {
    sender_.send(kafka_.broker(to).controller()->inbox(), std::move(message), kRaftBytes);
}

// --- what brokers ask ---

BrokerAnswer Controller::answer(const Question& question) {
    BrokerAnswer answer;
    if (!is_active_) {
        answer.error = BrokerError::not_leader;
        answer.leader = raft_.leader().value_or(kNoBroker);
        return answer;
    }
    heard_[question.who] = kafka_.context().now();
    switch (question.kind) {
        case Question::Kind::change_in_sync:
            change_in_sync(question);
            break;
        case Question::Kind::register_broker:
            register_broker(question.who);
            break;
        default:
            if (is_fenced_[question.who] && !leads_any(question.who)) {
                raft_.propose({ControlCommand::Kind::unfence, question.who, {}});
            }
    }
    return answer;
}

// Of a leader that knows the state as it is.
void Controller::change_in_sync(const Question& question) {
    PartitionState state = image_[question.partition];
    const bool is_current = state.leader == question.who && state.epoch == question.epoch &&
                            state.version == question.version;
    if (!is_current) return announce_all_to(question.who);
    const TopicPartition& partition = kafka_.partition(question.partition);
    state.in_sync = question.in_sync;
    for (std::size_t each = 0; each < partition.replicas.size(); ++each) {
        if (is_fenced_[partition.replicas[each]]) state.in_sync &= ~(std::uint64_t{1} << each);
    }
    if (state.in_sync != image_[question.partition].in_sync) propose(question.partition, state);
}

// It has started anew: whatever it led goes to another first, and then its heartbeats count.
void Controller::register_broker(BrokerId broker) {
    if (!is_fenced_[broker]) raft_.propose({ControlCommand::Kind::fence, broker, {}});
    announce_all_to(broker);
}

bool Controller::leads_any(BrokerId broker) const {
    return std::any_of(image_.begin(), image_.end(),
                       [&](const PartitionState& each) { return each.leader == broker; });
}

// --- what is decided ---

void Controller::propose(PartitionId partition, PartitionState state) {
    ++state.version;
    raft_.propose({ControlCommand::Kind::partition, partition, state});
}

void Controller::create(PartitionId id) {
    const TopicPartition& partition = kafka_.partition(id);
    PartitionState state = image_[id];
    const bool is_there = state.version > 0;
    if (is_there) return;
    state.epoch = 1;
    state.in_sync = 0;
    for (std::size_t each = 0; each < partition.replicas.size(); ++each) {
        if (is_fenced_[partition.replicas[each]]) continue;
        if (state.leader == kNoBroker) state.leader = partition.replicas[each];
        state.in_sync |= std::uint64_t{1} << each;
    }
    // Until one of them is there, all can lead: none has anything.
    if (state.in_sync == 0) state.in_sync = partition.all();
    propose(id, state);
}

void Controller::settle_all() {
    for (PartitionId each = 0; each < image_.size(); ++each) settle(each);
}

void Controller::prefer_first_replicas() {
    for (PartitionId each = 0; each < image_.size(); ++each) {
        PartitionState state = image_[each];
        const BrokerId first = kafka_.partition(each).replicas.front();
        const bool can_lead = !is_fenced_[first] && (state.in_sync & 1) != 0;
        if (state.leader == first || state.leader == kNoBroker || !can_lead) continue;
        state.leader = first;
        ++state.epoch;
        propose(each, state);
    }
}

void Controller::settle(PartitionId id) {
    const TopicPartition& partition = kafka_.partition(id);
    PartitionState state = image_[id];
    if (state.version == 0) return;  // its topic gets it later
    std::uint64_t there = 0;
    for (std::size_t each = 0; each < partition.replicas.size(); ++each) {
        if (!is_fenced_[partition.replicas[each]]) there |= std::uint64_t{1} << each;
    }
    const std::size_t leads =
        state.leader == kNoBroker ? partition.replicas.size() : partition.replica_of(state.leader);
    const bool has_leader = leads < partition.replicas.size() && (there >> leads & 1) != 0;
    std::uint64_t can_lead = state.in_sync & there;
    if (can_lead != 0) {
        state.in_sync = can_lead;
    } else if (partition.settings.unclean_leader_election && there != 0) {
        can_lead = there & (~there + 1);  // the first
        state.in_sync = can_lead;
    }
    if (!has_leader) {
        std::size_t first = 0;
        while (first < partition.replicas.size() && (can_lead >> first & 1) == 0) ++first;
        state.leader = can_lead == 0 ? kNoBroker : partition.replicas[first];
    }
    const PartitionState& now = image_[id];
    if (state.leader == now.leader && state.in_sync == now.in_sync) return;
    if (state.leader != now.leader) ++state.epoch;
    propose(id, state);
}

// What was decided on a state that is no more is not done.
void Controller::apply(std::uint64_t, const ControlCommand& command) {
    switch (command.kind) {
        case ControlCommand::Kind::partition: {
            PartitionState& state = image_[command.id];
            if (command.state.version != state.version + 1) return;
            const PartitionState before = std::exchange(state, command.state);
            if (!is_active_) return;
            if (before.version == 0) {
                kafka_.created(command.id);
            } else if (before.leader != state.leader) {
                kafka_.elected(command.id, before, state);
            }
            announce(command.id);
            return settle(command.id);
        }
        case ControlCommand::Kind::fence:
        case ControlCommand::Kind::unfence: {
            const bool is_fence = command.kind == ControlCommand::Kind::fence;
            if (is_fenced_[command.id] == is_fence) return;
            is_fenced_[command.id] = is_fence;
            if (is_active_) settle_all();
        }
    }
}

void Controller::announce(PartitionId partition) {
    for (const auto& way : ways_) {
        if (way->is_broken()) way->reconnect();
        way->send({partition, image_[partition]}, kAnnouncementBytes);
    }
}

void Controller::announce_all_to(BrokerId broker) {
    Channel<Announcement>& way = *ways_[broker];
    way.reconnect();
    for (PartitionId each = 0; each < image_.size(); ++each) {
        way.send({each, image_[each]}, kAnnouncementBytes);
    }
}

// --- being active ---

// A new one gives each broker its whole session.
void Controller::leads_now() {
    is_active_ = true;
    const sim::Time now = kafka_.context().now();
    for (sim::Time& each : heard_) each = now;
    rebalanced_ = now;
    if (raft_.term() == 1) {
        if (kafka_.can_lose_brokers()) work_.run(watch_sessions());
        return;
    }
    kafka_.has_controller(broker_);
    for (BrokerId each = 0; each < kafka_.spec().brokers; ++each) announce_all_to(each);
    settle_all();
    work_.run(watch_sessions());
}

void Controller::leads_no_more() {
    is_active_ = false;
    work_.dismiss();
}

sim::Task<void> Controller::watch_sessions() {
    for (;;) {
        co_await sim::sleep(kafka_.context().scheduler(), kTick);
        const sim::Time now = kafka_.context().now();
        heard_[broker_.id()] = now;
        for (BrokerId each = 0; each < heard_.size(); ++each) {
            const bool is_missed = now - heard_[each] > kafka_.spec().broker_session_timeout;
            if (is_missed && !is_fenced_[each]) {
                raft_.propose({ControlCommand::Kind::fence, each, {}});
            }
        }
        settle_all();
        if (now - rebalanced_ < kafka_.spec().leader_rebalance_interval) continue;
        rebalanced_ = now;
        prefer_first_replicas();
    }
}

}  // namespace models
