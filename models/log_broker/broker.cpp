#include "models/log_broker/broker.h"

#include <utility>

#include "models/log_broker/kafka.h"
#include "models/log_broker/state_keeper.h"
#include "models/roles.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr std::uint32_t kResetBytes = 40;
constexpr sim::Duration kControllerBackoff = std::chrono::milliseconds(100);

bool is_for_controller(Question::Kind kind) {
    return kind == Question::Kind::change_in_sync || kind == Question::Kind::broker_heartbeat ||
           kind == Question::Kind::register_broker;
}

bool costs_core_time(Question::Kind kind) {
    return !is_for_controller(kind) && kind != Question::Kind::metadata;
}

}  // namespace

Broker::Broker(Kafka& kafka, BrokerId id)
    : kafka_(kafka),
      id_(id),
      inbox_(kafka.context().world, kafka.places().add(instance_name(kafka.context().name, id))),
      announcements_(kafka.context().world, inbox_.place()),
      peer_(std::make_unique<Peer>(kafka, &kafka.places().links(), inbox_.place(),
                                   instance_name(kafka.context().name, id))),
      cpu_(kafka.context().scheduler(), sim::Discipline::processor_sharing, kafka.spec().cores),
      appends_(kafka.context().scheduler(), 1),
      resets_(kafka.context(), kafka.context().world.network, inbox_.place(),
              "resets of " + std::to_string(id)) {
    if (kafka.spec().disk) disk_.emplace(*kafka.spec().disk);
    if (kafka.spec().memory) {
        memory_.emplace(*kafka.spec().memory, kafka.spec().cores, kafka.context().scheduler(),
                        static_cast<MemoryOwner&>(*this));
    }
    inbox_.handle([this](const Asked& asked) { take(asked); });
    announcements_.handle([this](const Announcement& each) { hear(each); });
    if (id < kafka.spec().voters()) controller_.emplace(kafka, *this);
}

Broker::~Broker() = default;

sim::Use Broker::use_of_cores() const {
    sim::Use use = cpu_.use();
    behind_.add_to(use, kafka_.context().now());
    return use;
}

sim::Use Broker::use_of_disk() {
    const sim::Time now = kafka_.context().now();
    sim::Use use = disk_->use(now);
    behind_disk_.add_to(use, now);
    return use;
}

void Broker::wait_behind(std::int64_t records) {
    behind_records_ += records;
    (at_disk_ > 0 ? behind_disk_ : behind_).change(records, kafka_.context().now());
}

// What is behind a batch or a fetch waits for what that waits for.
Broker::AtDisk::AtDisk(Broker& broker)
    : broker_(broker), waiting_(*broker.disk_, broker.kafka_.context().scheduler()) {
    if (broker_.at_disk_++ == 0) broker_.move_behind(broker_.behind_, broker_.behind_disk_);
}

Broker::AtDisk::~AtDisk() {
    if (--broker_.at_disk_ == 0) broker_.move_behind(broker_.behind_disk_, broker_.behind_);
}

void Broker::move_behind(sim::Backlog& from, sim::Backlog& to) {
    const sim::Time now = kafka_.context().now();
    from.change(-behind_records_, now);
    to.change(behind_records_, now);
}

Reply Broker::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

std::string Broker::name() const {
    return instance_name(kafka_.context().name, id_);
}

// Of the controllers, the active one.
std::string_view Broker::role() const {
    return controller_ && controller_->is_active() ? kLeaderRole : kFollowerRole;
}

Partitionable::Ways Broker::ways_to_others() {
    return kafka_.places().ways_from(place());
}

void Broker::host(TopicPartition& partition, std::size_t replica) {
    auto& here = replicas_[partition.id];
    here = std::make_unique<Replica>(kafka_, *this, partition, replica);
    replica_of_.resize(partition.id + 1);
    replica_of_[partition.id] = here.get();
}

Replica* Broker::replica(PartitionId partition) {
    return partition < replica_of_.size() ? replica_of_[partition] : nullptr;
}

void Broker::start() {
    for (PartitionId each = 0; each < kafka_.partitions(); ++each) {
        Replica* const here = replica(each);
        if (here != nullptr && known_[each].version > 0) here->hear(known_[each]);
    }
    if (controller_) controller_->start();
    works_.run(look_after_replicas());
    works_.run(look_after_segments());
    if (kafka_.can_lose_brokers()) works_.run(beat());
}

void Broker::dismiss() {
    works_.dismiss();
    ends_.dismiss();
    for (const auto& [id, each] : replicas_) each->crash();
    if (controller_) controller_->dismiss();
}

// --- what it is asked ---

// A machine whose process has gone refuses connections.
void Broker::take(const Asked& asked) {
    if (!is_up()) return refuse(asked);
    ++requests;
    works_.run(serve(asked));
}

void Broker::refuse(const Asked& asked) {
    resets_.send(asked.from->inbox(), BrokerTold{id_, nullptr}, kResetBytes);
}

sim::Task<void> Broker::serve(Asked asked) {
    const Question& question = *asked.question;
    const bool is_batch = question.kind == Question::Kind::produce;
    const BrokerMemory::Held held(memory(), is_batch ? bytes_of(question.batch->records) : 0);
    if (is_batch) {
        const auto records = static_cast<std::int64_t>(question.batch->records.size());
        sim::Semaphore& turns = turns_of(*asked.from, question.partition);
        sim::Permit turn = co_await turns.take();
        co_await cpu_.work(kafka_.spec().request_time + kafka_.spec().record_time * records);
        turn = {};
        // Who waited has it now; nobody: it is not kept.
        if (turns.taken() == 0) turns_.erase({asked.from->number(), question.partition});
    } else if (costs_core_time(question.kind)) {
        // Each offset that is committed is a record of the coordinator's.
        const auto offsets = static_cast<std::int64_t>(question.offsets.size());
        co_await cpu_.work(kafka_.spec().request_time + kafka_.spec().record_time * offsets);
    }
    const auto told = std::make_shared<BrokerAnswer>(co_await answer(asked.question));
    // Who waits for no answer learns of an error by this.
    if (asked.number == 0 && !told->ok()) refuse(asked);
    if (asked.number == 0) co_return;
    const auto bytes = static_cast<std::uint32_t>(told->bytes());
    tell(*asked.from, {asked.number, told}, bytes);
}

// Batches that came on one connection for a partition are worked on one after the other, so a small
// one does not overtake (a broker reads no more of a connection while it handles a request of it).
sim::Semaphore& Broker::turns_of(const Peer& peer, PartitionId partition) {
    const std::pair key{peer.number(), partition};
    return turns_.try_emplace(key, kafka_.context().scheduler(), 1U).first->second;
}

sim::Task<BrokerAnswer> Broker::answer(std::shared_ptr<Question> question) {
    const bool is_of_partition =
        !is_for_controller(question->kind) && question->kind != Question::Kind::metadata;
    Replica* const here = is_of_partition ? replica(question->partition) : nullptr;
    if (here == nullptr) return answer_at_once(std::move(question));
    switch (question->kind) {
        case Question::Kind::produce:
            return here->produce(std::move(question));
        case Question::Kind::fetch:
            return here->fetch(std::move(question));
        case Question::Kind::replicate:
            return here->replicate(std::move(question));
        case Question::Kind::write_marker:
            return here->mark(std::move(question));
        default:
            return here->partition().keeper->answer(std::move(question), *here);
    }
}

// Without a replica: as a controller, of who leads what, or that another does.
sim::Task<BrokerAnswer> Broker::answer_at_once(std::shared_ptr<Question> question) {
    BrokerAnswer answer;
    if (question->kind == Question::Kind::metadata) {
        answer.partitions = known_;
        co_return answer;
    }
    const bool is_of_controller = is_for_controller(question->kind);
    if (is_of_controller && controller_) co_return controller_->answer(*question);
    answer.error = BrokerError::not_leader;
    if (is_of_controller) co_return answer;
    answer.leader = known_[question->partition].leader;
    answer.epoch = known_[question->partition].epoch;
    co_return answer;
}

void Broker::tell(Peer& peer, const BrokerTold& told, std::uint32_t bytes) {
    Connection& connection = connections_[peer.number()];
    if (connection.answers == nullptr) {
        connection.peer = &peer;
        connection.answers =
            std::make_unique<Channel<BrokerTold>>(kafka_.context(), peer.links(), place(),
                                                  peer.inbox(), name() + " answers " + peer.name());
    }
    if (connection.answers->is_broken()) connection.answers->reconnect();
    connection.answers->send(told, bytes);
}

// --- what it does by itself ---

void Broker::hear(const Announcement& announcement) {
    if (!is_up()) return;
    PartitionState& known = known_[announcement.partition];
    if (announcement.state.version <= known.version) return;
    known = announcement.state;
    if (Replica* const here = replica(announcement.partition)) here->hear(known);
}

sim::Task<BrokerAnswer> Broker::ask_controller(Question question, sim::Duration timeout) {
    const std::uint32_t voters = kafka_.spec().voters();
    BrokerAnswer answer;
    for (std::uint32_t tries = 0; tries <= voters; ++tries) {
        answer = co_await peer_->ask(believed_controller_, question, timeout);
        if (answer.error == BrokerError::none) co_return answer;
        const bool is_told = answer.error == BrokerError::not_leader && answer.leader != kNoBroker;
        believed_controller_ = is_told ? answer.leader : (believed_controller_ + 1) % voters;
        co_await sim::sleep(kafka_.context().scheduler(), kControllerBackoff);
    }
    co_return answer;
}

sim::Task<void> Broker::beat() {
    Question question;
    question.who = id_;
    question.kind =
        times_down() > 0 ? Question::Kind::register_broker : Question::Kind::broker_heartbeat;
    for (;;) {
        const BrokerAnswer answer =
            co_await ask_controller(question, kafka_.spec().broker_heartbeat_interval);
        const bool has_registered = answer.ok() && question.kind == Question::Kind::register_broker;
        if (has_registered) question.kind = Question::Kind::broker_heartbeat;
        co_await sim::sleep(
            kafka_.context().scheduler(),
            has_registered ? kControllerBackoff : kafka_.spec().broker_heartbeat_interval);
    }
}

sim::Task<void> Broker::look_after_replicas() {
    for (;;) {
        co_await sim::sleep(kafka_.context().scheduler(), kafka_.spec().replica_lag_time / 2);
        for (const auto& [id, each] : replicas_) each->look_after_followers();
    }
}

sim::Task<void> Broker::look_after_segments() {
    for (;;) {
        co_await sim::sleep(kafka_.context().scheduler(), kafka_.spec().retention_check_interval);
        for (const auto& [id, each] : replicas_) {
            each->delete_old_segments(kafka_.context().now());
        }
        kafka_.forget_deleted();
    }
}

// --- its disk ---

sim::Task<bool> Broker::room_for(std::uint64_t bytes) {
    if (!disk_) co_return true;
    const sim::Scheduler& clock = kafka_.context().scheduler();
    // First come, first served.
    const sim::Permit turn = co_await appends_.take();
    leave_cache();
    for (sim::Duration wait; (wait = disk_->wait_of(clock.now(), bytes)) > sim::Duration::zero();) {
        const AtDisk waiting(*this);
        co_await sim::sleep(kafka_.context().scheduler(), wait);
        leave_cache();
    }
    if (disk_->has_room(bytes)) co_return true;
    disk_->refuse();
    if (ends_.empty()) ends_.run(end());
    co_return false;
}

sim::Task<void> Broker::read(std::uint64_t bytes) {
    if (!disk_ || bytes == 0) co_return;
    const sim::Scheduler& clock = kafka_.context().scheduler();
    const AtDisk waiting(*this);
    co_await sim::sleep(kafka_.context().scheduler(), disk_->read(clock.now(), bytes));
}

// Its only log directory has failed. What it does at this moment is left to end first.
sim::Task<void> Broker::end() {
    co_await sim::sleep(kafka_.context().scheduler(), sim::Duration(1));
    if (!is_up()) co_return;
    kafka_.context().world.recorder.incident(name(), "ended",
                                             "its disk is full: the log directory has failed");
    is_without_room_ = true;
    take_down();
}

void Broker::lose_disk() {
    for (const auto& [id, each] : replicas_) each->lose();
    if (disk_) disk_->replace(kafka_.context().now());
    kafka_.context().world.recorder.incident(name(), "lost its disk");
}

// Whoever makes room starts a broker again that has ended for want of it.
void Broker::fill_disk(std::int64_t bytes) {
    disk_->fill(bytes);
    if (bytes < 0 && std::exchange(is_without_room_, false)) bring_up();
}

// --- its memory ---

// What its heap and all else in the container leave is the page cache.
void Broker::leave_cache() {
    if (memory_) disk_->leave_cache(static_cast<std::uint64_t>(memory_->page_cache()));
}

void Broker::take_memory(std::int64_t bytes) {
    memory_->take(bytes);
}

// What it does at this moment is left to end first.
bool Broker::out_of_memory(std::string_view why) {
    if (!is_up() || std::exchange(is_dying_, true)) return false;
    ends_.run(die(why));
    return true;
}

sim::Task<void> Broker::die(std::string_view why) {
    co_await sim::sleep(kafka_.context().scheduler(), sim::Duration(1));
    is_dying_ = false;
    if (!is_up()) co_return;
    kafka_.context().world.recorder.incident(name(), std::string(why));
    kafka_.died_of_memory();
    take_down();
    co_await sim::sleep(kafka_.context().scheduler(), memory_->time_to_restart());
    bring_up();
}

// --- coming and going ---

// Its connections are reset: whoever is reached is told at once.
void Broker::take_down() {
    if (!up_.take_down()) return;
    for (auto& [number, connection] : connections_) {
        resets_.send(connection.peer->inbox(), BrokerTold{id_, nullptr}, kResetBytes);
    }
    works_.dismiss();
    if (memory_) memory_->end();
    is_recovering_ = false;
    connections_.clear();
    turns_.clear();
    peer_->reset();
    for (const auto& [id, each] : replicas_) each->crash();
    if (controller_) controller_->crash();
}

void Broker::bring_up() {
    if (!up_.bring_up()) return;
    if (memory_) memory_->restart();
    if (!disk_) return come_up();
    is_recovering_ = true;
    works_.run(recover());
}

// Whatever it had not flushed is read and checked again before it serves (LogLoader.recoverLog).
sim::Task<void> Broker::recover() {
    std::uint64_t bytes = 0;
    for (const auto& [id, each] : replicas_) bytes += each->unflushed();
    const sim::Duration time = disk_->read(kafka_.context().now(), bytes);
    co_await sim::sleep(kafka_.context().scheduler(), time);
    kafka_.recovered(time);
    is_recovering_ = false;
    come_up();
}

void Broker::come_up() {
    if (controller_) controller_->restart();
    for (const auto& [id, each] : replicas_) each->restart();
    works_.run(look_after_replicas());
    works_.run(look_after_segments());
    works_.run(beat());
}

}  // namespace models
