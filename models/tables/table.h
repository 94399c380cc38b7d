// A table with partitions, in a database of its own: what queries cost that find their rows by
// trees, or by looking at all rows of the partitions that may have them.
//
// Every partition has a B+ tree: with n rows and so many keys a page it has log n levels, to the
// base of the keys a page, rounded up. A query that knows the value of the partitioning column
// goes down one tree; one that does not goes down all. A query for a range of values reads every
// row of the partitions that are not pruned.
//
//     "calls": "orders"              a row, by the partitioning column; a write inserts one
//     "calls": "orders.elsewhere"    a row, by another column
//     "calls": "orders.range"        all rows of `range_values` values from the item's on
//     "calls": "orders.newest"       the same for the newest values
//     "calls": "orders.narrow"       a few columns of a row
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/blocks/measure.h"
#include "models/calls/tally.h"
#include "models/data/ledger.h"
#include "models/engines/engine.h"
#include "models/node.h"
#include "models/tables/partitionings.h"

namespace models {

enum class PartitionBy { key, user, locale, segment };
constexpr auto names_of(PartitionBy) {
    return std::array{
        spec::Word{"key", PartitionBy::key, "The item's number: an id, a day, a month."},
        spec::Word{"user", PartitionBy::user, "The user's number."},
        spec::Word{"locale", PartitionBy::locale, "The user's locale, counted from 0."},
        spec::Word{"segment", PartitionBy::segment, "The user's segment, counted from 0."}};
}

class Table final : public Node,
                    public Instance,
                    public Crashable,
                    public Slowable,
                    public Injectable {
public:
    struct Spec : EngineSpec {
        static constexpr std::string_view kind = "table";
        static constexpr std::string_view doc =
            "A partitioned table: rows, B-tree indexes, partition pruning, and columns that may be "
            "split off.";
        PartitioningChoice partitioning;
        PartitionBy partition_by = PartitionBy::key;
        std::uint64_t preload = 0;
        std::uint32_t keys_per_page = 100;
        sim::Duration page_time{};
        sim::Duration row_time{};
        sim::Duration kib_time{};
        std::uint64_t range_values = 100;
        bool split_columns = false;
        sim::Bytes narrow_size{};
        static constexpr auto params() {
            using namespace spec;
            constexpr auto none = at_least(sim::Duration::zero());
            return std::tuple_cat(
                std::tuple{
                    param("partitioning", &Spec::partitioning,
                          "How rows are assigned to partitions."),
                    param("partition_by", &Spec::partition_by,
                          "The partition key: the column that decides a row's partition."),
                    param("preload", &Spec::preload, at_most(std::uint64_t{20000000}),
                          "Rows stored when the run begins, with values from 0."),
                    param("keys_per_page", &Spec::keys_per_page, at_least(2u), at_most(100000u),
                          "Keys on each page of its B-trees; more make the trees shallower."),
                    param("page_time", &Spec::page_time, none,
                          "Core time for each level of a B-tree that a query descends."),
                    param("row_time", &Spec::row_time, none, "Core time for each row examined."),
                    param("kib_time", &Spec::kib_time, none,
                          "Core time for each KiB of rows that is read."),
                    param("range_values", &Spec::range_values, at_least(std::uint64_t{1}),
                          "Number of values a range query spans."),
                    param(
                        "split_columns", &Spec::split_columns,
                        "Vertical partitioning: whether a few columns are in a table of their own. "
                        "Reads of these are cheaper; a whole row has to be joined from both."),
                    param("narrow_size", &Spec::narrow_size,
                          "Size of these split-off columns in a row.")},
                engine_params());
        }
        std::uint32_t instance_count() const { return 1; }
        Abilities suffers() const;
        std::vector<std::string> endpoint_names() const {
            return {"elsewhere", "range", "newest", "narrow"};
        }
        void check(spec::Check& check) const {
            check.that(narrow_size.count <= row_size.count, "narrow_size",
                       "these columns are larger than the whole row", "give a larger row_size");
            check.that(queries.entries.empty(), "queries",
                       "a table has queries of its own: elsewhere, range, newest, narrow");
        }
    };

    Table(const Spec& spec, const Context& context);

    void begin_measuring() override { engine_.begin_measuring(); }
    void finish() override;
    Service* service() override { return this; }
    Ledger* ledger() override { return &ledger_; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return {&self_, 1}; }

    Go enter(Call&) override { return visit_.enter(); }
    Reply call(Request request) override { co_return co_await ask(context_.world, *this, request); }

    bool is_up() const override { return engine_.is_up(); }
    sim::Duration backlog() const override { return engine_.backlog(); }
    std::uint32_t times_down() const override { return engine_.times_down(); }
    void take_down() override { engine_.take_down(); }
    void bring_up() override { engine_.bring_up(); }
    void slow_down(double factor) override { engine_.slow_down(factor); }
    void speed_up(double factor) override { engine_.speed_up(factor); }
    Injection* injection() override { return engine_.injection(); }

private:
    using Value = Partitioning::Value;

    // What a query touches.
    struct Cost {
        std::uint64_t pages = 0;
        std::uint64_t rows = 0;
        std::uint64_t bytes = 0;
        std::uint64_t probes = 0;  // trees gone down, or partitions looked through
    };

    // What it will cost is known when it comes, and it is answered when it is done.
    class Examine final : public Keeps<Examine>, public Engine::Touches {
    public:
        struct State {
            Cost cost;
            Value value;
            std::size_t partition;  // of a write
        };
        explicit Examine(Table& table) : table_(table) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;
        Engine::Touched touched(Call& call) const override;

    private:
        Table& table_;
    };

    Response answer(const Request& request, const Examine::State& examined);
    Value value_of(const Request& request) const;
    Cost cost_of(const Request& request) const;
    Cost cost_of_range(Partitioning::Range values) const;
    std::uint64_t levels(std::uint64_t rows) const;
    std::uint64_t levels_of(std::size_t partition) const { return levels(rows_[partition]); }
    sim::Duration time_of(const Cost& cost) const;
    void count(const Request& request, const Cost& cost);
    void preload();

    // Sums, of which the report gives the mean.
    struct Mean {
        double sum = 0;
        double count = 0;
        void add(std::uint64_t value) {
            sum += static_cast<double>(value);
            count += 1;
        }
        double value() const { return count > 0 ? sum / count : 0; }
    };

    Spec spec_;
    Context context_;
    Ledger ledger_;
    MeasuredVisit visit_;
    Examine examine_;
    Engine engine_;
    std::unique_ptr<Partitioning> partitioning_;
    std::vector<std::string> names_;
    std::vector<std::uint64_t> rows_;  // of each partition
    Value newest_ = 0;
    Tally refused_rows_, first_examined_, last_examined_;
    Mean probes_, probes_elsewhere_, partitions_per_range_, rows_examined_, narrow_bytes_,
        full_bytes_;
    Instance* self_ = this;
};

}  // namespace models
