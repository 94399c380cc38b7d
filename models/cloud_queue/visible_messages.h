// The messages of a queue that may be received, in the order in which that happens.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <utility>
#include <vector>

#include "models/cloud_queue/message.h"
#include "sim/rng.h"

namespace models::sqs {

class VisibleMessages {
public:
    virtual ~VisibleMessages() = default;
    // Sent, and not visible before its delay is over.
    virtual void added(Slot slot, const Message& message) = 0;
    virtual void became_visible(Slot slot, const Message& message) = 0;
    virtual void received(Slot slot, const Message& message) = 0;
    // Deleted, expired or dead-lettered, whatever it was before. The message is still as it was.
    virtual void left(Slot slot, const Message& message) = 0;

    // A receive that asks these servers; then one message after the other. What is not received
    // then is to leave.
    virtual void begin(ServerMask asked) = 0;
    virtual std::optional<Slot> next() = 0;
};

// Of a standard queue: copies on several servers, each of which gives the oldest that it has. A
// receive takes from one server after the other, in a random order, until it has enough: order is
// best effort, and what no server has that was asked is not found.
class StandardMessages final : public VisibleMessages {
public:
    StandardMessages(const std::vector<Message>& messages, std::uint32_t servers,
                     std::uint64_t stream)
        : messages_(messages), servers_(servers), draws_(stream) {}

    void added(Slot, const Message&) override {}
    void became_visible(Slot slot, const Message& message) override;
    void received(Slot, const Message&) override {}
    void left(Slot, const Message&) override {}
    void begin(ServerMask asked) override;
    std::optional<Slot> next() override;

private:
    // As it was when it became visible: its version says whether it still is.
    struct Entry {
        std::uint64_t position;
        Slot slot;
        std::uint32_t version;
        bool operator<(const Entry& other) const { return position > other.position; }
    };

    const std::vector<Message>& messages_;
    std::vector<std::priority_queue<Entry>> servers_;
    std::vector<std::uint32_t> asked_;  // in the order in which they are
    std::size_t at_ = 0;
    sim::Draws draws_;
};

// Of a FIFO queue: those of a group in their order, and none of a group while some of it are in
// flight; of several groups the one whose first is the oldest.
class FifoMessages final : public VisibleMessages {
public:
    explicit FifoMessages(const std::vector<Message>& messages) : messages_(messages) {}

    void added(Slot slot, const Message& message) override;
    void became_visible(Slot slot, const Message& message) override;
    void received(Slot slot, const Message& message) override;
    void left(Slot slot, const Message& message) override;
    void begin(ServerMask asked) override;
    std::optional<Slot> next() override;

private:
    struct Group {
        std::map<std::uint64_t, Slot> messages{};  // by position
        std::uint32_t in_flight = 0;
    };
    using Groups = std::map<std::uint64_t, Group>;

    // Its place among those that may be received.
    void remove(const Group& group, std::uint64_t name);
    void put(Groups::iterator group);
    std::optional<Slot> next_of(const Group& group) const;

    const std::vector<Message>& messages_;
    Groups groups_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> ready_;  // position of the first, group
    std::optional<std::uint64_t> taken_;  // the group that this receive takes from
    bool can_receive_ = false;
};

}  // namespace models::sqs
