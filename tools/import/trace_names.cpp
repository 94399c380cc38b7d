#include "tools/import/trace_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tools::imports {

namespace {

// Values of db.system that keep their data on disk and answer statements; a cache is no database.
NodeTrade trade_of_system(const std::string& system) {
    static constexpr auto kDatabases = std::to_array<std::string_view>(
        {"postg", "mysql", "maria", "sql", "oracle", "mongo", "cassandra", "cockroach", "db2",
         "dynamodb", "hbase", "couch", "firebird", "h2", "spanner", "clickhouse", "neo4j"});
    const bool is_one = std::ranges::any_of(
        kDatabases, [&](std::string_view each) { return system.find(each) != std::string::npos; });
    return is_one ? NodeTrade::database : NodeTrade::other;
}

}  // namespace

std::string short_name(const std::string& name) {
    constexpr std::size_t kLongest = 56;
    std::string result;
    for (const char c : name) {
        const bool is_kept =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_kept) {
            result += c;
        } else if (!result.empty() && result.back() != '_') {
            result += '_';
        }
        if (result.size() == kLongest) break;
    }
    while (result.ends_with('_')) result.pop_back();
    if (result.empty() || (result.front() >= '0' && result.front() <= '9')) result.insert(0, "n");
    return result;
}

TraceNames::TraceNames(const Executions& executions) {
    taken_.insert("clients");
    std::map<std::pair<std::string, bool>, std::size_t> known;
    std::vector<std::set<std::string>> endpoints;
    for (std::size_t i = 0; i < executions.targets.size(); ++i) {
        const Target& target = executions.targets[i];
        const auto [found, is_new] =
            known.try_emplace({target.service, target.has_spans}, nodes_.size());
        if (is_new) {
            const NodeTrade trade =
                target.has_spans ? NodeTrade::service : trade_of_system(target.system);
            nodes_.push_back(
                {fresh(short_name(target.service)), target.service, target.system, trade, {}});
            endpoints.emplace_back();
        }
        nodes_[found->second].targets.push_back(i);
        node_of_.push_back(found->second);
        endpoints_.push_back(fresh_of(endpoints[found->second], short_name(target.name)));
    }
}

std::string TraceNames::fresh_of(std::set<std::string>& taken, const std::string& wanted) {
    std::string name = wanted;
    for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}_{}", wanted, i);
    return name;
}

}  // namespace tools::imports
