// The small readers that lines of traces are made of. Each takes what it reads off the front.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/time.h"

namespace models::traces {

std::optional<std::uint64_t> whole_number(std::string_view text);
std::optional<std::uint32_t> ipv4(std::string_view text);

// A time in a unit of 10^-`decimals` seconds, as far as nanoseconds go, exactly; at most 366 days.
std::optional<sim::Duration> time_of_unit(std::string_view text, int decimals);

std::string_view take_until(std::string_view& text, char mark);  // the mark goes, too
std::string_view trimmed(std::string_view text);

}  // namespace models::traces
