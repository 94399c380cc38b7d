#include "models/change_capture/log_stream.h"

#include <algorithm>
#include <utility>

#include "models/abilities.h"
#include "sim/cpu.h"

namespace models {

namespace {

constexpr Response kDown{Outcome::failed, cause::refused};
constexpr Response kReset{Outcome::failed, cause::reset};

}  // namespace

LogStream::LogStream(const Context& context, const Plan& plan)
    : context_(context),
      plan_(plan),
      rows_(context),
      changed_(context.scheduler(), false),
      reading_(*this),
      service_(context.world, &reading_),
      changes_seen_(context, "changes"),
      kept_peak_(context, "log_kept_peak", "bytes") {
    reading_.link(&Return::block(), nullptr);
}

void LogStream::connect(Node& database) {
    changes_ = database.changes();
    changes_->follow(*this);
    machine_ = database.instances().front();
}

void LogStream::wake() {
    changed_.pulse();
}

// --- what the database tells ---

void LogStream::committed(const Change& change) {
    end_position_ = std::max(end_position_, change.position);
    kept_peak_.at_least(kept());
    auto event = rows_.commit(change.key, context_.now());
    const bool is_captured = plan_.only_outbox ? event.has_value() : is_item(change.key);
    if (!is_captured) return;
    if (!event) event = Event{change.operation, change.key, change.user, context_.now()};
    entries_.push_back({end(), change.position, *event, false});
    changes_seen_.add();
    wake();
}

// The newest is taken first, and none of them has been read.
void LogStream::taken_back(const Change& change) {
    const bool is_last = !entries_.empty() && entries_.back().position == change.position &&
                         (plan_.only_outbox || is_item(change.key));
    if (is_last) entries_.pop_back();
    end_position_ = std::min(end_position_, change.position);
}

// --- its reader ---

std::uint64_t LogStream::begin_read(std::uint64_t from) {
    from_ = from;
    found_.clear();
    return ++reads_;
}

std::vector<LogStream::Entry> LogStream::take(std::uint64_t read) {
    if (read != reads_) return {};
    return std::move(found_);
}

// At the database. A reader that has gone is not answered.
Reply LogStream::serve(std::uint64_t number) {
    const std::uint32_t times_down = machine_->times_down();
    while (number == reads_ && machine_->is_up() && from_ >= end()) co_await changed_.pass();
    if (!machine_->is_up()) co_return kDown;
    if (number != reads_) co_return kReset;
    const bool is_flushed = co_await changes_->flushed_to(entries_[from_ - first_].position);
    if (!is_flushed || number != reads_) co_return kReset;
    std::vector<Entry> found;
    for (std::uint64_t each = from_; each < end() && found.size() < plan_.most; ++each) {
        const Entry& entry = entries_[each - first_];
        if (entry.position > changes_->flushed()) break;
        found.push_back(entry);
    }
    if (auto* const hosted = dynamic_cast<Hosted*>(machine_)) {
        co_await hosted->cores().work(plan_.decode_time * found.size());
    }
    if (machine_->times_down() != times_down || number != reads_) co_return kReset;
    found_ = std::move(found);
    co_return Response{};
}

bool LogStream::published(std::uint64_t number) {
    if (number < first_ || std::exchange(entries_[number - first_].is_published, true)) return true;
    ++published_;
    return false;
}

void LogStream::confirm(std::uint64_t number) {
    while (first_ < number) {
        confirmed_position_ = entries_.front().position;
        entries_.pop_front();
        ++first_;
    }
    // Nothing in what follows is for this slot.
    if (entries_.empty()) confirmed_position_ = std::min(end_position_, changes_->flushed());
}

}  // namespace models
