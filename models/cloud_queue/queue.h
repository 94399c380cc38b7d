// A queue: which messages can be received, by whom they are held and until when, and what becomes
// of them. It decides and takes no time: it knows no network.
//
//     queue.send(message);
//     for (const Received& each : queue.receive(options)) ...   // in flight from now on
//     queue.erase(each.handle);                                 // DeleteMessage
//
// The rules are those of the SQS developer guide and API reference; each is named where it is.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "models/cloud_queue/message.h"
#include "models/cloud_queue/visible_messages.h"
#include "sim/gate.h"
#include "sim/link.h"
#include "sim/timer.h"

namespace models::sqs {

struct QueueSettings {
    std::string name{};
    bool is_fifo = false;
    sim::Duration visibility_timeout = std::chrono::seconds(30);
    sim::Duration delay{};
    sim::Duration retention = std::chrono::hours(4 * 24);
    std::uint32_t max_receive_count = 0;  // 0: no redrive policy
    std::uint32_t max_in_flight = 120000;
    bool deduplicates = false;  // by what the sender wants done
    std::uint32_t servers = 10;
    std::uint32_t copies = 3;
};

// What became of messages, each counted where it is decided. At any time
//     sent + dead_letters + reappeared = deleted + dead_lettered + expired + there
struct Fates {
    std::uint64_t sent = 0;            // without those that were deduplicated
    std::uint64_t deduplicated = 0;    // taken for ones that had been sent before
    std::uint64_t dead_letters = 0;    // that came from other queues
    std::uint64_t reappeared = 0;      // deleted while a server with a copy was away
    std::uint64_t received = 0;        // times
    std::uint64_t received_again = 0;  // of these, of messages that had been received before
    std::uint64_t timed_out = 0;       // times that a message came back when its timeout was over
    std::uint64_t deleted = 0;
    std::uint64_t old_receipts = 0;  // deletes that deleted nothing: it had been received again
    std::uint64_t dead_lettered = 0;
    std::uint64_t expired = 0;

    void add(const Fates& other);
};
// By what they are called.
inline constexpr std::array<std::pair<const char*, std::uint64_t Fates::*>, 11> kFates = {{
    {"sent", &Fates::sent},
    {"deduplicated", &Fates::deduplicated},
    {"dead_letters", &Fates::dead_letters},
    {"reappeared", &Fates::reappeared},
    {"received", &Fates::received},
    {"received_again", &Fates::received_again},
    {"timed_out", &Fates::timed_out},
    {"deleted", &Fates::deleted},
    {"old_receipts", &Fates::old_receipts},
    {"dead_lettered", &Fates::dead_lettered},
    {"expired", &Fates::expired},
}};
inline void Fates::add(const Fates& other) {
    for (const auto& [name, count] : kFates) this->*count += other.*count;
}

struct ReceiveOptions {
    std::uint32_t max_number = 1;
    std::optional<sim::Duration> visibility_timeout{};  // none: the queue's
};

class Queue final : sim::Event {
public:
    // A receive that waits for messages (long polling).
    struct Poll : sim::Link<Poll> {
        Poll(sim::Scheduler& scheduler, const ReceiveOptions& asks)
            : options(asks), answered(scheduler, false) {}
        ReceiveOptions options;
        sim::Gate answered;
        std::vector<Received> messages{};
    };

    Queue(sim::Scheduler& scheduler, const QueueSettings& settings, std::uint64_t stream);

    // Before the run.
    void redrive_to(Queue& dead_letters) { dead_letters_ = &dead_letters; }

    // False when no server is there to take it. One that is deduplicated is taken.
    bool send(Message message);
    // Of all servers that are there, or of so many of them (short polling).
    std::vector<Received> receive(
        const ReceiveOptions& options,
        std::uint32_t sampled = std::numeric_limits<std::uint32_t>::max());
    void wait(Poll& poll) { polls_.add_last(poll); }
    // False when it had no effect: the message has gone, or has been received again since.
    bool erase(const ReceiptHandle& handle);
    // From now on for so long. False as above.
    bool change_visibility(const ReceiptHandle& handle, sim::Duration timeout);

    void server_went_away(std::uint32_t server);
    void server_came_back(std::uint32_t server);
    bool is_available() const { return up_ != 0; }

    const QueueSettings& settings() const { return settings_; }
    const Fates& fates() const { return fates_; }
    std::uint64_t visible() const { return visible_; }
    std::uint64_t in_flight() const { return in_flight_; }
    std::uint64_t delayed() const { return there_ - visible_ - in_flight_; }
    std::uint64_t there() const { return there_; }
    bool is_full() const { return in_flight_ >= settings_.max_in_flight; }

private:
    using State = Message::State;
    // When a message is to become visible.
    struct Due {
        sim::Time when;
        Slot slot;
        std::uint32_t version;
        bool operator<(const Due& other) const {
            return when != other.when ? when > other.when : slot > other.slot;
        }
    };
    struct Expiry {
        sim::Time when;
        Slot slot;
        std::uint64_t number;
    };

    void fire() override;
    void set_timer();
    void make_due();
    void expire();
    bool is_duplicate(const Message& message);
    void add(Message message, sim::Duration delay);
    void become_visible(Slot slot);
    void deliver(Slot slot, const ReceiveOptions& options, std::vector<Received>& to);
    void dead_letter(Slot slot);
    void remove(Slot slot);
    void set_state(Message& message, State state);
    void serve();
    Message* held(const ReceiptHandle& handle);
    ServerMask some(ServerMask of, std::uint32_t count);

    sim::Scheduler& scheduler_;
    QueueSettings settings_;
    Queue* dead_letters_ = nullptr;
    std::vector<Message> messages_;  // by slot
    std::vector<Slot> free_;
    std::unique_ptr<VisibleMessages> order_;
    std::priority_queue<Due> due_;
    std::deque<Expiry> expiries_;
    std::map<std::uint64_t, sim::Time> seen_;  // when, by identity (deduplication)
    std::deque<std::uint64_t> seen_order_;
    ServerMask all_;
    ServerMask up_;
    // By server, what it has not heard of while it was away: copies that were deleted, and
    // receives.
    std::vector<std::vector<Message>> deleted_;
    std::vector<std::vector<ReceiptHandle>> missed_receives_;
    sim::List<Poll> polls_;
    sim::Draws draws_;
    std::uint64_t numbers_ = 0;
    std::uint64_t positions_ = 0;
    std::uint64_t receipts_ = 0;
    std::uint64_t visible_ = 0;
    std::uint64_t in_flight_ = 0;
    std::uint64_t there_ = 0;
    Fates fates_;
    sim::Timer timer_;
    sim::Time timer_at_{};
};

}  // namespace models::sqs
