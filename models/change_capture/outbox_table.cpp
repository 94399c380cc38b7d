#include "models/change_capture/outbox_table.h"

#include <utility>

#include "models/causes.h"
#include "sim/observer.h"

namespace models {

OutboxTable::OutboxTable(const Context& context, const Changes* const& changes)
    : context_(context),
      changes_(changes),
      rows_(context),
      inserted_(context, "rows"),
      unsent_peak_(context, "backlog_peak") {}

// --- rows that are traced ---

std::uint64_t OutboxTable::insert(const Request& request) {
    sim::SpanNumber span = 0;
    if (request.span != 0) {
        sim::Observer& observer = *context_.world.recorder.observer();
        span = observer.begin_linked(request.span, {sim::SpanKind::internal, context_.meter.id(),
                                                    observer.name("outbox row")});
    }
    return rows_.insert(request, span);
}

void OutboxTable::forget(std::uint64_t row) {
    end(rows_.forget(row), Outcome::failed);
}

void OutboxTable::note(sim::SpanNumber span, std::string_view what) {
    if (span == 0) return;
    sim::Observer& observer = *context_.world.recorder.observer();
    observer.event(span, observer.name(what));
}

void OutboxTable::end(sim::SpanNumber span, Outcome outcome) {
    if (span == 0) return;
    const sim::Cause why = outcome == Outcome::succeeded ? sim::Cause::none : cause::cancelled;
    context_.world.recorder.observer()->end(span, outcome, why);
}

// --- what pollers ask ---

std::uint64_t OutboxTable::ask(std::size_t most, std::uint32_t claimant) {
    const std::uint64_t query = rows_.number();
    queries_.emplace(query, Query{most, claimant});
    return query;
}

std::vector<OutboxTable::Row> OutboxTable::take(std::uint64_t query) {
    const auto found = queries_.find(query);
    if (found == queries_.end()) return {};
    std::vector<Row> rows = std::move(found->second.found);
    queries_.erase(found);
    return rows;
}

void OutboxTable::read(std::uint64_t key) {
    const auto query = queries_.find(key);
    if (query == queries_.end()) return;
    auto& [most, claimant, found] = query->second;
    for (auto& [number, row] : unsent_) {
        if (found.size() == most) return;
        const bool is_passed_over = claimant != 0 && row.claimant != 0;
        if (is_passed_over) continue;
        if (claimant != 0) {
            row.claimant = claimant;
            claims_[claimant].push_back(number);
        }
        found.push_back({number, row.event});
        note(row.event.span, "polled");
    }
}

void OutboxTable::release(std::uint32_t claimant) {
    const auto claimed = claims_.extract(claimant);
    if (claimed.empty()) return;
    for (const std::uint64_t row : claimed.mapped()) {
        if (const auto found = unsent_.find(row); found != unsent_.end()) {
            found->second.claimant = 0;
        }
    }
}

std::uint64_t OutboxTable::mark(std::vector<std::uint64_t> rows) {
    const std::uint64_t update = rows_.number();
    marks_.emplace(update, std::move(rows));
    return update;
}

// Of one that is marked already, somebody else has published it.
bool OutboxTable::published(const Row& row) {
    const auto found = unsent_.find(row.number);
    return found == unsent_.end() || std::exchange(found->second.is_published, true);
}

// --- what the database tells ---

void OutboxTable::committed(const Change& change) {
    if (const auto event = rows_.commit(change.key, context_.now())) {
        unsent_.emplace(change.key, Unsent{*event});
        note(event->span, "NEW");
        inserted_.add();
        unsent_peak_.at_least(unsent());
        return;
    }
    const auto mark = marks_.find(change.key);
    if (mark == marks_.end()) return;
    mark_as_sent(change.position, mark->second, change.key);
    marks_.erase(mark);
}

void OutboxTable::mark_as_sent(std::uint64_t position, const std::vector<std::uint64_t>& rows,
                               std::uint64_t update) {
    std::erase_if(unflushed_,
                  [&](const auto& each) { return each.second.position <= changes_->flushed(); });
    Marked marked{position, {}};
    for (const std::uint64_t row : rows) {
        const auto found = unsent_.find(row);
        if (found == unsent_.end()) continue;
        note(found->second.event.span, "SENT");
        end(std::exchange(found->second.event.span, 0), Outcome::succeeded);
        marked.rows.emplace(row, found->second);
        unsent_.erase(found);
    }
    if (position > changes_->flushed()) unflushed_.emplace(update, std::move(marked));
}

void OutboxTable::rolled_back(std::uint64_t key) {
    end(rows_.forget(key), Outcome::failed);
    marks_.erase(key);
}

void OutboxTable::taken_back(const Change& change) {
    if (const auto row = unsent_.extract(change.key); !row.empty()) {
        end(row.mapped().event.span, Outcome::failed);
    }
    const auto marked = unflushed_.find(change.key);
    if (marked == unflushed_.end()) return;
    for (auto& [number, row] : marked->second.rows) {
        row.claimant = 0;
        unsent_.emplace(number, row);
    }
    unflushed_.erase(marked);
}

}  // namespace models
