// More shards, and the rows that move to them, while users go on reading and writing.
//
//     copy        rows are read at the old shard and written at the new one, batch by batch
//     catch up    those that were written since they were read, again, until few are left
//     hold        writes to rows that move wait until the last are there
//     cut over    from now on rows are looked for at the new shard
//     delete      at the old one
//
// As MongoDB moves chunks (clone, transferMods, the critical section, range deletion) and Vitess
// reshards (VReplication's copy and catch-up, SwitchTraffic). Left out, each step has its price:
// without the catch-up what was written during the copy is lost, without the deletion rows are
// there twice, and a shard that does not say what it has handed over serves and takes old rows from
// whoever remembers it (MongoDB: StaleConfig).
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/data/ledger.h"
#include "models/shards/shard_rows.h"
#include "models/spec/declaration/spec.h"
#include "sim/gate.h"
#include "sim/task_group.h"

namespace models {

class Shards;

struct MoreShards {
    static constexpr std::string_view type_name = "more_shards";
    static constexpr std::string_view doc = "Resharding: shards are added, and rows move to them.";
    sim::Duration at{};
    std::uint32_t shards = 2;
    double rows_per_second = 1000;
    std::uint32_t batch = 100;
    sim::Bytes row_size{1024};
    bool catch_up = true;
    bool delete_old = true;
    bool check_owner = true;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("at", &MoreShards::at, at_least(sim::Duration::zero()),
                     "When it begins, from the start of the run."),
            required("shards", &MoreShards::shards, at_least(2u),
                     "Number of shards after the resharding."),
            param("rows_per_second", &MoreShards::rows_per_second, at_least(0.001), at_most(1e9),
                  "Rate limit of the migration: most rows moved a second."),
            param("batch", &MoreShards::batch, at_least(1u), at_most(16383u),
                  "Rows of a batch: one query at the old shard and one write at the new one, each "
                  "at the cost of so many rows (a database's batch_row_time)."),
            param("row_size", &MoreShards::row_size, at_most(sim::Bytes{1u << 16}),
                  "Size of a moved row on the network."),
            param("catch_up", &MoreShards::catch_up,
                  "Whether rows that were written after they were copied are copied again, the "
                  "last of them while such writes wait. Without it those writes are lost."),
            param("delete_old", &MoreShards::delete_old,
                  "Whether the old shards delete what they have handed over. Without it those rows "
                  "are there twice."),
            param("check_owner", &MoreShards::check_owner,
                  "Whether a shard refuses what it has handed over, so that whoever remembered it "
                  "asks again. Without it reads there are old, and writes lost.")};
    }
};

class RowMigration {
public:
    using Key = std::uint64_t;

    RowMigration(const MoreShards& plan, Shards& shards, const Context& context);

    void start() { crew_.run(run()); }
    void dismiss() { crew_.dismiss(); }
    void finish(std::vector<sim::Measure>& measures) const;

    // --- what passes meanwhile ---

    // A write to a row that moves, under way at its old shard: before the last are copied it ends.
    class UnderWay {
    public:
        UnderWay(RowMigration& migration, const Request& request);
        UnderWay(const UnderWay&) = delete;
        UnderWay& operator=(const UnderWay&) = delete;
        ~UnderWay();

    private:
        RowMigration* migration_;
    };
    bool holds(const Request& request) const {
        return request.is_write && !released_.is_open() && moves(request.key);
    }
    sim::Gate::Passing released() {
        held_writes_.add();
        return released_.pass();
    }
    std::uint64_t acknowledged(Key row) const { return ledger_.acknowledged(row); }
    // The shard has handed the row over, and says so.
    bool refuses(std::uint32_t shard, Key row) const;
    void wrote(std::uint32_t shard, Key row, const Response& response);
    // What the shard has of a row, against what had been acknowledged when the question came.
    void judge(std::uint32_t shard, Key row, std::uint64_t due, Response& response);

private:
    enum class Phase { before, copying, after };
    using Rows = std::vector<Key>;

    bool moves(Key row) const;
    ShardRows::Held held(std::uint32_t shard, Key row) const;
    sim::Task<void> run();
    sim::Task<void> copy_all();
    sim::Task<void> catch_up();
    sim::Task<void> delete_old();
    sim::Task<void> move_rows(Rows rows);
    sim::Task<void> move_batch(std::uint32_t from, std::uint32_t to, Rows rows);
    sim::Task<void> send(std::uint32_t shard, bool is_write, Rows rows);
    sim::Task<void> keep_pace();
    Rows take_changed();
    Rows part_of(const Rows& rows, std::size_t first) const;

    MoreShards plan_;
    Shards& shards_;
    Context context_;
    std::uint64_t draws_;
    std::uint32_t shards_before_;
    ShardRows data_;
    Ledger ledger_;
    Phase phase_ = Phase::before;
    Key copied_to_ = 0;  // rows before it have been read
    Rows added_;         // rows beyond the first that move
    Rows changed_;       // written since they were read
    std::uint32_t writes_under_way_ = 0;
    sim::Gate released_;
    sim::Gate drained_;
    std::uint64_t moved_ = 0;
    std::uint64_t paced_ = 0;
    std::uint64_t batches_ = 0;
    sim::Time began_{};
    sim::Duration took_{};
    Tally moved_rows_, caught_up_rows_, held_writes_, stale_reads_, missing_reads_;
    sim::TaskGroup crew_;
};

}  // namespace models
