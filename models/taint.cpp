#include "models/taint.h"

#include <fmt/core.h>

#include <array>
#include <string_view>
#include <utility>

#include "models/spec/json/nearest.h"

namespace models {

namespace {

constexpr std::array<std::string_view, 3> kEffects = {"NoSchedule", "PreferNoSchedule",
                                                      "NoExecute"};

}  // namespace

std::string text_of(const Taint& taint) {
    if (taint.effect == TaintEffect::no_schedule) return taint.name;
    return fmt::format("{}:{}", taint.name, kEffects[static_cast<std::size_t>(taint.effect)]);
}

namespace spec {

bool Codec<Taint>::parse(const Cursor& cursor, Taint& out) {
    const std::string* const text = cursor.text();
    if (text == nullptr || text->empty() || text->front() == ':') {
        return cursor.expected("a taint", "write \"gpu\", or \"maintenance:NoExecute\"");
    }
    const std::size_t colon = text->find(':');
    out = {text->substr(0, colon), TaintEffect::no_schedule};
    if (colon == std::string::npos) return true;
    const std::string_view effect = std::string_view(*text).substr(colon + 1);
    const auto known = std::ranges::find(kEffects, effect);
    if (known == kEffects.end()) {
        return cursor.problem(fmt::format("\"{}\" is no effect of a taint", effect),
                              did_you_mean(effect, kEffects, "there are:"));
    }
    out.effect = static_cast<TaintEffect>(known - kEffects.begin());
    return true;
}

}  // namespace spec

}  // namespace models
