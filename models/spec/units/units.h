// Quantities as people write them: "250ms", "64KiB", "500/s", "$0.10/h", "99.9%".
//
// A number without its unit is refused: half of all incidents with timeouts begin with one that
// was read in another unit. What text_of writes reads back as exactly the same quantity.
#pragma once

#include <string>

#include "models/spec/json/cursor.h"
#include "sim/quantity.h"
#include "sim/time.h"

namespace models::spec {

// Each adds a problem and returns false when the value is no such quantity. All refuse what is
// negative, infinite or beyond the type's range.
bool parse_quantity(const Cursor& cursor, sim::Duration& out);  // ns, us, ms, s, min, h, d
bool parse_quantity(const Cursor& cursor, sim::Bytes& out);     // B, KiB to PiB, kB to PB
bool parse_quantity(const Cursor& cursor, sim::Rate& out);      // /s, /min, /h, /d
bool parse_quantity(const Cursor& cursor, sim::Price& out);     // $ each /h, /min, /d, /month
bool parse_quantity(const Cursor& cursor, sim::Fraction& out);  // "99.9%", or 0 to 1 bare

std::string text_of(sim::Duration duration);
std::string text_of(sim::Bytes bytes);
std::string text_of(sim::Rate rate);
std::string text_of(sim::Price price);
std::string text_of(sim::Fraction fraction);

// The shortest decimal that reads back equal, never in scientific notation.
std::string text_of(double number);

}  // namespace models::spec
