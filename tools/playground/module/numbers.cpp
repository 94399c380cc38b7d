// std::from_chars of double (instead/charconv).
#include "tools/playground/instead/fixed_numbers.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#if _LIBCPP_VERSION < 200000

namespace std {

namespace {

// How many characters are a number in decimal notation: [-] digits [. digits] [e [+-] digits].
std::size_t number_length(const std::string& text, bool has_exponent) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    std::size_t digits = 0;
    const auto skip = [&] {
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) ++digits;
    };
    skip();
    if (at < text.size() && text[at] == '.') ++at, skip();
    if (digits == 0) return 0;
    if (has_exponent && at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        const std::size_t before = at;
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        digits = 0;
        skip();
        if (digits == 0) return before;
    }
    return at;
}

}  // namespace

from_chars_result from_chars(const char* first, const char* last, double& value) {
    return from_chars(first, last, value, chars_format::general);
}

from_chars_result from_chars(const char* first, const char* last, double& value,
                             chars_format format) {
    std::string text(first, last);
    text.resize(number_length(text, format != chars_format::fixed));
    if (text.empty()) return {first, errc::invalid_argument};
    const char* const end = first + text.size();
    const double read = std::strtod(text.c_str(), nullptr);
    // Beyond what a double can be, on either side.
    const bool is_zero = text.find_first_of("123456789") >= text.find_first_of("eE");
    if (std::isinf(read) || (read == 0 && !is_zero)) return {end, errc::result_out_of_range};
    value = read;
    return {end, errc{}};
}

}  // namespace std

#endif
