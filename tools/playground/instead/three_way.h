// Comparisons that C++20 has and libc++ 16 has not: operator<=> of what our types are made of, so
// that theirs can be defaulted.
#pragma once

#include <chrono>
#include <compare>

#if _LIBCPP_VERSION < 170000

namespace std::chrono {

template <class R1, class P1, class R2, class P2>
constexpr auto operator<=>(const duration<R1, P1>& one, const duration<R2, P2>& other) {
    using Common = common_type_t<duration<R1, P1>, duration<R2, P2>>;
    return Common(one).count() <=> Common(other).count();
}

template <class Clock, class D1, class D2>
constexpr auto operator<=>(const time_point<Clock, D1>& one, const time_point<Clock, D2>& other) {
    return one.time_since_epoch() <=> other.time_since_epoch();
}

}  // namespace std::chrono

#endif
