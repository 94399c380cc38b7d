#include "models/shards/row_migration.h"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>

#include "models/calls/batch.h"
#include "models/data/judging.h"
#include "models/shards/shards.h"
#include "sim/sleep.h"

namespace models {

RowMigration::RowMigration(const MoreShards& plan, Shards& shards, const Context& context)
    : plan_(plan),
      shards_(shards),
      context_(context),
      draws_(context.stream("resharding")),
      shards_before_(shards.active()),
      data_(shards.count()),
      released_(context.scheduler(), true),
      drained_(context.scheduler(), true),
      moved_rows_(context, "moved_rows"),
      caught_up_rows_(context, "caught_up_rows"),
      held_writes_(context, "held_writes"),
      stale_reads_(context, "stale_reads"),
      missing_reads_(context, "missing_reads") {}

// --- which rows ---

bool RowMigration::moves(Key row) const {
    const std::int64_t from = shards_.shard_of(row, shards_before_);
    const std::int64_t to = shards_.shard_of(row, plan_.shards);
    return from != to && from >= 0 && to >= 0;
}

ShardRows::Held RowMigration::held(std::uint32_t shard, Key row) const {
    const bool is_first =
        row < shards_.rows() && shards_.shard_of(row, shards_before_) == std::int64_t{shard};
    return data_.at(shard, row, is_first);
}

// --- what passes meanwhile ---

RowMigration::UnderWay::UnderWay(RowMigration& migration, const Request& request)
    : migration_(request.is_write && migration.phase_ != Phase::after &&
                         migration.moves(request.key)
                     ? &migration
                     : nullptr) {
    if (migration_ == nullptr) return;
    ++migration_->writes_under_way_;
    migration_->drained_.close();
}

RowMigration::UnderWay::~UnderWay() {
    if (migration_ == nullptr) return;
    assert(migration_->writes_under_way_ > 0);
    if (--migration_->writes_under_way_ == 0) migration_->drained_.open();
}

bool RowMigration::refuses(std::uint32_t shard, Key row) const {
    return plan_.check_owner && shards_.shard_of(row, shards_.active()) != std::int64_t{shard};
}

void RowMigration::wrote(std::uint32_t shard, Key row, const Response& response) {
    const std::uint64_t value = ledger_.commit(row);
    ledger_.acknowledge(row, value);
    data_.write(shard, row, {true, value, response.version});
    const bool is_new = row >= shards_.rows();
    if (phase_ == Phase::after || !moves(row)) return;
    if (is_new) added_.push_back(row);
    if (phase_ == Phase::copying && (is_new || row < copied_to_)) changed_.push_back(row);
}

void RowMigration::judge(std::uint32_t shard, Key row, std::uint64_t due, Response& response) {
    const ShardRows::Held there = held(shard, row);
    if (!there.is_held && (row < shards_.rows() || due > 0)) {
        response.missing = true;
        missing_reads_.add();
    }
    if (judge_read(response, there.value, due)) stale_reads_.add();
}

// --- the move ---

sim::Task<void> RowMigration::run() {
    co_await sim::sleep(context_.scheduler(), plan_.at);
    began_ = context_.now();
    phase_ = Phase::copying;
    co_await copy_all();
    if (plan_.catch_up) co_await catch_up();
    shards_.cut_over(plan_.shards);
    phase_ = Phase::after;
    released_.open();
    took_ = context_.now() - began_;
    context_.world.recorder.incident(context_.name, "resharded",
                                     fmt::format("{} rows moved", moved_));
    if (plan_.delete_old) co_await delete_old();
}

sim::Task<void> RowMigration::copy_all() {
    std::map<std::pair<std::int64_t, std::int64_t>, Rows> ways;
    const auto add = [&](Key row) -> Rows* {
        if (!moves(row)) return nullptr;
        const std::int64_t from = shards_.shard_of(row, shards_before_);
        Rows& way = ways[{from, shards_.shard_of(row, plan_.shards)}];
        way.push_back(row);
        ++moved_;
        return way.size() == plan_.batch ? &way : nullptr;
    };
    for (Key row = 0; row < shards_.rows(); ++row) {
        copied_to_ = row + 1;
        Rows* const full = add(row);
        if (full == nullptr) continue;
        co_await move_rows(std::exchange(*full, {}));
        co_await keep_pace();
    }
    std::ranges::sort(added_);
    added_.erase(std::unique(added_.begin(), added_.end()), added_.end());
    for (const Key row : added_) add(row);
    for (auto& [way, rows] : ways) co_await move_rows(std::move(rows));
    moved_rows_.add(static_cast<double>(moved_));
}

// Round by round, until what is left is so little that writes can wait for it.
sim::Task<void> RowMigration::catch_up() {
    while (changed_.size() > plan_.batch) co_await move_rows(take_changed());
    released_.close();
    co_await drained_.pass();
    assert(writes_under_way_ == 0);
    co_await move_rows(take_changed());
    assert(changed_.empty());
}

RowMigration::Rows RowMigration::take_changed() {
    Rows rows = std::exchange(changed_, {});
    std::ranges::sort(rows);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    caught_up_rows_.add(static_cast<double>(rows.size()));
    return rows;
}

// In batches of one old shard and one new one.
sim::Task<void> RowMigration::move_rows(Rows rows) {
    std::map<std::pair<std::int64_t, std::int64_t>, Rows> ways;
    for (const Key row : rows) {
        ways[{shards_.shard_of(row, shards_before_), shards_.shard_of(row, plan_.shards)}]
            .push_back(row);
    }
    for (const auto& [way, all] : ways) {
        for (std::size_t first = 0; first < all.size(); first += plan_.batch) {
            co_await move_batch(static_cast<std::uint32_t>(way.first),
                                static_cast<std::uint32_t>(way.second), part_of(all, first));
        }
    }
}

// A batch of them, from there on.
RowMigration::Rows RowMigration::part_of(const Rows& rows, std::size_t first) const {
    const std::size_t end = std::min<std::size_t>(first + plan_.batch, rows.size());
    return {rows.begin() + static_cast<std::ptrdiff_t>(first),
            rows.begin() + static_cast<std::ptrdiff_t>(end)};
}

// The new shard has them as they were when the old one was asked.
sim::Task<void> RowMigration::move_batch(std::uint32_t from, std::uint32_t to, Rows rows) {
    co_await send(from, false, rows);
    std::vector<ShardRows::Held> read;
    for (const Key row : rows) read.push_back(held(from, row));
    co_await send(to, true, rows);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (read[at].is_held) data_.put(to, rows[at], read[at].value);
    }
    paced_ += rows.size();
}

sim::Task<void> RowMigration::delete_old() {
    std::map<std::int64_t, Rows> shards;
    const auto add = [&](Key row) {
        if (moves(row)) shards[shards_.shard_of(row, shards_before_)].push_back(row);
    };
    for (Key row = 0; row < shards_.rows(); ++row) add(row);
    std::ranges::for_each(added_, add);
    for (const auto& [shard, rows] : shards) {
        const auto from = static_cast<std::uint32_t>(shard);
        for (std::size_t first = 0; first < rows.size(); first += plan_.batch) {
            const Rows batch = part_of(rows, first);
            co_await send(from, true, batch);
            for (const Key row : batch) data_.erase(from, row);
            paced_ += batch.size();
            co_await keep_pace();
        }
    }
}

// One statement of these rows, tried again until it succeeds.
sim::Task<void> RowMigration::send(std::uint32_t shard, bool is_write, Rows rows) {
    Edge& edge = shards_.edge(shard);
    Request request;
    request.is_write = is_write;
    request.endpoint = edge.endpoint();
    request.identity = sim::request_key(draws_, ++batches_);
    if (is_write) request.bytes = static_cast<std::uint32_t>(plan_.row_size.count);
    for (std::uint32_t attempt = 0;; ++attempt) {
        const Response response = co_await send_rows(context_.world, edge, request.again(attempt),
                                                     rows, shards_.shard_takes_batches(shard));
        if (response.ok()) co_return;
        co_await sim::sleep(context_.scheduler(), std::chrono::seconds(1));
    }
}

sim::Task<void> RowMigration::keep_pace() {
    const double due = static_cast<double>(paced_) / plan_.rows_per_second;
    co_await sim::sleep_until(context_.scheduler(), began_ + sim::from_seconds(due));
}

// --- the report ---

void RowMigration::finish(std::vector<sim::Measure>& measures) const {
    std::uint64_t lost = 0, doubled = 0;
    for (const Key row : data_.rows()) {
        std::uint32_t holders = 0;
        for (std::uint32_t shard = 0; shard < shards_.count(); ++shard) {
            holders += held(shard, row).is_held ? 1 : 0;
        }
        doubled += holders > 1 ? 1 : 0;
        const std::int64_t owner = shards_.shard_of(row, shards_.active());
        if (owner < 0) continue;
        const ShardRows::Held there = held(static_cast<std::uint32_t>(owner), row);
        lost += !there.is_held || there.value < ledger_.acknowledged(row) ? 1 : 0;
    }
    const auto all = static_cast<double>(std::max<std::uint64_t>(shards_.rows(), 1));
    measures.push_back({"moved_share", "1", static_cast<double>(moved_) / all});
    measures.push_back({"resharding_time", "s", sim::seconds(took_)});
    measures.push_back({"lost_rows", "", static_cast<double>(lost)});
    measures.push_back({"doubled_rows", "", static_cast<double>(doubled)});
}

}  // namespace models
