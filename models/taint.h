// A taint of machines, as kubectl writes it: "gpu", "maintenance:NoExecute".
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/named.h"
#include "sim/time.h"

namespace models {

// What it does to pods that do not tolerate it.
enum class TaintEffect : std::uint8_t {
    no_schedule,         // they are not placed there
    prefer_no_schedule,  // only when there is no room elsewhere
    no_execute           // they are not placed there, and those that are there are evicted
};

struct Taint {
    std::string name;
    TaintEffect effect = TaintEffect::no_schedule;
    bool operator==(const Taint&) const = default;
};
std::string text_of(const Taint& taint);

// That of a machine that has not been heard of (node.kubernetes.io/unreachable): all pods tolerate
// it for a time.
inline constexpr std::string_view kUnreachable = "unreachable";

// Which taints a server's pods tolerate, by name and whatever their effect; some for a time only.
struct Tolerations {
    std::vector<std::string> names;
    spec::Named<sim::Duration> seconds;

    bool tolerate(const Taint& taint) const {
        return std::ranges::find(names, taint.name) != names.end();
    }
    // How long a pod stays on a machine from when that has the taint, or from when it came there;
    // none: for good.
    std::optional<sim::Duration> stay_under(const Taint& taint) const {
        if (taint.effect != TaintEffect::no_execute) return std::nullopt;
        if (!tolerate(taint)) return sim::Duration::zero();
        const sim::Duration* const limit = seconds.find(taint.name);
        return limit == nullptr ? std::nullopt : std::optional(*limit);
    }
};

namespace spec {

template <>
struct Codec<Taint> : Leaf<Taint> {
    static bool parse(const Cursor& cursor, Taint& out);
    static Json echo(const Taint& taint) { return text_of(taint); }
    static Type type(Types&) {
        return text_type("taint", "^[^:]+(:(NoSchedule|PreferNoSchedule|NoExecute))?$");
    }
    static Taint random(Random&, const Taint& around, const LimitsOf<Taint>&) { return around; }
};

}  // namespace spec

}  // namespace models
