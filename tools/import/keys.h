// Tables of a file's keys: what is taken of each, or why nothing is; so that none is dropped in
// silence.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/json/json.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "tools/import/system.h"

namespace tools::imports {

// Where a taker is in a file, and what it leaves out there.
struct Reading {
    System& system;
    std::string path;  // "services.web"

    void leave(const models::spec::Member& member, std::string why) const {
        system.leave_out(member.place, path + "." + member.name, std::move(why));
    }
    // `wanted`: "a number of replicas".
    void wrong(const models::spec::Json& json, const std::string& name, const char* wanted) const;
};

template <typename Taker>
struct KeyOf {
    std::string_view name;
    void (*take)(Taker&, const models::spec::Member&) = nullptr;
    std::string_view why = {};
};

template <typename Taker>
void take_member(Taker& taker, const models::spec::Member& member,
                 std::span<const KeyOf<Taker>> keys) {
    const auto key = std::ranges::find(keys, std::string_view(member.name), &KeyOf<Taker>::name);
    if (key == keys.end()) {
        std::vector<std::string_view> names;
        for (const KeyOf<Taker>& each : keys) names.push_back(each.name);
        const std::string_view near = models::spec::nearest(member.name, names);
        taker.leave(member, near.empty() ? "this key is not known here"
                                         : fmt::format("there is no such key; did you mean {}?",
                                                       models::spec::in_quotes(near)));
    } else if (key->take == nullptr) {
        taker.leave(member, std::string(key->why));
    } else {
        key->take(taker, member);
    }
}

// All members of an object; what is none has been said to be wrong.
template <typename Taker>
void take_members(Taker& taker, const models::spec::Json& json,
                  std::span<const KeyOf<Taker>> keys) {
    if (json.object() == nullptr) return taker.wrong(json, "", "a map");
    for (const models::spec::Member& each : *json.object()) take_member(taker, each, keys);
}

}  // namespace tools::imports
