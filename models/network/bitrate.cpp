#include "models/network/bitrate.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string_view>

#include "models/spec/declaration/spec.h"

namespace models::spec {

namespace {

struct BitUnit {
    std::string_view name;
    double size;
};
constexpr std::array kUnits = {BitUnit{"bit/s", 1}, BitUnit{"kbit/s", 1e3}, BitUnit{"Mbit/s", 1e6},
                               BitUnit{"Gbit/s", 1e9}, BitUnit{"Tbit/s", 1e12}};
constexpr double kHighest = 1e15;

}  // namespace

bool Codec<Bitrate>::parse(const Cursor& cursor, Bitrate& out) {
    constexpr std::string_view kExample = "write \"5Mbit/s\" or \"1Gbit/s\"";
    if (cursor.text() == nullptr) return cursor.expected("a bit rate", std::string(kExample));
    const std::string& text = *cursor.text();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const BitUnit& each : kUnits) {
        const double value = number * each.size;
        if (error != std::errc() || unit != each.name) continue;
        if (!(value >= 0 && value <= kHighest)) break;
        out.bits_per_second = value;
        return true;
    }
    return cursor.problem("not a bit rate", std::string(kExample));
}

Json Codec<Bitrate>::echo(const Bitrate& bitrate) {
    std::string best = text_of(bitrate.bits_per_second) + "bit/s";
    for (const BitUnit& each : kUnits) {
        const double number = bitrate.bits_per_second / each.size;
        std::string text = text_of(number) + std::string(each.name);
        if (number * each.size == bitrate.bits_per_second && text.size() < best.size()) {
            best = std::move(text);
        }
    }
    return best;
}

Type Codec<Bitrate>::type(Types&) {
    return text_type("bit rate", "^[0-9]+(\\.[0-9]+)?[kMGT]?bit/s$");
}

Bitrate Codec<Bitrate>::random(Random& random, const Bitrate&, const Limits<Unordered>&) {
    return {static_cast<double>(1 + random.below(1000)) * 1e5};
}

}  // namespace models::spec
