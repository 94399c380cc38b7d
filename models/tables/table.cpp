#include "models/tables/table.h"

#include <algorithm>

#include "models/data/judging.h"
#include "models/engines/engine_usages.h"

namespace models {

namespace {

constexpr EndpointId kElsewhere = 1, kOfRange = 2, kNewest = 3, kNarrow = 4;

}  // namespace

Abilities Table::Spec::suffers() const {
    return abilities_of<Table>();
}

Table::Table(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      visit_(context),
      examine_(*this),
      engine_(spec, context,
              {.unnamed = ~EndpointId{0}, .touches = &examine_, .around = &examine_}),
      partitioning_(Partitionings::build(spec.partitioning)),
      names_(partitioning_->names()),
      rows_(names_.size()),
      refused_rows_(context, "refused_rows"),
      first_examined_(context, "rows_examined_first"),
      last_examined_(context, "rows_examined_last") {
    Engine::add_resources(context.meter, spec,
                          [this] { return std::vector<const Engine*>{&engine_}; });
    visit_.link(&examine_);
    examine_.link(visit_.inside(), engine_.first());
    preload();
}

void Table::preload() {
    for (Value value = 0; value < spec_.preload; ++value) {
        const auto partition = partitioning_->partition_of(value);
        if (!partition) continue;
        ++rows_[*partition];
        newest_ = value;
    }
}

std::optional<EndpointId> Table::endpoint(std::string_view name) const {
    const std::vector<std::string> names = spec_.endpoint_names();
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<EndpointId>(found - names.begin()) + 1;
}

Table::Value Table::value_of(const Request& request) const {
    switch (spec_.partition_by) {
        case PartitionBy::key:
            return request.key;
        case PartitionBy::user:
            return request.user;
        case PartitionBy::locale:
            return request.locale;
        case PartitionBy::segment:
            return request.segment;
    }
    return request.key;
}

Go Table::Examine::enter(Call& call) {
    const Value value = table_.value_of(call.request);
    const auto partition = table_.partitioning_->partition_of(value);
    if (call.request.is_write && !partition) {
        table_.refused_rows_.add();
        return answer(call, {Outcome::failed, cause::not_found});
    }
    begin(call, table_.cost_of(call.request), value, partition.value_or(0));
    return on();
}

Go Table::Examine::answered(Call& call) {
    if (call.ok()) call.response = table_.answer(call.request, mine(call));
    end(call);
    return back();
}

Engine::Touched Table::Examine::touched(Call& call) const {
    const Cost& cost = mine(call).cost;
    return {table_.time_of(cost), cost.pages};
}

Response Table::answer(const Request& request, const Examine::State& examined) {
    const Cost& cost = examined.cost;
    count(request, cost);
    Response response = engine_.answer_about(request.key);
    if (request.is_write) {
        ++rows_[examined.partition];
        newest_ = std::max(newest_, examined.value);
        response.version = request.version == 0 ? ledger_.commit(request.key)
                                                : ledger_.commit(request.key, request.version);
        acknowledge(ledger_, request, response.version);
    } else {
        response.version = ledger_.committed(request.key);
        response.bytes =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(cost.bytes, ~std::uint32_t{0}));
    }
    return response;
}

// --- what a query costs ---

// log n to the base of the keys a page, rounded up; a tree has a page at least.
std::uint64_t Table::levels(std::uint64_t rows) const {
    std::uint64_t levels = 1;
    for (std::uint64_t reach = spec_.keys_per_page; reach < rows; ++levels) {
        if (reach > ~std::uint64_t{0} / spec_.keys_per_page) return levels + 1;
        reach *= spec_.keys_per_page;
    }
    return levels;
}

Table::Cost Table::cost_of(const Request& request) const {
    const Value value = value_of(request);
    if (request.endpoint == kOfRange) {
        const Value more = std::min(spec_.range_values - 1, ~Value{0} - value);
        return cost_of_range({value, value + more});
    }
    if (request.endpoint == kNewest) {
        return cost_of_range({newest_ - std::min(newest_, spec_.range_values - 1), newest_});
    }
    Cost cost;
    const auto partition = partitioning_->partition_of(value);
    const bool is_narrow = request.endpoint == kNarrow;
    const bool knows = request.endpoint != kElsewhere;
    for (std::size_t each = 0; each < rows_.size(); ++each) {
        if (knows && each != partition) continue;
        cost.pages += levels_of(each);
        ++cost.probes;
    }
    // A row whose columns are apart is found twice, unless only those of one part are wanted.
    if (spec_.split_columns && !is_narrow) cost.pages *= 2;
    const bool reads_part = spec_.split_columns && is_narrow;
    cost.bytes = reads_part ? spec_.narrow_size.count : spec_.row_size.count;
    cost.rows = 1;
    return cost;
}

Table::Cost Table::cost_of_range(Partitioning::Range values) const {
    Cost cost;
    for (std::size_t partition = 0; partition < rows_.size(); ++partition) {
        if (!partitioning_->may_have(partition, values)) continue;
        ++cost.probes;
        cost.pages += levels_of(partition);
        cost.rows += rows_[partition];
    }
    cost.bytes = cost.rows * spec_.row_size.count;
    return cost;
}

sim::Duration Table::time_of(const Cost& cost) const {
    const double seconds = sim::seconds(spec_.page_time) * static_cast<double>(cost.pages) +
                           sim::seconds(spec_.row_time) * static_cast<double>(cost.rows) +
                           sim::seconds(spec_.kib_time) * static_cast<double>(cost.bytes) / 1024;
    return sim::from_seconds(seconds);
}

// --- the report ---

void Table::count(const Request& request, const Cost& cost) {
    if (context_.now() < context_.world.recorder.measured_from() || request.is_write) return;
    switch (request.endpoint) {
        case kElsewhere:
            probes_elsewhere_.add(cost.probes);
            break;
        case kOfRange:
        case kNewest:
            partitions_per_range_.add(cost.probes);
            rows_examined_.add(cost.rows);
            first_examined_.first(static_cast<double>(cost.rows));
            last_examined_.last(static_cast<double>(cost.rows));
            break;
        case kNarrow:
            narrow_bytes_.add(cost.bytes);
            break;
        default:
            probes_.add(cost.probes);
            full_bytes_.add(cost.bytes);
    }
}

void Table::finish() {
    sim::NodeRecord& record = context_.meter.record();
    record.instances = 1;
    record.utilisation = engine_.utilisation();
    record.connections_in_use = engine_.connections_in_use();
    record.waiting_peak = engine_.waiting_peak();
    use_engines(context_, spec_, 1);
    engine_.finish(record);
    double all = 0;
    double most = 0;
    std::uint64_t deepest = 0;
    for (std::size_t each = 0; each < rows_.size(); ++each) {
        all += static_cast<double>(rows_[each]);
        most = std::max(most, static_cast<double>(rows_[each]));
        deepest = std::max(deepest, levels_of(each));
    }
    std::vector<sim::Measure>& measures = record.measures;
    const auto count = static_cast<double>(rows_.size());
    measures.push_back({"partitions", "", count});
    measures.push_back({"rows", "", all});
    measures.push_back({"rows_imbalance", "", all > 0 ? most * count / all : 0});
    measures.push_back({"levels", "", static_cast<double>(deepest)});
    for (std::size_t each = 0; each < rows_.size() && each < 32; ++each) {
        const auto rows = static_cast<double>(rows_[each]);
        measures.push_back({"rows_" + names_[each], "", rows});
        measures.push_back({"share_" + names_[each], "1", all > 0 ? rows / all : 0});
    }
    measures.push_back({"probes_per_lookup", "", probes_.value()});
    measures.push_back({"probes_elsewhere", "", probes_elsewhere_.value()});
    measures.push_back({"partitions_per_range", "", partitions_per_range_.value()});
    measures.push_back({"rows_examined", "", rows_examined_.value()});
    measures.push_back({"bytes_per_narrow_read", "bytes", narrow_bytes_.value()});
    measures.push_back({"bytes_per_row", "bytes", full_bytes_.value()});
}

}  // namespace models
