#include "models/engines/engine_kind.h"
#include "models/engines/engine_usages.h"
#include "models/nodes.h"
#include "models/tables/table.h"

namespace models {

namespace {

struct TableKind {
    using Node = Table;
    static constexpr Role role = Role::answers | Role::keeps;
    static constexpr None edges{"It calls nobody."};
    static constexpr auto figures = joined(
        kEngineFigures,
        std::array{
            figure("refused_rows", Unit::count, Merge::sum, "Rows for which no partition exists."),
            figure("rows_examined_first", Unit::count, Merge::mean,
                   "Rows that the first query examined."),
            figure("rows_examined_last", Unit::count, Merge::mean,
                   "Rows that the last query examined."),
            figure("partitions", Unit::count, Merge::last, "Number of partitions."),
            figure("rows", Unit::count, Merge::last, "Rows in all partitions at the end."),
            figure("rows_imbalance", Unit::count, Merge::mean,
                   "Rows of the largest partition over the mean (1 is balanced)."),
            figure("levels", Unit::count, Merge::peak, "Levels of the deepest tree."),
            figure("rows_<partition>", Unit::count, Merge::last, "Rows of a partition at the end."),
            figure("share_<partition>", Unit::share, Merge::last,
                   "Share of all rows that are in a partition."),
            figure("probes_per_lookup", Unit::count, Merge::mean,
                   "Partitions' trees that a lookup by the partition key probed (1 with pruning)."),
            figure("probes_elsewhere", Unit::count, Merge::mean,
                   "Partitions' trees that a lookup by another column probed (all of them, as "
                   "nothing can be pruned)."),
            figure("partitions_per_range", Unit::count, Merge::mean,
                   "Partitions that a range query touched."),
            figure("rows_examined", Unit::count, Merge::mean, "Rows that a query examined."),
            figure("bytes_per_narrow_read", Unit::bytes, Merge::mean,
                   "Bytes read for a few columns of a row."),
            figure("bytes_per_row", Unit::bytes, Merge::mean, "Bytes read for a whole row.")});
    static constexpr auto resources = kEngineResources;
    static constexpr auto usages = kEngineUsages;
    static Instances instances(const Table::Spec& spec) { return engine_instances(spec); }
    static Answers answers(const Table::Spec& spec) { return engine_answers(spec); }
    static Capacity capacity(const Table::Spec& spec) { return engine_capacity(spec); }
    // The work on the rows that it examines comes on top.
    static Cost cost(const Table::Spec& spec, const std::string& endpoint, Costing& costing) {
        costing.note("the pages and rows that a query examines are left out here.");
        return engine_cost(spec, endpoint);
    }
};

}  // namespace

const NodeKind& table_kind() {
    static const NodeKind kind = node_kind<TableKind>();
    return kind;
}

}  // namespace models
