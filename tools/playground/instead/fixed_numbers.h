// The same as instead/charconv of numbers without an exponent, for tools/range.cpp, which alone
// asks for these.
#pragma once

#include <charconv>

#if _LIBCPP_VERSION < 200000

namespace std {

from_chars_result from_chars(const char* first, const char* last, double& value,
                             chars_format format);

}  // namespace std

#endif
