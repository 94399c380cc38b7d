#include "models/cloud_queue/queue.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace models::sqs {

namespace {

constexpr sim::Duration kDeduplicationInterval = std::chrono::minutes(5);
// "When a message is received three times (or more) and not processed, the message is moved to the
// back of the queue" (developer guide, ApproximateAgeOfOldestMessage), a standard one's.
constexpr std::uint32_t kReceivesInPlace = 3;

}  // namespace

Queue::Queue(sim::Scheduler& scheduler, const QueueSettings& settings, std::uint64_t stream)
    : scheduler_(scheduler),
      settings_(settings),
      all_((settings.servers < 64 ? ServerMask{1} << settings.servers : 0) - 1),
      up_(all_),
      deleted_(settings.servers),
      missed_receives_(settings.servers),
      draws_(sim::mix(stream)),
      timer_(scheduler) {
    if (settings.is_fifo) {
        order_ = std::make_unique<FifoMessages>(messages_);
    } else {
        order_ = std::make_unique<StandardMessages>(messages_, settings.servers, stream);
    }
}

// Of these, so many at random.
ServerMask Queue::some(ServerMask of, std::uint32_t count) {
    while (static_cast<std::uint32_t>(std::popcount(of)) > count) {
        auto left = draws_.below(static_cast<std::uint64_t>(std::popcount(of)));
        ServerMask rest = of;
        for (; left > 0; --left) rest &= rest - 1;
        of &= ~(rest & ~(rest - 1));
    }
    return of;
}

// --- messages come ---

bool Queue::send(Message message) {
    if (!is_available()) return false;
    if (settings_.deduplicates && is_duplicate(message)) {
        ++fates_.deduplicated;
        return true;
    }
    ++fates_.sent;
    message.sent = scheduler_.now();
    add(message, settings_.delay);
    set_timer();
    serve();
    return true;
}

// "For 5 minutes after the first was sent", whether that is still there or not.
bool Queue::is_duplicate(const Message& message) {
    const sim::Time now = scheduler_.now();
    while (!seen_order_.empty()) {
        const auto oldest = seen_.find(seen_order_.front());
        if (now - oldest->second < kDeduplicationInterval) break;
        seen_.erase(oldest);
        seen_order_.pop_front();
    }
    if (!seen_.emplace(message.identity, now).second) return true;
    seen_order_.push_back(message.identity);
    return false;
}

void Queue::add(Message message, sim::Duration delay) {
    Slot slot = static_cast<Slot>(messages_.size());
    if (free_.empty()) {
        messages_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    message.version = messages_[slot].version + 1;
    message.number = ++numbers_;
    message.position = ++positions_;
    message.receipt = 0;
    if (message.servers == 0) message.servers = some(up_, settings_.copies);
    message.state = State::none;
    messages_[slot] = message;
    ++there_;
    set_state(messages_[slot], State::delayed);
    order_->added(slot, messages_[slot]);
    const Expiry expiry{message.sent + settings_.retention, slot, message.number};
    const auto later = std::upper_bound(
        expiries_.begin(), expiries_.end(), expiry,
        [](const Expiry& one, const Expiry& other) { return one.when < other.when; });
    expiries_.insert(later, expiry);
    if (delay > sim::Duration::zero()) {
        due_.push({scheduler_.now() + delay, slot, message.version});
    } else {
        become_visible(slot);
    }
}

void Queue::set_state(Message& message, State state) {
    visible_ -= message.state == State::visible ? 1 : 0;
    in_flight_ -= message.state == State::in_flight ? 1 : 0;
    message.state = state;
    visible_ += state == State::visible ? 1 : 0;
    in_flight_ += state == State::in_flight ? 1 : 0;
}

void Queue::become_visible(Slot slot) {
    Message& message = messages_[slot];
    set_state(message, State::visible);
    ++message.version;
    if (!settings_.is_fifo && message.receives >= kReceivesInPlace) message.position = ++positions_;
    order_->became_visible(slot, message);
}

// --- and are received ---

std::vector<Received> Queue::receive(const ReceiveOptions& options, std::uint32_t sampled) {
    std::vector<Received> received;
    order_->begin(some(up_, sampled));
    while (received.size() < options.max_number && !is_full()) {
        const auto slot = order_->next();
        if (!slot) break;
        const bool is_spent = settings_.max_receive_count != 0 &&
                              messages_[*slot].receives >= settings_.max_receive_count;
        if (is_spent) {
            dead_letter(*slot);
        } else {
            deliver(*slot, options, received);
        }
    }
    set_timer();
    return received;
}

void Queue::deliver(Slot slot, const ReceiveOptions& options, std::vector<Received>& to) {
    Message& message = messages_[slot];
    ++fates_.received;
    if (message.receives > 0) ++fates_.received_again;
    ++message.receives;
    ++message.version;
    message.receipt = ++receipts_;
    set_state(message, State::in_flight);
    order_->received(slot, message);
    const sim::Duration timeout = options.visibility_timeout.value_or(settings_.visibility_timeout);
    due_.push({scheduler_.now() + timeout, slot, message.version});
    const ReceiptHandle handle{slot, message.receipt};
    for (ServerMask away = message.servers & ~up_; away != 0; away &= away - 1) {
        missed_receives_[static_cast<std::size_t>(std::countr_zero(away))].push_back(handle);
    }
    to.push_back({message, handle});
}

// Polls are served in the order in which they came.
void Queue::serve() {
    while (!polls_.empty() && visible_ > 0) {
        Poll& poll = *polls_.first();
        poll.messages = receive(poll.options);
        if (poll.messages.empty()) return;
        poll.unlink();
        poll.answered.open();
    }
}

// "The expiration of a message is always based on its original enqueue timestamp", but a FIFO
// queue's begins anew.
void Queue::dead_letter(Slot slot) {
    Message message = messages_[slot];
    ++fates_.dead_lettered;
    remove(slot);
    ++dead_letters_->fates_.dead_letters;
    if (settings_.is_fifo) message.sent = scheduler_.now();
    message.receives = 0;
    message.servers = 0;
    dead_letters_->add(message, {});
    dead_letters_->set_timer();
    dead_letters_->serve();
}

void Queue::remove(Slot slot) {
    Message& message = messages_[slot];
    order_->left(slot, message);
    set_state(message, State::none);
    ++message.version;
    message.receipt = 0;
    --there_;
    free_.push_back(slot);
}

// --- what their consumers say ---

// "You must provide the most recently received ReceiptHandle for the message (otherwise, the
// request succeeds, but the message will not be deleted)"; a FIFO queue's is over with its timeout.
Message* Queue::held(const ReceiptHandle& handle) {
    if (handle.slot >= messages_.size()) return nullptr;
    Message& message = messages_[handle.slot];
    if (message.receipt != handle.receipt || message.state == State::none) return nullptr;
    const bool is_over = settings_.is_fifo && message.state != State::in_flight;
    return is_over ? nullptr : &message;
}

bool Queue::erase(const ReceiptHandle& handle) {
    Message* const message = is_available() ? held(handle) : nullptr;
    if (message == nullptr) {
        ++fates_.old_receipts;
        return false;
    }
    for (ServerMask away = message->servers & ~up_; away != 0; away &= away - 1) {
        deleted_[static_cast<std::size_t>(std::countr_zero(away))].push_back(*message);
    }
    ++fates_.deleted;
    remove(handle.slot);
    set_timer();
    serve();
    return true;
}

bool Queue::change_visibility(const ReceiptHandle& handle, sim::Duration timeout) {
    Message* const message = held(handle);
    if (message == nullptr || message->state != State::in_flight) return false;
    ++message->version;
    due_.push({scheduler_.now() + timeout, handle.slot, message->version});
    set_timer();
    return true;
}

// --- servers ---

void Queue::server_went_away(std::uint32_t server) {
    up_ &= ~(ServerMask{1} << server);
}

// "If one of the servers which stores a copy of the message is unavailable when you send the
// request to delete the message, the copy remains on the server and might be returned to you."
void Queue::server_came_back(std::uint32_t server) {
    up_ |= ServerMask{1} << server;
    for (const ReceiptHandle& handle : std::exchange(missed_receives_[server], {})) {
        const Message* const message = held(handle);
        if (message != nullptr && message->state == State::in_flight) become_visible(handle.slot);
    }
    for (Message& message : std::exchange(deleted_[server], {})) {
        if (settings_.is_fifo) continue;
        message.servers = ServerMask{1} << server;
        ++fates_.reappeared;
        add(message, {});
    }
    set_timer();
    serve();
}

// --- time ---

void Queue::fire() {
    timer_.fired();
    expire();
    make_due();
    set_timer();
    serve();
}

void Queue::make_due() {
    while (!due_.empty() && due_.top().when <= scheduler_.now()) {
        const Due due = due_.top();
        due_.pop();
        const Message& message = messages_[due.slot];
        if (message.version != due.version || message.state == State::none) continue;
        if (message.state == State::in_flight) ++fates_.timed_out;
        become_visible(due.slot);
    }
}

void Queue::expire() {
    while (!expiries_.empty()) {
        const Expiry expiry = expiries_.front();
        const Message& message = messages_[expiry.slot];
        const bool is_there = message.number == expiry.number && message.state != State::none;
        if (is_there && expiry.when > scheduler_.now()) return;
        expiries_.pop_front();
        if (!is_there) continue;
        ++fates_.expired;
        remove(expiry.slot);
    }
}

// For what comes first of those that are still to come.
void Queue::set_timer() {
    while (!due_.empty() && messages_[due_.top().slot].version != due_.top().version) due_.pop();
    while (!expiries_.empty()) {
        const Message& message = messages_[expiries_.front().slot];
        if (message.number == expiries_.front().number && message.state != State::none) break;
        expiries_.pop_front();
    }
    sim::Time next = sim::kForever;
    if (!due_.empty()) next = due_.top().when;
    if (!expiries_.empty()) next = std::min(next, expiries_.front().when);
    if (timer_.armed() && next == timer_at_) return;
    timer_at_ = next;
    timer_.stop();
    if (next == sim::kForever) return;
    timer_.start_at(std::max(next, scheduler_.now()), static_cast<sim::Event&>(*this));
}

}  // namespace models::sqs
