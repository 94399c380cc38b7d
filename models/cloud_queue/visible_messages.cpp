#include "models/cloud_queue/visible_messages.h"

#include <utility>

namespace models::sqs {

// --- standard ---

void StandardMessages::became_visible(Slot slot, const Message& message) {
    for (std::size_t each = 0; each < servers_.size(); ++each) {
        const bool has_copy = (message.servers >> each & 1U) != 0;
        if (has_copy) servers_[each].push({message.position, slot, message.version});
    }
}

void StandardMessages::begin(ServerMask asked) {
    asked_.clear();
    at_ = 0;
    for (std::uint32_t each = 0; each < servers_.size(); ++each) {
        if ((asked >> each & 1U) != 0) asked_.push_back(each);
    }
    for (std::size_t left = asked_.size(); left > 1; --left) {
        std::swap(asked_[left - 1], asked_[draws_.below(left)]);
    }
}

std::optional<Slot> StandardMessages::next() {
    for (; at_ < asked_.size(); ++at_) {
        auto& server = servers_[asked_[at_]];
        while (!server.empty()) {
            const Entry entry = server.top();
            server.pop();
            const Message& message = messages_[entry.slot];
            const bool is_visible =
                message.state == Message::State::visible && message.version == entry.version;
            if (is_visible) return entry.slot;
        }
    }
    return std::nullopt;
}

// --- FIFO ---

void FifoMessages::added(Slot slot, const Message& message) {
    const auto group = groups_.try_emplace(message.group).first;
    remove(group->second, group->first);
    group->second.messages.emplace(message.position, slot);
    put(group);
}

void FifoMessages::became_visible(Slot, const Message& message) {
    const auto group = groups_.find(message.group);
    const bool was_received = message.receipt != 0;
    if (was_received && group->second.in_flight > 0) --group->second.in_flight;
    put(group);
}

void FifoMessages::received(Slot, const Message& message) {
    Group& group = groups_.find(message.group)->second;
    remove(group, message.group);
    ++group.in_flight;
    taken_ = message.group;
}

void FifoMessages::left(Slot, const Message& message) {
    const auto group = groups_.find(message.group);
    remove(group->second, group->first);
    group->second.messages.erase(message.position);
    if (message.state == Message::State::in_flight) --group->second.in_flight;
    if (group->second.messages.empty()) {
        groups_.erase(group);
    } else {
        put(group);
    }
}

void FifoMessages::remove(const Group& group, std::uint64_t name) {
    if (!group.messages.empty()) ready_.erase({group.messages.begin()->first, name});
}

void FifoMessages::put(Groups::iterator group) {
    const Group& of = group->second;
    if (of.in_flight > 0 || of.messages.empty()) return;
    const auto& [position, first] = *of.messages.begin();
    if (messages_[first].state != Message::State::visible) return;
    ready_.emplace(position, group->first);
}

void FifoMessages::begin(ServerMask asked) {
    can_receive_ = asked != 0;
    taken_.reset();
}

// More of the group that it has begun with, as far as they are visible; then of the next.
std::optional<Slot> FifoMessages::next() {
    if (!can_receive_) return std::nullopt;
    if (taken_) {
        const auto group = groups_.find(*taken_);
        if (group != groups_.end()) {
            const auto more = next_of(group->second);
            if (more) return more;
        }
        taken_.reset();
    }
    if (ready_.empty()) return std::nullopt;
    return groups_.find(ready_.begin()->second)->second.messages.begin()->second;
}

// Behind those that are in flight.
std::optional<Slot> FifoMessages::next_of(const Group& group) const {
    for (const auto& [position, slot] : group.messages) {
        const Message& message = messages_[slot];
        if (message.state == Message::State::in_flight) continue;
        if (message.state != Message::State::visible) return std::nullopt;
        return slot;
    }
    return std::nullopt;
}

}  // namespace models::sqs
