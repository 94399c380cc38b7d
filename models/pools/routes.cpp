#include "models/pools/routes.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace models {

namespace {

// Reads a number up to `most` off the front.
std::optional<std::uint32_t> take_number(std::string_view& text, std::uint32_t most) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value > most) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

template <class List, class Value>
bool any_or_one_of(const List& list, const Value& value) {
    return list.empty() || std::ranges::find(list, value) != list.end();
}

}  // namespace

std::optional<Network> network_of(std::string_view text) {
    std::uint32_t address = 0;
    for (int octet = 0; octet < 4; ++octet) {
        if (octet > 0 && !take(text, '.')) return std::nullopt;
        const auto value = take_number(text, 255);
        if (!value) return std::nullopt;
        address = address << 8 | *value;
    }
    std::uint32_t bits = 32;
    if (take(text, '/')) {
        const auto value = take_number(text, 32);
        if (!value) return std::nullopt;
        bits = *value;
    }
    if (!text.empty()) return std::nullopt;
    const std::uint32_t hosts = bits == 32 ? 0 : ~0u >> bits;
    return Network{address & ~hosts, address | hosts};
}

void RuleSpec::check(spec::Check& check) const {
    for (const std::string& network : networks) {
        check.that(network_of(network).has_value(), "networks",
                   fmt::format("\"{}\" is no network", network), "write it as \"10.0.0.0/8\"");
    }
}

void Routes::connect(const std::vector<RuleSpec>& rules, const Context& context, const Node& own) {
    for (const RuleSpec& spec : rules) {
        Rule rule{&spec, &context.world.directory.node(spec.to.node), {}, 0};
        for (const std::string& network : spec.networks) {
            if (const auto range = network_of(network)) rule.networks.push_back(*range);
        }
        rule.stream = context.stream(fmt::format("share of rule {}", rules_.size()));
        rules_.push_back(std::move(rule));
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
        rule.networks, [&](const Network& network) { return network.has(request.address); });
    if (!rule.networks.empty() && !known) return false;
    if (!any_or_one_of(spec.paths, path)) return false;
    if (!any_or_one_of(spec.segments, request.segment)) return false;
    if (spec.writes && *spec.writes != request.is_write) return false;
    if (spec.share.value >= 1) return true;
    sim::Draws draws(sim::request_key(rule.stream, request.identity));
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
