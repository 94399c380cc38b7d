// How a failure says whom it is about: a node or one of its instances, a zone, or places.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/spec/declaration/codec.h"
#include "models/zone_name.h"

namespace models {

// "shop", or "shop[3]", as reports name instances; the first is 0.
struct FailureTarget {
    spec::MentionRef node;  // empty: none
    std::optional<std::uint32_t> instance;
    bool operator==(const FailureTarget&) const = default;
};

std::string text_of(const FailureTarget& target);

// "eu-a", "web", or "web[3]": a place of the network, or where a node or one instance stands.
struct PlaceName {
    std::string name;
    bool operator==(const PlaceName&) const = default;
};

// "web[3]" taken apart; with no number for what is no more than a name.
struct NumberedName {
    std::string name;
    std::optional<std::uint32_t> number;
};
std::optional<NumberedName> numbered_name(std::string_view text);

namespace spec {

template <>
struct Codec<FailureTarget> {
    static bool parse(const Cursor& cursor, FailureTarget& out);
    static Json echo(const FailureTarget& target) {
        return target.node.node.empty() ? Json() : Json(text_of(target));
    }
    static Type type(Types&) { return text_type("node or instance", "^[^.\\[]+(\\[[0-9]+\\])?$"); }
    static FailureTarget random(Random& random, const FailureTarget&,
                                const LimitsOf<FailureTarget>&) {
        return {{random.node(Edge::kMention)}, std::nullopt};
    }
    static void visit(const FailureTarget& target, const std::string& pointer,
                      const Visitor& visitor) {
        if (!target.node.node.empty()) visitor(target.node, Edge::kMention, pointer);
    }
};

template <>
struct Codec<PlaceName> : Leaf<PlaceName> {
    static bool parse(const Cursor& cursor, PlaceName& out);
    static Json echo(const PlaceName& place) { return place.name; }
    static Type type(Types&) { return text_type("place, node or instance", ""); }
    static PlaceName random(Random&, const PlaceName& around, const LimitsOf<PlaceName>&) {
        return around;
    }
};

}  // namespace spec

}  // namespace models
