// A number that knows what it measures, so that a time is never compared with a share.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace reports {

enum class Dimension { plain, time, share, rate, money, bytes, truth };

// Times are in seconds, shares 0 to 1, rates per second, money in dollars. NaN is a value that
// cannot be said, as the 99th percentile of nothing. An infinite time is that of a request that
// failed, which is slower than any that succeeded: `waited_s` then says how long it took to fail,
// where that is known.
struct Value {
    double number = 0;
    Dimension dimension = Dimension::plain;
    double waited_s = std::numeric_limits<double>::quiet_NaN();
};

// "a time", for messages.
std::string_view name_of(Dimension dimension);

// A share can stand where a plain number can: 99.9% is 0.999.
bool is_factor(Dimension dimension);

// The value of 1 in a unit: "ms" is 0.001 of a time; none when there is no such unit.
std::optional<Value> unit(std::string_view name);
std::string known_units();

// The dimension of a measure by its unit in a recording: "s", "1" for a share, "bytes", "/s",
// "usd".
Dimension dimension_of(std::string_view unit_of_measure);

// "148ms", "99.9%", "1200/s", "$3.20", "failed (waited 30s)", "undefined".
std::string text_of(const Value& value);

// The same within a sentence, to three digits: "148 ms", "99.9 %", "1,200/s", "$3.20", "failed".
std::string prose_of(const Value& value);

}  // namespace reports
