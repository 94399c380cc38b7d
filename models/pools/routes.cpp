#include "models/pools/routes.h"

#include <fmt/core.h>

#include <algorithm>

namespace models {

namespace {

bool is_in(const Network& network, std::uint32_t address) {
    return network.prefix == 0 || (network.address ^ address) >> (32 - network.prefix) == 0;
}

// A condition that is not made holds.
template <class List, class Value>
bool any_or_one_of(const List& list, const Value& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
}

std::vector<Words::Number> numbers_of(const std::vector<std::string>& names, Words& words) {
    std::vector<Words::Number> numbers;
    for (const std::string& name : names) numbers.push_back(words.number_of(name));
    return numbers;
}

}  // namespace

void Routes::connect(const std::vector<RuleSpec>& rules, const Context& context, const Node& own) {
    for (const RuleSpec& spec : rules) {
        const std::uint64_t stream = context.stream(fmt::format("share of rule {}", rules_.size()));
        rules_.push_back({&spec, &context.world.directory.node(spec.to.node), stream,
                          numbers_of(spec.segments, context.world.segments),
                          numbers_of(spec.locales, context.world.locales)});
        for (const std::string& path : spec.paths) endpoint(path, own);
    }
}

std::optional<EndpointId> Routes::endpoint(std::string_view name, const Node& own) {
    std::optional<EndpointId> id = own.endpoint(name);
    for (const auto& [known, path] : paths_) {
        if (path == name) id = known;
    }
    if (!id) id = next_++;
    paths_[*id] = name;
    return id;
}

bool Routes::fits(const Rule& rule, const Request& request, std::string_view path) const {
    const RuleSpec& spec = *rule.spec;
    const bool known = std::ranges::any_of(
        spec.networks, [&](const Network& network) { return is_in(network, request.address); });
    if (!spec.networks.empty() && !known) return false;
    if (!any_or_one_of(spec.paths, path)) return false;
    if (!any_or_one_of(rule.segments, request.segment)) return false;
    if (!any_or_one_of(rule.locales, request.locale)) return false;
    if (spec.writes && *spec.writes != request.is_write) return false;
    if (spec.share.value >= 1) return true;
    sim::Draws draws(sim::request_key(rule.stream, spec.sticky ? request.user : request.identity));
    return draws.chance(spec.share.value);
}

// Without an endpoint of its own a rule passes the path on, to the first endpoint if there is none
// of that name.
std::optional<Routes::Route> Routes::find(const Request& request) {
    const auto asked = paths_.find(request.endpoint);
    const std::string_view path = asked == paths_.end() ? "" : std::string_view(asked->second);
    for (Rule& rule : rules_) {
        if (!fits(rule, request, path)) continue;
        ++rule.taken;
        const std::string_view name =
            rule.spec->to.endpoint.empty() ? path : std::string_view(rule.spec->to.endpoint);
        const EndpointId endpoint = name.empty() ? 0 : rule.to->endpoint(name).value_or(0);
        return Route{rule.to->service(), endpoint};
    }
    return std::nullopt;
}

void Routes::begin_measuring() {
    for (Rule& rule : rules_) rule.taken = 0;
}

void Routes::report(sim::NodeRecord& record) const {
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        record.measures.push_back(
            {fmt::format("rule_{}", i + 1), "", static_cast<double>(rules_[i].taken)});
    }
}

}  // namespace models
