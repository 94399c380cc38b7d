// Numbers at the end of a text, where there are millions of them: what fmt writes for {} and
// {:.6g}, in a third of the time.
#pragma once

#include <cstdint>
#include <string>

namespace reports {

void append_count(std::string& text, std::int64_t value);

// To so many significant digits.
void append_number(std::string& text, double value, int digits);

}  // namespace reports
