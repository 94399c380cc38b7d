#include "models/log_broker/fetcher.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "models/log_broker/consumer_group.h"
#include "sim/sleep.h"

namespace models {

Fetcher::Fetcher(ConsumerGroup& group, const Incarnation& process, Peer& peer, sim::Gate& woken)
    : group_(group), process_(process), peer_(peer), woken_(woken) {}

void Fetcher::begin(PartitionId partition, std::optional<Offset> from) {
    auto feed = std::make_shared<Feed>(group_.context().scheduler(), partition,
                                       group_.kafka().first_state(partition));
    feed->next = from;
    feeds_.emplace(partition, feed);
    fetches_.run(fetch(std::move(feed)));
}

void Fetcher::end(PartitionId partition) {
    const auto found = feeds_.find(partition);
    found->second->end();
    feeds_.erase(found);
    ready_.erase(partition);
}

void Fetcher::end_all() {
    for (const auto& [partition, feed] : feeds_) feed->end();
    feeds_.clear();
    ready_.clear();
}

void Fetcher::dismiss() {
    fetches_.dismiss();
    end_all();
}

Assignment Fetcher::partitions() const {
    Assignment all;
    for (const auto& [partition, feed] : feeds_) all.push_back(partition);
    return all;
}

// A fetch after the other, as soon as what the last one brought is taken.
sim::Task<void> Fetcher::fetch(std::shared_ptr<Feed> feed) {
    const auto goes_on = [&] { return process_.is_alive() && !feed->is_gone; };
    while (goes_on()) {
        if (!feed->is_drained()) {
            feed->drained.close();
            co_await feed->drained.pass();
            continue;
        }
        bool is_led = feed->state.leader != kNoBroker;
        if (is_led) is_led = co_await fetch_once(feed);
        if (is_led || !goes_on()) continue;
        co_await sim::sleep(group_.context().scheduler(), kRetryBackoff);
        co_await peer_.find_leader(feed->state, feed->partition, group_.spec().request_timeout);
    }
}

// False when that broker does not lead the partition, or does not answer.
sim::Task<bool> Fetcher::fetch_once(std::shared_ptr<Feed> feed) {
    constexpr Offset kBeyond = std::numeric_limits<Offset>::max();
    Question question;
    question.kind = Question::Kind::fetch;
    question.partition = feed->partition;
    question.offset = feed->next.value_or(kBeyond);
    question.reads_committed = group_.spec().reads_committed();
    question.most_bytes = group_.spec().fetch_bytes.count;
    BrokerAnswer answer =
        co_await peer_.ask(feed->state.leader, std::move(question), group_.spec().request_timeout);
    const bool is_told =
        answer.error == BrokerError::none || answer.error == BrokerError::out_of_range;
    if (is_told && process_.is_alive() && !feed->is_gone) take(*feed, answer);
    co_return is_told;
}

// All that the last one brought is taken.
void Fetcher::take(Feed& feed, BrokerAnswer& answer) {
    if (answer.error == BrokerError::out_of_range) {
        const bool from_start = group_.spec().auto_offset_reset == OffsetReset::earliest;
        feed.next = from_start ? answer.offset : answer.high_watermark;
        return;
    }
    feed.records = std::move(answer.records);
    feed.pieces = std::move(answer.pieces);
    feed.offset = answer.offset;
    feed.first = 0;
    feed.next = feed.offset + feed.records.size();
    if (feed.is_drained()) return;
    ready_.insert(feed.partition);
    woken_.pulse();
}

void Fetcher::take_from(Feed& feed, std::size_t most, std::vector<Fetched>& into) {
    while (!feed.back.empty() && into.size() < most) {
        into.push_back(feed.back.front());
        feed.back.pop_front();
    }
    std::size_t before = 0;  // in the pieces before
    for (const Piece& piece : feed.pieces) {
        const std::size_t end = before + static_cast<std::size_t>(piece.count);
        for (; feed.first < end && into.size() < most; ++feed.first) {
            into.push_back({feed.partition, feed.records[feed.first],
                            piece.slot + (feed.first - before), feed.offset + feed.first});
        }
        before = end;
    }
}

std::vector<Fetcher::Fetched> Fetcher::take_turns(std::size_t most) {
    std::vector<Fetched> taken;
    while (!ready_.empty() && taken.size() < most) {
        const auto next = ready_.lower_bound(turn_);
        const PartitionId partition = next == ready_.end() ? *ready_.begin() : *next;
        Feed& feed = *feeds_.at(partition);
        take_from(feed, most, taken);
        turn_ = partition;
        if (!feed.is_drained()) break;
        feed.records = {};
        feed.pieces.clear();
        feed.first = 0;
        ready_.erase(partition);
        feed.drained.open();
        turn_ = partition + 1;
    }
    return taken;
}

void Fetcher::put_back(const std::vector<Fetched>& taken) {
    for (auto each = taken.rbegin(); each != taken.rend(); ++each) {
        const auto feed = feeds_.find(each->partition);
        if (feed == feeds_.end()) continue;
        Feed& back = *feed->second;
        back.back.push_front(*each);
        ready_.insert(each->partition);
    }
}

}  // namespace models
