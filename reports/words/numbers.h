// Numbers as people read them: short, grouped, and with a unit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/latencies.h"

namespace reports {

// 1,234,567
std::string grouped(double value);
std::string grouped(std::uint64_t value);

// "1.32x", "5,040x".
std::string times_text(double factor);

// "db's", but "orders'".
std::string possessive(std::string_view name);

// In at most eight columns: "12 us", "332 ms", "2.34 s", "25.3 min".
std::string brief(double seconds);

// The same, or "failed" where the request at a rank failed; in full, "failed (waited 30 s)".
std::string brief(const sim::RankedLatency& latency);
std::string in_full(const sim::RankedLatency& latency);

// "4.2", "38.5", "14,712".
std::string brief_count(double count);
// "512 MiB", "47.6 GiB".
std::string brief_bytes(double bytes);

// "12.5", "1,420", "2.5 M"; a second.
std::string brief_rate(double rate);

// A percentage that never rounds a loss away: 99.9996 % is not 100 %.
std::string percent(double share);

}  // namespace reports
